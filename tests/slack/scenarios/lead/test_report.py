"""A manager asks for a report over the socket, and gets a message, two charts, a page and a workbook; nobody else
does."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest

from bot.sandbox import VisibleView
from bot.sandbox.state.contents import File
from bot.slack import ids
from policy.vocabulary import Outcome
from storage.models import Agent
from tests.fakes import SampleOrganisation
from tests.rows import a_call
from tests.slack import strict
from tests.slack.scenarios.sent import as_sent
from tests.slack.scenarios.town import Town, faulty, form, given, home, opens, reads

MODE = "socket"
NUMBER = "+447700900801"


@pytest.fixture
def acme(acme: SampleOrganisation) -> SampleOrganisation:
    contact = acme.add_contact("Grace", NUMBER)
    for hour, outcome in ((10, Outcome.NO_ANSWER), (11, Outcome.SUCCESS), (12, Outcome.DO_NOT_CALL)):
        acme.put(a_call(acme.alice, contact, datetime(2026, 11, 20, hour, 0, 7, 417_003, tzinfo=UTC), outcome=outcome))
    return acme


def asked(town: Town, who: str) -> VisibleView:
    member = getattr(town, who)
    return opens(member, home(member, "Report"), "report_form", ids.FROM)


@pytest.mark.night
def test_a_report_of_one_day_names_it_once(town: Town) -> None:
    town.erin.submit(asked(town, "erin"), given(**{"from": "2026-11-18", "until": "2026-11-18"}))
    message = reads(town.erin, "Calls: all teams, campaigns and lists")
    assert "Wed 18 Nov 2026 (Europe/London), compared with Tue 17 Nov 2026" in message.words


@pytest.mark.night
def test_a_manager_gets_the_report_with_its_files(town: Town) -> None:
    first = asked(town, "erin")
    strict.modal_shown(as_sent(first))
    town.erin.submit(first, given(**{"from": "2026-11-18", "until": "2026-11-22"}))
    message = reads(town.erin, "Calls: all teams, campaigns and lists", "Attempts: *3* (before: 0)")
    for said in ("Contacts: *2*", "Contact rate: *66.7%*", "Success rate: *50.0%*", "Opt-outs per 1,000: *333.3*"):
        assert said in message.words
    assert "Wed 18 Nov to Sun 22 Nov 2026 (Europe/London), compared with Fri 13 Nov to Tue 17 Nov 2026" in message.words
    assert "Too few calls to say" in message.words
    assert strict.shows_no_number(message.blocks)
    files = {one.name: one for one in town.erin.wait_for(lambda _: _sent(town))}
    assert sorted(files) == [
        "calls-2026-11-18-2026-11-22-days.png",
        "calls-2026-11-18-2026-11-22-hours.png",
        "calls-2026-11-18-2026-11-22.pdf",
        "calls-2026-11-18-2026-11-22.xlsx",
    ]
    assert all(one.channels == [message.channel_id] for one in files.values())
    starts = {name.rsplit(".", 1)[1]: (one.content or b"")[:4] for name, one in files.items()}
    assert starts == {"png": b"\x89PNG", "pdf": b"%PDF", "xlsx": b"PK\x03\x04"}
    book = zipfile.ZipFile(io.BytesIO(files["calls-2026-11-18-2026-11-22.xlsx"].content or b""))
    strings = book.read("xl/sharedStrings.xml").decode()
    assert "Alice" in strings
    assert NUMBER not in strings


@pytest.mark.usefixtures("no_reports")
def test_without_what_draws_a_manager_gets_the_figures_and_is_told_the_extra(town: Town) -> None:
    town.erin.submit(asked(town, "erin"), given(**{"from": "2026-11-18", "until": "2026-11-22"}))
    message = reads(town.erin, "Attempts: *3* (before: 0)")
    assert "pip install 'nextcall[reports]'" in message.words
    assert not town.server.workspace.files.every


def _sent(town: Town) -> list[File] | None:
    every = list(town.server.workspace.files.every.values())
    return every if len(every) == 4 and all(one.channels for one in every) else None


def test_days_in_the_wrong_order_keep_the_form_open(town: Town) -> None:
    first = asked(town, "erin")
    town.erin.submit(first, given(**{"from": "2026-11-22", "until": "2026-11-20"}))
    refused = faulty(town.erin)
    assert refused.errors == {ids.UNTIL: "The last day is before the first one. Choose another."}
    town.erin.submit(refused, given(**{"from": "2024-11-22", "until": "2026-11-20"}))
    again = town.erin.wait_for(
        lambda seen: seen.modal if seen.modal and ids.FROM in (seen.modal.errors or {}) else None
    )
    assert "At most 366 days" in again.errors[ids.FROM]


def test_a_team_lead_chooses_no_team_and_an_agent_has_no_report(town: Town) -> None:
    lead = asked(town, "dana")
    assert ids.TEAM not in {block.get("block_id") for block in lead.blocks}
    assert ids.CAMPAIGN_CHOSEN in {block.get("block_id") for block in lead.blocks}
    assert "report_form" not in str(home(town.alice).blocks)


@pytest.mark.night
def test_the_words_of_the_report_are_the_readers(town: Town) -> None:
    town.acme.change(Agent, town.acme.erin.agent_id, language="de")
    town.erin.press(home(town.erin, "Auswertung"), "report_form")
    town.erin.submit(form(town.erin, ids.FROM), given(**{"from": "2026-11-18", "until": str(date(2026, 11, 22))}))
    reads(town.erin, "Nettokontakte: *2* (davor: 0)", "Kontaktquote: *66,7 %*")
