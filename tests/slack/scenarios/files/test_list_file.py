"""A team lead drops a list into the app's messages: preview, corrections, import, report, and an agent calls."""

import csv
import io
from dataclasses import replace

import pytest

from bot.sandbox import CannotDo
from bot.services.errors import AlreadyGone, RoleNeeded
from bot.services.intake import shared
from bot.services.lists.in_use import list_results
from bot.slack import ids
from storage.models import Agent, Contact, ContactList, ListMapping, PersonNumber
from tests.fakes import SampleOrganisation
from tests.services.files.xlsx import DATE_STYLE, Raw, SheetXml, workbook
from tests.slack.scenarios.list_desk import (
    LEADS,
    SHOWN,
    accepted,
    corrected,
    dropped,
    from_app,
    imported,
    previewed,
    worked_on,
)
from tests.slack.scenarios.town import NUMBER, Town, form, given, home, opens, presses, reads, types
from tests.slack.scenarios.town import town as opened

pytestmark = pytest.mark.long


def test_a_lead_drops_a_list_and_an_agent_calls(acme: SampleOrganisation) -> None:
    with opened(acme, "socket") as town:
        shown = previewed(town)
        assert "Energy switch" in shown.words
        assert "2* can be called now" in shown.words
        assert "1 row cannot be imported" in shown.words
        assert "07700900111" not in shown.words
        assert not acme.all(Contact)
        done = imported(town, shown)
        assert "*2* contacts imported" in done.words
        assert "2 callable now" in done.words
        rejects = reads(town.dana, "leads-rejects.csv")
        assert rejects.thread_ts == done.ts
        assert len(from_app(town)) == 2, "one message, and the rejects in its thread"
        presses(town.alice, types(town.alice, "/nextcall 1", "Grace"), "call", NUMBER)
        assert town.server.workspace.refusals == ()


def test_a_lead_drops_a_workbook_corrects_a_column_and_an_agent_calls(acme: SampleOrganisation) -> None:
    heading = ("Name", "Office phone", "Best reached at", "Contract ends")
    rows = [
        ("Grace Hopper", None, 7700900111, Raw("46082", style=DATE_STYLE)),
        ("Ada Lovelace", 2079460222, None, None),
    ]
    with opened(acme, "socket") as town:
        shown = previewed(town, workbook(SheetXml("Leads", [heading, *rows])), "leads.xlsx")
        assert "1 row cannot be imported" in shown.words
        corrected(town, shown, "Best reached at", "mobile")
        imported(town, reads(town.dana, SHOWN, "→ Mobile number", "2* can be called now", "2026-03-01"))
        presses(town.alice, types(town.alice, "/nextcall 1", "Grace"), "call", NUMBER)
        assert town.server.workspace.refusals == ()


def test_a_file_of_the_same_name_makes_another_list_unless_the_lead_joins_them(town: Town) -> None:
    imported(town, previewed(town))
    second = previewed(town, b"Name,Phone\nKatherine Johnson,07700900333\n")
    assert "There is a list *leads* already" in second.words
    assert "list *leads (2)*" in second.words
    town.dana.press(second, "list_join")
    worked_on(town)
    joining = reads(town.dana, SHOWN, "These contacts join it")
    imported(town, joining)
    assert [one.name for one in town.acme.all(ContactList) if one.source == "leads.csv"] == ["leads"]


def test_a_person_of_several_campaigns_is_asked_which(town: Town) -> None:
    town.erin.upload("leads.csv", LEADS)
    reads(town.erin, "Reading")
    town.work()
    asked = reads(town.erin, "which campaign is this list for")
    presses(town.erin, asked, "list_campaign", "Reading *leads.csv*", selected="Water meters")
    town.work()
    shown = reads(town.erin, "*leads.csv* for *Water meters*")
    presses(town.erin, shown, "list_campaign", "Reading *leads.csv*", selected="Energy switch")
    town.work()
    presses(town.erin, reads(town.erin, "*leads.csv* for *Energy switch*"), "list_import", "Importing")
    town.work()
    reads(town.erin, "is imported into *Energy switch*")


