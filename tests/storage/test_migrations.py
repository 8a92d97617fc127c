"""Migrations and models give the same schema; a database of another program is left alone."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from time import sleep

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel, col, select

from storage import migrations
from storage.database import engine as engines
from storage.errors import SchemaOfAnother, SchemaOutOfDate, SchemaTooNew
from storage.models import PersonNumber
from tests.postgres import Server

ROOT = Path(__file__).resolve().parents[2]
_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}

_FILLED = ("organisation", "team", "agent", "digestrun", "campaign", "contactlist", "person", "contact", "lease")
_ROWS_OF_0002 = (
    "INSERT INTO organisation (id, slack_team_id, name) VALUES (1, 'T1', 'Acme')",
    "INSERT INTO team (id, organisation_id, name, channel, zone, digest_at)"
    " VALUES (1, 1, 'Energy', 'C1', 'Europe/London', '18:00:00')",
    "INSERT INTO agent (id, organisation_id, slack_user_id, name, role, team_id, zone, shift_from, shift_until, is_active)"
    " VALUES (1, 1, 'U1', 'Alice', 'agent', 1, 'Europe/London', '08:00:00', '20:00:00', true)",
    "INSERT INTO digestrun (id, organisation_id, team_id, on_date, message_ts, content)"
    " VALUES (1, 1, 1, '2026-11-24', '', '{}')",
    "INSERT INTO campaign (id, organisation_id, name, purpose, sector, principal, subject, country, priority, house_pack,"
    " caller_role, authorised_for, codes, script, is_active)"
    " VALUES (1, 1, 'Switch', 'marketing', '', 'Bright', '', 'GB', 2, '', 'creditor', '', '', '', true)",
    "INSERT INTO contactlist (id, organisation_id, campaign_id, name, source, imported_at)"
    " VALUES (1, 1, 1, 'Leads', 'leads.csv', '2026-11-24 10:00:00')",
    "INSERT INTO person (id, organisation_id, key, name) VALUES (1, 1, 'P1', 'Ann')",
    "INSERT INTO contact (id, organisation_id, campaign_id, list_id, person_id, number, name, places, zones, priority,"
    " verdict, because, rule, finished_because)"
    " VALUES (1, 1, 1, 1, 1, '+447700900001', 'Ann', 'GB-ENG', 'Europe/London', 2, 'held', '', '', '')",
    "INSERT INTO lease (id, organisation_id, contact_id, person_id, number, agent_id, stage, offered_at, leased_until,"
    " lawful_until, ended_because, release_reason, release_words)"
    " VALUES (1, 1, 1, 1, '+447700900001', 1, 'offered', '2026-11-24 10:00:00', '2026-11-24 10:30:00',"
    " '2026-11-24 20:00:00', '', '', '')",
)
_PLACES_OF_0054 = (
    "INSERT INTO correctedplace (organisation_id, contact_id, places, zones, until, corrected_by, said)"
    " VALUES (1, 1, 'GB-SCT', 'Europe/London', '2026-11-24 10:00:00', 1, 'Wales')",
    "INSERT INTO personmerge (organisation_id, person_id, campaign_id, why, name, reference, numbers, brought, places,"
    " zones, source, line, earlier_line, says, merged_at) VALUES (1, 1, 1, 'reference', 'Ann', 'P1', '', '', 'GB-ENG',"
    " 'Europe/London', 'leads.csv', 3, 0, '', '2026-11-24 10:00:00')",
)

_WAITS_FOR_CONTACTS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'contact'::regclass"


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'nextcall.db'}"


@pytest.fixture(params=_INDEXES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without tables, on each engine."""
    with _another(request, tmp_path) as url:
        engine = engines.create(url)
        yield engine
        engine.dispose()


