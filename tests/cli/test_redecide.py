"""`nextcall redecide`: how it ends, and what it says when it resumes, waits, or is superseded."""

import gc
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import collector
from bot.cli import upkeep
from bot.clock import system_clock
from policy import BY_PLACE, house_choice, load_rulebook
from tests.cli.conftest import Command

LEADS = 191
_SELDOM = collector._seldom  # which other tests do without


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "calls.db")) as database, database:
        database.execute(statement)


def interrupted(folder: Path) -> None:
    """The last walk came as far as the tenth contact, and no process works on it."""
    change(
        folder,
        "UPDATE redeciderun SET finished_at = NULL, decided = 10, changed = 3, started_at = '2026-01-02 "
        "09:30:00.000000', last_contact_id = (SELECT max(id) FROM (SELECT id FROM contact ORDER BY id LIMIT 10))",
    )


def test_it_says_how_many_were_decided_and_how_many_changed(with_leads: Command, folder: Path) -> None:
    change(folder, "UPDATE contact SET verdict = 'suppressed', because = 'old rules' WHERE id % 2 = 0")
    shown = with_leads("redecide")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith(f"{LEADS} contacts decided by rulebook ")
    assert shown.stdout.endswith("; 95 changed.\n")
    assert with_leads("redecide").stdout.endswith("; 0 changed.\n")


def test_it_prints_the_result_as_json(with_leads: Command) -> None:
    found = json.loads(with_leads("redecide", "--json").stdout)
    assert found.pop("rulebook")
    assert found.pop("started_at")
    assert found == {
        "house_pack": house_choice(BY_PLACE, load_rulebook().packs),
        "decided": LEADS,
        "changed": 0,
        "cards_taken_back": 0,
        "resumed": False,
    }


@pytest.mark.long
def test_it_resumes_and_says_so_unless_told_to_restart(with_leads: Command, folder: Path) -> None:
    with_leads("redecide")
    interrupted(folder)
    begun = "Continuing the run that began at 2026-01-02 09:30 UTC: 10 of 191 contacts decided.\n"
    shown = with_leads("redecide").stdout
    assert shown.startswith(begun + "191 contacts decided")
    assert shown.endswith("; 3 changed.\n")
    interrupted(folder)
    assert with_leads("redecide", "--anew").stdout.endswith("; 0 changed.\n")


def test_it_waits_while_another_process_works(
    with_leads: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_leads("redecide")
    interrupted(folder)
    change(folder, f"UPDATE redeciderun SET taken_at = '{system_clock():%Y-%m-%d %H:%M:%S.%f}'")
    looked: list[float] = []

    def looks(seconds: float) -> None:
        looked.append(seconds)
        if len(looked) == 3:
            change(folder, "UPDATE redeciderun SET decided = 191, changed = 7, finished_at = taken_at, taken_at = NULL")

    monkeypatch.setattr(upkeep, "sleep", looks)
    shown = with_leads("redecide")
    assert (shown.exit_code, len(looked)) == (0, 3)
    assert shown.stdout.endswith("; 7 changed.\n")


def test_it_stops_when_another_process_restarts_the_walk(
    with_leads: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_leads("redecide")
    interrupted(folder)
    change(folder, f"UPDATE redeciderun SET taken_at = '{system_clock():%Y-%m-%d %H:%M:%S.%f}'")
    again = (
        "INSERT INTO redeciderun (rulebook, house_pack, started_at, last_contact_id, decided, changed)"
        " SELECT 'newer', house_pack, started_at, 0, 0, 0 FROM redeciderun"
    )
    monkeypatch.setattr(upkeep, "sleep", lambda _seconds: change(folder, again))
    shown = with_leads("redecide")
    assert (shown.exit_code, shown.stderr) == (
        1,
        "Another process started over, perhaps with other rules. This one stopped at 10 of 191 contacts decided.\n",
    )


def test_it_restores_the_settings_of_its_process(with_leads: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Garbage collection runs seldom meanwhile, and as before afterwards."""
    monkeypatch.setattr(collector, "_seldom", _SELDOM)
    before = gc.get_threshold()
    assert with_leads("redecide").exit_code == 0
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
    gc.freeze()  # as the tests have it
