"""What an earlier version left open, though what was said finishes or closes it, is counted and closed."""

import pytest

from bot.services.answers.calls import OfferCard
from bot.services.calls import left_open, outcomes
from bot.services.calls.left_open import LeftOpen
from bot.services.hand_out import next_call
from policy.vocabulary import Outcome, Verdict
from storage.models import Contact, PersonNumber
from tests.fakes import SampleOrganisation
from tests.services.calls.standing.test_statements_stand import GRACE, dialled

pytestmark = pytest.mark.both_engines
ADA, NEXT = "+447700900124", "+447700900125"


def unreported(_done: int, _total: int | None) -> None:
    """Nobody watches."""


def test_a_contact_left_open_though_two_refused_is_finished_and_not_handed_out(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    other = acme.add_contact("Ada", ADA)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, Outcome.REFUSED)
    acme.clock.tick(days=3, microseconds=300_001)
    opened = {"finished_at": None, "finished_because": "", "finished_attempt_id": None}
    acme.change(Contact, contact.id, **opened, verdict=Verdict.CALLABLE)
    assert left_open.count(acme.deps, unreported) == LeftOpen(1, 0)
    assert acme.one(Contact, contact.id).finished_at is None
    assert left_open.close(acme.deps, unreported) == LeftOpen(1, 0)
    left = acme.one(Contact, contact.id)
    assert (left.finished_because, left.finished_attempt_id) == ("refused", call)
    assert left.finished_at is not None
    cards = next_call.hand_out(acme.deps, acme.bob, 3).cards
    assert [one.contact_id for one in cards if isinstance(one, OfferCard)] == [other.id]
    assert left_open.close(acme.deps, unreported) == left_open.count(acme.deps, unreported) == LeftOpen(0, 0)


def test_a_number_left_open_though_it_was_found_wrong_is_closed(acme: SampleOrganisation) -> None:
    person = acme.add_person("Grace Hopper", GRACE, NEXT)
    contact = acme.add_contact(person=person, number=GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, Outcome.WRONG_NUMBER)
    acme.clock.tick(days=3, microseconds=300_001)
    first = next(one for one in acme.all(PersonNumber) if one.number == GRACE)
    acme.change(PersonNumber, first.id, closed_at=None, closed_because="", closed_attempt_id=None)
    acme.change(Contact, contact.id, number=GRACE)
    assert left_open.count(acme.deps, unreported) == LeftOpen(0, 1)
    assert left_open.close(acme.deps, unreported) == LeftOpen(0, 1)
    assert acme.one(PersonNumber, first.id).closed_attempt_id == call
    assert acme.one(Contact, contact.id).number == NEXT
    assert left_open.count(acme.deps, unreported) == LeftOpen(0, 0)


def test_what_is_open_because_it_was_taken_back_stays_open(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    for outcome in (Outcome.REFUSED, Outcome.WRONG_NUMBER):
        outcomes.record(acme.deps, acme.alice, call, outcome)
        acme.clock.tick(seconds=0.3)
        outcomes.undo(acme.deps, acme.alice, call)
        acme.clock.tick(seconds=0.3)
    assert left_open.close(acme.deps, unreported) == LeftOpen(0, 0)
    assert acme.one(Contact, contact.id).finished_at is None
