"""One row in each table, whatever tables there are."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Time,
)

FIRST = "0100"  # the first migration
RELEASED = "0110"  # that of version 0.9.0, the first
_VALUES: dict[type[Any], Any] = {
    Boolean: True,
    Date: date(2026, 11, 24),
    DateTime: datetime(2026, 11, 24, 10, tzinfo=UTC),
    Float: 1.0,
    Integer: 1,
    JSON: {"a": [1, None, "b\n"]},
    LargeBinary: b"\x00\xff\\",
    String: "tab\t, line\nand \\N, quote', Zoë",  # what a copy must not take for its own signs
    Time: time(10),
}


def fill(engine: Engine, tables: MetaData) -> None:
    """Write one row into each table, with the columns that it has here and no others."""
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            connection.execute(table.insert().values({one.name: _value(one) for one in table.c}))


def _value(column: Column[Any]) -> Any:
    if column.name == "unheard_by":
        return "1"  # an agent
    return next(value for kind, value in _VALUES.items() if isinstance(column.type, kind))


def tables_of(engine: Engine) -> MetaData:
    """The tables of Nextcall as they are now."""
    found = MetaData()
    found.reflect(engine, only=lambda name, _: name != "alembic_version")
    return found


def rows_of(engine: Engine, tables: MetaData) -> dict[str, Any]:
    with engine.connect() as connection:
        return {one.name: connection.execute(one.select()).all() for one in tables.sorted_tables}


def without_gone(tables: MetaData) -> MetaData:
    """Tables of the first migration, without what later ones have dropped."""
    for name in ("alerttolead", "screeningwarning"):
        tables.remove(tables.tables[name])
    kept = MetaData()
    for table in tables.sorted_tables:
        names = [one.name for one in table.c if one.name not in ("unheard_by", "ahead_taken_at")]
        Table(table.name, kept, *(Column(name, table.c[name].type) for name in names))
    return kept
