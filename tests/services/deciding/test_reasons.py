"""Why contacts are locked is said as it stands now, and why they open no sooner."""

from datetime import UTC, datetime

import pytest

from bot.services.answers.calls import CallOpened, OfferCard, OutcomeRecorded
from bot.services.calls import calling, outcomes
from bot.services.hand_out import next_call
from bot.services.teams import call_check, team_status
from policy.vocabulary import ContactState, Outcome
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines

THURSDAY = datetime(2026, 11, 26, 10, tzinfo=UTC)
CHRISTMAS_EVE = datetime(2026, 12, 22, 10, tzinfo=UTC)
NUMBER = "+447700900111"


def called(acme: SampleOrganisation) -> OutcomeRecorded:
    """Alice calls Grace, who does not answer: 72 hours."""
    acme.add_contact("Grace", NUMBER)
    (card,) = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    call = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(call, CallOpened)
    acme.clock.tick(minutes=2)
    return outcomes.record(acme.deps, acme.alice, call.attempt_id, Outcome.NO_ANSWER)


def locked(acme: SampleOrganisation) -> list[tuple[int, str]]:
    rows = team_status.team_status(acme.deps, acme.dana).rows
    return [(one.count, one.reason) for one in rows if one.state is ContactState.LOCKED]


def test_reasons_stored_on_several_days_are_one_that_is_true_today(acme: SampleOrganisation) -> None:
    acme.clock.at(datetime(2026, 11, 27, 22, tzinfo=UTC))
    acme.add_contact()
    acme.clock.at(datetime(2026, 11, 29, 12, tzinfo=UTC))
    acme.add_contact()
    acme.clock.at(datetime(2026, 11, 30, 0, 30, tzinfo=UTC))
    assert locked(acme) == [(2, "Outside calling hours: house policy")]
    [row] = next_call.why_short(acme.deps, acme.alice, [acme.campaign.id or 0], acme.clock.now).rows
    assert (row.count, row.reason) == (2, "Outside calling hours: house policy")


def test_a_wait_that_ends_on_a_sunday_names_it(acme: SampleOrganisation) -> None:
    acme.clock.at(THURSDAY)
    done = called(acme)
    assert done.callable_from == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert [one.says for one in done.closed_days] == ["No calls on Sunday there: house policy"]
    [check] = call_check.check_number(acme.deps, acme.alice, NUMBER).checks
    assert "No calls on Sunday there: house policy" in [one.says for one in check.findings]


def test_a_wait_that_ends_on_a_holiday_names_it_and_the_days_after(acme: SampleOrganisation) -> None:
    acme.clock.at(CHRISTMAS_EVE)
    done = called(acme)
    assert [one.says for one in done.closed_days] == [
        "No calls on a public holiday there: house policy",
        "No calls on Sunday there: house policy",
    ]


def test_a_wait_that_ends_within_hours_names_no_day(acme: SampleOrganisation) -> None:
    done = called(acme)
    assert (done.callable_from, done.closed_days) == (datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC), ())


def test_after_hours_the_closed_day_ahead_is_named(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    acme.clock.at(datetime(2026, 11, 28, 21, 30, tzinfo=UTC))
    [check] = call_check.check_number(acme.deps, acme.alice, NUMBER).checks
    assert check.callable_from == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert [one.says.partition(":")[0] for one in check.findings][-1] == "No calls on Sunday there"