def test_what_is_missing_is_supplied_in_a_form(town: Town) -> None:
    town.acme.change(type(town.acme.campaign), town.acme.campaign.id, purpose="marketing")
    shown = previewed(town)
    assert "*2* are on hold" in shown.words
    assert "on hold: TPS screening of the last" in shown.words
    asked = opens(town.dana, shown, "list_facts", ids.BASIS)
    told = given(basis="legitimate_interest told", list_name="November", country="x1")
    assert town.dana.submit(asked, told | given(**{"screened:tps": "2026-11-25"})).errors == {
        "country": "Write two letters, such as GB."
    }
    asked = form(town.dana, ids.BASIS)
    assert "still to come" in str(town.dana.submit(asked, given(country="gb")).errors)
    asked = form(town.dana, ids.BASIS)
    assert not town.dana.submit(asked, given(**{"screened:tps": "2026-11-20"})).errors
    worked_on(town, "Reading *leads.csv*")
    shown = reads(town.dana, SHOWN, "*2* can be called now", "November")
    chosen = opens(town.dana, shown, "list_facts", ids.BASIS).values[ids.BASIS][ids.INPUT]["selected_option"]
    assert chosen["text"]["text"] == "Legitimate interest, and they were told they would be called"
    town.dana.close(form(town.dana, ids.BASIS))
    imported(town, shown)
    [listed] = [one for one in town.acme.all(ContactList) if one.name == "November"]
    assert (listed.basis, listed.is_told_of_calls) == ("legitimate_interest", True)


def test_a_column_is_corrected_and_remembered_for_the_next_file(town: Town) -> None:
    content = b"Name,Best reached at\nGrace Hopper,07700900111\nAda Lovelace,07700900222\n"
    dropped(town, content)
    asked = reads(town.dana, "“Best reached at” looks like telephone numbers* (•••• 111 (line 2)", "shall I use it?")
    assert all(one.label != "Import" for one in asked.buttons)
    corrected(town, asked, "Best reached at", "mobile")
    shown = reads(town.dana, SHOWN, "→ Mobile number", "2* can be called now")
    corrected(town, shown, "Best reached at", "work")
    imported(town, reads(town.dana, SHOWN, "→ Work number"))
    again = previewed(town, content.replace(b"07700900", b"07700901"), "december.csv")
    assert "→ Work number" in again.words
    assert "columns as saved in *leads*" in again.words


def test_every_column_of_a_wide_file_can_be_corrected(town: Town) -> None:
    others = [f"Column {number}" for number in range(1, 90)]
    heading = ",".join(["Name", "Phone", *others, "Best reached at"])
    cells = ",".join(["Grace", "07700900111", *["x"] * len(others), "7700900222"])
    dropped(town, f"{heading}\n{cells}\n".encode())
    shown = reads(town.dana, SHOWN)
    first = opens(town.dana, shown, "list_facts", f"{ids.COLUMN}0")
    assert "The file has 52 more columns" in first.words
    last = opens(town.dana, first, "list_columns_page", f"{ids.COLUMN}91", selected="Columns 81 to 92")
    town.dana.submit(last, {f"{ids.COLUMN}91": {ids.INPUT: "mobile"}})
    reads(town.dana, "Reading")
    refused = town.dana.submit(form(town.dana, f"{ids.COLUMN}0"), {f"{ids.COLUMN}5": {ids.INPUT: "ignore"}})
    assert "then save this page again" in str(refused.errors)
    town.work()
    reads(town.dana, SHOWN)
    town.dana.submit(form(town.dana, f"{ids.COLUMN}0"), {f"{ids.COLUMN}5": {ids.INPUT: "ignore"}})
    worked_on(town)
    imported(town, reads(town.dana, SHOWN))
    assert sorted(one.number for one in town.acme.all(PersonNumber)) == ["+447700900111", "+447700900222"]
    (kept,) = town.acme.all(ListMapping)
    assert kept.columns == {"Best reached at": "mobile", "Column 4": "ignore"}


def test_a_column_that_may_forbid_calls_is_asked_about_before_anything_is_imported(town: Town) -> None:
    dropped(town, b"Name,Phone,Do not call\nGrace,07700900111,maybe\nAda,07700900222,no\n")
    shown = reads(town.dana, SHOWN, "may say whom not to call", "maybe (line 2)")
    assert "can be called now" not in shown.words
    with pytest.raises(CannotDo):
        town.dana.press(shown, "list_import")
    corrected(town, shown, "Do not call", "stop")
    shown = reads(town.dana, SHOWN, "1* can be called now", without="may say whom")
    imported(town, shown)
    assert "Grace" not in types(town.alice, "/nextcall 2", "Ada").words


def test_what_the_file_itself_bars_is_said_once(town: Town) -> None:
    dropped(town, b"Name,Phone,Do not call\nGrace,07700900111,yes\nAda,07700900222,no\n")
    shown = reads(town.dana, SHOWN)
    assert "1* must never be called: marked “Do not call” in the file" in shown.words
    assert shown.words.count("Do not call") == 3, "the heading, its meaning, and the effect"
    assert "is never handed out" not in shown.words


