"""Databases from before the first version: the last revision is recognised, older ones are refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage import migrations
from storage.errors import SchemaDiffers, SchemaOutOfDate, SchemaTooOld
from tests.storage.conftest import Bring
from tests.storage.filled import FIRST, fill, rows_of, tables_of, without_gone

Old = Callable[[str], Engine]


@pytest.fixture
def old(empty: Engine, bring: Bring) -> Old:
    """The tables of revision 0060, with a row in each. Those of earlier ones differ, but nothing may look at them."""
    bring(empty, "filled_first", _filled)

    def noted(revision: str) -> Engine:
        with empty.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
        return empty

    return noted


def _filled(engine: Engine) -> None:
    migrations.upgrade(engine, FIRST)
    fill(engine, tables_of(engine))


@pytest.mark.long
def test_a_database_at_the_last_revision_before_the_first_version_is_recognised(old: Old) -> None:
    empty = old("0060")
    tables = without_gone(tables_of(empty))
    before = rows_of(empty, tables)
    with pytest.raises(SchemaOutOfDate, match="run `nextcall migrate`"):
        migrations.require_current(empty)
    done = migrations.upgrade(empty)
    assert (done.before, done.after) == ("0060", migrations.head())
    assert (done.copy is not None) == (empty.dialect.name == "sqlite")
    migrations.require_current(empty)
    assert rows_of(empty, tables) == before


@pytest.mark.long
@pytest.mark.parametrize("found", ["0001", "0057", "0059"])
def test_an_older_database_is_refused_with_the_commit_that_upgrades_it(old: Old, found: str, tmp_path: Path) -> None:
    empty = old(found)
    before = rows_of(empty, tables_of(empty))
    for refuse in (migrations.upgrade, migrations.require_current, migrations.prepare):
        with pytest.raises(SchemaTooOld, match=r"check out commit 6ce782e5 .* `.venv/bin/nextcall migrate` there"):
            refuse(empty)
    assert rows_of(empty, tables_of(empty)) == before
    assert not list(tmp_path.glob("*.before-*"))


@pytest.mark.long
@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DROP INDEX lease_number", "missing: lease: CREATE UNIQUE INDEX lease_number"),
        ("DROP TABLE evidencechange", "missing: evidencechange: column"),
        ("ALTER TABLE agent ADD COLUMN ours VARCHAR", "not ours: agent: column ours"),
        (
            "DROP INDEX lease_number; CREATE UNIQUE INDEX lease_number ON lease (number)",
            "missing: lease: CREATE UNIQUE",
        ),
    ],
)
def test_a_database_that_only_says_so_is_refused_and_left_alone(
    old: Old, damage: str, told: str, tmp_path: Path
) -> None:
    empty = old("0060")
    with empty.begin() as connection:
        for statement in damage.split("; "):
            connection.exec_driver_sql(statement)
    with pytest.raises(SchemaDiffers, match=told):
        migrations.upgrade(empty)
    assert not list(tmp_path.glob("*.before-*"))
    with empty.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == "0060"


@pytest.mark.long
def test_what_an_administrator_added_is_no_difference(old: Old) -> None:
    empty = old("0060")
    with empty.begin() as connection:
        connection.exec_driver_sql("CREATE INDEX ours ON agent (name)")
        connection.exec_driver_sql("CREATE TABLE notes (says VARCHAR)")
    assert migrations.upgrade(empty).before == "0060"
