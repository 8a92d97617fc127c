"""The database is locked, read-only, closed to us or damaged: one sentence that says what to do, and no incident."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url
from typer.testing import Result

from bot.cli.demo.stage import LEADS, SETUP
from tests.cli.conftest import Command

NUMBER = "0113 496 0001"
READING = (["explain", NUMBER], ["explain", NUMBER, "--json"], ["digest"], ["backup", "copy.db"])
WRITING = (
    ["redecide"],
    ["apply", "changed.toml"],
    ["import-contacts", LEADS, "--campaign", "Energy switch", "--rejects", "no.csv"],
    ["import-suppressions", "stop.csv"],
)


@pytest.fixture
def settled(with_leads: Command, changes: None) -> Command:
    """An organisation with people, and files that would change it."""
    return with_leads


@pytest.fixture
def changes(folder: Path) -> None:
    (folder / "changed.toml").write_text(SETUP.read_text().replace('"marketing"', '"service"'))
    (folder / "stop.csv").write_text("Phone\n0113 496 0002\n")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait 0.3 s for a lock instead of 15."""
    monkeypatch.setattr("storage.database.engine._BUSY_FOR_MS", 300)


@contextmanager
def locked(path: Path, *, against_readers: bool = False) -> Iterator[None]:
    """Locked by another program."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        if against_readers:
            other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE organisation SET name = name")
        yield
        other.execute("ROLLBACK")


def sentence(shown: Result) -> str:
    assert (shown.exit_code, "incident" in shown.output) == (1, False), shown.output
    (line,) = shown.stderr.splitlines()
    assert line.endswith(".")
    return line


def ask(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for one in statements:
            connection.exec_driver_sql(one)
    engine.dispose()


# -- locked


@pytest.mark.long
@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_reading_commands_wait_for_no_writer(settled: Command, folder: Path, command: list[str]) -> None:
    with locked(folder / "calls.db"):
        shown = settled(*command)
    assert shown.exit_code == 0, shown.output


def test_doctor_waits_for_no_writer(settled: Command, folder: Path) -> None:
    with locked(folder / "calls.db"):
        assert "ok    database: reachable" in settled("doctor").stdout


@pytest.mark.long
@pytest.mark.parametrize("command", WRITING, ids=lambda command: str(command[0]))
def test_writing_commands_say_what_blocks_them(
    settled: Command, folder: Path, impatient: None, command: list[str]
) -> None:
    with locked(folder / "calls.db"):
        assert "nother program" in sentence(settled(*command))
    assert settled(*command).exit_code == 0, "once it is free, the same command does it"


@pytest.mark.night
@pytest.mark.parametrize("command", [*READING, *WRITING], ids=lambda command: str(command[0]))
def test_an_exclusively_locked_file_is_told_in_a_sentence(
    settled: Command, folder: Path, impatient: None, command: list[str]
) -> None:
    with locked(folder / "calls.db", against_readers=True):
        assert "nother program" in sentence(settled(*command))


def test_a_new_file_that_a_program_is_writing_is_told_in_a_sentence(
    nextcall: Command, folder: Path, impatient: None
) -> None:
    with closing(sqlite3.connect(folder / "calls.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("CREATE TABLE theirs (what)")
        for command in (["migrate"], ["apply", SETUP], ["explain", NUMBER]):
            assert "nother program" in sentence(nextcall(*command))
        doctor = nextcall("doctor").stdout
        assert "nother program" in next(line for line in doctor.splitlines() if "  database: " in line)


# -- read-only, closed, gone


@pytest.mark.night
def test_a_read_only_file_is_told_in_a_sentence(
    settled: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage.database import engine as engines

    prepare = engines._prepare

    def read_only(connection: sqlite3.Connection, record: object) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA query_only=ON")

    monkeypatch.setattr(engines, "_prepare", read_only)
    for command in WRITING:
        assert "is read-only" in sentence(settled(*command))
    assert settled("explain", NUMBER).exit_code == 0


@pytest.mark.long
def test_a_read_only_server_is_told_in_a_sentence(settled_postgresql: Command, postgresql: str) -> None:
    name = make_url(postgresql).database
    ask(postgresql, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    for command in WRITING:
        assert "is read-only" in sentence(settled_postgresql(*command))
    assert settled_postgresql("explain", NUMBER).exit_code == 0


@pytest.fixture
def settled_postgresql(postgresql: str, nextcall: Command, changes: None) -> Command:
    assert nextcall("apply", SETUP).exit_code == 0
    assert nextcall("import-contacts", LEADS, "--campaign", "Energy switch", "--rejects", "no.csv").exit_code == 0
    return nextcall


@pytest.mark.night
def test_a_user_without_rights_is_told_which_to_ask_for(
    settled_postgresql: Command, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(postgresql, "DROP ROLE IF EXISTS stranger", "CREATE ROLE stranger LOGIN")
    theirs = make_url(postgresql).set(username="stranger").render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", theirs)
    for command in (["explain", NUMBER], *WRITING):
        said = sentence(settled_postgresql(*command))
        assert "permission denied" in said
        assert "grant" in said
    doctor = settled_postgresql("doctor").stdout
    assert "grant" in next(line for line in doctor.splitlines() if "  database: " in line)
    monkeypatch.setenv("DATABASE_URL", postgresql)
    ask(postgresql, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO stranger")
    monkeypatch.setenv("DATABASE_URL", theirs)
    assert settled_postgresql("explain", NUMBER).exit_code == 0
    for command in WRITING:
        assert "grant" in sentence(settled_postgresql(*command))
    ask(postgresql, "DROP OWNED BY stranger", "DROP ROLE stranger")


@pytest.mark.long
@pytest.mark.parametrize("table", ["contact", "campaign"])
def test_a_missing_table_is_told_in_a_sentence(settled: Command, folder: Path, table: str) -> None:
    with closing(sqlite3.connect(folder / "calls.db")) as database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute(f"DROP TABLE {table}")
    for command in (["explain", NUMBER], *WRITING[:3]):
        assert "backup" in sentence(settled(*command))


@pytest.mark.night
def test_a_table_missing_on_a_server_is_told_in_a_sentence(settled_postgresql: Command, postgresql: str) -> None:
    ask(postgresql, "DROP TABLE contact CASCADE")
    for command in (["explain", NUMBER], *WRITING[:3]):
        said = sentence(settled_postgresql(*command))
        assert "backup" in said
        assert "contact" in said


@pytest.mark.long
def test_a_damaged_file_is_told_in_a_sentence(settled: Command, folder: Path) -> None:
    path = folder / "calls.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\x5a" * (len(whole) - 4096))
    for command in (["explain", NUMBER], ["digest"], ["backup", "copy.db"], *WRITING):
        assert "damaged" in sentence(settled(*command))
    assert "damaged" in settled("doctor").stdout
