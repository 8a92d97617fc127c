"""The report of a span counts every call once, on the right day and hour, and compares it with the span before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services.answers.activity import ActivityReport, Wanted
from bot.services.errors import NoSuchName, RoleNeeded, SpanOutOfRange, UnknownTeam
from bot.services.reports import activity
from policy.vocabulary import AttemptState, Outcome
from storage.models import Attempt, Contact
from tests.fakes import House

MONDAY = date(2026, 11, 23)
NEARLY_MIDNIGHT = datetime(2026, 11, 23, 23, 59, 59, 999_999, tzinfo=UTC)
DAY = timedelta(days=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, 7, 417_003, tzinfo=UTC)


def call(
    house: House, opened_at: datetime, outcome: Outcome | None, contact: Contact | None = None, agent: int = 0
) -> None:
    state = AttemptState.NOT_DIALLED if outcome is Outcome.NOT_DIALLED else AttemptState.REPORTED
    house.put(
        Attempt(
            organisation_id=house.organisation_id,
            contact_id=contact.id if contact else None,
            person_id=contact.person_id if contact else None,
            campaign_id=contact.campaign_id if contact else None,
            number="+447700900001",
            principal="Bright Energy",
            agent_id=agent or house.alice.agent_id,
            opened_at=opened_at,
            state=state,
            outcome=outcome,
        )
    )


def week(house: House, **which: str) -> ActivityReport:
    return activity.of_span(house.deps, house.erin, Wanted(MONDAY, MONDAY + 6 * DAY, **which))


def test_a_contact_is_a_conversation_with_the_right_person(house: House) -> None:
    contact = house.add_contact()
    for outcome in Outcome:
        call(house, at(24, 10), outcome, contact)
    call(house, at(24, 10), None, contact)
    whole = week(house).whole
    no_contact = {
        Outcome.NO_ANSWER,
        Outcome.BUSY,
        Outcome.NOT_IN_SERVICE,
        Outcome.VOICEMAIL_HEARD,
        Outcome.VOICEMAIL_LEFT,
        Outcome.THIRD_PARTY,
        Outcome.WRONG_NUMBER,
        Outcome.ABANDONED,
        Outcome.NOT_DIALLED,
    }
    assert whole.attempts == len(Outcome)  # all but the one not dialled, and one without an outcome
    assert whole.contacts == len(set(Outcome) - no_contact)
    assert (whole.successes, whole.opt_outs, whole.complaints, whole.without_outcome) == (1, 1, 1, 1)


def test_days_begin_and_end_at_midnight_on_the_teams_clock(house: House) -> None:
    house.change(type(house.energy), house.energy.id, zone="America/New_York")
    contact = house.add_contact(places="US-NY", zones="America/New_York")
    call(house, datetime(2026, 11, 23, 4, 59, 59, 999_999, tzinfo=UTC), Outcome.NO_ANSWER, contact)  # Sunday there
    call(house, datetime(2026, 11, 23, 5, 0, 0, tzinfo=UTC), Outcome.CONVERSATION, contact)
    call(house, datetime(2026, 11, 30, 4, 59, 59, 999_999, tzinfo=UTC), Outcome.BUSY, contact)
    call(house, datetime(2026, 11, 30, 5, 0, 0, tzinfo=UTC), Outcome.CONVERSATION, contact)  # the Monday after
    found = week(house, team="Energy")
    assert [tally.attempts for _, tally in found.days] == [1, 0, 0, 0, 0, 0, 1]
    assert (found.whole.attempts, found.whole_before.attempts) == (2, 1)
    assert (found.before.first, found.before.last) == (MONDAY - 7 * DAY, MONDAY - DAY)


def test_hours_are_on_the_clock_of_the_person_called(house: House) -> None:
    here, there = house.add_contact(), house.add_contact(places="US-CA", zones="America/Los_Angeles")
    call(house, NEARLY_MIDNIGHT, Outcome.CONVERSATION, here)
    call(house, NEARLY_MIDNIGHT, Outcome.NO_ANSWER, there)
    call(house, NEARLY_MIDNIGHT, Outcome.SUCCESS)  # off the list: on the team's clock
    hours = week(house).hours
    assert (hours[0][23].attempts, hours[0][23].contacts) == (2, 2)
    assert (hours[0][15].attempts, hours[0][15].contacts) == (1, 0)
    assert sum(tally.attempts for day in hours for tally in day) == 3


def test_the_best_hours_have_enough_attempts_to_tell(house: House) -> None:
    contact = house.add_contact()
    for minute in range(20):
        call(house, at(24, 17, minute), Outcome.CONVERSATION if minute < 9 else Outcome.NO_ANSWER, contact)
        call(house, at(25, 11, minute), Outcome.CONVERSATION if minute < 4 else Outcome.NO_ANSWER, contact)
        call(house, at(26, 9, minute), Outcome.NO_ANSWER, contact)
    for minute in range(19):
        call(house, at(27, 12, minute), Outcome.CONVERSATION, contact)
    assert [(one.weekday, one.hour) for one in week(house).best_hours] == [(1, 17), (2, 11)]


def test_calls_are_counted_by_agent_list_and_campaign(house: House) -> None:
    energy, water = house.add_contact(), house.add_contact(campaign=house.water_campaign)
    call(house, at(24, 10), Outcome.SUCCESS, energy)
    call(house, at(24, 11), Outcome.NO_ANSWER, energy, house.bob.agent_id)
    call(house, at(24, 12), Outcome.NO_ANSWER, energy)
    call(house, at(24, 13), Outcome.BUSY, water, house.charlie.agent_id)
    call(house, at(24, 14), Outcome.BUSY)
    found = week(house)
    assert [(one.name, one.tally.attempts) for one in found.agents] == [("Alice", 3), ("Bob", 1), ("Charlie", 1)]
    assert [(one.name, one.tally.attempts) for one in found.campaigns] == [
        ("Energy switch", 3),
        ("", 1),
        ("Water meters", 1),
    ]
    assert [one.name for one in found.lists] == ["Energy switch list", "", "Water meters list"]
    assert week(house, team="water").whole.attempts == 1
    assert week(house, campaign="energy switch").whole.attempts == 3
    assert week(house, listed="Energy Switch list").whole.attempts == 3


def test_a_team_lead_sees_only_their_own_team(house: House) -> None:
    call(house, at(24, 10), Outcome.SUCCESS, house.add_contact())
    call(house, at(24, 13), Outcome.BUSY, house.add_contact(campaign=house.water_campaign), house.charlie.agent_id)
    wanted = Wanted(MONDAY, MONDAY + 6 * DAY)
    assert [one.name for one in activity.of_span(house.deps, house.dana, wanted).agents] == ["Alice"]
    with pytest.raises(RoleNeeded):
        activity.of_span(house.deps, house.dana, Wanted(MONDAY, MONDAY, team="Water"))
    with pytest.raises(RoleNeeded):
        activity.of_span(house.deps, house.alice, wanted)


def test_what_does_not_exist_is_named(house: House) -> None:
    with pytest.raises(UnknownTeam):
        week(house, team="Gas")
    with pytest.raises(NoSuchName) as refused:
        week(house, campaign="Gas")
    assert refused.value.known == ("Energy switch", "Water meters")
    with pytest.raises(NoSuchName):
        week(house, listed="Gas")
    for first, last in ((MONDAY, MONDAY - DAY), (MONDAY, MONDAY + 366 * DAY)):
        with pytest.raises(SpanOutOfRange):
            activity.of_span(house.deps, house.erin, Wanted(first, last))


def test_a_span_without_calls_has_no_rates(house: House) -> None:
    whole = week(house).whole
    assert (whole.attempts, whole.contact_rate, whole.success_rate, whole.opt_outs_per_thousand) == (
        0,
        None,
        None,
        None,
    )
