"""Two roads to a schema must meet; a database of another program is left alone."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from storage import engine as engines
from storage import migrations
from storage.errors import SchemaOutOfDate, SchemaTooNew


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'nextcall.db'}"


def test_it_migrates_to_exactly_what_the_models_say(tmp_path: Path) -> None:
    engine = engines.create(_url(tmp_path))
    migrations.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_it_names_the_same_indexes_as_the_models_do_with_the_same_conditions(tmp_path: Path) -> None:
    migrated, created = engines.create(_url(tmp_path)), engines.create(f"sqlite:///{tmp_path / 'created.db'}")
    migrations.upgrade(migrated)
    SQLModel.metadata.create_all(created)
    said = []
    for engine in (migrated, created):
        with engine.connect() as connection:
            rows = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name != 'x'")
            )
            said.append({name: " ".join(sql.split()) for name, sql in rows})
        engine.dispose()
    assert said[0] == said[1]
    assert "WHERE ended_at IS NULL" in said[0]["lease_number"]


def test_it_numbers_and_names_every_migration() -> None:
    versions = Path(migrations.__file__).parent / "versions"
    names = sorted(path.stem for path in versions.glob("[!_]*.py"))
    assert [name.split("_", 1)[0] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert all("Reason:" in (versions / f"{name}.py").read_text() for name in names)
    assert migrations.head() == names[-1].split("_", 1)[0]


def test_it_does_nothing_the_second_time(tmp_path: Path) -> None:
    engine = engines.create(_url(tmp_path))
    first, second = migrations.upgrade(engine), migrations.upgrade(engine)
    assert (first.before, first.after, first.copy) == ("", migrations.head(), None)
    assert (second.before, second.after, second.copy) == (migrations.head(), migrations.head(), None)
    migrations.require_current(engine)
    engine.dispose()


def test_it_refuses_a_database_of_a_newer_version_and_changes_nothing(tmp_path: Path) -> None:
    engine = engines.create(_url(tmp_path))
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for refuse in (migrations.upgrade, migrations.require_current):
        with pytest.raises(SchemaTooNew) as refused:
            refuse(engine)
        assert refused.value.found == "9999"
    assert [path.name for path in tmp_path.iterdir() if "before" in path.name] == []
    engine.dispose()


def test_it_refuses_a_database_of_another_program(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "nextcall.db") as connection:
        connection.execute("CREATE TABLE invoice (id INTEGER)")
    connection.close()
    engine = engines.create(_url(tmp_path))
    with pytest.raises(SchemaTooNew):
        migrations.upgrade(engine)
    assert inspect(engine).get_table_names() == ["invoice"]
    engine.dispose()


def test_it_says_that_an_empty_database_has_yet_to_be_migrated(tmp_path: Path) -> None:
    engine = engines.create(_url(tmp_path))
    with pytest.raises(SchemaOutOfDate):
        migrations.require_current(engine)
    engine.dispose()


def test_it_copies_the_file_before_it_upgrades_an_existing_one(tmp_path: Path) -> None:
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
