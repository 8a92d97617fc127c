"""Files that are not imported: each with one sentence that says why and what to do."""

from dataclasses import replace

import pytest

from bot.services.intake import holding
from bot.slack.wording.say import say
from storage.models import Agent, Contact, ListFile
from tests.services.files.xlsx import SheetXml, with_sheet, workbook
from tests.slack.scenarios.list_desk import (
    LEADS,
    SHOWN,
    accepted,
    corrected,
    dropped,
    imported,
    previewed,
    stage_of,
    worked_on,
)
from tests.slack.scenarios.town import Town, presses, reads


def test_an_agent_is_sent_to_the_lead(town: Town) -> None:
    town.alice.upload("leads.csv", LEADS)
    reads(town.alice, "Only a team lead, manager or admin may import a list")
    assert not town.acme.all(ListFile)


@pytest.mark.day
def test_a_stranger_is_told_who_they_need(town: Town) -> None:
    town.stranger.upload("leads.csv", LEADS)
    town.stranger.wait_for(lambda seen: any(one.is_from_app for one in seen.messages))
    assert not town.acme.all(ListFile)


def test_a_list_shared_in_a_channel_is_not_read_and_its_sender_is_told_where_it_belongs(town: Town) -> None:
    town.dana.upload("photo.png", b"\x89PNG", "C0ENERGY001")
    town.alice.upload("Leads.CSV", LEADS, "C0ENERGY001")
    reads(town.alice, "I do not read Leads.CSV: everyone in the channel can.")
    town.rest()
    assert len(town.alice.direct_messages) == 1
    assert not town.acme.all(ListFile)
    assert not town.dana.direct_messages, "a picture is for colleagues"
    assert not [one for one in town.dana.messages("C0ENERGY001") if one.is_from_app]


@pytest.mark.day
def test_a_list_that_a_stranger_shares_in_a_channel_is_left_alone(town: Town) -> None:
    town.stranger.upload("leads.csv", LEADS, "C0ENERGY001")
    town.dana.upload("mine.csv", LEADS)
    reads(town.dana, "Reading")
    assert len(town.acme.all(ListFile)) == 1
    assert len([one for one in town.dana.messages() if one.is_from_app]) == 1, "no help is answered to a file"


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(200), "It is a picture"),
        ("data.bin", b"\x00\x01\x02" * 99, "binary file"),
        ("offer.pdf", b"%PDF-1.7\n", "It is a PDF"),
        ("export.csv", b"<!DOCTYPE html><html><body>Session expired</body></html>", "web page"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "old Excel workbook"),
        ("half.xlsx", b"PK\x03\x04" + bytes(200), "not whole"),
        (
            "locked.xlsx",
            b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "A password protects",
        ),
        ("bomb.xlsx", with_sheet(b" " * (64 << 20)), "unpacks to far more than it holds"),
        ("sheet.xlsx", workbook(SheetXml("Leads", [])), "empty"),
        ("wide.csv", b"Name,Phone" + b",x" * 9_998 + b"\nGrace,07700900111\n", "has 10,000 columns"),
        ("nul.csv", b"Name,Phone\nGrace\x00,07700900111\n", "binary file"),
        ("empty.csv", b"", "empty"),
        ("heading.csv", b"Name,Phone\n", "a heading and no rows"),
        ("towns.csv", b"Name,Town\nGrace,Leeds\n", "no column holds telephone numbers"),
    ],
)
def test_a_file_that_is_not_a_list_is_refused_with_a_reason(town: Town, name: str, content: bytes, why: str) -> None:
    dropped(town, content, name)
    said = reads(town.dana, f"Not imported. {name}", why, "Then send it again.")
    assert "orrect the file" not in said.words
    assert stage_of(town) == "failed"
    assert (say("register_files.something_else") in said.words) is name.endswith(("heading.csv", "towns.csv"))


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        (
            "photo.png",
            b"\x89PNG\r\n\x1a\n" + bytes(200),
            "ist weder eine CSV-Datei noch eine XLSX-Mappe. Es ist ein Bild",
        ),
        ("half.xlsx", b"PK\x03\x04" + bytes(200), "nicht vollständig: Laden oder exportieren Sie"),
        ("wide.csv", b"Name,Phone" + b",x" * 9_998 + b"\nGrace,07700900111\n", "10.000 Spalten"),
        ("towns.csv", b"Name,Town\nGrace,Leeds\n", "towns.csv: Keine Spalte enthält Telefonnummern"),
        ("long.csv", b'Name,Phone\n"Grace' + b"\n" * (1 << 20) + b",0\n", "(eine Zelle mit mehr als 131.072 Zeichen)"),
    ],
)
def test_a_german_reader_is_told_in_german_why_a_file_is_no_list(
    town: Town, name: str, content: bytes, why: str
) -> None:
    town.acme.change(Agent, town.acme.dana.agent_id, language="de")
    dropped(town, content, name, says="wird gelesen")
    said = reads(town.dana, "Nicht importiert. ", why, "Senden Sie die Datei dann erneut.").words
    assert ("geben Sie mit *Berichtigen, ergänzen…* an" in said) is (name == "towns.csv")


