"""Dead and wrong numbers: every call that closed one counts, and the audit knows what was known at each moment."""

from datetime import timedelta

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.people import Actor
from bot.services.audit import Span, audit
from bot.services.calls import calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.hand_out import next_call
from policy.vocabulary import Outcome
from storage.models import Callback, Contact, PersonNumber, ReopenedNumber
from tests.fakes import TUESDAY, House

pytestmark = pytest.mark.both_engines
FIRST, SECOND = "+447700900123", "+447700900124"
CLOSING = pytest.mark.parametrize("outcome", [Outcome.WRONG_NUMBER, Outcome.NOT_IN_SERVICE])


def dialled(house: House, actor: Actor) -> int:
    card = next_call.hand_out(house.deps, actor, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(house.deps, actor, card.lease_id)
    assert isinstance(opened, CallOpened)
    house.clock.tick(seconds=30, microseconds=300_001)
    return opened.attempt_id


def closed(house: House) -> list[str]:
    return [row.closed_because for row in house.all(PersonNumber)]


@CLOSING
def test_an_undo_opens_no_number_that_another_call_closed_too(house: House, outcome: Outcome) -> None:
    person = house.add_person("Grace Hopper", FIRST, SECOND)
    house.add_contact(person=person, number=FIRST)
    attempt_id = dialled(house, house.alice)
    outcomes.record(house.deps, house.alice, attempt_id, outcome)
    house.clock.tick(minutes=1, microseconds=1)
    told = outcomes.record_spoken(house.deps, house.bob, FIRST, outcome.value)
    house.clock.tick(microseconds=300_001)
    outcomes.undo(house.deps, house.alice, attempt_id)
    assert closed(house) == [outcome.value, ""]
    house.clock.tick(microseconds=300_001)
    outcomes.undo(house.deps, house.bob, told.attempt_id)
    assert closed(house) == ["", ""]


def test_the_audit_accepts_a_call_to_the_next_number_while_the_first_was_closed(house: House) -> None:
    """Correcting an outcome later does not change what was known when the call was opened."""
    person = house.add_person("Grace Hopper", FIRST, SECOND)
    house.add_contact(person=person, number=FIRST)
    wrong = dialled(house, house.alice)
    outcomes.record(house.deps, house.alice, wrong, Outcome.WRONG_NUMBER)
    outcomes.record(house.deps, house.alice, dialled(house, house.alice), Outcome.CONVERSATION)
    house.clock.tick(hours=1, microseconds=1)
    outcomes.record(house.deps, house.alice, wrong, Outcome.NO_ANSWER)
    house.clock.tick(minutes=2)
    with house.units(is_read_only=True) as uow:
        span = Span(house.energy, TUESDAY - timedelta(hours=1), house.clock(), house.clock())
        found = audit(uow.session, span, house.deps.rulebook(), house.deps.house_pack)
    assert [check.details for check in found.checks if check.broken] == []
    [reopened] = house.all(ReopenedNumber)
    assert (reopened.person_id, reopened.number, reopened.attempt_id) == (person.id, FIRST, wrong)
    assert reopened.closed_at < reopened.reopened_at


def test_a_callback_is_cancelled_where_the_number_that_an_undo_opens_is_stopped(house: House) -> None:
    person = house.add_person("Grace Hopper", FIRST, SECOND)
    house.add_person("Ann", FIRST)
    contact = house.add_contact(person=person, number=FIRST)
    told = outcomes.record_spoken(house.deps, house.alice, FIRST, Outcome.NOT_IN_SERVICE.value)
    suppressions.add(house.deps, house.bob, FIRST, "asked")
    promise = house.add_promise(contact, None, TUESDAY + timedelta(days=2))
    house.clock.tick(microseconds=300_001)
    outcomes.undo(house.deps, house.alice, told.attempt_id)
    assert house.one(Contact, contact.id).number == FIRST
    stopped = house.one(Callback, promise.id)
    assert (stopped.closed_at, stopped.closed_because) == (house.clock(), "cancelled")
    [reopened, *_] = house.all(ReopenedNumber)
    assert reopened.reopened_at == house.clock()


def test_a_callback_is_cancelled_where_the_next_number_is_stopped(house: House) -> None:
    """Where two people share a number, only the number is stopped."""
    person = house.add_person("Grace Hopper", FIRST, SECOND)
    house.add_person("Ann", SECOND)
    contact = house.add_contact(person=person, number=FIRST)
    suppressions.add(house.deps, house.bob, SECOND, "asked")
    promise = house.add_promise(contact, None, TUESDAY + timedelta(days=2))
    house.clock.tick(microseconds=300_001)
    told = outcomes.record_spoken(house.deps, house.alice, FIRST, Outcome.NOT_IN_SERVICE.value)
    assert house.one(Contact, contact.id).number == SECOND
    stopped = house.one(Callback, promise.id)
    assert (stopped.closed_at, stopped.closed_because) == (house.clock(), "cancelled")
    house.clock.tick(microseconds=300_001)
    outcomes.undo(house.deps, house.alice, told.attempt_id)
    assert house.one(Callback, promise.id).closed_at is None
