"""The garbage collector of whole processes: tuned while one works, and as it was afterwards."""

import gc
import sys

import pytest

from bot import collector


def settings() -> tuple[object, ...]:
    return gc.get_threshold(), gc.get_freeze_count(), sys.getswitchinterval()


@pytest.fixture(autouse=True)
def nothing_frozen() -> None:
    gc.unfreeze()  # what the tests themselves have frozen


def test_an_import_process_switches_threads_quickly_and_restores_its_settings() -> None:
    before, usual_s = settings(), sys.getswitchinterval()
    with collector.importing():
        assert sys.getswitchinterval() < usual_s / 5
        assert gc.get_freeze_count() > 10_000
    assert settings() == before


def test_a_process_that_decides_collects_seldom_and_restores_its_settings() -> None:
    before = settings()
    with collector.deciding():
        assert gc.get_threshold()[0] > 100_000
        assert gc.get_freeze_count() > 10_000
    assert settings() == before


def test_what_stays_is_exempt() -> None:
    collector.exempt_what_stays()
    assert gc.get_freeze_count() > 10_000
    gc.unfreeze()
