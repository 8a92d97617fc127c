"""The clockwork: intervals only, one of each at a time, and nothing that breaks stops it."""

import logging
import threading
from collections.abc import Iterator

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from bot.scheduler import ticks
from bot.services.deps import Deps
from bot.services.watching.counts import Came, Ticks
from storage.errors import TurnLost
from tests.fakes import SampleOrganisation


def broken(_deps: Deps) -> int:
    raise RuntimeError("the database went away")


def test_it_has_every_tick_as_an_interval_that_neither_overlaps_nor_piles_up(acme: SampleOrganisation) -> None:
    scheduler = ticks.build_scheduler(acme.deps)
    scheduler.start(paused=True)
    try:
        found = {job.id: job for job in scheduler.get_jobs()}
        assert {name: job.trigger.interval.total_seconds() for name, job in found.items()} == {
            "lapse": 15,
            "remind": 5,
            "changed": 30,
            "sweep": 30,
            "house rules": 2,
            "rehearse": 2,
            "redecide": 5,
            "digest": 30,
            "promises": 10,
            "ahead": 10,
            "chase": 60,
            "leavers": 60,
            "follow": 120,
            "channels": 60,
            "lists": 20,
            "alerts": 60,
            "audit": 20,
            "stopped audits": 30,
            "screenings": 900,
            "forget": 900,
            "log": 3,
        }
        for job in found.values():
            assert isinstance(job.trigger, IntervalTrigger)
            assert (job.max_instances, job.coalesce, job.misfire_grace_time) == (1, True, None)
    finally:
        scheduler.shutdown(wait=False)


def test_it_does_nothing_until_it_is_started(acme: SampleOrganisation) -> None:
    assert ticks.build_scheduler(acme.deps).running is False


def test_a_tick_that_gives_way_to_another_transaction_is_no_incident(
    acme: SampleOrganisation, caplog: pytest.LogCaptureFixture
) -> None:
    def loses(_deps: Deps) -> int:
        raise TurnLost("deadlock detected")

    assert ticks.run("audit", loses, acme.deps) is None
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("WARNING", "event=tick_lost_turn tick=audit")
    ]


def test_it_survives_a_tick_that_breaks_and_logs_it_with_an_incident(
    acme: SampleOrganisation, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert ticks.run("sweep", broken, acme.deps) is None
    assert "tick=sweep incident=" in caplog.text
    assert "the database went away" in caplog.text
    ran = acme.deps.kept.of(Ticks)["sweep"]
    assert (ran.counted, ran.last_at, ran.last_done_at) == ({Came.BROKEN: 1}, acme.clock(), None)


def test_it_goes_on_ticking_after_one_broke(acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked = threading.Semaphore(0)

    def works(_deps: Deps) -> int:
        ticked.release()
        return 0

    monkeypatch.setattr(ticks, "TICKS", (("breaks", 0.02, broken), ("works", 0.02, works)))
    scheduler = ticks.build_scheduler(acme.deps)
    scheduler.start()
    try:
        assert all(ticked.acquire(timeout=60) for _ in range(5))
        assert {job.id for job in scheduler.get_jobs()} == {"breaks", "works"}
    finally:
        scheduler.shutdown(wait=True)


def test_it_logs_only_ticks_that_did_something(acme: SampleOrganisation, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, ticks.log.name):
        ticks.run("sweep", lambda _deps: 0, acme.deps)
        ticks.run("lapse", lambda _deps: 3, acme.deps)
    assert [record.getMessage() for record in caplog.records] == ["event=tick tick=lapse done=3"]


@pytest.mark.long
def test_it_runs_every_tick_once_by_hand(acme: SampleOrganisation) -> None:
    ticks.tick_once(acme.deps)  # which puts the setup into the log
    assert ticks.tick_once(acme.deps) == dict.fromkeys([name for name, _, _ in ticks.TICKS], 0)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """APScheduler warns at every missed run of a tick this quick."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("apscheduler").setLevel(logging.NOTSET)
