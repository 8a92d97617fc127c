"""A team lead drops a register's file, or the own do-not-call list: asked what it is, previewed, imported."""

import logging
from datetime import date

import pytest

from bot.services.reminders import lead_alerts
from bot.slack import ids
from storage.models import Agent, Campaign, Contact, ListFile, Screening, Suppression
from tests.services.files.xlsx import SheetXml, workbook
from tests.services.intake.test_shared_files import at_once
from tests.slack.scenarios.list_desk import LEADS, SHOWN, accepted, dropped, handed_over, imported, previewed, worked_on
from tests.slack.scenarios.town import Town, form, given, opens, reads

pytestmark = pytest.mark.long
HITS = b"07700 900111\n07700 900777\n"


@pytest.fixture
def marketing(town: Town) -> None:
    """Two contacts that lack a TPS screening and nothing else."""
    town.acme.change(Campaign, town.acme.campaign.id, purpose="marketing")
    shown = previewed(town)
    town.dana.submit(opens(town.dana, shown, "list_facts", ids.BASIS), given(basis="legitimate_interest told"))
    worked_on(town)
    imported(town, reads(town.dana, SHOWN))


def answered(town: Town, **values: object) -> None:
    """Says what the register's file is, in the form on screen; the worker reads it again."""
    asked = form(town.dana, ids.REGISTERS)
    told = {"registers": ["tps"], "obtained": "2026-11-24", "holds": "found"} | values
    assert not town.dana.submit(asked, given(**told)).errors
    worked_on(town)


def verdicts(town: Town) -> dict[str, str]:
    return {one.name: one.verdict.value for one in town.acme.all(Contact)}


def test_a_sheet_that_is_not_read_is_named_and_leaves_nobody_clear(town: Town, marketing: None) -> None:
    sheets = [SheetXml(name, [("Phone",), (f"0770090{name}",)]) for name in ("0111", "0777")]
    dropped(town, workbook(*sheets), "tps-november.xlsx")
    town.dana.press(reads(town.dana, "which of these is it"), "register_form")
    answered(town)
    shown = reads(town.dana, SHOWN, "so no number counts as clear. Not read: 0777. Send a file with all numbers")
    assert "*0* of your numbers are clear" in shown.words


def test_a_file_of_numbers_is_asked_about_previewed_and_imported(town: Town, marketing: None) -> None:
    dropped(town, HITS, "tps-november.csv")
    asked = reads(town.dana, "which of these is it", "2 numbers, and no names", "that are on this register: TPS")
    town.dana.press(asked, "register_form")
    assert form(town.dana, ids.REGISTERS).values[ids.REGISTERS][ids.INPUT]["selected_options"][0]["value"] == "tps"
    answered(town)
    shown = reads(town.dana, "TPS of Tue 24 Nov", "for the numbers of *Energy switch*", SHOWN)
    assert "*1* of your numbers is on it" in shown.words
    assert "*1* of your numbers is clear" in shown.words
    assert "1 number of the file is on none of your lists" in shown.words
    assert "*1* on hold → callable now" in shown.words
    assert "*1* on hold → never callable" in shown.words
    assert "valid for 27 more days" in shown.words
    assert not town.acme.all(Screening)
    accepted(town, shown, "Screening against *TPS*")
    done = reads(town.dana, "is imported: TPS of Tue 24 Nov")
    assert "Contacts now: 1 callable now, 1 do not call" in done.words
    assert verdicts(town) == {"Grace Hopper": "suppressed", "Ada Lovelace": "callable"}
    assert stage_of_last(town) == "imported"
    assert town.server.workspace.refusals == ()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"+33612345678\n+33612345679\n", "hat keine Nummer, für die dieses Register gilt (TPS)"),
        (b"Phone,TPS\n07700 900111,yes\n07700 900112,no\n", "sagt nicht von jeder Nummer Ja"),
        (b"Phone,Mobile,Mobile TPS\n07700 900111,07700 900112,yes\n", "Die Spalte „Mobile TPS“ sagt vielleicht"),
    ],
)
def test_a_german_lead_is_told_in_german_why_a_register_is_refused(
    town: Town, marketing: None, content: bytes, why: str
) -> None:
    dropped(town, content, "tps.csv")
    asked = opens(town.dana, reads(town.dana, "which of these is it"), "register_form", ids.REGISTERS)
    town.acme.change(Agent, town.acme.dana.agent_id, language="de")
    town.dana.submit(asked, given(registers=["tps"], obtained="2026-11-24", holds="found"))
    worked_on(town, "wird gelesen")
    reads(town.dana, "icht importiert", why)


