"""The triggers that note rows of which something changed that stands in the log.

They stand outside the migrations: SQLite drops a table's triggers when one copies it, so each upgrade makes all anew.
"""

from collections.abc import Iterator

from sqlalchemy import JSON, Connection

from storage.log.statements import STATED, Stated

_FUNCTION = "evidence_note_change"


def install(connection: Connection) -> None:
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


def missing(connection: Connection) -> list[str]:
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
