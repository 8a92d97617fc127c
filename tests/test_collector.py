"""The garbage collector of whole processes: tuned while one works, and as it was afterwards."""

import gc
import sys
from collections.abc import Iterator

import pytest

from bot import collector


def settings() -> tuple[object, ...]:
    return gc.get_threshold(), gc.get_freeze_count(), sys.getswitchinterval()


@pytest.fixture
def nothing_frozen() -> Iterator[None]:
    """What the tests themselves have frozen is so again afterwards: to look through it takes most of a second."""
    gc.unfreeze()
    yield
    gc.freeze()


@pytest.mark.usefixtures("nothing_frozen")
def test_an_import_process_switches_threads_quickly_and_restores_its_settings() -> None:
    before, usual_s = settings(), sys.getswitchinterval()
    with collector.importing():
        assert sys.getswitchinterval() < usual_s / 5
        assert gc.get_freeze_count() > 10_000
    assert settings() == before


@pytest.mark.usefixtures("nothing_frozen")
def test_a_process_that_decides_collects_seldom_and_restores_its_settings() -> None:
    before = settings()
    with collector.deciding():
        assert gc.get_threshold()[0] > 100_000
        assert gc.get_freeze_count() > 10_000
    assert settings() == before


def test_what_stays_is_exempt() -> None:
    stays = list[int]()
    assert any(one is stays for one in gc.get_objects())
    collector.exempt_what_stays()
    assert not any(one is stays for one in gc.get_objects())