def stage_of_last(town: Town) -> str:
    return max(town.acme.all(ListFile), key=lambda one: one.id or 0).stage


def test_a_form_names_the_fault_of_each_field(town: Town, marketing: None) -> None:
    dropped(town, HITS, "numbers.csv")
    town.dana.press(reads(town.dana, "which of these is it"), "register_form")
    told = given(registers=["tps"], obtained="2026-11-25", holds="found")
    refused = town.dana.submit(form(town.dana, ids.REGISTERS), told)
    assert refused.errors == {"obtained": "That day is still to come."}


def test_today_is_the_readers_own_day(town: Town, marketing: None) -> None:
    """A Wednesday morning in Auckland, and still Tuesday in UTC."""
    town.acme.change(Agent, town.acme.dana.agent_id, zone="Pacific/Auckland")
    dropped(town, HITS, "numbers.csv")
    town.dana.press(reads(town.dana, "which of these is it"), "register_form")
    town.acme.clock.tick(hours=11)
    asked = form(town.dana, ids.REGISTERS)
    assert not town.dana.submit(asked, given(registers=["tps"], obtained="2026-11-25", holds="found")).errors
    reads(town.dana, "Reading")


def test_a_result_with_faulty_rows_attaches_them(town: Town, marketing: None) -> None:
    dropped(town, b"Phone,TPS,CTPS\n07700900111,Y,N\n07700900222,N,N\n07700900222,perhaps,N\n", "result.csv")
    asked = reads(town.dana, "which of these is it", "yes or no for each number, for this register: CTPS, TPS")
    town.dana.press(asked, "register_form")
    answered(town, registers=["tps", "ctps"], holds="verdicts")
    shown = reads(town.dana, "1 row cannot be read", "is neither yes nor no")
    accepted(town, shown, "Screening against")
    done = reads(town.dana, "is imported: TPS, CTPS of")
    assert done.words.count("Contacts now: 1 callable now, 1 do not call.") == 1
    assert done.words.count("Contacts now") == 1
    assert reads(town.dana, "result-rejects.csv").thread_ts == done.ts
    assert verdicts(town) == {"Grace Hopper": "suppressed", "Ada Lovelace": "callable"}
    assert {(one.register_name, one.number[-3:], one.is_listed) for one in town.acme.all(Screening)} == {
        ("tps", "111", True),
        ("tps", "222", False),
        ("ctps", "111", False),
        ("ctps", "222", False),
    }


def test_a_campaign_stays_itself_while_the_form_is_open(town: Town, marketing: None) -> None:
    """Another is switched off meanwhile, so that its place in the list is another's."""
    acme = town.acme
    acme.add_campaign("Boilers", "Bright Energy", acme.energy)
    acme.add_campaign("Solar", "Bright Energy", acme.energy)
    dropped(town, HITS, "tps.csv")
    asked = reads(town.dana, "which of these is it")
    view = opens(town.dana, asked, "register_form", ids.REGISTERS)
    [boilers, solar] = [one for one in acme.all(Campaign) if one.name in ("Boilers", "Solar")]
    acme.change(Campaign, boilers.id, is_active=False)
    told = given(registers=["tps"], obtained="2026-11-24", holds="found", campaign=str(solar.id))
    assert not town.dana.submit(view, told).errors
    worked_on(town)
    reads(town.dana, "for the numbers of *Solar*", SHOWN)


@pytest.mark.day
def test_the_own_list_stops_its_numbers(town: Town, marketing: None) -> None:
    dropped(town, b"Phone\n07700 900222\n", "do-not-call.csv")
    asked = reads(town.dana, "which of these is it", "looks like a do-not-call list of your own")
    asked_form = opens(town.dana, asked, "own_form", ids.PRINCIPAL)
    town.dana.submit(asked_form, given(words="by letter"))
    worked_on(town)
    shown = reads(town.dana, "your do-not-call list for *Bright Energy*", SHOWN)
    assert "*1* number is never called again" in shown.words
    assert "*1* contact is stopped: 1 on hold" in shown.words
    assert not town.acme.all(Suppression)
    accepted(town, shown, "Importing")
    assert "*1* contact stopped" in reads(town.dana, "imported as your do-not-call list").words
    [stop] = town.acme.all(Suppression)[:1]
    assert (stop.principal, stop.note) == ("Bright Energy", "by letter")
    assert verdicts(town)["Ada Lovelace"] == "suppressed"


