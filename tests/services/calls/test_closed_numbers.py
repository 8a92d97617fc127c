"""Dead and wrong numbers: every call that closed one counts, and the audit knows what was known at each moment."""

from datetime import date, time, timedelta

import pytest

from bot.services.answers.calls import CallOpened, OfferCard, OutcomeRecorded
from bot.services.answers.people import Actor
from bot.services.audit.auditing import Span, audit
from bot.services.calls import callbacks, calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.hand_out import next_call
from policy.vocabulary import Outcome
from storage.models import Callback, Contact, PersonNumber, ReopenedNumber
from tests.fakes import TUESDAY, SampleOrganisation

pytestmark = pytest.mark.both_engines
FIRST, SECOND = "+447700900123", "+447700900124"
CLOSING = pytest.mark.parametrize("outcome", [Outcome.WRONG_NUMBER, Outcome.NOT_IN_SERVICE])


def dialled(acme: SampleOrganisation, actor: Actor) -> int:
    card = next_call.hand_out(acme.deps, actor, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, actor, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(seconds=30, microseconds=300_001)
    return opened.attempt_id


def closed(acme: SampleOrganisation) -> list[str]:
    return [row.closed_because for row in acme.all(PersonNumber)]


@pytest.mark.long
@CLOSING
def test_an_undo_opens_no_number_that_another_call_closed_too(acme: SampleOrganisation, outcome: Outcome) -> None:
    person = acme.add_person("Grace Hopper", FIRST, SECOND)
    acme.add_contact(person=person, number=FIRST)
    attempt_id = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, attempt_id, outcome)
    acme.clock.tick(minutes=1, microseconds=1)
    told = outcomes.record_spoken(acme.deps, acme.bob, FIRST, outcome.value)
    acme.clock.tick(microseconds=300_001)
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert closed(acme) == [outcome.value, ""]
    acme.clock.tick(microseconds=300_001)
    outcomes.undo(acme.deps, acme.bob, told.attempt_id)
    assert closed(acme) == ["", ""]


@pytest.mark.long
def test_the_audit_accepts_a_call_to_the_next_number_while_the_first_was_closed(acme: SampleOrganisation) -> None:
    """Correcting an outcome later does not change what was known when the call was opened."""
    person = acme.add_person("Grace Hopper", FIRST, SECOND)
    acme.add_contact(person=person, number=FIRST)
    wrong = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, wrong, Outcome.WRONG_NUMBER)
    outcomes.record(acme.deps, acme.alice, dialled(acme, acme.alice), Outcome.CONVERSATION)
    acme.clock.tick(hours=1, microseconds=1)
    outcomes.record(acme.deps, acme.alice, wrong, Outcome.NO_ANSWER)
    acme.clock.tick(minutes=2)
    with acme.units(is_read_only=True) as uow:
        span = Span(acme.energy, TUESDAY - timedelta(hours=1), acme.clock(), acme.clock())
        found = audit(uow.session, span, acme.deps.rulebook(), acme.deps.house_pack)
    assert [check.details for check in found.checks if check.broken] == []
    [reopened] = acme.all(ReopenedNumber)
    assert (reopened.person_id, reopened.number, reopened.attempt_id) == (person.id, FIRST, wrong)
    assert reopened.closed_at < reopened.reopened_at


def test_a_callback_is_cancelled_where_the_number_that_an_undo_opens_is_stopped(acme: SampleOrganisation) -> None:
    person = acme.add_person("Grace Hopper", FIRST, SECOND)
    acme.add_person("Ann", FIRST)
    contact = acme.add_contact(person=person, number=FIRST)
    told = outcomes.record_spoken(acme.deps, acme.alice, FIRST, Outcome.NOT_IN_SERVICE.value)
    suppressions.add(acme.deps, acme.bob, FIRST, "asked")
    callback = acme.add_callback(contact, None, TUESDAY + timedelta(days=2))
    acme.clock.tick(microseconds=300_001)
    outcomes.undo(acme.deps, acme.alice, told.attempt_id)
    assert acme.one(Contact, contact.id).number == FIRST
    stopped = acme.one(Callback, callback.id)
    assert (stopped.closed_at, stopped.closed_because) == (acme.clock(), "cancelled")
    [reopened, *_] = acme.all(ReopenedNumber)
    assert reopened.reopened_at == acme.clock()


def test_a_callback_is_cancelled_where_the_next_number_is_stopped(acme: SampleOrganisation) -> None:
    """Where two people share a number, only the number is stopped."""
    person = acme.add_person("Grace Hopper", FIRST, SECOND)
    acme.add_person("Ann", SECOND)
    contact = acme.add_contact(person=person, number=FIRST)
    suppressions.add(acme.deps, acme.bob, SECOND, "asked")
    callback = acme.add_callback(contact, None, TUESDAY + timedelta(days=2))
    acme.clock.tick(microseconds=300_001)
    told = outcomes.record_spoken(acme.deps, acme.alice, FIRST, Outcome.NOT_IN_SERVICE.value)
    assert acme.one(Contact, contact.id).number == SECOND
    stopped = acme.one(Callback, callback.id)
    assert (stopped.closed_at, stopped.closed_because) == (acme.clock(), "cancelled")
    acme.clock.tick(microseconds=300_001)
    outcomes.undo(acme.deps, acme.alice, told.attempt_id)
    assert acme.one(Callback, callback.id).closed_at is None


def test_a_callback_is_cancelled_where_the_number_that_its_correction_opens_is_stopped(
    acme: SampleOrganisation,
) -> None:
    """While the first number counts as dead, the second would be called, and nothing speaks against that."""
    person = acme.add_person("Grace Hopper", FIRST, SECOND)
    acme.add_person("Ann", FIRST)
    contact = acme.add_contact(person=person, number=FIRST)
    suppressions.add(acme.deps, acme.bob, FIRST, "asked")
    acme.clock.tick(microseconds=300_001)
    told = outcomes.record_spoken(acme.deps, acme.alice, FIRST, Outcome.NOT_IN_SERVICE.value)
    assert acme.one(Contact, contact.id).number == SECOND
    acme.clock.tick(microseconds=300_001)
    agreed = callbacks.agree(acme.deps, acme.alice, told.attempt_id, date(2026, 11, 30), time(11), True)
    assert isinstance(agreed, OutcomeRecorded)
    assert agreed.callback_due_at is None
    assert acme.one(Contact, contact.id).number == FIRST
    [callback] = acme.all(Callback)
    assert (callback.closed_at, callback.closed_because) == (acme.clock(), "cancelled")
