"""Migrations and models give the same schema; a database of another program is left alone."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread
from time import sleep

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

from storage import migrations
from storage.database import engine as engines
from storage.errors import SchemaOfAnother, SchemaOutOfDate, SchemaTooNew
from tests.postgres import Server
from tests.storage.conftest import At
from tests.storage.filled import FIRST, RELEASED, fill, rows_of, tables_of

ROOT = Path(__file__).resolve().parents[2]
_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}

_WAITS_FOR_CONTACTS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'contact'::regclass"


@pytest.mark.long
def test_migrations_give_exactly_the_models_tables(empty: Engine, at: At) -> None:
    at(empty, migrations.head())
    compared = {"compare_type": True, "compare_server_default": True, "include_object": _is_not_a_key}
    with empty.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=compared), SQLModel.metadata) == []


def _is_not_a_key(_found: object, _name: str, kind: str, *_more: object) -> bool:
    """Alembic does not understand keys that exist on one database only, so these are compared separately."""
    return kind != "foreign_key_constraint"


@pytest.mark.long
def test_migrations_give_the_models_foreign_keys_and_indexes(empty: Engine, second: Engine, at: At) -> None:
    """The conditions of indexes, too."""
    at(empty, migrations.head())
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
    indexes = _indexes(empty)
    assert indexes == _indexes(second)
    assert "ended_at IS NULL" in indexes["lease_number"].split(" WHERE ")[1]


def _keys(engine: Engine) -> set[tuple[str, str, str]]:
    """Table, columns and referred table of each foreign key."""
    keys = inspect(engine).get_multi_foreign_keys()
    return {
        (table, " ".join(one["constrained_columns"]), one["referred_table"])
        for (_, table), found in keys.items()
        for one in found
    }


def _indexes(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(text(_INDEXES[engine.dialect.name]))
        return {name: " ".join(sql.split()) for name, sql in rows if not name.startswith("alembic")}


def test_it_numbers_and_names_every_migration() -> None:
    versions = Path(migrations.__file__).parent / "versions"
    names = sorted(path.stem for path in versions.glob("[!_]*.py"))
    assert [name.split("_", 1)[0] for name in names] == [f"{n:04d}" for n in range(100, 100 + len(names))]
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
@pytest.mark.parametrize("is_new", [True, False])
def test_several_processes_that_start_together_migrate_once(empty: Engine, planted: str, is_new: bool) -> None:
    before = "" if is_new else migrations.upgrade(empty, FIRST).after
    done: list[migrations.Upgraded] = []
    threads = [Thread(target=lambda: done.append(migrations.upgrade(empty))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(one.before for one in done) == [before, planted, planted]
    migrations.require_current(empty)


@pytest.mark.long
def test_it_refuses_a_database_of_a_newer_version_and_changes_nothing(empty: Engine, at: At, tmp_path: Path) -> None:
    at(empty, migrations.head())
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
def test_it_copies_an_existing_file_before_it_upgrades_it(tmp_path: Path, planted: str) -> None:
    engine = engines.create(f"sqlite:///{tmp_path / 'nextcall.db'}")
    migrations.upgrade(engine, FIRST)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO organisation (slack_team_id, name) VALUES ('T1', 'Acme')")
    copy = migrations.upgrade(engine).copy
    assert copy == tmp_path / f"nextcall.db.before-{planted}"
    engine.dispose()
    with closing(sqlite3.connect(copy)) as copied:
        assert copied.execute("SELECT name FROM organisation").fetchall() == [("Acme",)]
        assert copied.execute("SELECT version_num FROM alembic_version").fetchall() == [(FIRST,)]


@pytest.mark.long
def test_an_upgrade_keeps_every_row_of_the_first_version(empty: Engine, at: At, planted: str) -> None:
    """Copying a table that others refer to would fail, or delete their rows."""
    at(empty, RELEASED)
    tables = tables_of(empty)
    fill(empty, tables)
    tables.remove(tables.tables["evidencechange"])  # a migration may note there that rows changed
    before = rows_of(empty, tables)
    assert migrations.upgrade(empty).after == planted
    assert rows_of(empty, tables) == before
    assert len(before) >= 60
    assert {len(rows) for rows in before.values()} == {1}


@pytest.mark.long
def test_a_process_of_the_first_version_can_still_write_rows(empty: Engine, at: At, planted: str) -> None:
    """Expand, migrate, contract: new columns have defaults, so that old statements still work."""
    at(empty, RELEASED)
    tables = tables_of(empty)
    migrations.upgrade(empty)
    fill(empty, tables)


@pytest.mark.long
def test_killed_half_way_it_changes_nothing_and_the_next_run_everything(empty: Engine, at: At, planted: str) -> None:
    at(empty, FIRST)
    url = empty.url.render_as_string(hide_password=False)
    program = f"""
import os, signal
from pathlib import Path
from sqlalchemy import event
from storage import migrations
from storage.database import engine
migrations.VERSIONS = Path({str(migrations.VERSIONS)!r})
migrating = engine.create({url!r})
@event.listens_for(migrating, "before_cursor_execute")
def count(connection, cursor, statement, *rest):
    if statement.startswith("CREATE INDEX later_says"):
        os.kill(os.getpid(), signal.SIGKILL)
migrations.upgrade(migrating)
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert "later" not in inspect(empty).get_table_names()
    assert "later" not in {column["name"] for column in inspect(empty).get_columns("contact")}
    assert migrations.upgrade(empty).before == FIRST
    migrations.require_current(empty)


def test_postgresql_analyses_leases_after_each_thousand_changes(postgres: Server) -> None:
    with postgres.database() as url, closing(psycopg.connect(url.replace("+psycopg", ""))) as connection:
        [(said,)] = connection.execute("SELECT reloptions FROM pg_class WHERE relname = 'lease'").fetchall()
    assert {"autovacuum_analyze_scale_factor=0", "autovacuum_analyze_threshold=1000"} <= set(said)


@pytest.mark.night
def test_a_migration_that_deadlocks_with_a_bot_is_retried(postgres: Server, planted: str) -> None:
    """A bot has locked its contacts and then reads suppressions; the migration has locked these and wants the contacts.

    The server ends the transaction that first looks for a deadlock and finds one. Each looks once, so many seconds
    after its wait began: the migration must not look before the bot waits too, and the bot not at all.
    """
    with postgres.database(is_migrated=False) as url:
        engine, bot = (engines.create(f"{url}&options=-c%20deadlock_timeout%3D{seconds}s") for seconds in (4, 300))
        migrations.upgrade(engine, FIRST)
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
        assert done == [planted]
        engine.dispose()
        bot.dispose()
