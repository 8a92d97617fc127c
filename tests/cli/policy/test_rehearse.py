"""nextcall policy rehearse: what a changed pack means for live contacts, as text, JSON and a file of contacts."""

import csv
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import system_clock
from policy.rulebook.likeness import SHIPPED
from tests.cli.conftest import Command, succeeds


@pytest.fixture
def stricter(folder: Path) -> Path:
    """The house pack of Great Britain with no calls on any day."""
    text = (SHIPPED / "gb-house.toml").read_text("utf-8")
    closed = text.replace("mon-fri = [[09:00:00, 20:00:00]], sat = [[10:00:00, 17:00:00]]", "every_day = []")
    assert closed != text
    file = folder / "stricter.toml"
    file.write_text(closed, "utf-8")
    return file


@pytest.mark.night
def test_it_says_what_locks_by_campaign_and_reason_and_how_supply_falls(with_leads: Command, stricter: Path) -> None:
    shown = succeeds(with_leads("policy", "rehearse", stricter))
    assert "live contacts, from " in shown.stdout
    assert "Energy switch: " in shown.stdout
    assert "(gb-house.hours)" in shown.stdout
    assert "The new rules would have forbidden 0 of them." in shown.stdout
    supply = [line.split() for line in shown.stdout.splitlines() if line.startswith("  ") and line.split()[1:2]]
    days = [one for one in supply if one[0] in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")]
    assert len(days) == 7
    assert all(one[-1] == "0" for one in days)
    assert any(one[-2] != "0" for one in days)


@pytest.mark.night
def test_it_writes_the_contacts_and_the_figures(with_leads: Command, stricter: Path, folder: Path) -> None:
    monday = system_clock().date()
    monday += timedelta(days=7 - monday.weekday() + 7)
    found = json.loads(
        with_leads("policy", "rehearse", stricter, "--json", "--csv", "moved.csv", "--on", monday.isoformat()).stdout
    )
    moved = {one["moves"]: one["contacts"] for one in found["moved"]}
    rows = list(csv.DictReader((folder / "moved.csv").read_text("utf-8").splitlines()))
    assert len(rows) == sum(one["contacts"] for one in found["moved"])
    assert found["effective_on"] == monday.isoformat()
    assert {row["what"] for row in rows} == set(moved)
    assert {row["rule after"] for row in rows} == {"gb-house.hours"}
    assert all(len(row["number"].replace("•", "").strip()) <= 3 for row in rows)
    assert (folder / "moved.csv").stat().st_mode & 0o077 == 0
    again = with_leads("policy", "rehearse", stricter, "--csv", "moved.csv")
    assert (again.exit_code, "moved.csv cannot be written (File exists)" in again.stderr) == (1, True)


@pytest.mark.night
def test_it_refuses_what_it_cannot_rehearse(with_leads: Command, stricter: Path, folder: Path) -> None:
    own = folder / "own.toml"
    own.write_text(stricter.read_text("utf-8").replace("gb-house", "own"), "utf-8")
    assert "No campaign follows own" in with_leads("policy", "rehearse", own).stderr
    assert with_leads("policy", "rehearse", own, "--campaign", "Energy switch").exit_code == 0
    assert 'There is no campaign "Moon"' in with_leads("policy", "rehearse", own, "--campaign", "Moon").stderr
    assert "is not a house pack" in with_leads("policy", "rehearse", "gb", "--campaign", "Energy switch").stderr
    assert "There is no file atlantis.toml" in with_leads("policy", "rehearse", "atlantis.toml").stderr
    assert with_leads("policy", "rehearse", stricter, "--on", "2020-01-01").exit_code == 2


@pytest.mark.night
def test_campaigns_come_to_follow_the_first_house_pack_of_their_country(
    with_leads: Command, stricter: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not those of other countries, and none where one pack is named for all."""
    first = folder / "first.toml"
    first.write_text(stricter.read_text("utf-8").replace("gb-house", "jp-house"), "utf-8")
    assert "No campaign follows jp-house" in with_leads("policy", "rehearse", first).stderr
    terms = 'name = "Energy switch"\npurpose = "marketing"\nprincipal = "Bright Energy"\ncountry = "JP"\n'
    (folder / "abroad.toml").write_text(f"[[campaign]]\n{terms}", "utf-8")
    assert with_leads("apply", folder / "abroad.toml").exit_code == 0
    assert "(jp-house.hours)" in with_leads("policy", "rehearse", first).stdout
    monkeypatch.setenv("NEXTCALL_HOUSE_PACK", "gb-house")
    assert "No campaign follows jp-house" in with_leads("policy", "rehearse", first).stderr


@pytest.mark.long
def test_an_organisation_without_people_is_told_what_to_do_first(migrated: Command, folder: Path) -> None:
    assert migrated("policy", "rehearse", "gb").exit_code == 1


@pytest.mark.night
def test_no_cell_of_the_file_runs_in_a_spreadsheet(with_leads: Command, stricter: Path, folder: Path) -> None:
    with sqlite3.connect(folder / "calls.db") as database:
        database.execute("UPDATE campaign SET name = '=1+2' WHERE name = 'Energy switch'")
    assert with_leads("policy", "rehearse", stricter, "--csv", "moved.csv").exit_code == 0
    rows = list(csv.reader((folder / "moved.csv").read_text("utf-8").splitlines()))
    assert "'=1+2" in {cell for row in rows for cell in row}
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
