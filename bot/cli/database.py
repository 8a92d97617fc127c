"""`nextcall migrate`, `nextcall backup FILE` and `nextcall restore FILE`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, Engine, create_engine, inspect
from sqlmodel import Session

from bot.cli.commands import command
from bot.cli.installation import COMMAND_LINE, opened_database, opened_installation, settings_for
from bot.cli.terminal import Refused, counted, counted_each, progress, say
from bot.clock import system_clock
from bot.services.calls import comparing
from bot.services.proof import put_back
from bot.settings import Need, Settings
from bot.version import commit, version
from bot.wiring import KeyFile, key_file_of, open_engine, witness_of
from storage.database import backup as backups
from storage.database import engine as engines
from storage.database.engine import read_only
from storage.migrations import head, revision_of, upgrade
from storage.migrations.restoring import restored


@command
def migrate(
    backup_file: Annotated[
        Path | None, typer.Option("--backup", help="PostgreSQL: where to write the backup that is made first.")
    ] = None,
    no_backup: Annotated[bool, typer.Option("--no-backup", help="PostgreSQL: make none; you have made one.")] = False,
) -> None:
    """Migrate the database to this version. PostgreSQL needs this command; a SQLite file is migrated at every start.

    A backup is made first: a copy beside a SQLite file; from PostgreSQL, a file in this folder.
    Then columns that differ from the recorded calls are corrected, and counted.
    """
    with opened_database() as engine:
        before = revision_of(engine)
        if engine.dialect.name == "postgresql" and before not in ("", head()) and not no_backup:
            file = backup_file or Path(f"nextcall-before-{head()}.backup")
            _back_up(engine, file)
            say(f"Wrote and checked {file}, from before the upgrade.")
        done = upgrade(engine)
    if done.before == done.after:
        say(f"The database is already at revision {done.after}.")
    else:
        say(f"The database went from {done.before or 'nothing'} to revision {done.after}.")
        if done.copy:
            say(f"The copy from before the upgrade is {done.copy}.")
    with opened_installation() as installation, progress("Comparing columns with the recorded calls") as moved:
        mended = comparing.mend(installation.deps, moved)
    if mended:
        say(f"Corrected {counted_each(mended)}: their columns differed from the recorded calls.")


@command
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the copy.")],
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
) -> None:
    """Write a complete, checked copy of the database to FILE. The bot may keep running.

    `nextcall restore FILE` puts it back. It does not hold the key that signs the log.
    """
    if file.exists() and not force:
        raise Refused(f"{file} already exists: choose another name, or add --force to replace it.")
    with opened_database() as engine:
        with read_only(engine).connect() as connection:
            tables = inspect(connection).get_table_names()
        if not tables:
            raise Refused("The database is empty: there is nothing to back up.")
        if engine.dialect.name == "postgresql":
            revision_of(engine)  # a backup of one that this version does not know could not be put back
        logs, key_file = _back_up(engine, file), key_file_of(engine)
    say(f"Wrote and checked {file} ({file.stat().st_size / 1_000_000:.1f} MB).")
    if not logs:
        say("It holds no log: a bot begins it within seconds of its start.")
    for one in logs:
        as_of = f" as of {one.at:%Y-%m-%d %H:%M:%S} UTC" if one.at else ""
        say(f"It holds the log {one.origin} with {counted(one.size, 'leaf', 'leaves')}{as_of}.")
    if logs:
        say(f"The key that signs the log is not in it: keep a copy of {key_file} in another place.")


@command
def restore(file: Annotated[Path, typer.Argument(help="A backup that `nextcall backup` or an upgrade made.")]) -> None:
    """Put a backup back into an empty database, and say so in the log. Stop every bot first.

    An older backup is upgraded. If the command is interrupted, the database is still empty: run it again.
    """
    settings = settings_for(Need.DATABASE)
    sha256 = _digest(file)
    with _to_be_filled(settings) as engine, progress("Putting the backup back") as moved:
        witness, key_file = witness_of(engine), key_file_of(engine)
        with restored(engine, file, moved) as found, Session(found.connection) as session:
            keys, at = KeyFile(key_file), system_clock()
            rows = put_back.state_restoration(session, witness, keys, at, COMMAND_LINE, sha256)
            logs = put_back.logs_in(session)
            session.flush()
        for one in rows:
            witness.keep(one.origin, one.note)
    say(f"{file} was put back into {settings.database_shown}.")
    if found.before != head():
        say(f"It was at revision {found.before}, and went to {head()}.")
    if found.left_out:
        say(f"Left out: {', '.join(found.left_out)}. Nextcall has no such table.")
    for one in rows:
        say(f"The log says so in leaf {one.leaf}.")
        if one.had and one.had > one.leaf:
            say(f"It had {counted(one.had, 'leaf', 'leaves')} before: what it said from leaf {one.leaf} on is lost.")
        if not one.had_key:
            say(
                f"The key that signed the log is not in {key_file}, so a new one is there now, and the log says so. If "
                "you have the file of the earlier one, put it there, and restore once more into an empty database."
            )
    say("Now run nextcall evidence verify and nextcall doctor, then start the bot.")
    if len(rows) < len(logs):
        raise Refused(
            f"The head of the log in {file} is damaged, so it does not say that the database was put back. "
            "`nextcall evidence verify` names what is wrong."
        )


@contextmanager
def _to_be_filled(settings: Settings) -> Iterator[Engine]:
    """The engine of a database to put a backup into. To connect would make a SQLite file."""
    if not settings.database_url.startswith("sqlite"):
        with open_engine(settings) as engine:
            yield engine
        return
    engine = engines.create(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise Refused(f"{file} cannot be read ({error.strerror}): check its name.") from error


def _back_up(engine: Engine, file: Path) -> Sequence[put_back.LogOfBackup]:
    logs: list[put_back.LogOfBackup] = []

    def about(connection: Connection) -> dict[str, Any]:
        with Session(connection) as session:
            logs.extend(put_back.logs_in(session))
        return {
            "program": version(),
            "commit": commit(),
            "made_at": system_clock().isoformat(timespec="seconds"),
            "checkpoints": [one.note for one in logs],
        }

    try:
        with progress("Copying the database") as moved:
            if engine.dialect.name == "sqlite":
                backups.write_copy(engine, file, moved)
                copy = create_engine(f"sqlite:///{file}")
                with copy.connect() as connection:
                    if "evidencelog" in inspect(connection).get_table_names():  # or it is of an earlier version
                        about(connection)
                copy.dispose()
            else:
                backups.write_archive(engine, file, about, moved)
    except backups.NotCopied as error:
        raise Refused(str(error)) from error
    return logs
