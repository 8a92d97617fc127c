"""Plants tamperings in a database, each as somebody with all rights would: any column, any row, the log itself."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine, text

from bot.services.answers.evidence.checks import Fault, Tampering
from bot.services.deps import Deps
from storage.database.unit_of_work import UnitOfWork
from storage.log import leaf_text, merkle
from storage.log.statements import STATED, Stated

LOG = "the log"


@dataclass(frozen=True)
class Planted:
    """What was done, and which findings name it."""

    kind: str
    what: str
    is_named: Callable[[Tampering], bool]


class Tamperer:
    """Plants one tampering at a time in a transaction that is rolled back: the next one finds the database
    untouched."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self._engine, self._random = engine, random.Random(seed)
        with engine.connect() as connection:
            self.filled = [one for one in STATED if self._count(connection, one.name)]
            self._leaves = self._count(connection, "evidenceleaf")
        self.kinds: dict[str, Callable[[Connection], Planted | None]] = {
            "change a column": self.change_column,
            "change a column while no bot runs": self.change_column_by_sql,
            "remove a row": self.remove_row,
            "insert a row": self.insert_row,
            "renumber leaves": self.swap_leaves,
            "change a leaf": self.change_leaf,
            "change a leaf and its hash": self.change_leaf_and_hash,
            "remove a leaf": self.remove_leaf,
            "insert a leaf": self.insert_leaf,
            "change a node": self.change_node,
            "remove a node": self.remove_node,
            "change a checkpoint": self.change_checkpoint,
            "remove a checkpoint": self.remove_checkpoint,
            "move a checkpoint's moment": self.move_checkpoint,
            "move the head": self.move_head,
            "change the head's peaks": self.change_peaks,
            "another key": self.another_key,
            "cut the log": self.cut_log,
            "erase a salt": self.erase_salt,
            "drop a trigger": self.drop_trigger,
        }

    @property
    def tables(self) -> list[str]:
        return [one.name for one in self.filled]

    @contextmanager
    def planted(self, connection: Connection, kind: str) -> Iterator[Planted | None]:
        """None: there is nothing of that kind in this database."""
        trial = connection.begin_nested()
        try:
            yield self.kinds[kind](connection)
        finally:
            trial.rollback()

    def change_column(self, connection: Connection, stated: Stated | None = None) -> Planted | None:
        chosen = stated or self._random.choice(self.filled)
        column = self._random.choice([*chosen.fixed, *chosen.changing, *chosen.sealed])
        row_id = self._any_id(connection, chosen.name)
        before = self._value(connection, chosen.name, column, row_id)
        self._set(connection, chosen.name, column, row_id, self._other(chosen, column, before))
        if self._value(connection, chosen.name, column, row_id) == before:
            return None
        self._quietly(connection)

        def is_named(found: Tampering) -> bool:
            is_row = (found.fault, found.table, found.row_id) == (Fault.CHANGED, chosen.name, row_id)
            return is_row and (column in found.columns or found.number is None)

        return Planted("change a column", f"{chosen.name}.{column} of {row_id}", is_named)

    def change_column_by_sql(self, connection: Connection) -> Planted | None:
        """As by a plain UPDATE: the triggers note it, as they do of what Nextcall changes. Columns that say of
        themselves what came of a row are in the list of what cannot be named."""
        chosen = self._random.choice([one for one in self.filled if {*one.fixed, *one.recorded, *one.lasting}])
        column = self._random.choice([*chosen.fixed, *chosen.recorded, *chosen.lasting])
        row_id = self._any_id(connection, chosen.name)
        before = self._value(connection, chosen.name, column, row_id)
        self._set(connection, chosen.name, column, row_id, self._other(chosen, column, before))
        if self._value(connection, chosen.name, column, row_id) == before:
            return None

        def is_named(found: Tampering) -> bool:
            is_row = (found.table, found.row_id) == (chosen.name, row_id)
            is_so = found.fault in (Fault.CHANGED, Fault.UNEXPLAINED, Fault.BACKDATED, Fault.UNSEALED)
            return is_row and is_so and (column in found.columns or not found.columns)

        return Planted("change a column while no bot runs", f"{chosen.name}.{column} of {row_id}", is_named)

    def remove_row(self, connection: Connection) -> Planted:
        chosen = self._random.choice(self.filled)
        row_id = self._any_id(connection, chosen.name)
        self._unchecked(connection, f'DELETE FROM "{chosen.name}" WHERE id = {row_id}')
        return Planted("remove a row", f"{chosen.name} {row_id}", _is(Fault.REMOVED, chosen.name, row_id))

    def insert_row(self, connection: Connection) -> Planted | None:
        """A copy of a row, at an id below those in the log, in a table that takes one."""
        tables = [one for one in self.filled if one.name not in ("organisation", "contact")]
        copies = (self._copied(connection, one) for one in self._random.sample(tables, len(tables)))
        return next(filter(None, copies), None)

    def _copied(self, connection: Connection, chosen: Stated) -> Planted | None:
        row_id = self._any_id(connection, chosen.name)
        columns = [one.name for one in chosen.table.__table__.c if one.name != "id"]  # type: ignore[attr-defined]
        listed = ", ".join(f'"{one}"' for one in columns)
        free = -self._random.randrange(1, 1_000_000)
        copied = ", ".join(_unlike(chosen, one, free) for one in columns)
        try:
            with connection.begin_nested():
                self._unchecked(
                    connection,
                    f'INSERT INTO "{chosen.name}" (id, {listed})'
                    f' SELECT {free}, {copied} FROM "{chosen.name}" WHERE id = {row_id}',
                )
        except Exception:  # a unique index of the product forbids a copy
            return None
        return Planted("insert a row", f"{chosen.name} {free}", _is(Fault.INSERTED, chosen.name, free))

    def swap_leaves(self, connection: Connection) -> Planted | None:
        one, other = self._random.sample(range(self._leaves), 2)
        for before, after in ((one, -1), (other, one), (-1, other)):
            connection.execute(text(f"UPDATE evidenceleaf SET number = {after} WHERE number = {before}"))
        return Planted(
            "renumber leaves",
            f"{one} and {other}",
            lambda found: found.fault in (Fault.LEAF_MOVED, Fault.LEAF_CHANGED) and found.number in (one, other),
        )

    def change_leaf(self, connection: Connection) -> Planted:
        number = self._random.randrange(self._leaves)
        said = self._said(connection, number)
        self._say(connection, number, _altered(said, self._random))
        return Planted(
            "change a leaf", str(number), lambda found: found.fault is Fault.LEAF_CHANGED and found.number == number
        )

    def change_leaf_and_hash(self, connection: Connection) -> Planted:
        number = self._random.randrange(self._leaves)
        said = _altered(self._said(connection, number), self._random)
        self._say(connection, number, said)
        connection.execute(
            text("UPDATE evidenceleaf SET hashed = :hashed WHERE number = :number"),
            {"hashed": merkle.leaf_hash(said.encode()), "number": number},
        )
        return Planted("change a leaf and its hash", str(number), _covers(number))

    def remove_leaf(self, connection: Connection) -> Planted:
        number = self._random.randrange(self._leaves)
        connection.execute(text(f"DELETE FROM evidenceleaf WHERE number = {number}"))
        return Planted(
            "remove a leaf", str(number), lambda found: found.fault is Fault.LEAF_REMOVED and found.number == number
        )

    def insert_leaf(self, connection: Connection) -> Planted:
        """A statement that was never made, behind the last leaf."""
        said = leaf_text.of_row(
            "2026-11-24T10:00:00.000000Z", self._leaves, '{"is":{},"row":1,"sealed":{},"table":"attempt"}'
        )
        connection.execute(
            text(
                "INSERT INTO evidenceleaf (organisation_id, number, kind, table_name, row_id, last_row_id, at, said, "
                "hashed, salts) SELECT organisation_id, :number, 'row', 'attempt', 1, 1, at, :said, :hashed, salts "
                "FROM evidenceleaf WHERE number = 0"
            ),
            {"number": self._leaves, "said": said, "hashed": merkle.leaf_hash(said.encode())},
        )
        number = self._leaves
        return Planted(
            "insert a leaf", str(number), lambda found: found.fault is Fault.LEAF_INSERTED and found.number == number
        )

    def change_node(self, connection: Connection) -> Planted | None:
        return self._node(connection, "UPDATE evidencenode SET hashed = :hashed WHERE id = :id", "change a node")

    def remove_node(self, connection: Connection) -> Planted | None:
        return self._node(connection, "DELETE FROM evidencenode WHERE id = :id", "remove a node")

    def _node(self, connection: Connection, statement: str, kind: str) -> Planted | None:
        found = connection.execute(text("SELECT id, level, number FROM evidencenode")).all()
        if not found:
            return None
        node_id, level, number = self._random.choice(found)
        asked = text(statement)
        given: dict[str, Any] = {"id": node_id, "hashed": self._random.randbytes(32)}
        connection.execute(asked, {key: value for key, value in given.items() if f":{key}" in statement})
        first = number * 256**level
        named = (Fault.NODE, first, first + 256**level)
        return Planted(kind, f"{level}/{number}", lambda found: (found.fault, found.number, found.until) == named)

    def change_checkpoint(self, connection: Connection) -> Planted:
        row_id, size, note = self._random.choice(
            connection.execute(text("SELECT id, size, note FROM evidencecheckpoint")).all()
        )
        place = self._random.randrange(len(note))
        other = "A" if note[place] != "A" else "B"
        connection.execute(
            text("UPDATE evidencecheckpoint SET note = :note WHERE id = :id"),
            {"note": note[:place] + other + note[place + 1 :], "id": row_id},
        )
        return Planted(
            "change a checkpoint", str(size), lambda found: found.fault is Fault.SIGNATURE and found.number == size
        )

    def remove_checkpoint(self, connection: Connection) -> Planted:
        size = self._random.choice(connection.execute(text("SELECT size FROM evidencecheckpoint")).all())[0]
        connection.execute(text(f"DELETE FROM evidencecheckpoint WHERE size = {size}"))
        return Planted(
            "remove a checkpoint",
            str(size),
            lambda found: found.fault is Fault.CHECKPOINT_REMOVED and found.number == size,
        )

    def move_checkpoint(self, connection: Connection) -> Planted:
        size = self._random.choice(connection.execute(text("SELECT size FROM evidencecheckpoint")).all())[0]
        moved = "UPDATE evidencecheckpoint SET at = '2026-01-02 03:04:05.000006' WHERE size = :size"
        connection.execute(text(moved), {"size": size})
        named = (Fault.CHECKPOINT, size)
        return Planted("move a checkpoint's moment", str(size), lambda found: (found.fault, found.number) == named)

    def move_head(self, connection: Connection) -> Planted:
        by = self._random.choice((-3, -1, 1, 2))
        connection.execute(text(f"UPDATE evidencelog SET size = size + {by}"))
        return Planted(
            "move the head", str(by), lambda found: found.fault in (Fault.HEAD, Fault.LEAF_REMOVED, Fault.LEAF_INSERTED)
        )

    def change_peaks(self, connection: Connection) -> Planted:
        [[peaks]] = connection.execute(text("SELECT peaks FROM evidencelog"))
        at = self._random.randrange(len(peaks))
        changed = peaks[:at] + bytes([peaks[at] ^ 1]) + peaks[at + 1 :]
        connection.execute(text("UPDATE evidencelog SET peaks = :peaks"), {"peaks": changed})
        return Planted("change the head's peaks", str(at), lambda found: found.fault is Fault.HEAD)

    def another_key(self, connection: Connection) -> Planted:
        connection.execute(text("UPDATE evidencelog SET public_key = :key"), {"key": self._random.randbytes(32)})
        return Planted("another key", "", lambda found: found.fault is Fault.SIGNATURE)

    def cut_log(self, connection: Connection) -> Planted:
        """The newest leaves, with their checkpoints: the head remembers."""
        number = self._random.randrange(1, self._leaves)
        connection.execute(text(f"DELETE FROM evidenceleaf WHERE number >= {number}"))
        connection.execute(text(f"DELETE FROM evidencecheckpoint WHERE size > {number}"))
        return Planted(
            "cut the log", str(number), lambda found: found.fault is Fault.LEAF_REMOVED and found.number == number
        )

    def erase_salt(self, connection: Connection) -> Planted | None:
        asked = (
            "SELECT number, table_name, row_id FROM evidenceleaf WHERE kind = 'row' AND length(salts) > 0"
            " AND number IN (SELECT max(number) FROM evidenceleaf GROUP BY table_name, row_id)"
        )
        number, table, row_id = self._random.choice(connection.execute(text(asked)).all())
        connection.execute(text(f"UPDATE evidenceleaf SET salts = :none WHERE number = {number}"), {"none": bytes(16)})
        return Planted(
            "erase a salt",
            f"{table} {row_id}",
            lambda found: (
                found.fault in (Fault.UNSEALED, Fault.CHANGED) and (found.table, found.row_id) == (table, row_id)
            ),
        )

    def drop_trigger(self, connection: Connection) -> Planted:
        chosen = self._random.choice([one for one in STATED if one.watched])
        of_table = f' ON "{chosen.name}"' if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f'DROP TRIGGER "evidence_{chosen.name}"{of_table}'))
        return Planted(
            "drop a trigger", chosen.name, lambda found: found.fault is Fault.UNWATCHED and found.table == chosen.name
        )

    def _other(self, stated: Stated, column: str, before: Any) -> str:
        """SQL for another value that the column takes."""
        kind = stated.table.__table__.c[column].type  # type: ignore[attr-defined]
        kind = getattr(kind, "impl_instance", kind)
        name = type(kind).__name__
        if name == "Boolean":
            return "true" if not before else "false"
        if name == "Integer":
            return str((before or 0) + self._random.randrange(1, 1_000))
        if name == "Float":
            return str((before or 0) + 1.5)
        if name == "DateTime":
            return "'2026-01-02 03:04:05.000006'"
        if name == "Date":
            return "'2026-01-02'"
        if name == "Time":
            return "'03:04:05.000006'"
        if name == "JSON":
            return f"""'{{"forged": {self._random.randrange(1_000)}}}'"""
        return f"'forged {self._random.randrange(1_000)}'"

    def _quietly(self, connection: Connection) -> None:
        """Whoever forges a row does not leave a note that it changed."""
        connection.execute(text("DELETE FROM evidencechange"))

    def _set(self, connection: Connection, table: str, column: str, row_id: int, value: str) -> None:
        self._unchecked(connection, f'UPDATE "{table}" SET "{column}" = {value} WHERE id = {row_id}')

    def _unchecked(self, connection: Connection, statement: str) -> None:
        """Without foreign keys, which a forger switches off."""
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement))
            connection.execute(text("SET LOCAL session_replication_role = origin"))
        else:
            connection.execute(text(statement))

    def _value(self, connection: Connection, table: str, column: str, row_id: int) -> Any:
        return connection.execute(text(f'SELECT "{column}" FROM "{table}" WHERE id = {row_id}')).scalar_one()

    def _any_id(self, connection: Connection, table: str) -> int:
        found = connection.execute(text(f'SELECT id FROM "{table}" ORDER BY id')).scalars().all()
        return int(self._random.choice(found))

    def _count(self, connection: Connection, table: str) -> int:
        return int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())

    def _said(self, connection: Connection, number: int) -> str:
        return str(connection.execute(text(f"SELECT said FROM evidenceleaf WHERE number = {number}")).scalar_one())

    def _say(self, connection: Connection, number: int, said: str) -> None:
        connection.execute(
            text("UPDATE evidenceleaf SET said = :said WHERE number = :number"), {"said": said, "number": number}
        )


