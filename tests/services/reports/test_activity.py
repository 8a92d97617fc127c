"""The report of a span counts every call once, on the right day and hour, and compares it with the span before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from pypdfium2 import PdfDocument

from bot.services.answers.activity import ActivityReport, Line, Wanted
from bot.services.answers.evidence.proof_packs import Drawing, Text
from bot.services.errors import NoSuchName, RoleNeeded, SpanOutOfRange, UnknownTeam
from bot.services.lists.in_use import list_results
from bot.services.reports import activity
from bot.slack.wording import activity as headings
from bot.slack.wording import activity as words_of
from bot.slack.wording import activity_files
from policy.vocabulary import Outcome
from storage.models import Agent, Contact, ListMove
from tests.fakes import SampleOrganisation
from tests.rows import a_call

MONDAY = date(2026, 11, 23)
NEARLY_MIDNIGHT = datetime(2026, 11, 23, 23, 59, 59, 999_999, tzinfo=UTC)
DAY = timedelta(days=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, 7, 417_003, tzinfo=UTC)


def call(
    acme: SampleOrganisation,
    opened_at: datetime,
    outcome: Outcome | None,
    contact: Contact | None = None,
    agent: int = 0,
) -> None:
    at_number = {"number": "+447700900001", "agent_id": agent or acme.alice.agent_id}
    acme.put(a_call(acme.alice, contact or "", opened_at, outcome=outcome, **at_number))


def week(acme: SampleOrganisation, **which: str) -> ActivityReport:
    return activity.of_span(acme.deps, acme.erin, Wanted(MONDAY, MONDAY + 6 * DAY, **which))


def test_a_contact_is_a_conversation_with_the_right_person(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    talks = (
        *(Outcome.CONVERSATION, Outcome.CALLBACK_AGREED, Outcome.NOT_NOW, Outcome.REFUSED, Outcome.SUCCESS),
        *(Outcome.DO_NOT_CALL, Outcome.COMPLAINT, Outcome.VULNERABLE),
    )
    no_contact = (
        Outcome.NO_ANSWER,
        Outcome.BUSY,
        Outcome.NOT_IN_SERVICE,
        Outcome.VOICEMAIL_HEARD,
        Outcome.VOICEMAIL_LEFT,
        Outcome.THIRD_PARTY,
        Outcome.WRONG_NUMBER,
        Outcome.CUT_OFF,
        Outcome.ABANDONED,
        Outcome.NOT_DIALLED,
    )
    for outcome in (*talks, *no_contact, None):
        call(acme, at(24, 10), outcome, contact)
    whole = week(acme).whole
    assert whole.attempts == len(talks) + len(no_contact)  # all but the one not dialled, and one without an outcome
    assert whole.contacts == len(talks)
    assert (whole.successes, whole.opt_outs, whole.complaints, whole.without_outcome) == (1, 1, 1, 1)


def test_days_begin_and_end_at_midnight_on_the_teams_clock(acme: SampleOrganisation) -> None:
    acme.change(type(acme.energy), acme.energy.id, zone="America/New_York")
    contact = acme.add_contact(places="US-NY", zones="America/New_York")
    call(acme, datetime(2026, 11, 23, 4, 59, 59, 999_999, tzinfo=UTC), Outcome.NO_ANSWER, contact)  # Sunday there
    call(acme, datetime(2026, 11, 23, 5, 0, 0, tzinfo=UTC), Outcome.CONVERSATION, contact)
    call(acme, datetime(2026, 11, 30, 4, 59, 59, 999_999, tzinfo=UTC), Outcome.BUSY, contact)
    call(acme, datetime(2026, 11, 30, 5, 0, 0, tzinfo=UTC), Outcome.CONVERSATION, contact)  # the Monday after
    found = week(acme, team="Energy")
    assert [tally.attempts for _, tally in found.days] == [1, 0, 0, 0, 0, 0, 1]
    assert (found.whole.attempts, found.whole_before.attempts) == (2, 1)
    assert (found.before.first, found.before.last) == (MONDAY - 7 * DAY, MONDAY - DAY)


def test_hours_are_on_the_clock_of_the_person_called(acme: SampleOrganisation) -> None:
    here, there = acme.add_contact(), acme.add_contact(places="US-CA", zones="America/Los_Angeles")
    call(acme, NEARLY_MIDNIGHT, Outcome.CONVERSATION, here)
    call(acme, NEARLY_MIDNIGHT, Outcome.NO_ANSWER, there)
    call(acme, NEARLY_MIDNIGHT, Outcome.SUCCESS)  # off the list: on the team's clock
    ahead = acme.add_contact(places="NZ", zones="Pacific/Auckland")
    call(acme, NEARLY_MIDNIGHT, Outcome.BUSY, ahead)  # Tuesday there
    hours = week(acme).hours
    assert hours[1][12].attempts == 1
    assert (hours[0][23].attempts, hours[0][23].contacts) == (2, 2)
    assert (hours[0][15].attempts, hours[0][15].contacts) == (1, 0)
    assert sum(tally.attempts for day in hours for tally in day) == 4


def test_the_best_hours_have_enough_attempts_to_tell(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    for minute in range(20):
        call(acme, at(24, 17, minute), Outcome.CONVERSATION if minute < 9 else Outcome.NO_ANSWER, contact)
        call(acme, at(25, 11, minute), Outcome.CONVERSATION if minute < 4 else Outcome.NO_ANSWER, contact)
        call(acme, at(26, 9, minute), Outcome.NO_ANSWER, contact)
    for minute in range(19):
        call(acme, at(27, 12, minute), Outcome.CONVERSATION, contact)
    assert [(one.weekday, one.hour) for one in week(acme).best_hours] == [(1, 17), (2, 11)]


def test_calls_are_counted_by_agent_list_and_campaign(acme: SampleOrganisation) -> None:
    energy, water = acme.add_contact(), acme.add_contact(campaign=acme.water_campaign)
    call(acme, at(24, 10), Outcome.SUCCESS, energy)
    call(acme, at(24, 11), Outcome.NO_ANSWER, energy, acme.bob.agent_id)
    call(acme, at(24, 12), Outcome.NO_ANSWER, energy)
    call(acme, at(24, 13), Outcome.BUSY, water, acme.charlie.agent_id)
    call(acme, at(24, 14), Outcome.BUSY)
    found = week(acme)
    assert [(one.name, one.tally.attempts) for one in found.agents] == [("Alice", 3), ("Bob", 1), ("Charlie", 1)]
    assert [(one.name, one.tally.attempts) for one in found.campaigns] == [
        ("Energy switch", 3),
        ("", 1),
        ("Water meters", 1),
    ]
    assert [one.name for one in found.lists] == ["Energy switch list", "", "Water meters list"]
    assert week(acme, team="water").whole.attempts == 1
    assert week(acme, campaign="energy switch").whole.attempts == 3
    assert week(acme, listed="Energy Switch list").whole.attempts == 3


def test_a_call_counts_for_the_list_it_was_made_from(acme: SampleOrganisation) -> None:
    """Its contact came again on later lists: as the results of each list say it."""
    contact = acme.add_contact()
    january = contact.list_id
    february = acme.add_contact(campaign=acme.add_campaign("February", "Bright Energy", acme.energy)).list_id
    for day in (24, 25):
        call(acme, at(day, 10), Outcome.DO_NOT_CALL, contact)
    moved = {"organisation_id": acme.organisation_id, "contact_id": contact.id or 0}
    acme.put(ListMove(**moved, list_id=january, until=at(25, 10)))
    acme.put(ListMove(**moved, list_id=february, until=at(26, 10)))
    acme.change(Contact, contact.id, list_id=january)
    call(acme, at(26, 10), Outcome.NO_ANSWER, contact)
    lists = {one.name: one.tally for one in week(acme).lists}
    assert {name: (one.attempts, one.opt_outs) for name, one in lists.items()} == {
        "Energy switch list": (2, 1),
        "February list": (1, 1),
    }
    assert [week(acme, listed=name).whole for name in lists] == [*lists.values()]
    results = list_results.of_lists(acme.deps, acme.erin)
    assert {(one.name, one.called, one.opted_out) for one in results if one.called} == {
        ("Energy switch list", 1, 1),
        ("February list", 1, 1),
    }


def test_a_team_lead_sees_only_their_own_team(acme: SampleOrganisation) -> None:
    call(acme, at(24, 10), Outcome.SUCCESS, acme.add_contact())
    call(acme, at(24, 13), Outcome.BUSY, acme.add_contact(campaign=acme.water_campaign), acme.charlie.agent_id)
    wanted = Wanted(MONDAY, MONDAY + 6 * DAY)
    assert [one.name for one in activity.of_span(acme.deps, acme.dana, wanted).agents] == ["Alice"]
    with pytest.raises(RoleNeeded):
        activity.of_span(acme.deps, acme.dana, Wanted(MONDAY, MONDAY, team="Water"))
    with pytest.raises(RoleNeeded):
        activity.of_span(acme.deps, acme.alice, wanted)


def test_a_leads_report_is_headed_by_their_team(acme: SampleOrganisation) -> None:
    wanted = Wanted(MONDAY, MONDAY + 6 * DAY)
    assert headings.heading(activity.of_span(acme.deps, acme.dana, wanted)) == "Calls: Energy"
    assert headings.heading(activity.of_span(acme.deps, acme.erin, wanted)) == "Calls: all teams, campaigns and lists"


def test_what_does_not_exist_is_named(acme: SampleOrganisation) -> None:
    with pytest.raises(UnknownTeam):
        week(acme, team="Gas")
    with pytest.raises(NoSuchName) as refused:
        week(acme, campaign="Gas")
    assert refused.value.known == ("Energy switch", "Water meters")
    with pytest.raises(NoSuchName):
        week(acme, listed="Gas")
    for first, last in ((MONDAY, MONDAY - DAY), (MONDAY, MONDAY + 366 * DAY)):
        with pytest.raises(SpanOutOfRange):
            activity.of_span(acme.deps, acme.erin, Wanted(first, last))


def test_a_span_without_calls_has_no_rates(acme: SampleOrganisation) -> None:
    whole = week(acme).whole
    assert (whole.attempts, whole.contact_rate, whole.success_rate, whole.opt_outs_per_thousand) == (
        0,
        None,
        None,
        None,
    )


@pytest.mark.long
@pytest.mark.parametrize("days", [7, 14, 90])
@pytest.mark.parametrize("draw", [activity_files.days, activity_files.hours])
def test_no_letter_of_a_chart_is_smaller_than_can_be_read(
    acme: SampleOrganisation, draw: Callable[[ActivityReport], Drawing], days: int
) -> None:
    """11 points at the width at which Slack shows it: half of its own."""
    for minute in range(8):
        call(acme, at(24, 10, minute), Outcome.CONVERSATION)
    span = Wanted(MONDAY, MONDAY + timedelta(days=days - 1))
    drawn = draw(activity.of_span(acme.deps, acme.erin, span))
    said = [one for one in drawn.marks if isinstance(one, Text)]
    assert len(said) > 7
    assert min(one.size for one in said) / 2 * 72 / 96 >= 11


def test_its_page_says_every_figure_and_shows_both_charts(acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.alice.agent_id, name="Łucja $x_1$ Ćwikła Иванова")
    for minute in range(8):
        call(acme, at(24, 10, minute), Outcome.CONVERSATION)
    pdf = PdfDocument(activity_files.page(week(acme)))
    [text] = [page.get_textpage().get_text_bounded() for page in pdf]
    words = words_of.words()
    for said in (
        words["by_day"],
        words["by_hour"],
        "Łucja $x_1$ Ćwikła Иванова",
        words["complaints_per_thousand"],
        "100.0%",
    ):
        assert said.replace(" ", "") in "".join(text.split()), said


def test_a_page_with_every_table_full_is_still_one(acme: SampleOrganisation) -> None:
    call(acme, at(24, 10), Outcome.CONVERSATION)
    found = week(acme)
    lines = tuple(Line("Featherstonehaugh, Bartholomew of Energy", found.whole) for _ in range(9))
    full = replace(found, agents=lines, lists=lines, campaigns=lines)
    assert len(PdfDocument(activity_files.page(full))) == 1