def test_a_marked_row_that_makes_no_contact_is_said_by_itself(town: Town) -> None:
    dropped(town, b"Name,Phone,Do not call\nGrace,07700900111,yes\n,07700900333,yes\nAda,07700900222,no\n")
    marked = "1* must never be called: marked “Do not call” in the file"
    reads(town.dana, SHOWN, marked, "• 1 more row is marked so")


def test_whom_the_file_bars_is_told_from_whom_a_rule_bars(town: Town) -> None:
    town.acme.change(type(town.acme.campaign), town.acme.campaign.id, purpose="marketing")
    rows = "Grace,07700900111,DE,yes\nAda,030 12345678,DE,no\n,07700900333,GB,yes\n"
    dropped(town, f"Name,Phone,Country,Do not call\n{rows}".encode())
    reads(
        town.dana, SHOWN, "2* must never be called: marked “Do not call” in the file (1); ", "• 1 more row is marked so"
    )


@pytest.mark.night
def test_a_sheet_of_a_workbook_is_chosen(town: Town) -> None:
    sheets = [
        SheetXml(name, [("Name", "Phone"), ("Grace Hopper", number)])
        for name, number in (("Leads", "07700900111"), ("Old leads", "07700900333"))
    ]
    shown = previewed(town, workbook(*sheets), "leads.xlsx")
    assert "sheet *Leads*" in shown.words
    assert "Only the sheet *Leads* is read. Not read: Old leads." in shown.words
    town.dana.submit(opens(town.dana, shown, "list_facts", ids.SHEET), given(sheet="Old leads"))
    worked_on(town)
    imported(town, reads(town.dana, SHOWN, "sheet *Old leads*", "333"))
    assert [one.number for one in town.acme.all(Contact)] == ["+447700900333"]


def test_what_was_missing_is_supplied_after_the_import(town: Town) -> None:
    town.acme.change(type(town.acme.campaign), town.acme.campaign.id, purpose="marketing")
    done = imported(town, previewed(town))
    assert "2 on hold" in done.words
    town.dana.press(done, "list_facts")
    told = given(**{"basis": "legitimate_interest told", "screened:tps": "2026-11-20"})
    town.dana.submit(form(town.dana, ids.BASIS), told)
    worked_on(town, "Reading *leads.csv*")
    again = imported(town, reads(town.dana, SHOWN))
    assert "2 already in the campaign" in again.words
    assert "2 callable now" in again.words
    assert len(town.acme.all(Contact)) == 2
    mine = [(one.name, one.contacts) for one in list_results.of_lists(town.deps, town.acme.dana) if one.name == "leads"]
    assert mine == [("leads", 2)], "the list without a basis is empty, and no longer shown"


def test_a_lead_withdraws_the_list_that_they_imported(town: Town) -> None:
    done = imported(town, previewed(town))
    asked = opens(town.dana, done, "list_withdraw", ids.WORDS)
    assert "2 contacts of *leads*" in asked.words
    assert town.dana.submit(asked, given(words="")).errors
    town.dana.submit(asked, given(words="the wrong file"))
    reads(town.dana, "*leads* withdrawn: 2 contacts are no longer handed out. An admin can restore it.")
    assert {one.finished_because for one in town.acme.all(Contact)} == {"list withdrawn: the wrong file"}
    assert "0 contacts of *leads*" in opens(town.dana, done, "list_withdraw", ids.WORDS).words


def test_a_lead_withdraws_no_list_of_others(town: Town) -> None:
    done = imported(town, previewed(town))
    joined = previewed(town, b"Name,Phone\nKatherine Johnson,07700900333\n")
    town.dana.press(joined, "list_join")
    worked_on(town)
    joined = imported(town, reads(town.dana, SHOWN, "These contacts join it"))
    assert not any(one.action_id == "list_withdraw" for one in joined.elements())
    file_id = int(done.element("list_withdraw").value or 0)
    with pytest.raises(AlreadyGone):
        shared.withdraw(town.deps, town.acme.dana, file_id + 1, "theirs")
    with pytest.raises(AlreadyGone):
        shared.withdraw(town.deps, town.acme.erin, file_id, "not mine")
    with pytest.raises(RoleNeeded):
        shared.withdraw(town.deps, town.acme.alice, file_id, "not mine")
    moved = replace(town.acme.dana, team_id=town.acme.water.id)
    with pytest.raises(AlreadyGone):
        shared.withdraw(town.deps, moved, file_id, "no longer my campaign")


