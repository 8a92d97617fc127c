"""What a hold or a stop had closed is reminded of once it is over; what opens earlier, earlier."""

from datetime import time, timedelta

import pytest

from bot.services.calls import outcomes
from bot.services.deciding import refresh, walk
from bot.services.do_not_call import suppressions
from bot.services.hand_out import hand
from bot.services.reminders import reminders
from bot.services.setup import plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import CampaignView, Setup
from bot.services.teams import holds
from policy.vocabulary import Outcome, Purpose, Verdict
from storage.models import Agent, Attempt, Contact, Hold, Reminder
from tests.fakes import SampleOrganisation
from tests.rows import a_hold
from tests.services.calls.promised_calls import called

pytestmark = pytest.mark.both_engines
NUMBER = "+447700900123"


def rung(acme: SampleOrganisation) -> tuple[Contact, Reminder]:
    """Alice rang Grace, who did not answer, and is reminded of her as soon as the rules allow."""
    acme.change(Agent, acme.alice.agent_id, shift_from=time(0), shift_until=time(0))
    contact = acme.add_contact("Grace", NUMBER)
    outcomes.record(acme.deps, acme.alice, called(acme, acme.alice), Outcome.NO_ANSWER)
    [reminder] = acme.all(Reminder)
    return contact, reminder


def reminded(acme: SampleOrganisation) -> list[str]:
    """Whom a tick reminds, since the last look."""
    acme.notifier.told.clear()
    reminders.send_due(acme.deps)
    return [line.name for batch in acme.notifier.reminders for line in batch.lines]


@pytest.mark.parametrize("hours", [-1, 1], ids=["lifted before it opens", "lifted after"])
def test_a_lifted_hold_brings_the_reminder_back(acme: SampleOrganisation, hours: int) -> None:
    contact, reminder = rung(acme)
    holds.place(acme.deps, acme.dana, contact.id or 0, "complaint")
    assert [one.closed_at is None for one in acme.all(Reminder)] == [False]
    acme.clock.at(reminder.due_at + timedelta(hours=hours, seconds=0.3))
    holds.lift(acme.deps, acme.dana, contact.id or 0, "settled")
    assert reminded(acme) == (["Grace"] if hours > 0 else [])
    acme.clock.at(reminder.due_at + timedelta(hours=2))
    assert reminded(acme) == ([] if hours > 0 else ["Grace"])
    acme.clock.tick(hours=1)
    assert reminded(acme) == []


def test_a_stop_typed_by_mistake_and_taken_back_brings_the_reminder_back(acme: SampleOrganisation) -> None:
    _, reminder = rung(acme)
    stopped = suppressions.add(acme.deps, acme.bob, NUMBER)
    acme.clock.tick(minutes=1, seconds=0.3)
    suppressions.take_back(acme.deps, acme.bob, stopped.stop_id)
    acme.clock.at(reminder.due_at + timedelta(seconds=0.3))
    assert reminded(acme) == ["Grace"]


def test_a_reminder_that_met_a_hold_comes_back_when_the_rules_no_longer_hold(acme: SampleOrganisation) -> None:
    contact, reminder = rung(acme)
    acme.put(hold := a_hold(acme.dana, contact, acme.clock()))
    acme.clock.at(reminder.due_at + timedelta(seconds=0.3))
    assert reminded(acme) == []
    assert [one.closed_because for one in acme.all(Reminder)] == ["held"]
    acme.change(Hold, hold.id or 0, lifted_at=acme.clock())
    acme.clock.tick(minutes=5, seconds=0.3)
    walk.redecide_all(acme.deps)
    assert acme.all(Contact)[0].verdict is Verdict.CALLABLE
    assert reminded(acme) == ["Grace"]


def test_a_reminder_comes_back_once_what_held_the_contacts_of_its_campaign_is_put_right(
    acme: SampleOrganisation,
) -> None:
    """No event is about the contact: the sweep decides it, as it does after whatever ends by itself."""
    _, reminder = rung(acme)
    acme.clock.tick(hours=1, seconds=0.3)
    purpose_is(acme, Purpose.MARKETING)  # nobody was screened for that
    acme.clock.at(reminder.due_at + timedelta(seconds=0.3))
    assert (reminded(acme), [one.closed_because for one in acme.all(Reminder)]) == ([], ["held"])
    acme.clock.tick(minutes=9, seconds=0.3)
    purpose_is(acme, Purpose.SERVICE)
    assert reminded(acme) == ["Grace"]
    assert reminded(acme) == []


