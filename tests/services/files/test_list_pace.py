"""Long work in many transactions: batches as large as others can wait for, with rests that let them in."""

from time import monotonic, sleep

import pytest

from bot.services.files import write_pace
from bot.services.files.write_pace import FEWEST, FEWEST_UNDONE, Pace
from tests.fakes import SampleOrganisation

LOOKS_EVERY_S = 0.025  # how often SQLite retries in the first 0.1 s of waiting for another process


def test_another_process_retries_at_least_once_between_two_batches(acme: SampleOrganisation) -> None:
    pace = Pace(acme.deps, 1_000)
    with pace.turn(pace.size):
        pass
    left = monotonic()
    with pace.turn(pace.size):
        assert monotonic() - left > LOOKS_EVERY_S


@pytest.mark.both_engines
def test_slow_rows_make_smaller_batches_and_fast_rows_larger_ones(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    elapsed, pace = Elapsed(monkeypatch), Pace(acme.deps, 1_000)
    for _ in range(12):
        with pace.turn(pace.size):
            pass
    assert pace.size == 1_000
    with pace.turn(pace.size):
        elapsed.seconds += 0.7
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
        with pace.turn(pace.size):
            sleep(pace.size * a_row_s)
    assert sizes[:3] == [50, 100, 200]
    assert max(sizes) <= most


@pytest.mark.parametrize("are_others_there", [True, False])
def test_more_is_written_at_once_while_nobody_else_writes(
    acme: SampleOrganisation, database: str, monkeypatch: pytest.MonkeyPatch, *, are_others_there: bool
) -> None:
    assert database, "a file of its own: other connections are other writers"
    monkeypatch.setattr(write_pace, "_ALONE_AFTER_S", 0.1)
    pace, sizes = Pace(acme.deps, 1_000), list[int]()
    for _ in range(8 if are_others_there else 80):  # a busy machine takes longer to find that it may
        sizes.append(pace.size)
        if pace.size > 220:
            break
        with pace.turn(pace.size):
            sleep(pace.size * 0.0005)
        if are_others_there:
            acme.add_person("Ben")
    assert (max(sizes) > 220) is not are_others_there


def test_a_slow_machine_keeps_no_agent_waiting_for_hundreds_of_rows(acme: SampleOrganisation) -> None:
    """A row takes 4 ms of a machine with much else to do, from the first one on."""
    pace, sizes = Pace(acme.deps, 1_000), list[int]()
    for _ in range(6):
        sizes.append(pace.size)
        with pace.turn(pace.size):
            sleep(pace.size * 0.004)
    assert max(sizes) <= 50


class Elapsed:
    """Time that passes only where a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        for name in ("monotonic", "thread_time"):
            monkeypatch.setattr(write_pace, name, lambda: self.seconds)
        monkeypatch.setattr(write_pace, "sleep", lambda _seconds: None)


@pytest.mark.both_engines
@pytest.mark.parametrize("a_row_s", [0.0003, 0.004, 0.015])
def test_a_look_keeps_nobody_waiting_for_more_than_a_tenth_of_a_second(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch, a_row_s: float
) -> None:
    """Nor does one alone on the machine: the next agent may press now."""
    elapsed, pace, held = Elapsed(monkeypatch), Pace(acme.deps, 1_000, is_undone=True), list[float]()
    for _ in range(30):
        elapsed.seconds += 5.5
        with pace.turn(rows := pace.size):
            elapsed.seconds += rows * a_row_s
        held.append(rows * a_row_s)
    assert held[0] == FEWEST_UNDONE * a_row_s
    assert 0.04 < max(held) <= 0.05, "half of it, for the next turn may be slower"


@pytest.mark.both_engines
def test_turns_with_hardly_a_row_are_no_reason_for_a_large_one(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    elapsed, pace = Elapsed(monkeypatch), Pace(acme.deps, 1_000)
    for _ in range(12):
        with pace.turn(1):
            elapsed.seconds += 0.001
    assert pace.size == FEWEST
    with pace.turn(pace.size):
        elapsed.seconds += 0.01
    assert pace.size == 2 * FEWEST
