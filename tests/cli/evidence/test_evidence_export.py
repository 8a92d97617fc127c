"""`nextcall evidence export`: writes the proof pack of a number to private files."""

import json
import sqlite3
import stat
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from tests.cli.conftest import Command, fails, succeeds

pytestmark = pytest.mark.long
NUMBER = "07700 900811"


def _listed(with_leads: Command, folder: Path) -> None:
    (folder / "more.csv").write_text(f"name,phone,do not call\nFreya Evans,{NUMBER},yes\n")
    assert with_leads("import-contacts", "more.csv", "--campaign", "Energy switch").exit_code == 0


@pytest.mark.night
def test_it_writes_files_that_only_the_owner_may_read(with_leads: Command, folder: Path) -> None:
    _listed(with_leads, folder)
    done = succeeds(with_leads("evidence", "export", NUMBER, "--out", "packs"))
    assert "0 calls, 0 refusals, 1 stop, " in done.output
    files = sorted((folder / "packs").iterdir())
    assert [one.name for one in files] == ["proof-447700900811.json", "proof-447700900811.pdf"]
    assert files[1].read_bytes().startswith(b"%PDF-")
    assert all(stat.S_IMODE(one.stat().st_mode) == 0o600 for one in files)
    said = json.loads((folder / "packs" / "proof-447700900811.json").read_text())
    assert (said["number"], all(one["is_honoured"] for one in said["reviews"]["stops"])) == ("+447700900811", True)
    assert "Freya" not in json.dumps(said)
    assert json.loads(with_leads("evidence", "export", NUMBER, "--json").stdout)["number"] == "+447700900811"


def test_it_overwrites_nothing_and_says_where_it_cannot_write(with_leads: Command, folder: Path) -> None:
    _listed(with_leads, folder)
    assert with_leads("evidence", "export", NUMBER).exit_code == 0
    assert "exists already" in fails(with_leads("evidence", "export", NUMBER)).output
    (folder / "packs").write_text("a file, not a folder")
    refused = with_leads("evidence", "export", NUMBER, "--out", "packs")
    assert (refused.exit_code, "packs cannot be made a folder" in refused.output) == (1, True)
    assert "Traceback" not in refused.output


def test_it_writes_the_pdf_in_german_and_refuses_a_language_it_lacks(with_leads: Command, folder: Path) -> None:
    _listed(with_leads, folder)
    assert "choose one of en, de" in fails(with_leads("evidence", "export", NUMBER, "--language", "xx")).output
    assert with_leads("evidence", "export", NUMBER, "--language", "de").exit_code == 0
    page = PdfDocument(folder / "proof-447700900811.pdf")[0].get_textpage().get_text_bounded()
    assert "Nachweis: Anrufe bei +44 7700 900811" in page


def test_a_number_without_a_record_is_refused(with_leads: Command) -> None:
    assert "on none of the lists" in fails(with_leads("evidence", "export", "07700 900899")).output


def test_a_damaged_signing_key_leaves_a_pack_that_says_it_is_not_proven(with_leads: Command, folder: Path) -> None:
    _listed(with_leads, folder)
    with_leads("evidence", "export", NUMBER, "--json")  # which begins the log
    with sqlite3.connect(folder / "calls.db") as database:
        database.execute("UPDATE evidencelog SET public_key = 'words'")
    done = succeeds(with_leads("evidence", "export", NUMBER, "--out", "packs"))
    assert "Not proven: the key that signs the log cannot be read." in done.stdout
    assert "Traceback" not in done.output
    said = json.loads((folder / "packs" / "proof-447700900811.json").read_text())
    assert (said["log"]["fault"], len(said["statements"]) > 0) == ("key", True)
