"""Copies a SQLite database while it is in use, and puts a copy back.

Of a PostgreSQL database a backup is one zip file: each table as COPY writes it, and a manifest in JSON. It needs no
tools of a server, whose version they would have to have. `storage.migrations.restoring` puts it back.
"""

import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import IO, Any, Final, NamedTuple
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from storage.database.bulk import listed
from storage.database.database_files import files_beside, files_of, is_among, is_in_use
from storage.database.engine import forget_rows, keep_schema, lift_limits, read_only, trouble_of
from storage.errors import NotRestored, StorageError

Report = Callable[[int, int | None], None]  # done, and the total if known
_HEADER: Final = b"SQLite format 3\x00"


class NotCopied(StorageError):
    """The copy failed. The message says why and what to do."""


def write_copy(engine: Engine, target: Path, told: Report = lambda *_: None) -> int:
    """Copy the database, check the copy, then give it its name. Returns its size in bytes.

    Replaces a regular file of that name unless a program has it open, and replaces nothing else. Only the owner may
    read the copy. Raises NotCopied, and DatabaseTrouble where the database itself is at fault.
    """
    files = files_of(engine)
    with written_whole(target, files, (OSError, sqlite3.Error)) as unfinished:
        with closing(sqlite3.connect(files[0])) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy, pages=2000, progress=lambda _, left, total: told(total - left, total))
            # A copy is one file: anything in a write-ahead log would be lost when only the file is moved.
            copy.execute("PRAGMA journal_mode=DELETE")
            # Slack's response URLs accept messages for 30 minutes, and a copy may be kept anywhere.
            if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'shownnumber'").fetchone():
                copy.execute("PRAGMA secure_delete=ON")
                copy.execute("DELETE FROM shownnumber")
                copy.commit()
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise NotCopied(f"The copy is damaged ({found}): check the disk of the database.")
    return target.stat().st_size


@contextmanager
def written_whole(target: Path, files: tuple[Path, ...], failures: tuple[type[Exception], ...]) -> Iterator[Path]:
    """A file to write to, which gets the name `target` when the block has ended, and is gone if it fails.

    `files`: of the database. Raises NotCopied for the `failures`, and DatabaseTrouble where one is the database's own.
    """
    check_target(target, files)
    unfinished: Path | None = None
    try:
        unfinished = unfinished_beside(target)
        yield unfinished
        check_target(target, files)  # a copy takes minutes
        unfinished.replace(target)
    except failures as error:
        if known := trouble_of(error):
            raise known from error
        why = error.strerror if isinstance(error, OSError) else error  # without the unfinished file's name
        raise NotCopied(f"{target} could not be written ({why}): check the folder and the space left.") from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)


def unfinished_beside(target: Path) -> Path:
    """Make a file beside the target that only its owner may read."""
    number, name = mkstemp(prefix=f"{target.name}.", suffix=".unfinished", dir=target.parent)
    os.close(number)
    return Path(name)


def check_target(target: Path, files: tuple[Path, ...]) -> None:
    if is_among(target, files):
        raise NotCopied(f"{target} is the database itself, or belongs to it: choose another name.")
    if target.is_symlink():
        raise NotCopied(f"{target} is a link: name the file that you mean.")
    if target.exists() and not target.is_file():
        raise NotCopied(f"{target} is a folder or a device: name a file.")
    if is_in_use(target):
        raise NotCopied(f"{target} is a database that another program has open: choose another name.")


