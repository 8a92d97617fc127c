"""Long work in many transactions: batches as large as others can wait for, with rests that let them in."""

from time import monotonic, sleep, thread_time

import pytest

from bot.services.files import write_pace
from bot.services.files.write_pace import FEWEST, Pace
from tests.fakes import SampleOrganisation

LOOKS_EVERY_S = 0.025  # how often SQLite retries in the first 0.1 s of waiting for another process


def test_another_process_retries_at_least_once_between_two_batches(acme: SampleOrganisation) -> None:
    pace = Pace(acme.deps, 1_000)
    with pace.turn():
        pass
    left = monotonic()
    with pace.turn():
        assert monotonic() - left > LOOKS_EVERY_S


@pytest.mark.both_engines
def test_slow_rows_make_smaller_batches_and_fast_rows_larger_ones(acme: SampleOrganisation) -> None:
    pace = Pace(acme.deps, 1_000)
    for _ in range(12):
        with pace.turn():
            pass
    assert pace.size == 1_000
    with pace.turn():
        _work(0.7)
    assert FEWEST <= pace.size < 1_000


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("a_row_s", "most"), [(0.0005, 400), (0.002, 200)])
def test_rows_that_wait_for_the_database_are_not_kept_from_others_for_long(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch, a_row_s: float, most: int
) -> None:
    """Its contacts are locked meanwhile. Some hundred rows go on whatever the clock says: the machine may be busy."""
    monkeypatch.setattr(write_pace, "_LOCKED_FOR_S", 0.2)
    pace, sizes = Pace(acme.deps, 1_000), list[int]()
    for _ in range(6):
        sizes.append(pace.size)
        with pace.turn():
            sleep(pace.size * a_row_s)
    assert sizes[:3] == [50, 100, 200]
    assert max(sizes) <= most


def _work(seconds: float) -> None:
    until = thread_time() + seconds
    while thread_time() < until:
        pass


@pytest.mark.parametrize("are_others_there", [True, False])
def test_more_is_written_at_once_while_nobody_else_writes(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch, *, are_others_there: bool
) -> None:
    monkeypatch.setattr(write_pace, "_ALONE_AFTER_S", 0.1)
    pace, sizes = Pace(acme.deps, 1_000), list[int]()
    for _ in range(8):
        sizes.append(pace.size)
        with pace.turn():
            sleep(pace.size * 0.0005)
        if are_others_there:
            acme.add_person("Ben")
    assert max(sizes) <= 220 if are_others_there else max(sizes) > 220


def test_a_slow_machine_keeps_no_agent_waiting_for_hundreds_of_rows(acme: SampleOrganisation) -> None:
    """A row takes 4 ms of a machine with much else to do, from the first one on."""
    pace, sizes = Pace(acme.deps, 1_000), list[int]()
    for _ in range(6):
        sizes.append(pace.size)
        with pace.turn():
            sleep(pace.size * 0.004)
    assert max(sizes) <= 50
