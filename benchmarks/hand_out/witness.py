"""A second record of leases, kept by triggers in the order in which the database made the changes.

The product's own instants cannot prove that two leases never overlapped: it reads the clock before it writes the row.
What is unique while in force must be released before it is taken again, and this record has that order.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, text

_KEYS = ("contact_id", "person_id", "number")
_SQLITE = (
    "CREATE TABLE witness (serial integer PRIMARY KEY AUTOINCREMENT, lease_id int, contact_id int, person_id int,"
    " number text, is_taken int)",
    "CREATE TRIGGER lease_taken AFTER INSERT ON lease BEGIN"
    " INSERT INTO witness (lease_id, contact_id, person_id, number, is_taken)"
    " VALUES (new.id, new.contact_id, new.person_id, new.number, new.ended_at IS NULL); END",
    "CREATE TRIGGER lease_changed AFTER UPDATE ON lease WHEN (old.ended_at IS NULL) <> (new.ended_at IS NULL) BEGIN"
    " INSERT INTO witness (lease_id, contact_id, person_id, number, is_taken)"
    " VALUES (new.id, new.contact_id, new.person_id, new.number, new.ended_at IS NULL); END",
)
_POSTGRESQL = (
    "CREATE TABLE witness (serial bigserial PRIMARY KEY, lease_id int, contact_id int, person_id int, number text,"
    " is_taken boolean)",
    "CREATE FUNCTION see_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " INSERT INTO witness (lease_id, contact_id, person_id, number, is_taken)"
    " VALUES (new.id, new.contact_id, new.person_id, new.number, new.ended_at IS NULL); RETURN NULL; END $$",
    "CREATE TRIGGER lease_taken AFTER INSERT ON lease FOR EACH ROW EXECUTE FUNCTION see_lease()",
    "CREATE TRIGGER lease_changed AFTER UPDATE ON lease FOR EACH ROW"
    " WHEN ((old.ended_at IS NULL) <> (new.ended_at IS NULL)) EXECUTE FUNCTION see_lease()",
)


def watch(connection: Connection) -> None:
    """Keep the record from now on."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)


def taken(connection: Connection) -> int:
    """How many leases were granted."""
    return int(connection.execute(text("SELECT count(*) FROM witness WHERE is_taken")).scalar_one())


def taken_about(connection: Connection) -> int:
    """About how many leases were granted, at once however long the record is. May include rolled-back ones."""
    return int(connection.execute(text("SELECT coalesce(max(serial), 0) / 2 FROM witness")).scalar_one())


def doubles(connection: Connection) -> dict[str, int]:
    """How often a contact, person or number was taken while another lease had it."""
    said = text("SELECT lease_id, is_taken, contact_id, person_id, number FROM witness ORDER BY serial")
    return count_doubles(connection.execution_options(yield_per=10_000).execute(said))


def count_doubles(rows: Iterable[Any]) -> dict[str, int]:
    """Count the same in rows (lease, is taken, contact, person, number) in the order of events."""
    holders: dict[tuple[str, Any], set[int]] = {}
    found = dict.fromkeys(_KEYS, 0)
    for lease_id, is_taken, *values in rows:
        for key, value in zip(_KEYS, values, strict=True):
            holding = holders.setdefault((key, value), set())
            if is_taken:
                found[key] += bool(holding)
                holding.add(lease_id)
            else:
                holding.discard(lease_id)
    return found
