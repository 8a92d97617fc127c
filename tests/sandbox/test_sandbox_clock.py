"""The workspace's clock, which can be moved."""

from datetime import UTC, datetime, timedelta

from bot.sandbox import SandboxClock, Workspace
from bot.sandbox.clock import Timestamps

MONDAY = datetime(2026, 11, 23, 9, 0, 0, 417_003, tzinfo=UTC)


def test_a_frozen_clock_moves_only_on_request() -> None:
    clock = SandboxClock(MONDAY, frozen=True)
    assert clock.now() == clock.now() == MONDAY
    assert clock.advance(timedelta(hours=72)) == MONDAY + timedelta(days=3)
    assert clock.now() == MONDAY + timedelta(days=3)


def test_it_runs_on_from_where_it_was_set() -> None:
    clock = SandboxClock(MONDAY)
    first = clock.now()
    assert MONDAY <= first < MONDAY + timedelta(seconds=5)
    clock.set(MONDAY + timedelta(days=1))
    assert MONDAY + timedelta(days=1) <= clock.now() < MONDAY + timedelta(days=1, seconds=5)


def test_it_can_be_stopped_and_started_without_a_jump() -> None:
    clock = SandboxClock(MONDAY)
    clock.freeze()
    stopped = clock.now()
    assert clock.is_frozen
    assert clock.now() == stopped
    clock.resume()
    assert stopped <= clock.now() < stopped + timedelta(seconds=5)


def test_watchers_are_told_of_each_move() -> None:
    clock, heard = SandboxClock(MONDAY, frozen=True), list[datetime]()
    clock.on_move(heard.append)
    clock.advance(timedelta(minutes=10))
    clock.set(MONDAY)
    assert heard == [MONDAY + timedelta(minutes=10), MONDAY]


def test_it_gives_rising_timestamps_even_when_the_clock_goes_back() -> None:
    clock = SandboxClock(MONDAY, frozen=True)
    timestamps = Timestamps(clock.now)
    given = [timestamps.next() for _ in range(3)]
    clock.advance(timedelta(days=-1))
    given += [timestamps.next() for _ in range(3)]
    assert given == sorted(given, key=float)
    assert len(set(given)) == 6
    assert given[0] == f"{int(MONDAY.timestamp())}.417003"


def test_the_whole_workspace_uses_one_clock() -> None:
    clock = SandboxClock(MONDAY, frozen=True)
    now = Workspace(clock=clock).clock.now
    clock.advance(timedelta(days=3))
    assert now() == MONDAY + timedelta(days=3)
