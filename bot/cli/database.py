"""`nextcall migrate` and `nextcall backup FILE`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.installation import opened_database
from bot.cli.refused import Refused
from bot.cli.terminal import say
from storage.database import backup as backups
from storage.migrations import upgrade


def migrate() -> None:
    """Migrate the database to this version. PostgreSQL needs this command; a SQLite file is migrated at every start."""
    with opened_database() as engine:
        done = upgrade(engine)
    if done.before == done.after:
        say(f"The database is already at revision {done.after}.")
        return
    say(f"The database went from {done.before or 'nothing'} to revision {done.after}.")
    if done.copy:
        say(f"The copy from before the upgrade is {done.copy}.")


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the copy.")],
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
) -> None:
    """Write a complete, checked copy of the database to FILE. The bot may keep running."""
    if file.exists() and not force:
        raise Refused(f"{file} already exists: choose another name, or add --force to replace it.")
    with opened_database() as engine:
        try:
            size = backups.write_copy(engine, file)
        except backups.NotCopied as error:
            raise Refused(str(error)) from error
    say(f"Wrote and checked {file} ({size / 1_000_000:.1f} MB).")