@pytest.fixture
def second(empty: Engine, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A second one on the same engine."""
    (tmp_path / "second").mkdir()
    with _another(request, tmp_path / "second", empty.dialect.name) as url:
        engine = engines.create(url)
        yield engine
        engine.dispose()


@contextmanager
def _another(request: pytest.FixtureRequest, folder: Path, kind: str = "") -> Iterator[str]:
    if (kind or request.param) == "sqlite":
        yield _url(folder)
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database(is_migrated=False) as url:
        yield url


@pytest.mark.long
def test_migrations_give_exactly_the_models_tables(empty: Engine) -> None:
    engine = empty
    migrations.upgrade(engine)
    compared = {"compare_type": True, "compare_server_default": True, "include_object": _is_not_a_key}
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=compared), SQLModel.metadata) == []


def _is_not_a_key(_found: object, _name: str, kind: str, *_more: object) -> bool:
    """Alembic does not understand keys that exist on one database only, so these are compared separately."""
    return kind != "foreign_key_constraint"


@pytest.mark.long
def test_migrations_give_the_models_foreign_keys(empty: Engine, second: Engine) -> None:
    migrations.upgrade(empty)
    SQLModel.metadata.create_all(second)
    migrated, made = _keys(empty), _keys(second)
    assert migrated == made
    unchecked = {
        ("contact", "person_id", "person"),
        ("lease", "contact_id", "contact"),
        ("decision", "lease_id", "lease"),
    }
    assert made & unchecked == (unchecked if empty.dialect.name == "sqlite" else set())
    assert {("contact", "owner_id", "agent"), ("attempt", "lease_id", "lease")} <= made


def _keys(engine: Engine) -> set[tuple[str, str, str]]:
    """Table, columns and referred table of each foreign key."""
    keys = inspect(engine).get_multi_foreign_keys()
    return {
        (table, " ".join(one["constrained_columns"]), one["referred_table"])
        for (_, table), found in keys.items()
        for one in found
    }


@pytest.mark.long
def test_migrations_give_the_models_indexes_with_their_conditions(empty: Engine, second: Engine) -> None:
    migrations.upgrade(empty)
    SQLModel.metadata.create_all(second)
    said = []
    for engine in (empty, second):
        with engine.connect() as connection:
            rows = connection.execute(text(_INDEXES[engine.dialect.name]))
            said.append({name: " ".join(sql.split()) for name, sql in rows if not name.startswith("alembic")})
    assert said[0] == said[1]
    assert "ended_at IS NULL" in said[0]["lease_number"].split(" WHERE ")[1]


def test_it_numbers_and_names_every_migration() -> None:
    versions = Path(migrations.__file__).parent / "versions"
    names = sorted(path.stem for path in versions.glob("[!_]*.py"))
    assert [name.split("_", 1)[0] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert all("Reason:" in (versions / f"{name}.py").read_text() for name in names)
    revisions = ScriptDirectory(str(versions.parent)).walk_revisions()
    assert [one.revision for one in revisions] == [name.split("_", 1)[0] for name in reversed(names)]
    assert migrations.head() == names[-1].split("_", 1)[0]


@pytest.mark.long
def test_it_does_nothing_the_second_time(empty: Engine) -> None:
    first, second = migrations.upgrade(empty), migrations.upgrade(empty)
    assert (first.before, first.after, first.copy) == ("", migrations.head(), None)
    assert (second.before, second.after, second.copy) == (migrations.head(), migrations.head(), None)
    migrations.require_current(empty)
    assert migrations.prepare(empty) == second


@pytest.mark.night
def test_several_processes_that_start_together_migrate_once(empty: Engine) -> None:
    done: list[migrations.Upgraded] = []
    threads = [Thread(target=lambda: done.append(migrations.upgrade(empty))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(one.before for one in done) == ["", migrations.head(), migrations.head()]
    migrations.require_current(empty)


@pytest.mark.long
def test_it_refuses_a_database_of_a_newer_version_and_changes_nothing(empty: Engine, tmp_path: Path) -> None:
    migrations.upgrade(empty)
    with empty.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for refuse in (migrations.upgrade, migrations.require_current, migrations.prepare):
        with pytest.raises(SchemaTooNew) as refused:
            refuse(empty)
        assert refused.value.found == "9999"
    assert [path.name for path in tmp_path.iterdir() if "before" in path.name] == []


def test_it_refuses_a_database_of_another_program(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE invoice (id INTEGER)")
    for refuse in (migrations.upgrade, migrations.require_current, migrations.prepare):
        with pytest.raises(SchemaOfAnother, match="belongs to another program"):
            refuse(empty)
    with empty.begin() as connection:  # which also records its revisions with alembic
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
    with pytest.raises(SchemaOfAnother):
        migrations.upgrade(empty)
    assert sorted(inspect(empty).get_table_names()) == ["alembic_version", "invoice"]


@pytest.mark.long
def test_it_upgrades_a_sqlite_file_at_start_and_leaves_postgresql_to_its_command(empty: Engine) -> None:
    if empty.dialect.name == "sqlite":
        assert migrations.prepare(empty).after == migrations.head()
        return
    with pytest.raises(SchemaOutOfDate, match="run `nextcall migrate`"):
        migrations.prepare(empty)
    assert inspect(empty).get_table_names() == []


def test_an_empty_database_needs_a_migration(empty: Engine) -> None:
    with pytest.raises(SchemaOutOfDate):
        migrations.require_current(empty)


@pytest.mark.long
def test_it_copies_an_existing_file_before_it_upgrades_it(tmp_path: Path) -> None:
    engine = engines.create(_url(tmp_path))
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO organisation (slack_team_id, name) VALUES ('T1', 'Acme')")
    copy = engines.copy_file(engine, ".before-0002")
    assert copy is not None
    engine.dispose()
    with sqlite3.connect(copy) as copied:
        assert copied.execute("SELECT name FROM organisation").fetchall() == [("Acme",)]
    copied.close()


@pytest.mark.long
def test_it_keeps_every_row_of_a_database_of_an_earlier_revision(empty: Engine) -> None:
    """Copying a table that others refer to would fail, or delete their rows."""
    migrations.upgrade(empty, "0002")
    with empty.begin() as connection:
        for row in _ROWS_OF_0002:
            connection.exec_driver_sql(row)
    migrations.upgrade(empty)
    with empty.connect() as connection:
        counts = [connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() for table in _FILLED]
        agent = connection.exec_driver_sql("SELECT reminders, language, paused_at FROM agent").one()
    assert counts == [1] * len(_FILLED)
    assert tuple(agent) == ("shift", "", None)


@pytest.mark.long
def test_a_stored_number_is_known_since_the_first_list_of_its_person(empty: Engine) -> None:
    migrations.upgrade(empty, "0002")
    with empty.begin() as connection:
        for row in (
            *_ROWS_OF_0002,
            "INSERT INTO person (id, organisation_id, key, name) VALUES (2, 1, 'P2', '')",
            "INSERT INTO personnumber (organisation_id, person_id, number, rank, kind, line, closed_because)"
            " VALUES (1, 1, '+447700900001', 0, '', 'consumer', ''), (1, 2, '+447700900002', 0, '', 'consumer', '')",
        ):
            connection.exec_driver_sql(row)
    migrations.upgrade(empty)
    with empty.connect() as connection:
        rows = connection.execute(select(PersonNumber.known_since).order_by(col(PersonNumber.number))).scalars().all()
    assert rows == [datetime(2026, 11, 24, 10, tzinfo=UTC), None]


@pytest.mark.long
def test_what_the_log_now_says_of_an_organisation_makes_a_new_leaf(empty: Engine) -> None:
    """The leaf of before lacks a column: without this the verification would say that somebody changed the row."""
    migrations.upgrade(empty, "0047")
    with empty.begin() as connection:
        connection.exec_driver_sql(_ROWS_OF_0002[0])
    migrations.upgrade(empty)
    with empty.connect() as connection:
        noted = connection.exec_driver_sql("SELECT table_name, row_id FROM evidencechange").all()
    assert {tuple(one) for one in noted} == {("organisation", 1)}


@pytest.mark.long
def test_the_places_of_earlier_rows_are_not_said_to_be_known_and_their_statements_get_a_new_leaf(empty: Engine) -> None:
    migrations.upgrade(empty, "0054")
    with empty.begin() as connection:
        for row in (*_ROWS_OF_0002, *_PLACES_OF_0054):
            connection.exec_driver_sql(row)
        connection.exec_driver_sql("DELETE FROM evidencechange")
    migrations.upgrade(empty)
    with empty.begin() as connection:
        connection.exec_driver_sql(_PLACES_OF_0054[0])  # as the previous version writes it meanwhile
        known = [
            connection.exec_driver_sql(f"SELECT DISTINCT known_by FROM {table}").scalars().all()
            for table in ("contact", "personmerge", "correctedplace")
        ]
        noted = connection.exec_driver_sql("SELECT table_name, row_id FROM evidencechange").all()
    assert known == [[""], [""], [""]]
    assert {("correctedplace", 1), ("personmerge", 1)} == set(map(tuple, noted)) - {("organisation", 1)}


@pytest.mark.long
def test_a_process_of_the_previous_version_can_still_write_rows(empty: Engine) -> None:
    """Expand, migrate, contract: new columns have defaults, so that old statements still work."""
    migrations.upgrade(empty)
    with empty.begin() as connection:
        for row in _ROWS_OF_0002:
            connection.exec_driver_sql(row)


@pytest.mark.long
def test_killed_half_way_it_changes_nothing_and_the_next_run_everything(empty: Engine) -> None:
    migrations.upgrade(empty, "0002")
    url = empty.url.render_as_string(hide_password=False)
    program = f"""
import os, signal
from sqlalchemy import event
from storage import migrations
from storage.database import engine
migrating, done = engine.create({url!r}), []
@event.listens_for(migrating, "before_cursor_execute")
def count(connection, cursor, statement, *rest):
    done.extend([statement] if statement.lstrip().startswith(("ALTER", "CREATE")) else [])
    if len(done) == 12:
        os.kill(os.getpid(), signal.SIGKILL)
migrations.upgrade(migrating)
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert "override" not in inspect(empty).get_table_names()
    assert "paused_at" not in {column["name"] for column in inspect(empty).get_columns("agent")}
    assert migrations.upgrade(empty).before == "0002"
    migrations.require_current(empty)


def test_postgresql_analyses_leases_after_each_thousand_changes(postgres: Server) -> None:
    with postgres.database() as url, closing(psycopg.connect(url.replace("+psycopg", ""))) as connection:
        [(said,)] = connection.execute("SELECT reloptions FROM pg_class WHERE relname = 'lease'").fetchall()
    assert {"autovacuum_analyze_scale_factor=0", "autovacuum_analyze_threshold=1000"} <= set(said)


@pytest.mark.night
def test_numbers_an_attempt_closed_are_found_by_a_partial_index(empty: Engine) -> None:
    migrations.upgrade(empty)
    explain = "EXPLAIN QUERY PLAN" if empty.dialect.name == "sqlite" else "EXPLAIN"
    with empty.begin() as connection:
        if empty.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        asked = f"{explain} SELECT * FROM personnumber WHERE closed_attempt_id = 7"
        assert "personnumber_closed_by" in str(connection.exec_driver_sql(asked).all())


@pytest.mark.night
def test_a_migration_that_deadlocks_with_a_bot_is_retried(postgres: Server) -> None:
    """A bot has locked its contacts and then reads suppressions; the migration has locked these and wants the contacts.

    The server ends the transaction that first looks for a deadlock and finds one. Each looks once, so many seconds after its
    wait began: the migration must not look before the bot waits too, and the bot not at all.
    """
    with postgres.database(is_migrated=False) as url:
        engine, bot = (engines.create(f"{url}&options=-c%20deadlock_timeout%3D{seconds}s") for seconds in (4, 300))
        migrations.upgrade(engine, "0011")
        done: list[str] = []
        migrating = Thread(target=lambda: done.append(migrations.upgrade(engine).after))
        with bot.begin() as at_work:
            at_work.execute(text("LOCK TABLE contact IN ROW SHARE MODE"))
            migrating.start()
            with bot.connect() as watching:
                while not watching.execute(text(_WAITS_FOR_CONTACTS)).scalar():
                    sleep(0.01)
            at_work.execute(text("SELECT count(*) FROM suppression"))
        migrating.join(60)
        assert done == [migrations.head()]
        engine.dispose()
        bot.dispose()
