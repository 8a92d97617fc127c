"""A copy of a SQLite database made while it is in use. PostgreSQL brings its own tools, and they are better."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from storage.errors import StorageError


class NotCopied(StorageError):
    """The copy could not be made; says why and what to do."""


def write_copy(engine: Engine, target: Path) -> int:
    """Copy the database, check the copy, and only then give it its name. Answers its size in bytes. Raises NotCopied."""
    if engine.dialect.name != "sqlite" or not engine.url.database or engine.url.database == ":memory:":
        raise NotCopied(
            "Only a SQLite file is copied here: for PostgreSQL use pg_dump, which copies it whole while it runs."
        )
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with closing(sqlite3.connect(engine.url.database)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy, pages=2000)
            # A copy is one file: what the write-ahead log adds would be lost when only the file is moved.
            copy.execute("PRAGMA journal_mode=DELETE")
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise NotCopied(f"The copy is damaged ({found}): check the disk of the database.")
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise NotCopied(f"{target} could not be written ({error}): check the folder and the space left.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size
