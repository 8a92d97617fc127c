"""A team lead drops call records of a phone system that Nextcall does not know, and says what the columns mean."""

import pytest

from bot.sandbox import VisibleMessage, VisibleView
from bot.slack import ids
from policy.vocabulary import Role
from storage.models import Agent, Attempt, ListMapping
from tests.slack.scenarios.files.test_call_records import ONE, TWO, attached, meet
from tests.slack.scenarios.list_desk import accepted, dropped, worked_on
from tests.slack.scenarios.town import Town, form, opens, page, reads

HEADING = "Started,Line dialled,Colleague,Ringing,Talk time,Grp\n"
ROW = f"2026-11-24 10:00:07.25,{ONE},101,9.4,0,north\n"
STRANGE = "When rung,Line dialled,Colleague\n"


def labels(asked: VisibleView) -> dict[str, str]:
    """The fields of the form, by the heading that each asks about."""
    return {block["label"]["text"]: block["block_id"] for block in asked.blocks if block["type"] == "input"}


def chosen_in(asked: VisibleView) -> dict[str, str]:
    return {
        block["label"]["text"]: block["element"]["initial_option"]["value"]
        for block in asked.blocks
        if block["type"] == "input"
    }


def opened(town: Town, shown: VisibleMessage) -> VisibleView:
    return opens(town.dana, shown, "calls_columns", f"{ids.COLUMN}0")


def said(asked: VisibleView, **means: str) -> dict[str, dict[str, str]]:
    fields = labels(asked)
    return {fields[heading.replace("_", " ")]: {ids.INPUT: word} for heading, word in means.items()}


def named(town: Town, shown: VisibleMessage, **means: str) -> None:
    asked = opened(town, shown)
    assert not town.dana.submit(asked, said(asked, **means)).errors
    worked_on(town)


def ready(town: Town) -> None:
    meet(town)
    town.acme.change(Agent, town.acme.alice.agent_id, extension="101")
    town.move(hours=3)


@pytest.mark.long
@pytest.mark.both_engines
def test_a_lead_names_the_columns_and_compares(town: Town) -> None:
    ready(town)
    dropped(town, (HEADING + ROW).encode(), "exchange.csv")
    shown = reads(
        town.dana,
        "*exchange.csv* looks like call records of a phone system that I do not know",
        "Not understood: *Line dialled*, *Colleague*, *Grp*.",
    )
    for understood in (
        "*Started* → Time of the call",
        "*Ringing* → How long it rang",
        "*Talk time* → How long they spoke",
    ):
        assert understood in shown.words
    assert town.acme.all(Attempt) == []
    asked = opened(town, shown)
    assert chosen_in(asked) == {
        "Started": "start",
        "Line dialled": "none",
        "Colleague": "none",
        "Ringing": "ring",
        "Talk time": "talk",
        "Grp": "none",
    }
    assert not town.dana.submit(asked, said(asked, Line_dialled="number", Colleague="agent")).errors
    worked_on(town)
    shown = reads(
        town.dana,
        "*exchange.csv*: call records, calls from Tue 24 Nov, 10:00 to Tue 24 Nov, 10:00. Nothing is recorded yet.",
        "*Colleague* → Extension or name of the agent",
        "times by the clock of Europe/London",
        "1 of its agents is known",
        "• *1* call nobody recorded: it becomes an attempt and counts",
        "• *1* call given up too soon",
    )
    assert town.acme.all(Attempt) == []
    accepted(town, shown, "Comparing")
    reads(town.dana, "*exchange.csv* is compared: call records, calls from", "*1* call nobody recorded")
    [attempt] = town.acme.all(Attempt)
    assert (attempt.number, attempt.agent_id) == (ONE, town.acme.alice.agent_id)
    assert "rang for 9.4 s" in attached(town, "exchange-findings.csv")
    assert town.server.workspace.refusals == ()


