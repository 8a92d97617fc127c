"""/outcome for a call off the list closes the callback that the call made, or moves it; an undo restores it."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.services.answers.calls import CallOpened, OfferCard, OutcomeRecorded
from bot.services.answers.people import Actor
from bot.services.calls import callback_watch, callbacks, calling, outcomes
from bot.services.hand_out import next_call
from bot.services.reminders import reminders
from policy.vocabulary import ContactState, Outcome
from storage.models import Callback, Contact
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_call

pytestmark = pytest.mark.both_engines

NUMBER = "+447700900123"
A_MOMENT = timedelta(seconds=0.3)
MINUTE = timedelta(minutes=1)


def promised(acme: SampleOrganisation, actor: Actor, name: str = "Grace") -> tuple[Contact, datetime]:
    """The contact whom the agent promised a call today at noon."""
    contact = acme.add_contact(name, NUMBER)
    [card] = next_call.hand_out(acme.deps, actor, 1).cards
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, actor, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=2, seconds=0.7)
    agreed = callbacks.agree(acme.deps, actor, opened.attempt_id, TUESDAY.date(), time(12), is_mine=True)
    assert isinstance(agreed, OutcomeRecorded)
    return contact, acme.all(Callback)[-1].due_at


def ends(acme: SampleOrganisation) -> list[str]:
    return [one.closed_because for one in acme.all(Callback)]


@pytest.mark.long
@pytest.mark.parametrize("outcome", ["conversation", "no answer", "voicemail left"])
def test_any_call_at_its_time_closes_it_and_no_one_is_reminded(acme: SampleOrganisation, outcome: str) -> None:
    _, due = promised(acme, acme.alice)
    acme.clock.at(due + A_MOMENT)
    done = outcomes.record_spoken(acme.deps, acme.bob, NUMBER, outcome)
    assert ends(acme) == ["kept"]
    assert done.against == (), "the time came, and the call was lawful"
    acme.clock.at(due + 16 * MINUTE)
    assert (reminders.send_due(acme.deps), callback_watch.tell_troubles(acme.deps)) == (0, 0)


@pytest.mark.long
@pytest.mark.parametrize(
    ("minutes", "outcome", "because"),
    [
        (30, "conversation", "kept"),
        (5, "not now", "kept"),
        (31, "conversation", ""),
        (5, "no answer", ""),
        (5, "someone else answered", ""),
        (5, "cut off", ""),
    ],
)
def test_a_talk_within_half_an_hour_before_its_time_closes_it_and_another_outcome_does_not(
    acme: SampleOrganisation, minutes: int, outcome: str, because: str
) -> None:
    _, due = promised(acme, acme.alice)
    acme.clock.at(due - minutes * MINUTE + A_MOMENT)
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, outcome)
    assert ends(acme) == [because]
    assert "gb-house.callback" in {one.rule for one in done.against}, "the lead hears that it was too early"
    assert done.are_leads_told


@pytest.mark.long
def test_an_undo_restores_what_an_early_talk_closed(acme: SampleOrganisation) -> None:
    _, due = promised(acme, acme.alice)
    acme.clock.at(due - 10 * MINUTE)
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "conversation")
    outcomes.undo(acme.deps, acme.alice, done.attempt_id)
    assert ends(acme) == [""]
    outcomes.record(acme.deps, acme.alice, done.attempt_id, Outcome.BUSY)
    assert ends(acme) == [""]
    acme.clock.tick(seconds=0.4)
    outcomes.record(acme.deps, acme.alice, done.attempt_id, Outcome.CONVERSATION)
    assert ends(acme) == ["kept"]


def test_a_talk_that_began_before_the_promise_does_not_keep_it(acme: SampleOrganisation) -> None:
    """Its outcome comes late: after a colleague has agreed a callback in a call of their own."""
    acme.clock.tick(minutes=100)
    began = acme.clock()
    contact, due = promised(acme, acme.alice)
    assert due - began < 30 * MINUTE
    early = acme.put(a_call(acme.bob, contact, began, number=NUMBER))
    outcomes.record(acme.deps, acme.bob, early.id or 0, Outcome.CONVERSATION)
    assert ends(acme) == [""]


def test_of_two_who_share_the_number_the_one_who_was_promised_a_call_is_meant(acme: SampleOrganisation) -> None:
    acme.add_contact("Ann", "+447700900199")
    other = acme.add_contact("Ann", NUMBER)
    contact = acme.add_contact("Grace", NUMBER)
    acme.add_callback(contact, acme.alice.agent_id, TUESDAY + MINUTE)
    acme.clock.tick(minutes=1, seconds=0.3)
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "conversation")
    assert ((other.id or 0) < (contact.id or 0), done.name, ends(acme)) == (True, "Grace", ["kept"])


@pytest.mark.long
def test_a_new_time_said_after_it_moves_the_callback(acme: SampleOrganisation) -> None:
    _, due = promised(acme, acme.alice)
    acme.clock.at(due - 20 * MINUTE + A_MOMENT)
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "call back")
    assert (done.callback_due_at, ends(acme)) == (None, [""]), "the old time stands until there is a new one"
    on = date(2026, 11, 30)
    moved = callbacks.agree(acme.deps, acme.alice, done.attempt_id, on, time(14), is_mine=True)
    assert isinstance(moved, OutcomeRecorded)
    assert (moved.state, ends(acme)) == (ContactState.LOCKED, ["superseded", ""])
    assert acme.all(Callback)[-1].due_at.date() == on
    acme.clock.at(due + 16 * MINUTE)
    assert (reminders.send_due(acme.deps), callback_watch.tell_troubles(acme.deps)) == (0, 0)
