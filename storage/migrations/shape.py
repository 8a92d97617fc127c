"""The schema of a database as text, one line for each part, so that two can be compared.

Read from the catalogue and not by SQLAlchemy's inspection, which leaves out what conditions of indexes, settings of
tables and checks say.
"""

import re
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

_NOTED: Final = "alembic_version"
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


def shape_of(connection: Connection) -> set[str]:
    """Each table, column, key, check and index of the tables in the connection's schema. No triggers."""
    found = _sqlite(connection) if connection.dialect.name == "sqlite" else _postgresql(connection)
    return {f"{table}: {' '.join(says.split())}" for table, says in found if table != _NOTED}


def _postgresql(connection: Connection) -> Iterator[tuple[str, str]]:
    schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    for asked in _POSTGRESQL:
        found = connection.exec_driver_sql(asked.format(schema=f"'\"{schema}\"'::regnamespace"))
        yield from (tuple(row) for row in found)


def _sqlite(connection: Connection) -> Iterator[tuple[str, str]]:
    ask = connection.exec_driver_sql
    for kind, name, table, said in ask(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    ).all():
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
