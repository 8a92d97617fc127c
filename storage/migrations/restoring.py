"""Puts a backup back, whole or not at all, and upgrades it to this program's revision in the same transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, inspect

from storage.database import backup
from storage.database import engine as engines
from storage.database.backup import Report
from storage.database.database_files import files_of
from storage.database.engine import lock_schema
from storage.errors import NotRestored
from storage.migrations import applying, head, is_known, known_revision, upgrade_within
from storage.migrations.old_revisions import FIRST, LAST_OLD


class Restored(NamedTuple):
    """What is about to be committed. `before`: the backup's revision; `left_out`: tables that Nextcall does not
    have."""

    connection: Connection
    before: str
    left_out: list[str]


@contextmanager
def restored(engine: Engine, path: Path, told: Report) -> Iterator[Restored]:
    """Put a backup back into an empty database. It is committed when the block ends, and else the database stays empty.

    Raises NotRestored, SchemaRefused.
    """
    is_file = backup.is_sqlite(path)
    if not is_file and not backup.is_archive(path):
        raise NotRestored(f"{path} is not a backup of Nextcall, or not whole: choose another")
    if is_file != (engine.dialect.name == "sqlite"):
        made_from, names = ("SQLite", "PostgreSQL") if is_file else ("PostgreSQL", "SQLite")
        raise NotRestored(
            f"{path} is a backup of a {made_from} database, and DATABASE_URL names {names}: a backup goes back to "
            "where it is from"
        )
    with _copy_put_back(engine, path, told) if is_file else _archive_put_back(engine, path, told) as found:
        yield found


@contextmanager
def _archive_put_back(engine: Engine, path: Path, told: Report) -> Iterator[Restored]:
    manifest = backup.read_manifest(path)
    if not is_known(manifest.revision) and manifest.revision != LAST_OLD:
        raise NotRestored(
            f"{path} is of revision {manifest.revision}, made by Nextcall {manifest.about.get('program', '?')}, which "
            f"this version (revision {head()}) does not know: install the newer version, then try again"
        )
    with engine.begin() as connection:
        lock_schema(connection)
        if inspect(connection).get_table_names():
            what = "make an empty one, name it in DATABASE_URL, then try again"
            raise NotRestored(f"the database holds tables already: {what}")
        # the last revision of before 0.9.0 has the tables of the first one now
        upgrade_within(connection, FIRST if manifest.revision == LAST_OLD else manifest.revision)
        left_out = backup.load_archive(connection, path, manifest, told)
        upgrade_within(connection, head())
        yield Restored(connection, manifest.revision, left_out)


@contextmanager
def _copy_put_back(engine: Engine, path: Path, told: Report) -> Iterator[Restored]:
    target = files_of(engine)[0]
    unfinished = backup.copied_beside(path, target, told)
    try:
        aside = engines.create(f"sqlite:///{unfinished}")
        try:
            with aside.begin() as connection:
                if not (found := known_revision(connection)):
                    raise NotRestored(f"{path} is an empty database: take another backup")
                if found == LAST_OLD:
                    applying.check(connection)
                before = upgrade_within(connection, head())
                yield Restored(connection, before, [])
        finally:
            aside.dispose()
        backup.put_in_place(unfinished, target)
    finally:
        backup.discard(unfinished)
