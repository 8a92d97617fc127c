"""Ctrl-C in the middle of an import: what was written is whole, and the same command goes on."""

import json
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

from click.testing import Result

from bot.cli.demo.stage import SETUP
from tests.cli.conftest import spawn

LINES = 30_000  # enough that none is fast enough to be done before it is stopped


def contacts(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "house.db")) as database:
        found: int = database.execute("SELECT count(*) FROM contact").fetchone()[0]
        return found


def test_an_import_that_was_stopped_stands_and_goes_on(nextcall: Callable[..., Result], folder: Path) -> None:
    assert nextcall("apply", SETUP).exit_code == 0
    people = "".join(f"Person {one},07400 {one:06}\n" for one in range(LINES))
    (folder / "leads.csv").write_text(f"Name,Phone\n{people}")
    lines = people.count("\n")
    work = spawn(["import-contacts", "leads.csv", "--campaign", "Energy switch"], folder, {})
    until = monotonic() + 90
    while not contacts(folder) and monotonic() < until:
        sleep(0.005)
    work.send_signal(signal.SIGINT)
    said = work.communicate(timeout=90)[1]
    stands = contacts(folder)
    assert 0 < stands < lines
    assert (work.returncode, said.count("Stopped."), "Traceback" in said) == (130, 1, False)
    with closing(sqlite3.connect(folder / "house.db")) as database:
        [[people_there, numbers]] = database.execute(
            "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM personnumber)"
        )
    assert (people_there, numbers) == (stands, stands)
    done = json.loads(nextcall("import-contacts", "leads.csv", "--campaign", "Energy switch", "--json").stdout)
    assert (done["imported"], done["duplicates_in_database"]) == (lines - stands, stands)