def test_a_file_of_numbers_may_be_a_list_of_contacts(town: Town) -> None:
    dropped(town, b"Phone\n07700 900222\n", "numbers.csv")
    town.dana.press(reads(town.dana, "which of these is it"), "file_as_list")
    worked_on(town)
    said = reads(town.dana, "Not imported. ", "no column holds names")
    town.dana.press(said, "register_form")
    answered(town, registers=["tps"])
    reads(town.dana, "TPS of Tue 24 Nov", SHOWN)


def test_a_list_with_names_is_not_asked_about(town: Town) -> None:
    for content in (LEADS, b"Name,Phone,TPS\nGrace,07700900111,N\n"):
        dropped(town, content)
        assert "which of these is it" not in reads(town.dana, SHOWN).words


def test_too_old_a_screening_is_warned_about(town: Town, marketing: None) -> None:
    dropped(town, HITS, "tps.csv")
    town.dana.press(reads(town.dana, "which of these is it"), "register_form")
    answered(town, obtained=date(2026, 10, 1).isoformat())
    assert "too old for the rules" in reads(town.dana, SHOWN, "TPS of Thu 1 Oct").words


def test_a_file_with_an_unreadable_row_clears_nobody_until_the_lead_says_so(town: Town, marketing: None) -> None:
    dropped(town, HITS + b"end of file\n", "tps.csv")
    town.dana.press(reads(town.dana, "which of these is it"), "register_form")
    answered(town)
    shown = reads(town.dana, "1 row cannot be read, so no number counts as clear")
    assert "*0* of your numbers are clear" in shown.words
    town.dana.press(shown, "register_form")
    answered(town, stated=["despite"])
    cleared = reads(town.dana, SHOWN, "1 row cannot be read", without="no number counts")
    assert "*1* of your numbers is clear" in cleared.words


def test_a_manager_screens_every_number(town: Town, marketing: None) -> None:
    town.acme.add_contact("Dan", "+447700900126", town.acme.water_campaign)
    town.erin.upload("tps.csv", HITS)
    reads(town.erin, "Reading")
    town.work()
    town.erin.press(reads(town.erin, "which of these is it"), "register_form")
    town.erin.submit(form(town.erin, ids.REGISTERS), given(obtained="2026-11-24"))
    reads(town.erin, "Reading")
    town.work()
    reads(town.erin, "for all numbers on record", "*2* of your numbers are clear")


@pytest.mark.both_engines
def test_two_presses_import_once(town: Town, marketing: None, caplog: pytest.LogCaptureFixture) -> None:
    """At the same moment, from a phone and a desktop; a third comes from a screen that still shows the button."""
    caplog.set_level(logging.INFO, "nextcall.intake")
    dropped(town, HITS, "tps.csv")
    town.dana.press(reads(town.dana, "which of these is it"), "register_form")
    answered(town)
    shown = reads(town.dana, SHOWN, "tps.csv")
    at_once(*[lambda: town.dana.press(shown, "list_import", stale=True)] * 2)
    reads(town.dana, "Screening against")
    handed_over(town)
    town.work()
    reads(town.dana, "is imported: TPS")
    town.dana.press(shown, "list_import", stale=True)
    town.rest()
    town.work()
    assert caplog.text.count("event=register_imported") == 1
    assert len(town.acme.all(Screening)) == 2
    assert town.server.workspace.refusals == ()


@pytest.mark.night
def test_a_lead_is_warned_before_a_screening_expires_and_brings_a_new_one(town: Town, marketing: None) -> None:
    dropped(town, HITS, "tps.csv")
    town.dana.press(reads(town.dana, "which of these is it"), "register_form")
    answered(town)
    accepted(town, reads(town.dana, SHOWN, "tps.csv"), "Screening against")
    town.move(days=23)
    assert lead_alerts.warn_of_screenings(town.deps) == 1
    warned = reads(town.dana, "is about to expire", "From Tue 22 Dec, 1 contact of *Energy switch* goes on hold")
    assert lead_alerts.warn_of_screenings(town.deps) == 0
    asked = opens(town.dana, warned, "register_bring", ids.FILE)
    assert asked.values[ids.REGISTERS][ids.INPUT]["selected_options"][0]["value"] == "tps"
    told = given(file=[town.dana.attach("tps-new.csv", HITS)], obtained="2026-12-16", holds="found")
    assert not town.dana.submit(asked, told).errors
    worked_on(town)
    shown = reads(town.dana, SHOWN, "tps-new.csv", "TPS of Wed 16 Dec")
    accepted(town, shown, "Screening against")
    reads(town.dana, "*tps-new.csv* is imported: TPS of Wed 16 Dec")
    town.move(days=4)
    assert lead_alerts.warn_of_screenings(town.deps) == 0
    assert town.server.workspace.refusals == ()
