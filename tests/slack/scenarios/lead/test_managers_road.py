"""A manager's days, over the socket: the post at the end of the day with its chart and evidence, any day again, the
week."""

import csv
import io
from datetime import date

import pytest

from bot.services.reports import digests
from storage.models import Contact, DigestRun, Team
from tests.fakes import SampleOrganisation
from tests.slack import strict
from tests.slack.scenarios.town import NUMBER, Town, home, page, presses, reads, types
from tests.slack.scenarios.town import town as opened

pytestmark = pytest.mark.usefixtures("few_charts")

CHANNEL = "C0ENERGY001"
NUMBERS = ("+447700900111", "+447700900222", "+447700900333")
TUESDAY = "Energy: Tuesday 24 November 2026"


@pytest.mark.night
def test_it_reports_a_day_its_week_and_what_changed(acme: SampleOrganisation) -> None:
    for name, number in zip(("Grace", "Ada", "Edith"), NUMBERS, strict=True):
        acme.add_contact(name, number)
    acme.change(Team, acme.water.id, editions="")
    with opened(acme) as town:
        a_day_of_calls(town)
        town.move(hours=8)
        assert digests.post_due(town.deps) == 1
        assert digests.post_due(town.deps) == 0, "once"
        posted = reads(town.erin, TUESDAY)
        the_audit_comes_first(posted.words)
        the_files_are_masked(town)
        assert strict.shows_no_number(posted.blocks)

        shown_again_alone(town)
        digests.repost(town.deps, acme.energy.id or 0, date(2026, 11, 24))
        assert len([one for one in town.erin.messages(CHANNEL) if TUESDAY in one.words]) == 2
        assert [(one.on_date, one.edition) for one in acme.all(DigestRun)] == [(date(2026, 11, 24), "day")]

        town.move(days=1)
        assert digests.post_due(town.deps) == 1
        reads(town.erin, "Energy: Wednesday 25 November 2026", "No calls, no opt-outs, nothing refused or overridden.")
        town.move(days=4)
        assert digests.post_due(town.deps) == 5, "four days that were missed, and their week"
        reads(
            town.erin,
            "Energy: the week to Sunday 29 November 2026",
            "*Tue 24 Nov*: 2 calls · 1 contact, contact rate 50%",
        )
        assert town.server.workspace.refusals == ()


def a_day_of_calls(town: Town) -> None:
    """One contact is reached, one asks to stop while another agent is about to call, one is asleep at the time of
    Call."""
    alice, bob = town.alice, town.bob
    calling = presses(alice, types(alice, "/nextcall 1", "Grace"), "call", NUMBER)
    card = types(bob, "/nextcall 1", "Ada")
    town.move(minutes=2)
    alice.press(presses(alice, calling, "outcome_no_answer", "*No answer* recorded"), "next_contacts")
    calling = presses(alice, reads(alice, "Edith", without="recorded"), "call", NUMBER, "Edith")
    town.move(minutes=1)
    presses(alice, calling, "outcome_do_not_call", "*Do not call* recorded")
    (ada,) = [one for one in town.acme.all(Contact) if one.name == "Ada"]
    town.acme.change(Contact, ada.id, zones="Pacific/Auckland")
    presses(bob, card, "call", "*Ada* cannot be called now", without=NUMBER)


def the_audit_comes_first(words: str) -> None:
    order = (
        "*Audit: every promise kept.*",
        "2 calls, 1 answered, 1 contact, contact rate 50%",
        "*Refused calls, by rule*",
        "* × ",
        "1 opt-out",
        "The one made in a call was recorded 1 minute after the call began.",
        "No rule was overridden.",
        "*Waiting for a decision*",
        "*Coming up*",
        "*Agents*",
    )
    places = [words.find(one) for one in order]
    assert -1 not in places, words
    assert places == sorted(places)


def the_files_are_masked(town: Town) -> None:
    """In the post's thread: the chart, and the evidence as a table without spreadsheet formulas."""
    found = {one.name: one.content or b"" for one in town.server.workspace.files.every.values()}
    assert found["nextcall-2026-11-24.png"].startswith(b"\x89PNG")
    text = found["nextcall-2026-11-24.csv"].decode("utf-8-sig")
    assert not any(number.removeprefix("+44") in text for number in NUMBERS)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [one["outcome"] for one in rows if one["kind"] == "attempt"] == ["no_answer", "do_not_call"]
    assert [one["count"] for one in rows if one["kind"] == "audit"] == ["0"] * 11
    assert [one["source"] for one in rows if one["kind"] == "refusal"]


def shown_again_alone(town: Town) -> None:
    """By command, and from Home."""
    erin = town.erin
    again = types(erin, "/teamstatus Energy on 2026-11-24", TUESDAY, "visible only to you", channel="C0WATER0001")
    assert again.is_ephemeral
    assert strict.shows_no_number(again.blocks)
    form = page(erin, home(erin, "Latest digests"), "digest_form", TUESDAY)
    erin.close(form)
