"""What an unexpected database error leaves in the log: where it happened, and no personal data."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.cli.demo.stage import SETUP
from tests.cli.conftest import Command

pytestmark = pytest.mark.long
LIST = "Name,Phone,Customer ID,Postcode\nFreya Evans,0113 496 0001,REF-77-SECRET,LS1 4AP\n"
PRIVATE = ("freya", "evans", "4960001", "ref-77", "ls1")


def broken_import(nextcall: Command, folder: Path) -> str:
    """The log of an import that the database refuses for an unforeseen reason."""
    (folder / "leads.csv").write_text(LIST)
    shown = nextcall("import-contacts", "leads.csv", "--campaign", "Energy switch")
    assert (shown.exit_code, "incident" in shown.stderr) == (1, True), shown.output
    return (folder / "nextcall.log").read_text().casefold() + shown.output.casefold()


def test_sqlite_errors_hold_no_personal_data(settled: Command, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "calls.db")) as database:
        database.execute("CREATE TRIGGER odd BEFORE INSERT ON person BEGIN SELECT RAISE(ABORT, 'odd'); END")
    log = broken_import(settled, folder)
    assert "integrityerror" in log
    assert not [one for one in PRIVATE if one in log]


@pytest.mark.parametrize(
    "rule",
    [
        "ALTER TABLE person ADD CONSTRAINT odd CHECK (id < 0)",  # DETAIL: Failing row contains (...)
        "ALTER TABLE person ALTER COLUMN name TYPE date USING NULL",  # the first line itself quotes what was written
    ],
)
def test_postgresql_errors_hold_no_personal_data(nextcall: Command, folder: Path, postgresql: str, rule: str) -> None:
    nextcall("apply", SETUP)
    engine = create_engine(postgresql)
    with engine.begin() as connection:
        connection.exec_driver_sql(rule)
    engine.dispose()
    log = broken_import(nextcall, folder)
    assert "person" in log
    assert "traceback" in log
    assert not [one for one in PRIVATE if one in log]
