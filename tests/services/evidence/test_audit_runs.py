"""A check of any days whose bot was stopped: its manager is told once, by another bot."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from bot.services import messages
from bot.services.evidence import span_audit
from bot.services.evidence.span_audit import SAYS_EVERY, SILENT_FOR, Run
from bot.services.ports import DeliveryFailed
from storage.models import AuditRun, Message
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines
FIRST, LAST = date(2026, 11, 18), date(2026, 11, 22)
TICK = timedelta(microseconds=1)
PLACE = ["D0ERIN", "1764000000.000100"]
SAID = ("U0ERIN", "2026-11-18", "2026-11-22")


def begun(acme: SampleOrganisation) -> Run:
    run = Run(acme.deps, acme.erin, FIRST, LAST)
    run.shown_at(*PLACE)
    return run


def stopped(acme: SampleOrganisation) -> list[tuple[object, ...]]:
    return acme.notifier.told_of("audit_stopped", "first", "last", "place")


def passed(acme: SampleOrganisation, span: timedelta) -> int:
    acme.clock.at(acme.clock.now + span)
    return span_audit.tell_stopped(acme.deps)


def test_its_manager_is_told_once_after_two_minutes_of_silence(acme: SampleOrganisation) -> None:
    begun(acme)
    assert passed(acme, SILENT_FOR - TICK) == 0
    assert passed(acme, TICK) == 1
    assert stopped(acme) == [(*SAID, PLACE)]
    assert passed(acme, SILENT_FOR) == 0
    assert acme.all(AuditRun) == []


def test_one_that_was_stopped_before_its_message_was_posted_is_told_too(acme: SampleOrganisation) -> None:
    Run(acme.deps, acme.erin, FIRST, LAST)
    assert passed(acme, SILENT_FOR) == 1
    assert stopped(acme) == [(*SAID, None)]


def test_one_that_goes_on_or_was_answered_is_told_to_nobody(acme: SampleOrganisation) -> None:
    run, other = begun(acme), begun(acme)
    other.ended()
    for _ in range(20):
        assert passed(acme, SAYS_EVERY + TICK) == 0
        run.goes_on()
    run.ended()
    assert passed(acme, 2 * SILENT_FOR) == 0
    assert acme.all(AuditRun) == []


def test_a_slack_that_is_away_puts_it_off(acme: SampleOrganisation) -> None:
    begun(acme)
    acme.notifier.fails = DeliveryFailed("ratelimited", is_permanent=False)
    assert passed(acme, SILENT_FOR + TICK) == 1
    assert stopped(acme) == []
    acme.notifier.fails = None
    assert passed(acme, SILENT_FOR) == 0
    assert messages.send_due(acme.deps) == 1
    assert stopped(acme) == [(*SAID, PLACE)]


def test_a_manager_who_left_is_no_longer_told(acme: SampleOrganisation) -> None:
    begun(acme)
    acme.notifier.fails = DeliveryFailed("account_inactive", is_permanent=True)
    passed(acme, SILENT_FOR)
    assert acme.all(AuditRun) == []
    assert [one.closed_because for one in acme.all(Message)] == ["undeliverable"]


def test_of_two_bots_one_tells(acme: SampleOrganisation) -> None:
    begun(acme)
    acme.clock.at(acme.clock.now + SILENT_FOR)
    with ThreadPoolExecutor(2) as bots:
        assert sorted(bots.map(lambda _: span_audit.tell_stopped(acme.deps), range(2))) == [0, 1]
    assert stopped(acme) == [(*SAID, PLACE)]