def test_facts_that_contradict_each_other_stay_in_the_form(town: Town) -> None:
    told = town.dana.submit(opens(town.dana, previewed(town), "list_facts", ids.BASIS), given(stated=["assessed"]))
    assert told.errors[ids.BASIS].startswith("An assessed interest counts only with")
    town.acme.change(Agent, town.acme.dana.agent_id, language="de")
    told = town.dana.submit(form(town.dana, ids.BASIS), given(basis="contract told"))
    assert told.errors[ids.BASIS].startswith("Ein abgewogenes Interesse zählt nur mit")


def test_a_list_is_chosen_in_a_form_from_home(town: Town) -> None:
    dana = town.dana
    asked = opens(dana, home(dana), "list_bring", ids.FILE)
    assert dana.submit(asked, given(campaign=str(town.acme.campaign.id))).errors == {
        ids.FILE: "Please complete this required field."
    }
    dana.submit(form(dana, ids.FILE), given(file=[dana.attach("leads.csv", LEADS)]))
    reads(dana, "Reading *leads.csv*")
    town.work()
    imported(town, reads(dana, SHOWN))
    assert len(town.acme.all(Contact)) == 2


def test_it_speaks_the_readers_language(town: Town) -> None:
    town.acme.change(Agent, town.acme.dana.agent_id, language="de")
    dropped(town, LEADS, says="wird gelesen")
    shown = reads(town.dana, "Noch ist nichts importiert", "jetzt anrufbar")
    accepted(town, shown, "wird in *Energy switch* importiert")
    reads(town.dana, "*2* Kontakte importiert")


def test_what_holds_a_list_is_said_in_the_readers_language(town: Town) -> None:
    town.acme.change(type(town.acme.campaign), town.acme.campaign.id, purpose="marketing")
    town.acme.change(Agent, town.acme.dana.agent_id, language="de")
    dropped(town, LEADS, says="wird gelesen")
    reads(town.dana, "angehalten: Noch kein Abgleich mit TPS", "eine eingetragene Rechtsgrundlage mit dem Nachweis")


FAULTY = (
    "Name,Phone,Mobile,Country\nGrace,07700900111,,GB\nAda,letters,12,GB\n,07700900333,,GB\nBob,+447700900444,,Xyz\n"
)


def test_a_german_reader_is_told_in_german_why_a_row_is_faulty(town: Town) -> None:
    town.acme.change(Agent, town.acme.dana.agent_id, language="de")
    dropped(town, FAULTY.encode(), says="wird gelesen")
    shown = reads(
        town.dana,
        "Phone: Die Nummer enthält Buchstaben; Mobile: Die Nummer ist zu kurz",
        "Die Zeile hat keinen Namen: Der Agent muss wissen",
        "„Xyz“ ist kein Land: Schreiben Sie seinen Namen oder seine zwei Buchstaben, etwa DE; die Nummer entscheidet",
    )
    accepted(town, shown, "wird in *Energy switch* importiert")
    reads(town.dana, "*2* Kontakte importiert", "Die Nummer enthält Buchstaben")
    file = reads(town.dana, "leads-rejects.csv").files[0]
    written = town.server.workspace.files.every[file.file_id].content
    assert written is not None
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    assert rows[0][-2:] == ["Zeile", "Warum sie nicht importiert wurde"]
    assert rows[1][-1] == "Phone: Die Nummer enthält Buchstaben; Mobile: Die Nummer ist zu kurz"
    corrected_file = written.replace(b"letters", b"07700900222").replace(b",12,", b",,")
    dropped(town, corrected_file, "leads-rejects.csv", says="*Ihre Datei* wird gelesen")
    again = reads(town.dana, "*leads-rejects.csv*", "*1* jetzt anrufbar")
    assert "Warum sie nicht importiert wurde" not in again.words, "its own columns are left out again"


@pytest.mark.parametrize(
    ("language", "heading", "lack"),
    [
        ("en", "*What no list can supply.*", "1 on hold: Nextcall has no rules for Jersey"),
        ("de", "*Was keine Liste ergänzen kann.*", "1 angehalten: Nextcall hat keine Regeln für das Gebiet Jersey"),
    ],
)
def test_a_country_without_rules_is_named_and_no_list_is_asked_for_them(
    town: Town, language: str, heading: str, lack: str
) -> None:
    town.acme.change(Agent, town.acme.dana.agent_id, language=language)
    dropped(
        town, b"Name,Phone,Country\nGrace,07797712345,Jersey\nAda,07700900222,GB\n", says=":hourglass_flowing_sand:"
    )
    shown = reads(town.dana, heading, lack)
    assert "What is missing" not in shown.words
    assert "Was fehlt" not in shown.words
