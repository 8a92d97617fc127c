"""A complaint about how data are used waits for its acknowledgement: thirty days, of which the day received is the
first."""

from datetime import date, timedelta

import pytest

from bot.services.answers.calls import CallOpened, OfferCard, OutcomeRecorded
from bot.services.calls import calling, outcomes
from bot.services.errors import AlreadyGone, RoleNeeded
from bot.services.hand_out import next_call
from bot.services.reports import digests
from bot.services.teams import holds
from bot.services.teams.team_status import team_status
from policy.vocabulary import DATA_COMPLAINT, ContactState, Outcome, Verdict
from storage.models import Contact, Hold
from tests.fakes import TUESDAY, SampleOrganisation

pytestmark = pytest.mark.both_engines

LAST = date(2026, 12, 23)  # the thirtieth day, of which Tuesday 24 November is the first


def complained(acme: SampleOrganisation, outcome: Outcome = Outcome.COMPLAINT) -> OutcomeRecorded:
    acme.add_contact("Freya")
    card = next_call.hand_out(acme.deps, acme.alice, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=1)
    return outcomes.record(acme.deps, acme.alice, opened.attempt_id, outcome)


def about_data(acme: SampleOrganisation) -> Contact:
    done = complained(acme)
    outcomes.say_about_data(acme.deps, acme.alice, done.attempt_id)
    return acme.all(Contact)[0]


def in_digest(acme: SampleOrganisation, on: date) -> list[str]:
    acme.clock.at(TUESDAY.replace(hour=18) + (on - TUESDAY.date()))
    waiting = digests.build(acme.deps, acme.energy.id or 0, on).waiting or ()
    return [one.reason for one in waiting if "overdue" in one.reason]


def test_the_card_asks_of_a_complaint_once(acme: SampleOrganisation) -> None:
    done = complained(acme)
    assert done.asks_about_data
    again = outcomes.say_about_data(acme.deps, acme.alice, done.attempt_id)
    assert (again.asks_about_data, again.is_repeat) == (False, False)
    assert outcomes.say_about_data(acme.deps, acme.alice, done.attempt_id).is_repeat
    assert [one.reason for one in acme.all(Hold)].count(DATA_COMPLAINT) == 1


def test_it_does_not_ask_of_another_outcome(acme: SampleOrganisation) -> None:
    done = complained(acme, Outcome.VULNERABLE)
    assert not done.asks_about_data
    with pytest.raises(AlreadyGone):
        outcomes.say_about_data(acme.deps, acme.alice, done.attempt_id)


def test_status_names_the_last_day_and_lifting_does_not_end_it(acme: SampleOrganisation) -> None:
    contact = about_data(acme)
    waiting = team_status(acme.deps, acme.dana, acme.energy.id or 0).waiting
    assert waiting is not None
    (held,) = waiting.holds
    assert held.acknowledge_by == LAST
    assert holds.lift(acme.deps, acme.dana, contact.id or 0, "spoke to them").state is ContactState.HELD
    done = holds.acknowledge(acme.deps, acme.dana, contact.id or 0)
    assert (done.is_repeat, done.state is ContactState.HELD) == (False, False)
    assert holds.acknowledge(acme.deps, acme.dana, contact.id or 0).is_repeat
    assert acme.all(Contact)[0].verdict is not Verdict.HELD


def test_acknowledging_leaves_the_hold_of_the_complaint(acme: SampleOrganisation) -> None:
    contact = about_data(acme)
    assert holds.acknowledge(acme.deps, acme.dana, contact.id or 0).state is ContactState.HELD
    with pytest.raises(RoleNeeded):
        holds.acknowledge(acme.deps, acme.alice, contact.id or 0)


def test_the_digest_says_from_the_thirty_first_day_that_it_is_overdue(acme: SampleOrganisation) -> None:
    contact = about_data(acme)
    assert in_digest(acme, LAST) == []
    (late,) = in_digest(acme, LAST + timedelta(days=1))
    assert late == "A complaint about their data is overdue: it was to be acknowledged by 23 December 2026"
    holds.acknowledge(acme.deps, acme.dana, contact.id or 0)
    assert in_digest(acme, LAST + timedelta(days=2)) == []


def test_taking_the_outcome_back_takes_the_complaint_back(acme: SampleOrganisation) -> None:
    done = complained(acme)
    outcomes.say_about_data(acme.deps, acme.alice, done.attempt_id)
    outcomes.undo(acme.deps, acme.alice, done.attempt_id)
    assert not [one for one in acme.all(Hold) if one.reason == DATA_COMPLAINT and one.lifted_at is None]
