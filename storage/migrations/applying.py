"""Applies the numbered changes with Alembic, also to databases from before version 0.9.0.

The last of their 60 revisions has the schema of the first migration.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from storage.errors import SchemaDiffers
from storage.migrations.old_revisions import FIRST, LAST_OLD, NOTED


def upgrade(connection: Connection, target: str, versions: Path) -> None:
    """Bring the database to the revision `target`, in the connection's transaction."""
    config = _config(versions)
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def module_of(revision: str) -> Any:
    """The file of a migration, as a module."""
    return ScriptDirectory.from_config(_config(Path(__file__).parent / "versions")).get_revision(revision).module


def _config(versions: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", _escaped(Path(__file__).parent))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", _escaped(versions))
    return config


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")


_CHECK: Final = re.compile(r"^\s*((?:CONSTRAINT \S+ )?CHECK\b.*?),?$", re.MULTILINE)
_POSTGRESQL: Final = (
    "SELECT relname, 'column ' || attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' "
    "NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid, true), '') || ' ' || "
    "attidentity::text || attgenerated::text FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > "
    "0 AND NOT attisdropped LEFT JOIN pg_attrdef ON adrelid = pg_class.oid AND adnum = attnum WHERE relnamespace = "
    "{schema} AND relkind = 'r'",
    "SELECT relname, conname || ' ' || pg_get_constraintdef(pg_constraint.oid, true) FROM pg_constraint"
    " JOIN pg_class ON pg_class.oid = conrelid WHERE relnamespace = {schema} AND contype <> 'n'",
    "SELECT relname, pg_get_indexdef(indexrelid, 0, true) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid"
    " WHERE relnamespace = {schema} AND relkind = 'r'",
    "SELECT relname, 'with ' || array_to_string(ARRAY(SELECT unnest(reloptions) ORDER BY 1), ', ') FROM pg_class"
    " WHERE relnamespace = {schema} AND relkind = 'r' AND reloptions IS NOT NULL",
)


def check(connection: Connection) -> None:
    """Compare a database at revision 0060 with the first migration, which is tried out. Raises SchemaDiffers.

    Roll the transaction back afterwards. Indexes and tables that an administrator has added are no difference.
    """
    found, wanted = _shape_of(connection), _wanted(connection)
    ours = {line.partition(":")[0] for line in wanted}
    more = {line for line in found - wanted if line.partition(":")[0] in ours and ": CREATE INDEX" not in line}
    differs = [f"missing: {line}" for line in sorted(wanted - found)]
    differs += [f"not ours: {line}" for line in sorted(more)]
    if differs:
        raise SchemaDiffers(LAST_OLD, differs)


def stamp(connection: Connection) -> None:
    """Note that the database, which was checked, is at the first revision."""
    connection.exec_driver_sql(f"UPDATE {NOTED} SET version_num = '{FIRST}'")  # noqa: S608 - names of ours


def _wanted(connection: Connection) -> set[str]:
    """What the first migration makes, tried out elsewhere: in memory, or as temporary tables that the caller rolls
    back."""
    if connection.dialect.name == "sqlite":
        with create_engine("sqlite://").begin() as memory:
            return _made(memory)
    connection.exec_driver_sql("SET LOCAL search_path TO pg_temp")
    return _made(connection)


def _made(connection: Connection) -> set[str]:
    with Operations.context(MigrationContext.configure(connection)):
        module_of(FIRST).upgrade()
    return _shape_of(connection)


def _shape_of(connection: Connection) -> set[str]:
    """Each table, column, key, check and index of the tables in the connection's schema as a line. No triggers.

    Read from the catalogue and not by SQLAlchemy's inspection, which leaves out what conditions of indexes, settings of
    tables and checks say.
    """
    found = _sqlite(connection) if connection.dialect.name == "sqlite" else _postgresql(connection)
    return {f"{table}: {' '.join(says.split())}" for table, says in found if table != NOTED}


def _postgresql(connection: Connection) -> Iterator[tuple[str, str]]:
    schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    for asked in _POSTGRESQL:
        found = connection.exec_driver_sql(asked.format(schema=f"'\"{schema}\"'::regnamespace"))
        yield from (tuple(row) for row in found)


def _sqlite(connection: Connection) -> Iterator[tuple[str, str]]:
    ask = connection.exec_driver_sql
    whole = ask("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").all()
    for kind, name, table, said in whole:
        if kind == "index":
            yield table, said
        if kind != "table" or name.startswith("sqlite_"):
            continue
        for column in ask(f'PRAGMA table_xinfo("{name}")').all():
            yield name, "column " + " ".join(map(str, column[1:]))
        for _, _, parent, own, theirs, *rules in ask(f'PRAGMA foreign_key_list("{name}")').all():
            yield name, f"{own} of {parent} {theirs} {rules}"
        for _, index, is_unique, origin, _ in ask(f'PRAGMA index_list("{name}")').all():
            if origin != "c":
                columns = [one[2] for one in ask(f'PRAGMA index_info("{index}")').all()]
                yield name, f"{'unique ' * is_unique}{origin} {columns}"
        for check in _CHECK.findall(said):
            yield name, check
