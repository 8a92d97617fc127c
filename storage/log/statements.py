"""Which tables are statements, and what of each row a leaf says: read from what the models say of themselves.

And the triggers that note rows of which something changed that stands in the log. They stand outside the migrations:
SQLite drops a table's triggers when one copies it, so each upgrade makes all anew.
"""

from collections.abc import Iterator

from sqlalchemy import JSON, Connection

from storage.models import ERASED, Organisation, Row, Signed, columns_that, every_table


class Stated:
    """One table whose rows are statements. Each column but `id` and `organisation_id` is in one of four places.

    `fixed`: said openly, never changed. `changing`: said openly; each change is a new leaf. `sealed`: personal, said as
    a salted commitment; `sealed_later`: those of them that are written or changed after the row was. `left`: not said.

    `never`: those of `changing` that nothing in the product changes. `itself`: those of `changing` and `sealed_later`
    whose change no statement explains: the row itself says what happened, or other rows do; each change of any other,
    of those `recorded`, is a statement of its own. What else it has is as its `Signed` says.
    """

    def __init__(self, table: type[Row], said: Signed) -> None:
        self.table, self.name = table, str(table.__tablename__)
        self.at, self.settled, self.told_in = said.at, said.settled, said.told_in
        self.ends = (said.ends,) if said.ends else ()
        personal, fixed = columns_that(table, "personal", *ERASED), columns_that(table, "signed", True)
        changed = columns_that(table, "signed", "changing", "itself", "never")
        self.left, self.never, self.itself = (columns_that(table, "signed", one) for one in (False, "never", "itself"))
        self.fixed = tuple(name for name in fixed if name not in personal)
        self.changing = tuple(name for name in changed if name not in personal)
        self.sealed = tuple(name for name in (*fixed, *changed) if name in personal)
        self.sealed_later = tuple(name for name in changed if name in personal)
        # personal columns that never change, but for an erasure or a return
        self.lasting = tuple(name for name in self.sealed if name not in self.sealed_later)
        self.recorded = tuple(name for name in (*self.changing, *self.sealed_later) if name not in self.itself)
        # columns whose change makes a new leaf; personal ones too: an erasure or a return changes them
        self.watched = (*self.changing, *self.sealed)
        # retention empties some of `sealed`, beside the erasures that people ask for
        self.is_forgotten = any(name in self.sealed for name in columns_that(table, "forgotten", True))
        # the column that says whose row it is; empty: it is the only organisation's
        self.owner = "organisation_id" if "organisation_id" in table.model_fields else ""
        if table is Organisation:
            self.owner = "id"


# A row stands before those that speak of it, where both are new.
STATED = tuple(Stated(one, one.__signed__) for one in every_table() if isinstance(one.__signed__, Signed))
BY_NAME = {one.name: one for one in STATED}


_FUNCTION = "evidence_note_change"


def install_triggers(connection: Connection) -> None:
    """Make every trigger as this program wants it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608
            " INSERT INTO evidencechange (table_name, row_id) VALUES (TG_TABLE_NAME, NEW.id); RETURN NULL; END $$"
        )
    for name, statement in _triggers(connection.dialect.name):
        of_table = f' ON "{_table(name)}"' if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{name}"{of_table}')
        connection.exec_driver_sql(statement)


def missing_triggers(connection: Connection) -> list[str]:
    """Tables whose trigger is not there, is switched off, or (on SQLite) says something else."""
    wanted = dict(_triggers(connection.dialect.name))
    if connection.dialect.name == "sqlite":
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        found = dict(connection.exec_driver_sql(asked).cursor.fetchall())
        return [_table(name) for name, statement in wanted.items() if found.get(name) != statement]
    asked = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal"
    there = {name for (name,) in connection.exec_driver_sql(asked).cursor.fetchall()}
    return [_table(name) for name in wanted if name not in there]


def _table(name: str) -> str:
    return name.removeprefix("evidence_")


def _triggers(dialect: str) -> Iterator[tuple[str, str]]:
    for one in STATED:
        if one.watched:
            yield f"evidence_{one.name}", _trigger(one, dialect)


def _trigger(stated: Stated, dialect: str) -> str:
    columns = ", ".join(f'"{name}"' for name in stated.watched)
    is_sqlite = dialect == "sqlite"
    differs = " OR ".join(_differs(stated, name, is_sqlite) for name in stated.watched)
    head = f'CREATE TRIGGER "evidence_{stated.name}" AFTER UPDATE OF {columns} ON "{stated.name}"'
    if is_sqlite:
        note = f"INSERT INTO evidencechange (table_name, row_id) VALUES ('{stated.name}', NEW.id);"  # noqa: S608
        return f"{head} FOR EACH ROW WHEN {differs} BEGIN {note} END"
    return f"{head} FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION {_FUNCTION}()"


def _differs(stated: Stated, name: str, is_sqlite: bool) -> str:
    if is_sqlite:
        return f'OLD."{name}" IS NOT NEW."{name}"'
    column = stated.table.__table__.c[name]  # type: ignore[attr-defined]
    as_text = "::text" if isinstance(column.type, JSON) else ""  # json has no equality
    return f'OLD."{name}"{as_text} IS DISTINCT FROM NEW."{name}"{as_text}'
