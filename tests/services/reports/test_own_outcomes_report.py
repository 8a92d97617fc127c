"""Own outcomes in the report of a span: counted by name as called today, answers in the workbook; undone ones in
neither."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from bot.services.answers.activity import ActivityReport, OwnCount, Wanted
from bot.services.answers.own_outcomes import Answer, AnswerKind, Question
from bot.services.calls import outcomes
from bot.services.reports import activity
from bot.slack.wording import activity_files
from policy.vocabulary import Outcome
from storage.models import OutcomeRecord, OwnOutcome
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.calls.test_own_outcomes import add, called, say

pytestmark = pytest.mark.both_engines
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SIZE = Question("Which size?", AnswerKind.CHOICE, ("A4", "A5"))
TODAY, DAY = TUESDAY.date(), timedelta(days=1)


def report(acme: SampleOrganisation, first: date = TODAY, last: date = TODAY, **which: str) -> ActivityReport:
    return activity.of_span(acme.deps, acme.erin, Wanted(first, last, **which))


@pytest.mark.long
def test_each_is_counted_under_its_name_of_today_beside_the_span_before(acme: SampleOrganisation) -> None:
    brochure, busy = add(acme, "Brochure", Outcome.CONVERSATION), add(acme, "Fax tone", Outcome.BUSY)
    add(acme, "Never said", Outcome.BUSY)
    for own in (brochure, brochure, busy):
        say(acme, called(acme), own)
    outcomes.record(acme.deps, acme.alice, called(acme), Outcome.CONVERSATION)
    acme.change(OwnOutcome, brochure, name="Wants a brochure")
    found = report(acme)
    assert found.own_outcomes == (
        OwnCount("Wants a brochure", Outcome.CONVERSATION, 2, 0),
        OwnCount("Fax tone", Outcome.BUSY, 1, 0),
    )
    assert (found.whole.attempts, found.whole.contacts) == (4, 3)
    assert [one.before for one in report(acme, TODAY + DAY, TODAY + DAY).own_outcomes] == [2, 1]
    assert report(acme, campaign="Water meters").own_outcomes == ()


@pytest.mark.long
def test_answers_are_those_that_stand(acme: SampleOrganisation) -> None:
    own, other = add(acme, "Brochure", Outcome.CONVERSATION, SIZE), add(acme, "Visit", Outcome.CONVERSATION)
    twice = called(acme)
    say(acme, twice, own, "", Answer("Which size?", "A4"))
    say(acme, twice, own, "", Answer("Which size?", "A5"))
    undone = called(acme)
    say(acme, undone, own, "", Answer("Which size?", "A4"))
    outcomes.undo(acme.deps, acme.alice, undone)
    say(acme, undone, own)
    corrected = called(acme)
    say(acme, corrected, own, "", Answer("Which size?", "A4"))
    outcomes.record(acme.deps, acme.alice, corrected, other)
    outcomes.record(acme.deps, acme.alice, called(acme), Outcome.CONVERSATION)
    found = report(acme)
    assert [(one.own_outcome, one.answers, one.agent, one.campaign) for one in found.answers] == [
        ("Brochure", (Answer("Which size?", "A5"),), "Alice", "Energy switch")
    ]
    assert found.answers[0].at == datetime.combine(TODAY, time(10))
    assert {one.name: one.calls for one in found.own_outcomes} == {"Brochure": 2, "Visit": 1}


def sheets(acme: SampleOrganisation) -> dict[str, list[list[str | float]]]:
    """The cells of each sheet: texts and numbers. A formula would be missing."""
    book = ZipFile(BytesIO(activity_files.workbook(report(acme))))
    texts = ["".join(one.itertext()) for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
    names = [one.attrib["name"] for one in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
    return {
        name: [
            [
                texts[int(value.text or "")] if cell.attrib.get("t") == "s" else float(value.text or "")
                for cell in row
                for value in cell.iter(f"{MAIN}v")
            ]
            for row in ElementTree.fromstring(book.read(f"xl/worksheets/sheet{place}.xml")).iter(f"{MAIN}row")
        ]
        for place, name in enumerate(names, 1)
    }


def test_the_workbook_has_a_sheet_for_each_and_takes_no_text_for_a_formula(acme: SampleOrganisation) -> None:
    own = add(acme, "=Brochure", Outcome.CONVERSATION, SIZE)
    told = (Answer("Which size?", "=1+1"), Answer("How many?", 3.5), Answer("Green?", True))
    say(acme, called(acme), own, "", *told)
    found = sheets(acme)
    assert found["Own outcomes"] == [
        ["Own outcome", "Counts as", "Calls", "Calls before"],
        ["=Brochure", "Spoke", 1, 0],
    ]
    assert [row[3:] for row in found["Answers"][1:]] == [
        ["=Brochure", "Which size?", "=1+1"],
        ["=Brochure", "How many?", 3.5],
        ["=Brochure", "Green?", "Yes"],
    ]
    at, agent, campaign = found["Answers"][1][:3]
    assert (agent, campaign) == ("Alice", "Energy switch")
    assert float(at) == pytest.approx((TUESDAY.date() - date(1899, 12, 30)).days + 10 / 24, abs=1 / 86_400)


def test_without_own_outcomes_the_workbook_is_as_before(acme: SampleOrganisation) -> None:
    outcomes.record(acme.deps, acme.alice, called(acme), Outcome.CONVERSATION)
    assert not {"Own outcomes", "Answers"} & set(sheets(acme))


def test_forgotten_answers_are_in_no_report(acme: SampleOrganisation) -> None:
    own = add(acme, "Brochure", Outcome.CONVERSATION, SIZE)
    say(acme, called(acme), own, "", Answer("Which size?", "A4"))
    acme.change(OutcomeRecord, acme.all(OutcomeRecord)[0].id, answers="")
    found = report(acme)
    assert (found.answers, found.own_outcomes[0].calls) == ((), 1)