def purpose_is(acme: SampleOrganisation, purpose: Purpose) -> None:
    """An admin says what the campaign is for, and the next sweep decides its contacts."""
    said = entry(
        CampaignView, name=acme.campaign.name, purpose=purpose, principal=acme.campaign.principal, country="GB"
    )
    plan.apply(acme.deps, Setup(campaigns=(said,)), "U0ADMIN001")
    refresh.redecide_stale(acme.deps)


def test_an_outcome_that_is_taken_back_leaves_its_agent_a_reminder(acme: SampleOrganisation) -> None:
    """Its call still locks the contact; with no outcome the lease runs out, and nobody else would bring it up again."""
    acme.change(Agent, acme.alice.agent_id, shift_from=time(0), shift_until=time(0))
    contact = acme.add_contact("Grace", NUMBER)
    attempt = called(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, attempt, Outcome.SUCCESS)
    acme.clock.tick(seconds=20.3)
    outcomes.undo(acme.deps, acme.alice, attempt)
    opens = acme.one(Contact, contact.id).callable_from
    assert opens is not None
    acme.clock.tick(hours=2, seconds=0.3)
    hand.lapse_due(acme.deps)
    acme.clock.at(opens + timedelta(seconds=0.3))
    assert reminded(acme) == ["Grace"]


@pytest.mark.parametrize(
    ("by", "instead"),
    [("alice", None), ("alice", Outcome.NOT_DIALLED), ("dana", None)],
    ids=["undone", "corrected", "a lead's undone"],
)
def test_a_reminder_that_an_outcome_dropped_comes_back_when_it_is_taken_back_later(
    acme: SampleOrganisation, by: str, instead: Outcome | None
) -> None:
    """The call no longer locks the contact, so nothing else would schedule a reminder."""
    contact, reminder = rung(acme)
    [attempt] = acme.all(Attempt)
    acme.clock.at(reminder.due_at + timedelta(seconds=0.3))
    speaker = getattr(acme, by)
    outcomes.record(acme.deps, speaker, attempt.id or 0, Outcome.SUCCESS)
    assert [one.closed_because for one in acme.all(Reminder)] == ["not_callable"]
    acme.clock.tick(seconds=20.3)
    if instead is None:
        outcomes.undo(acme.deps, speaker, attempt.id or 0)
    else:
        outcomes.record(acme.deps, speaker, attempt.id or 0, instead)
    assert acme.one(Contact, contact.id).verdict is Verdict.CALLABLE
    acme.clock.tick(hours=2, seconds=0.3)
    hand.lapse_due(acme.deps)
    assert reminded(acme) == ["Grace"]


def test_the_owner_hears_of_a_hold_of_their_own_call_that_is_lifted(acme: SampleOrganisation) -> None:
    contact, reminder = rung(acme)
    acme.clock.at(reminder.due_at + timedelta(seconds=0.3))
    assert reminded(acme) == ["Grace"]
    outcomes.record(acme.deps, acme.alice, called(acme, acme.alice), Outcome.VULNERABLE)
    acme.clock.tick(days=120)
    holds.lift(acme.deps, acme.dana, contact.id or 0, "settled")
    while acme.all(Contact)[0].verdict is not Verdict.CALLABLE:
        acme.clock.tick(hours=1)
        walk.redecide_all(acme.deps)
    assert reminded(acme) == ["Grace"]


@pytest.mark.parametrize("waits", ["for the opening", "for its own time"])
def test_a_reminder_comes_earlier_if_other_rules_let_the_contact_open_earlier(
    acme: SampleOrganisation, waits: str
) -> None:
    contact, reminder = rung(acme)
    opens, later = reminder.due_at, reminder.due_at + timedelta(days=3)
    acme.change(Contact, contact.id, callable_from=later)  # as stricter rules had it
    acme.change(Reminder, reminder.id, due_at=later if waits == "for the opening" else later + timedelta(hours=1))
    walk.redecide_all(acme.deps)
    assert acme.one(Contact, contact.id).callable_from == opens
    acme.clock.at(opens - timedelta(seconds=0.3))
    assert reminded(acme) == []
    acme.clock.at(opens + timedelta(seconds=0.3))
    assert reminded(acme) == (["Grace"] if waits == "for the opening" else [])
    acme.clock.at(later + timedelta(hours=1, minutes=30))
    assert reminded(acme) == ([] if waits == "for the opening" else ["Grace"])