@pytest.mark.long
@pytest.mark.both_engines
def test_the_next_file_with_the_same_headings_is_read_as_the_last(town: Town) -> None:
    """In any order and spelling of the headings; a file with others is asked about."""
    ready(town)
    dropped(town, (HEADING + ROW).encode(), "monday.csv")
    named(town, reads(town.dana, "monday.csv", "Not understood"), Line_dialled="number", Colleague="agent")
    accepted(town, reads(town.dana, "monday.csv", "Nothing is recorded yet"), "Comparing")
    [kept] = town.acme.all(ListMapping)
    assert kept.columns == {
        "Started": "start",
        "Line dialled": "number",
        "Colleague": "agent",
        "Ringing": "ring",
        "Talk time": "talk",
    }
    later = f"GRP;COLLEAGUE;LINE DIALLED;STARTED;RINGING;TALK TIME\nnorth;101;{TWO};2026-11-24 10:05:00;20;30\n"
    dropped(town, later.encode(), "tuesday.csv")
    shown = reads(
        town.dana, "*tuesday.csv*: call records", "*1* call nobody recorded", "*LINE DIALLED* → Number of the"
    )
    asked = opened(town, shown)  # the kept meanings can be changed
    assert chosen_in(asked)["COLLEAGUE"] == "agent"
    assert not town.dana.submit(asked, said(asked, COLLEAGUE="none")).errors
    worked_on(town)
    shown = reads(town.dana, "*tuesday.csv*: call records", "*1* call nobody recorded", without="COLLEAGUE")
    accepted(town, shown, "Comparing")
    reads(town.dana, "*tuesday.csv* is compared")
    [kept] = town.acme.all(ListMapping)
    assert "COLLEAGUE" not in kept.columns
    dropped(town, (HEADING.replace("Grp", "Team") + ROW).encode(), "other.csv")
    reads(town.dana, "*other.csv* looks like call records", "Not understood")


@pytest.mark.long
def test_headings_that_say_nothing_are_named_from_the_question_what_the_file_is(town: Town) -> None:
    ready(town)
    dropped(town, f"{STRANGE}2026-11-24 10:00:07,{ONE},101\n".encode(), "exchange.csv")
    shown = reads(town.dana, "exchange.csv", "The phone system’s call records…")
    named(town, shown, When_rung="start", Line_dialled="number", Colleague="agent")
    reads(town.dana, "*exchange.csv*: call records", "*1* call nobody recorded", "1 of its agents is known")


def test_the_form_names_what_is_lacking_and_what_is_meant_twice(town: Town) -> None:
    ready(town)
    dropped(town, f"{STRANGE}2026-11-24 10:00:07,{ONE},101\n".encode(), "exchange.csv")
    asked = opened(town, reads(town.dana, "exchange.csv", "The phone system’s call records…"))
    fields = labels(asked)
    no_time = town.dana.submit(asked, said(asked, Line_dialled="number")).errors
    assert no_time == {fields["When rung"]: "Choose “Time of the call” or “Date of the call” for one column."}
    no_number = town.dana.submit(asked, said(asked, When_rung="start", Line_dialled="none")).errors
    assert no_number == {fields["When rung"]: "Choose a telephone number for one column."}
    twice = town.dana.submit(asked, said(asked, When_rung="start", Line_dialled="start")).errors
    assert set(twice) == {fields["When rung"], fields["Line dialled"]}
    assert not town.dana.submit(asked, said(asked, When_rung="start", Line_dialled="number")).errors


@pytest.mark.long
def test_another_time_zone_keeps_what_the_columns_mean(town: Town) -> None:
    ready(town)
    dropped(town, (HEADING + ROW).encode(), "exchange.csv")
    named(town, reads(town.dana, "Not understood"), Line_dialled="number")
    town.dana.press(reads(town.dana, "exchange.csv", "clock of Europe/London"), "calls_form")
    assert not town.dana.submit(form(town.dana, ids.ZONE), {ids.ZONE: {ids.INPUT: "Europe/Berlin"}}).errors
    worked_on(town)
    reads(town.dana, "*exchange.csv*: call records", "clock of Europe/Berlin", "*Line dialled* → Number of the person")


def test_it_can_be_a_list_of_contacts_all_the_same(town: Town) -> None:
    dropped(town, (HEADING + ROW).encode(), "exchange.csv")
    town.dana.press(reads(town.dana, "Not understood"), "file_as_list")
    worked_on(town, "Reading *exchange.csv*")
    reads(town.dana, "exchange.csv", "column", without="call records of")


def test_who_leads_no_team_any_more_may_not_name_the_columns(town: Town) -> None:
    dropped(town, (HEADING + ROW).encode(), "exchange.csv")
    shown = reads(town.dana, "Not understood")
    town.acme.change(Agent, town.acme.dana.agent_id, role=Role.AGENT)
    page(town.dana, shown, "calls_columns", "Only a team lead")


@pytest.mark.day
def test_it_speaks_german(town: Town) -> None:
    ready(town)
    town.acme.change(Agent, town.acme.dana.agent_id, language="de")
    content = f"Anrufbeginn;Rufnummer;Gesprächsdauer;Kollegin\n2026-11-24 10:00:07;{ONE};30;101\n"
    dropped(town, content.encode(), "anlage.csv", says="wird gelesen")
    shown = reads(
        town.dana, "sieht aus wie Anrufdaten", "Nicht verstanden: *Kollegin*.", "*Rufnummer* → Nummer der Person"
    )
    asked = opened(town, shown)
    assert asked.title == "Bedeutung der Spalten"