def is_sqlite(path: Path) -> bool:
    """Whether a file begins as a SQLite database does. Raises NotRestored where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError as error:
        raise NotRestored(f"{path} cannot be read ({error.strerror}): check its name") from error


def copied_beside(source: Path, target: Path, told: Report) -> Path:
    """Copy a backup to an unfinished file beside the database that it is to become, and check it.

    Raises NotRestored where the backup is in use or damaged, or where there is a database already.
    """
    check_place(target)
    if is_in_use(source):
        raise NotRestored(f"a program has {source} open: make a backup of it with `nextcall backup`, and put that back")
    unfinished: Path | None = None
    try:
        unfinished = unfinished_beside(target)
        # `immutable`: a copy that was made before an upgrade asks for a write-ahead log, which would be made beside it.
        address = f"{source.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as file, closing(sqlite3.connect(unfinished)) as copy:
            file.backup(copy, pages=2000, progress=lambda _, left, total: told(total - left, total))
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except (sqlite3.Error, OSError) as error:
        discard(unfinished)
        raise NotRestored(f"{source} could not be put back ({error}): take another backup, or make room") from error
    if found != "ok":
        discard(unfinished)
        raise NotRestored(f"{source} is damaged ({found}): take another backup")
    return unfinished


def put_in_place(unfinished: Path, target: Path) -> None:
    """Give the finished file the name of the database. Raises NotRestored."""
    try:
        with closing(sqlite3.connect(unfinished)) as file:
            file.execute("PRAGMA journal_mode=DELETE")  # one file, which is moved whole
        check_place(target)
        for left in files_beside(target):  # of a database that is gone: they would be read into this one
            left.rename(f"{left}.left")
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise NotRestored(f"{target} could not be written ({error}): check the folder and the space left") from error


def check_place(target: Path) -> None:
    """Raises NotRestored unless a database may be put there: no file, or one without tables."""
    try:
        if not target.exists() or not target.stat().st_size:
            return
        # What another program has not written into it yet is in files beside it, which would stay if this opened them.
        address = f"{target.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as file:
            has_tables = is_in_use(target) or file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except (sqlite3.Error, OSError) as error:
        raise NotRestored(f"{target} cannot be read ({error}): move it away first, then try again") from error
    if has_tables:
        raise NotRestored(
            f"{target} holds a database already: stop every bot, move it away (mv {target} {target}.old), then try "
            "again"
        )


def discard(unfinished: Path | None) -> None:
    if unfinished is not None:
        for one in (unfinished, *files_beside(unfinished)):
            one.unlink(missing_ok=True)


FORMAT: Final = "nextcall backup/1"
_MANIFEST: Final = "manifest.json"
# RuntimeError: a flipped bit makes it look locked, or of another kind
_BROKEN: Final = (OSError, EOFError, BadZipFile, RuntimeError, zlib.error)
_NOTED: Final = "alembic_version"  # the manifest says the revision
_UNCOPIED: Final = "shownnumber"  # Slack's response URLs: they accept messages for 30 minutes
_CHUNK: Final = 1 << 18
_ROWS: Final = "SELECT sum(greatest(reltuples, 0))::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace = {ours}"
_OURS: Final = "current_schema()::regnamespace"
_COLUMNS: Final = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    " AND is_generated = 'NEVER' ORDER BY table_name, ordinal_position"
)
_SEQUENCES: Final = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"


class Part(NamedTuple):
    """One table of a backup. `sha256`: of its rows as COPY wrote them."""

    table: str
    columns: list[str]
    rows: int
    sha256: str


class Manifest(NamedTuple):
    """What a backup says of itself. `about`: the program that made it, when, and the log as it stood."""

    revision: str
    about: Mapping[str, Any]
    parts: list[Part]  # each after those that it refers to
    sequences: dict[str, int]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.parts)


def write_archive(engine: Engine, target: Path, about: Callable[[Connection], Mapping[str, Any]], told: Report) -> int:
    """Copy every table as one moment saw it, read the copy once more, then give it its name. Returns its size in bytes.

    `about`: read in the same snapshot. Only the owner may read the file. Raises NotCopied, and DatabaseTrouble where
    the database itself is at fault.
    """
    failures = (OSError, SQLAlchemyError, engine.dialect.loaded_dbapi.Error, NotRestored)
    with written_whole(target, (), failures) as unfinished:
        with read_only(engine).connect() as connection, ZipFile(unfinished, "w", ZIP_DEFLATED, compresslevel=1) as file:
            _write(connection, file, about, told)
        with ZipFile(unfinished) as file:
            for part in _manifest_of(file).parts:
                for _ in _checked(file, part):
                    """Read to its end."""
    return target.stat().st_size


def is_archive(path: Path) -> bool:
    """Whether a file is a zip file with a manifest. A workbook is a zip file too."""
    try:
        with ZipFile(path) as file:
            return _MANIFEST in file.namelist()
    except _BROKEN:
        return False


def read_manifest(path: Path) -> Manifest:
    """The manifest of a backup. Raises NotRestored where the file is none, or not whole."""
    try:
        with ZipFile(path) as file:
            return _manifest_of(file)
    except _BROKEN as error:
        raise NotRestored(f"{path} is not a backup of Nextcall, or not whole: choose another") from error


def load_archive(connection: Connection, path: Path, manifest: Manifest, told: Report) -> list[str]:
    """Copy the rows into tables that are empty and at the backup's revision. Raises NotRestored.

    Returns the names of tables that Nextcall does not have, whose rows were left out.
    """
    known: dict[str, set[str]] = {}
    for table, column in connection.exec_driver_sql(_COLUMNS):
        known.setdefault(table, set()).add(column)
    done = 0
    with ZipFile(path) as file:
        for part in manifest.parts:
            if part.table not in known:
                continue
            if not known[part.table].issuperset(part.columns):
                raise NotRestored(f"{path} has columns of {part.table} that revision {manifest.revision} does not have")
            _copy_in(connection, part, _checked(file, part), _moved(told, done, manifest.rows))
            done += part.rows
    sequences = {name for name, _ in connection.exec_driver_sql(_SEQUENCES)}
    for name in sequences & manifest.sequences.keys():
        connection.exec_driver_sql("SELECT setval(%s::regclass, %s)", (f'"{name}"', manifest.sequences[name]))
    connection.exec_driver_sql("ANALYZE")
    return sorted({part.table for part in manifest.parts} - known.keys())


def _write(
    connection: Connection, file: ZipFile, about: Callable[[Connection], Mapping[str, Any]], told: Report
) -> None:
    lift_limits(connection)
    # A migration waits for this one lock: it would wait for tables with a queue of agents behind it.
    if not keep_schema(connection):
        raise NotCopied("The database is being migrated just now: make the backup when that has ended.")
    tables = [name for name, _ in inspect(connection).get_sorted_table_and_fkc_names() if name and name != _NOTED]
    # others may change tables too
    connection.exec_driver_sql(f"LOCK TABLE {listed([*tables, _NOTED])} IN ACCESS SHARE MODE")
    columns: dict[str, list[str]] = {}
    for table, column in connection.exec_driver_sql(_COLUMNS):
        columns.setdefault(table, []).append(column)
    total = connection.exec_driver_sql(_ROWS.format(ours=_OURS)).scalar() or 0
    parts: list[Part] = []
    for table in tables:
        before = sum(one.rows for one in parts)
        with file.open(_name(table), "w", force_zip64=True) as out:
            parts.append(_copy_out(connection, table, columns[table], out, _moved(told, before, total)))
    said = {
        "format": FORMAT,
        "revision": connection.exec_driver_sql(f"SELECT version_num FROM {_NOTED}").scalar_one(),  # noqa: S608
        **about(connection),
        "tables": [one._asdict() for one in parts],
        # after the rows: a sequence is no part of a snapshot, and must be ahead of all of them
        "sequences": {name: last for name, last in connection.exec_driver_sql(_SEQUENCES) if last is not None},
    }
    file.writestr(_MANIFEST, json.dumps(said, indent=1))


def _copy_out(
    connection: Connection, table: str, columns: list[str], out: IO[bytes], moved: Callable[[int], None]
) -> Part:
    digest, rows = sha256(), 0
    which = " WHERE false" if table == _UNCOPIED else ""
    asked = f'COPY (SELECT {listed(columns)} FROM "{table}"{which}) TO STDOUT'  # noqa: S608 - names of the catalogue
    with _raw(connection).cursor() as cursor, cursor.copy(asked) as copy:
        for block in copy:
            out.write(block)
            digest.update(block)
            rows += bytes(block).count(b"\n")  # those within a value are written as \n
            moved(rows)
    return Part(table, columns, rows, digest.hexdigest())


def _copy_in(connection: Connection, part: Part, blocks: Iterator[bytes], moved: Callable[[int], None]) -> None:
    rows = 0
    asked = f'COPY "{part.table}" ({listed(part.columns)}) FROM STDIN'
    try:
        with _raw(connection).cursor() as cursor, cursor.copy(asked) as copy:
            for block in blocks:
                copy.write(block)
                rows += block.count(b"\n")
                moved(rows)
    except connection.dialect.loaded_dbapi.Error as error:
        forget_rows(error)  # COPY quotes the row it was in
        raise NotRestored(f"the rows of {part.table} do not fit their table ({error}): take another backup") from error


def _checked(file: ZipFile, part: Part) -> Iterator[bytes]:
    """The rows of a table in blocks. Raises NotRestored at the end where they are not those that were written."""
    digest, rows = sha256(), 0
    try:
        with file.open(_name(part.table)) as content:
            while block := content.read(_CHUNK):
                digest.update(block)
                rows += block.count(b"\n")
                yield block
    except (*_BROKEN, KeyError) as error:
        raise NotRestored(f"the backup is damaged in {part.table} ({error}): take another one") from error
    if (rows, digest.hexdigest()) != (part.rows, part.sha256):
        raise NotRestored(f"the backup was changed: {part.table} is not what its manifest says. Take another one")


def _manifest_of(file: ZipFile) -> Manifest:
    try:
        said = json.loads(file.read(_MANIFEST))
        if said.pop("format") != FORMAT:
            raise NotRestored(f"{file.filename} was written by a newer version of Nextcall: install that one first")
        tables = said.pop("tables")
        parts = [Part(one["table"], list(one["columns"]), int(one["rows"]), one["sha256"]) for one in tables]
        sequences = {str(name): int(last) for name, last in said.pop("sequences").items()}
        return Manifest(str(said.pop("revision")), said, parts, sequences)
    except (*_BROKEN, KeyError, ValueError, TypeError, AttributeError) as error:
        raise NotRestored(f"{file.filename} is not a backup of Nextcall, or not whole: choose another") from error


def _moved(told: Report, before: int, total: int) -> Callable[[int], None]:
    return lambda rows: told(before + rows, total)


def _name(table: str) -> str:
    return f"tables/{table}.copy"


def _raw(connection: Connection) -> Any:
    """The driver's own connection: SQLAlchemy has no COPY."""
    return connection.connection.driver_connection
