"""Faulty rows: all of them, in order, with few in memory."""

import pytest

from bot.services.answers.lists import RowFault
from bot.services.files import row_faults
from bot.services.files.row_faults import RowFaults


def _fault(line: int) -> RowFault:
    return RowFault(line, f'"{line}" is no\nnumber', ("Ann", "", "a,b\r\n\x00", "Zoë \ud800"))


@pytest.mark.parametrize("count", [0, 2, 3, 10])
def test_they_come_back_as_they_were(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(row_faults, "IN_MEMORY", 3)
    every = [_fault(line) for line in range(count)]
    faults = RowFaults()
    faults.add(every[:1])
    faults.add(every[1:])
    assert list(faults) == every
    assert list(faults) == every  # again, from the start
    assert (len(faults), bool(faults)) == (count, count > 0)
    assert (faults[1:5], faults[:2]) == (tuple(every[1:5]), tuple(every[:2]))
    assert tuple(faults.settled()) == tuple(every)
    if every:
        assert (faults[count - 1], faults[-1]) == (every[-1], every[-1])


def test_more_may_be_added_after_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_faults, "IN_MEMORY", 1)
    faults = RowFaults()
    faults.add([_fault(1), _fault(2)])
    reading = iter(faults)
    next(reading)
    faults.add([_fault(3)])
    assert [one.line for one in faults] == [1, 2, 3]


def test_few_of_many_are_in_memory() -> None:
    faults = RowFaults()
    faults.add(RowFault(line, "the row has no name", ("x" * 1_000,)) for line in range(5_000))
    assert vars(faults._file)["_rolled"], "they lie in a file"
    assert sum(1 for _ in faults) == 5_000
