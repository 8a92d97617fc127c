"""The columns that keep what stands equal the statements, after whatever several people say of calls to three people;
and each that does not is found and mended."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.services.answers.calls import OfferCard
from bot.services.calls import comparing, outcomes, statements
from bot.services.hand_out import next_call
from bot.services.privacy import erasing
from bot.services.teams import holds
from policy.vocabulary import Outcome, Role, Verdict
from storage.models import Attempt, Callback, Contact, Hold, PersonNumber, Suppression
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.calls.standing.story import FIRST, Story
from tests.services.calls.standing.test_statements_stand import GRACE, dialled

ADA, NEXT = "+447700900124", "+447700900125"


def unreported(_done: int, _total: int | None) -> None:
    """Nobody watches."""


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize("seed", range(16))
def test_columns_keep_what_stands_after_every_statement(acme: SampleOrganisation, tmp_path: Path, seed: int) -> None:
    story = Story(acme, tmp_path, seed)
    for _ in range(20):
        story.step()
        story.check()


@pytest.mark.night
@pytest.mark.both_engines
@pytest.mark.parametrize("part", range(12))
def test_columns_keep_what_stands_in_other_stories_each_night(
    acme: SampleOrganisation, tmp_path: Path, pytestconfig: pytest.Config, part: int
) -> None:
    story = Story(acme, tmp_path, Random(f"{pytestconfig.getoption('day')} {part}").randrange(10**6))
    for _ in range(60):
        story.step()
        story.check()


def test_each_column_that_keeps_something_else_is_found(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", FIRST)
    call = outcomes.record_spoken(acme.deps, acme.alice, FIRST, "do not call").attempt_id
    acme.clock.tick(seconds=0.3)
    callback = acme.add_callback(contact, None, acme.clock() + timedelta(days=3))
    acme.put(statements.hold(acme.organisation_id, contact.id or 0, "complaint", TUESDAY, acme.alice.agent_id, call))
    acme.change(Attempt, call, closed_at=TUESDAY - timedelta(seconds=0.3))
    acme.change(Suppression, 1, withdrawn_at=TUESDAY)
    acme.change(Suppression, 2, withdrawn_at=TUESDAY)
    acme.change(Contact, contact.id, finished_because="success", finished_at=TUESDAY, finished_attempt_id=call)
    acme.change(PersonNumber, 1, closed_because="not_in_service", closed_at=TUESDAY, closed_attempt_id=call)
    acme.change(Callback, callback.id, closed_because="kept", closed_at=TUESDAY, closed_attempt_id=call)
    every = Counter({"call": 1, "stop": 1, "hold": 1, "number": 1, "contact": 1, "callback": 1})
    assert comparing.count(acme.deps, unreported) == comparing.sample(acme.deps) == every
    acme.clock.tick(seconds=0.3)
    assert comparing.mend(acme.deps, unreported) == every
    assert comparing.mend(acme.deps, unreported) == comparing.count(acme.deps, unreported) == Counter()
    stopped = [(one.number, one.person_id) for one in acme.all(Suppression) if one.withdrawn_at is None]
    assert stopped == [(FIRST, None), ("", contact.person_id)]


@pytest.mark.both_engines
def test_a_contact_left_open_though_two_refused_is_finished_and_not_handed_out(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    other = acme.add_contact("Ada", ADA)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, Outcome.REFUSED)
    acme.clock.tick(days=3, microseconds=300_001)
    opened = {"finished_at": None, "finished_because": "", "finished_attempt_id": None}
    acme.change(Contact, contact.id, **opened, verdict=Verdict.CALLABLE)
    assert comparing.count(acme.deps, unreported) == {"contact": 1}
    assert acme.one(Contact, contact.id).finished_at is None
    assert comparing.mend(acme.deps, unreported) == {"contact": 1}
    left = acme.one(Contact, contact.id)
    assert (left.finished_because, left.finished_attempt_id) == ("refused", call)
    assert left.finished_at is not None
    cards = next_call.hand_out(acme.deps, acme.bob, 3).cards
    assert [one.contact_id for one in cards if isinstance(one, OfferCard)] == [other.id]


@pytest.mark.both_engines
def test_a_number_left_open_though_it_was_found_wrong_is_closed(acme: SampleOrganisation) -> None:
    person = acme.add_person("Grace Hopper", GRACE, NEXT)
    contact = acme.add_contact(person=person, number=GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, Outcome.WRONG_NUMBER)
    acme.clock.tick(days=3, microseconds=300_001)
    first = next(one for one in acme.all(PersonNumber) if one.number == GRACE)
    acme.change(PersonNumber, first.id, closed_at=None, closed_because="", closed_attempt_id=None)
    acme.change(Contact, contact.id, number=GRACE)
    assert comparing.count(acme.deps, unreported) == {"number": 1}
    assert comparing.mend(acme.deps, unreported) == {"number": 1}
    assert acme.one(PersonNumber, first.id).closed_attempt_id == call
    assert acme.one(Contact, contact.id).number == NEXT


def test_what_is_open_because_it_was_taken_back_stays_open(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    for outcome in (Outcome.REFUSED, Outcome.WRONG_NUMBER):
        outcomes.record(acme.deps, acme.alice, call, outcome)
        acme.clock.tick(seconds=0.3)
        outcomes.undo(acme.deps, acme.alice, call)
        acme.clock.tick(seconds=0.3)
    assert comparing.mend(acme.deps, unreported) == {}
    assert acme.one(Contact, contact.id).finished_at is None


def test_the_number_of_an_erased_person_that_others_have_too_stays_closed(acme: SampleOrganisation) -> None:
    for name in ("Grace", "Bob"):
        acme.add_contact(person=acme.add_person(name, GRACE), number=GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, Outcome.NOT_IN_SERVICE)
    erasing.erase(acme.deps, replace(acme.erin, role=Role.ADMIN), GRACE, ["Bob"])
    assert comparing.mend(acme.deps, unreported) == {}
    assert {one.closed_attempt_id for one in acme.all(PersonNumber)} == {call}


def test_a_hold_that_was_said_twice_stays_lifted_whatever_else_is_said_of_the_call(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace", GRACE)
    call = dialled(acme, acme.alice)
    said = ((acme.dana, Outcome.VULNERABLE), (acme.alice, Outcome.COMPLAINT), (acme.alice, Outcome.VULNERABLE))
    for who, outcome in (*said, (acme.dana, Outcome.VULNERABLE)):
        acme.clock.tick(seconds=0.3)
        outcomes.record(acme.deps, who, call, outcome)
    acme.clock.tick(seconds=0.3)
    holds.lift(acme.deps, acme.erin, contact.id or 0, "talked it over")
    assert comparing.count(acme.deps, unreported) == {}
    acme.clock.tick(seconds=0.3)
    outcomes.record(acme.deps, acme.alice, call, Outcome.BUSY)
    assert [one for one in acme.all(Hold) if one.lifted_at is None] == []
    acme.clock.tick(seconds=0.3)
    outcomes.record(acme.deps, acme.alice, call, Outcome.VULNERABLE)
    assert [one.placed_by for one in acme.all(Hold) if one.lifted_at is None] == [acme.alice.agent_id]
