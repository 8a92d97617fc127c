"""Long work in many transactions: as much at once as others can wait for, and a rest in which others get in."""

import gc
import sys
from time import monotonic, sleep

import pytest

from bot.services.files import Pace, alone
from bot.services.files.write_pace import FEWEST
from tests.fakes import House

LOOKS_EVERY_S = 0.025  # as SQLite waits for another process's transaction, for the first tenth of a second


def test_it_lets_another_process_look_at_least_once_between_two_turns(house: House) -> None:
    pace = Pace(house.deps, 1_000)
    with pace.turn():
        pass
    left = monotonic()
    with pace.turn():
        assert monotonic() - left > LOOKS_EVERY_S


@pytest.mark.both_engines
def test_it_takes_fewer_rows_at_once_when_they_take_long_and_more_when_they_do_not(house: House) -> None:
    pace = Pace(house.deps, 1_000)
    for _ in range(12):
        with pace.turn():
            pass
    assert pace.size == 1_000
    with pace.turn():
        sleep(0.7)
    assert FEWEST <= pace.size < 1_000


def test_a_process_that_imports_alone_hands_over_quickly_and_is_afterwards_as_it_was() -> None:
    def settings() -> tuple[object, ...]:
        return gc.get_threshold(), gc.get_freeze_count(), sys.getswitchinterval()

    gc.unfreeze()  # what the tests themselves have set aside
    before, usual_s = settings(), sys.getswitchinterval()
    with alone():
        assert sys.getswitchinterval() < usual_s / 5
        assert gc.get_freeze_count() > 10_000
    assert settings() == before