def _unlike(stated: Stated, column: str, free: int) -> str:
    """SQL for a copied column, other than the original where a unique index might forbid the same."""
    kind = stated.table.__table__.c[column].type  # type: ignore[attr-defined]
    is_text = type(getattr(kind, "impl_instance", kind)).__name__ in ("String", "AutoString", "Text")
    if column in ("key", "name", "number", "slack_user_id") and is_text:
        return f""""{column}" || '{free}'"""
    if column == "lease_id":
        return "NULL"
    return f'"{column}"'


def _is(fault: Fault, table: str, row_id: int) -> Callable[[Tampering], bool]:
    return lambda found: (found.fault, found.table, found.row_id) == (fault, table, row_id)


def _covers(number: int) -> Callable[[Tampering], bool]:
    def covers(found: Tampering) -> bool:
        if found.number is None:
            return False
        return found.number == number or (found.until is not None and found.number <= number < found.until)

    return covers


def _altered(said: str, chance: random.Random) -> str:
    """The leaf with one thing of it said otherwise, still canonical JSON."""
    leaf = json.loads(said)
    if "statement" in leaf:
        told = leaf["statement"]["is"]
        if told:
            told[chance.choice(sorted(told))] = f"forged {chance.randrange(1_000)}"
        else:
            leaf["statement"]["row"] += 1
    elif "rows" in leaf:
        row = chance.choice(leaf["rows"])
        row[1] = chance.randbytes(32).hex()
    else:
        leaf["restored"]["size"] += 1
    return json.dumps(leaf, ensure_ascii=False, separators=(",", ":"))


def on(connection: Connection, deps: Deps) -> Deps:
    """Services that see what the connection's open transaction did."""

    def opens(*, is_read_only: bool = False) -> UnitOfWork:
        return UnitOfWork(lambda: nullcontext(connection))

    return replace(deps, unit_of_work=opens)
