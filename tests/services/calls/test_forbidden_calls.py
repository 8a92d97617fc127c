"""A call off the list against the rules: recorded, with a warning to the agent and a message to the lead at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.services import messages
from bot.services.answers.leads import BrokenPromise, OffTheList
from bot.services.calls import outcomes
from bot.services.do_not_call import suppressions
from bot.services.notices import PUT_RIGHT_WITHIN
from bot.services.ports import DeliveryFailed
from bot.services.reminders import broken_promises
from policy.vocabulary import Outcome, Role, Verdict
from storage.models import Agent, Attempt, Contact
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_hold
from tests.services.stage import Stage, audited

NUMBER = "+447700900123"
pytestmark = pytest.mark.both_engines
Trouble = Callable[[SampleOrganisation, Contact], None]


def told(acme: SampleOrganisation) -> list[tuple[str, BrokenPromise]]:
    """Who was told of what since the last look, and by the next tick."""
    broken_promises.tell_due(acme.deps)
    messages.send_due(replace(acme.deps, clock=lambda: acme.clock() + PUT_RIGHT_WITHIN))
    heard = acme.notifier.breaches_told
    acme.notifier.told.clear()
    return heard


def on_duty(acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.dana.agent_id, shift_from=time(0), shift_until=time(0))


def add_admin(acme: SampleOrganisation) -> None:
    who: dict[str, Any] = {"slack_user_id": "U0ADA", "name": "Ada", "role": Role.ADMIN, "zone": "UTC"}
    acme.put(Agent(organisation_id=acme.organisation_id, **who))


def locked(acme: SampleOrganisation, _contact: Contact) -> None:
    outcomes.record_spoken(acme.deps, acme.bob, NUMBER, "no answer")
    acme.clock.tick(hours=1, seconds=0.4)


def at_night(acme: SampleOrganisation, _contact: Contact) -> None:
    acme.clock.tick(hours=12, seconds=0.7)


def suppressed(acme: SampleOrganisation, _contact: Contact) -> None:
    suppressions.add(acme.deps, acme.bob, NUMBER, "asked by letter")
    acme.clock.tick(seconds=0.2)


def held(acme: SampleOrganisation, contact: Contact) -> None:
    acme.put(a_hold(acme.dana, contact, acme.clock()))


@pytest.mark.long
@pytest.mark.parametrize("trouble", [locked, at_night, suppressed, held])
def test_it_warns_records_and_tells_the_lead_which_rule_forbade_the_call(
    acme: SampleOrganisation, trouble: Trouble
) -> None:
    contact = acme.add_contact("Grace", NUMBER)
    trouble(acme, contact)
    before = len(acme.all(Attempt))
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "no answer")
    assert len(acme.all(Attempt)) == before + 1, "a fact is never refused"
    assert done.against
    assert all(one.says for one in done.against)
    assert done.are_leads_told
    on_duty(acme)
    [(lead, broken)] = told(acme)
    assert (lead, broken.attempt_id) == (acme.dana.slack_user_id, done.attempt_id)
    named = trouble is not suppressed or done.name
    assert broken.off_the_list == OffTheList("Alice", "Grace" if named else "", done.masked_number, Outcome.NO_ANSWER)
    assert broken.details


@pytest.mark.long
def test_it_warns_of_a_cap_and_of_a_number_on_no_list(acme: SampleOrganisation) -> None:
    for _ in range(2):
        assert outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "busy").against == ()
        acme.clock.tick(hours=25, seconds=0.5)
    outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "busy")
    acme.clock.tick(minutes=2, seconds=0.5)
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "busy")
    assert {one.kind for one in done.against} >= {"cap"}


def test_it_does_not_warn_of_a_lawful_or_void_call_or_an_unknown_place(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    assert outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "busy").against == ()
    acme.clock.tick(minutes=5)
    assert outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "not dialled").against == ()
    acme.clock.tick(hours=5)
    assert outcomes.record_spoken(acme.deps, acme.alice, "+1 202 555 0143", "busy").against == ()
    assert told(acme) == []


@pytest.mark.long
def test_a_lead_whom_slack_does_not_reach_is_told_later_so_the_card_is_right(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER, zones="Pacific/Auckland")
    acme.notifier.fails = DeliveryFailed("ratelimited", is_permanent=False)
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "busy")
    assert (bool(done.against), done.are_leads_told) == (True, True)
    assert told(acme) == []
    acme.notifier.fails = None
    acme.clock.tick(hours=3, seconds=0.3)
    [(lead, broken)] = told(acme)
    assert (lead, broken.attempt_id) == (acme.dana.slack_user_id, done.attempt_id)
    assert told(acme) == []


def test_without_a_lead_the_admins_are_told_and_the_card_does_not_speak_of_a_lead(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER, zones="Pacific/Auckland")
    acme.change(Agent, acme.dana.agent_id, role=Role.AGENT)
    add_admin(acme)
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "busy")
    assert (bool(done.against), done.are_leads_told) == (True, False)
    assert [lead for lead, _broken in told(acme)] == ["U0ADA"]


@pytest.mark.long
def test_a_leads_own_call_is_told_to_another_lead_or_the_admins(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER, zones="Pacific/Auckland")
    add_admin(acme)
    done = outcomes.record_spoken(acme.deps, acme.dana, NUMBER, "busy")
    assert (bool(done.against), done.are_leads_told) == (True, False)
    assert [lead for lead, _broken in told(acme)] == ["U0ADA"]


@pytest.mark.long
@pytest.mark.parametrize("trouble", [None, locked, at_night, suppressed, held])
@pytest.mark.parametrize("is_listed", [True, False])
def test_it_judges_a_call_as_the_audit_will(acme: SampleOrganisation, trouble: Trouble | None, is_listed: bool) -> None:
    stage = Stage(acme)
    contact = acme.add_contact("Grace", NUMBER if is_listed else "+447700900999")
    if trouble is not None and (is_listed or trouble is not held):
        trouble(acme, contact)
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, Outcome.NO_ANSWER)
    attempt = acme.all(Attempt)[-1].id or 0
    found = audited(stage, TUESDAY - timedelta(hours=1), acme.clock() + timedelta(hours=1)).by_attempt.get(attempt, ())
    assert bool(done.against) == bool(found), (done.against, found)
    assert acme.one(Contact, contact.id).verdict in set(Verdict)
