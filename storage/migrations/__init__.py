"""Numbered schema changes: applied to a SQLite file at start, to PostgreSQL by `nextcall migrate`.

Refuses a database of an unknown revision, and one from before version 0.9.0 unless it is at the last revision of then.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError

from storage.database.engine import copy_file, is_lost_turn, lock_schema, read_only
from storage.errors import SchemaOfAnother, SchemaOutOfDate, SchemaTooNew, SchemaTooOld
from storage.log.statements import install_triggers, missing_triggers
from storage.migrations.old_revisions import LAST_OLD, NOTED, TOO_OLD

VERSIONS = Path(__file__).parent / "versions"  # tests plant a migration in a folder of their own
_NO_REVISION: Final = "unknown"
_TRIED_AGAIN: Final = 20
_OURS: Final = "organisation"  # a table that every revision has


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What `upgrade` did. `before` is empty for a new database; `copy` is set when an existing SQLite file was
    copied."""

    before: str
    after: str
    copy: Path | None


def prepare(engine: Engine) -> Upgraded:
    """Make the database ready at start. Raises SchemaRefused.

    Upgrades SQLite, which belongs to this process. Refuses PostgreSQL at another revision, because other processes
    share it.
    """
    if engine.dialect.name == "sqlite":
        return upgrade(engine)
    require_current(engine)
    return Upgraded(head(), head(), None)


def upgrade(engine: Engine, target: str = "") -> Upgraded:
    """Bring the database to this program's revision in one transaction. Raises SchemaRefused, and then changes nothing.

    `target`: stop at an earlier revision; empty: this program's.
    """
    target = target or head()
    with read_only(engine).connect() as connection:
        before = known_revision(connection)
        is_watched = before != head() or not missing_triggers(connection)
    if before == target:
        if not is_watched:
            with engine.begin() as connection:
                install_triggers(connection)
        return Upgraded(before, before, None)
    if before == LAST_OLD:
        from storage.migrations import applying  # it needs Alembic

        with engine.connect() as connection, connection.begin() as looking:
            applying.check(connection)
            looking.rollback()  # of what it tried out
    copy = copy_file(engine, f".before-{target}") if before else None
    lost = 0
    while True:
        try:
            with engine.begin() as writing:
                lock_schema(writing)
                before = upgrade_within(writing, target)  # another process may have migrated while this one waited
            return Upgraded(before, target, copy)
        except DBAPIError as error:
            lost += 1
            if lost > _TRIED_AGAIN or not is_lost_turn(error):
                raise  # deadlock with a working bot, each waiting for the other's lock: nothing was changed


def upgrade_within(connection: Connection, target: str) -> str:
    """Upgrade in the connection's transaction, once the schema is checked. Returns the revision before."""
    from storage.migrations import applying  # Alembic is slow to import: most starts find nothing to migrate

    before = known_revision(connection)
    if before == LAST_OLD:
        applying.stamp(connection)
    applying.upgrade(connection, target, VERSIONS)
    if target == head():
        install_triggers(connection)
    return before


def require_current(engine: Engine) -> None:
    """Raises SchemaRefused unless the database is at this program's revision."""
    with read_only(engine).connect() as connection:
        found = known_revision(connection)
    if found != head():
        raise SchemaOutOfDate(found, head())


def revision_of(engine: Engine) -> str:
    """Look a database's revision up. Raises SchemaRefused."""
    with read_only(engine).connect() as connection:
        return known_revision(connection)


def is_known(revision: str) -> bool:
    return revision in _revisions(VERSIONS)


def head() -> str:
    """The revision this program was built for."""
    return _revisions(VERSIONS)[-1]


def known_revision(connection: Connection) -> str:
    """The revision of a database; empty for one without tables. Raises SchemaRefused."""
    tables = inspect(connection).get_table_names()
    if tables and _OURS not in tables:
        raise SchemaOfAnother
    noted = connection.exec_driver_sql(f"SELECT version_num FROM {NOTED}") if NOTED in tables else None  # noqa: S608
    found = None if noted is None else noted.scalar_one_or_none()
    if found is None:
        if tables:
            raise SchemaTooNew(_NO_REVISION, head())
        return ""
    if found in TOO_OLD:
        raise SchemaTooOld(found)
    if found not in (LAST_OLD, *_revisions(VERSIONS)):
        raise SchemaTooNew(found, head())
    return str(found)


@cache  # those that this program was started with
def _revisions(versions: Path) -> tuple[str, ...]:
    """Every revision, in order: a migration's file begins with its number."""
    files = versions.glob("[!_]*.py")
    return tuple(sorted(file.stem.partition("_")[0] for file in files))