def test_a_deleted_file_is_reported(town: Town) -> None:
    shared = town.dana.upload("leads.csv", LEADS)
    reads(town.dana, "Reading")
    town.dana.delete_file(shared.file_id)
    town.work()
    said = reads(town.dana, "The file was deleted in Slack")
    assert not said.buttons, "there is nothing to try again"


def test_a_file_deleted_after_the_preview_is_not_imported(town: Town) -> None:
    shown = previewed(town)
    [file] = town.acme.all(ListFile)
    town.dana.delete_file(file.file_id)
    accepted(town, shown, "Importing")
    reads(town.dana, "The file was deleted in Slack")
    assert not town.acme.all(Contact)


def test_a_file_that_slack_hides_is_reported(town: Town) -> None:
    shared = town.dana.upload("leads.csv", LEADS)
    reads(town.dana, "Reading")
    town.server.workspace.files.every[shared.file_id].mode = "hidden_by_limit"
    town.work()
    reads(town.dana, "Slack has hidden the file")


def test_a_file_that_is_too_large_is_reported(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "MOST_BYTES", len(LEADS) - 1)
    dropped(town)
    reads(town.dana, "larger than 1 GB")


def test_a_full_disk_is_reported(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    full = type("Usage", (), {"free": 1000})()
    monkeypatch.setattr("shutil.disk_usage", lambda _path: full)
    dropped(town)
    reads(town.dana, "no disk space")


def test_a_sign_in_page_is_not_read_as_a_list(town: Town) -> None:
    """An app that was installed before it asked for the scope gets Slack's own page in place of each file."""
    town.dana.upload("leads.csv", LEADS)
    reads(town.dana, "Reading")
    manifest = town.server.workspace.manifest
    town.server.workspace.manifest = replace(manifest, scopes=manifest.scopes - {"files:read"})
    town.work()
    failed = reads(town.dana, "Slack does not let me read files", "files:read")
    town.server.workspace.manifest = manifest
    town.dana.press(failed, "list_again")
    worked_on(town)
    reads(town.dana, SHOWN)


def test_a_broken_download_goes_on(town: Town) -> None:
    town.server.fail_next("download", with_="cut", times=3)
    previewed(town)


@pytest.mark.long
def test_half_a_download_is_no_list_and_can_be_tried_again(town: Town) -> None:
    town.server.fail_next("download", with_="cut")
    town.server.fail_next("download", with_="http_503", times=99)
    dropped(town, LEADS + b"".join(b"Contact %d,07700900%03d\n" % (one, one) for one in range(99)))
    failed = reads(town.dana, "Slack did not give me the file")
    assert stage_of(town) == "failed"
    town.server.end_faults()
    town.dana.press(failed, "list_again")
    worked_on(town)
    reads(town.dana, SHOWN, "102 rows", "*101* can be called now")


@pytest.mark.long
def test_two_columns_of_one_meaning_are_refused_and_can_be_corrected(town: Town) -> None:
    shown = previewed(town, b"Name,Phone,Rank,Class\nGrace,07700900111,1,2\n")
    corrected(town, shown, "Rank", "priority")
    corrected(town, reads(town.dana, SHOWN, "→ Priority"), "Class", "priority")
    failed = reads(town.dana, "Not imported. ", "several columns are to be", "only one can be")
    corrected(town, failed, "Rank", "ignore")
    imported(town, reads(town.dana, SHOWN, "→ Priority", "→ Not imported"))
    assert [one.priority for one in town.acme.all(Contact)] == [2]


@pytest.mark.long
def test_a_failed_download_is_reported_and_can_be_tried_again(town: Town) -> None:
    town.server.fail_next("download", with_="http_503", times=99)
    dropped(town)
    failed = reads(town.dana, "Slack did not give me the file")
    town.server.end_faults()
    town.dana.press(failed, "list_again")
    worked_on(town)
    imported(town, reads(town.dana, SHOWN))


def test_a_team_without_a_campaign_is_told_whom_to_ask(town: Town) -> None:
    town.acme.change(type(town.acme.campaign), town.acme.campaign.id, is_active=False)
    dropped(town)
    reads(town.dana, "Your team has no active campaign")


def test_a_former_lead_cannot_import(town: Town) -> None:
    shown = previewed(town)
    town.acme.change(Agent, town.acme.dana.agent_id, role="agent")
    presses(town.dana, shown, "list_import", "Only a team lead may do that")
    assert stage_of(town) == "shown"
