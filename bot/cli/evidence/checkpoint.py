"""`nextcall evidence checkpoint`: the newest checkpoint of the log, to be kept elsewhere; and those that were kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import opened_installation, operator_actor
from bot.cli.terminal import Refused, counted
from bot.services.proof import notes
from bot.services.proof.proving import LogProgress, progress_of


def read_kept(given: str) -> str:
    """The text of a file, or "SIZE ROOT" as a digest says it. Raises Refused."""
    path = Path(given)
    if notes.is_mark(given) and not path.exists():
        return given
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: check its name, and that it is a checkpoint.") from error


@contextmanager
def refused_checkpoints() -> Iterator[None]:
    """Refuses what is no checkpoint of this log."""
    try:
        yield
    except notes.NotANote as error:
        raise Refused(
            f"That is no checkpoint of this log: {error}. Give the file that `nextcall evidence checkpoint` printed."
        ) from error


KEY_DAMAGED = (
    "The log's signing key is damaged: private_key in the table evidencelog must be 32 bytes. Until it is put back "
    "from a backup, nothing is taken into the log; all other work goes on."
)


@command
def checkpoint(
    key: Annotated[bool, typer.Option("--key", help="Print the public key that verifies checkpoints instead.")] = False,
) -> None:
    """Print the newest checkpoint, a signed note: `nextcall evidence verify --against FILE` knows the log by it.

    On stderr: how old it is, and how many rows wait to be taken in.
    """
    with opened_installation() as installation:
        try:
            found = progress_of(installation.deps, operator_actor(installation).organisation_id)
        except notes.KeyDamaged as damaged:
            raise Refused(KEY_DAMAGED) from damaged
    if found is None:
        raise Refused("The log has not begun: the bot begins it within seconds of its start.")
    typer.echo(found.public_key if key else found.note, nl=key)
    if not key:
        typer.echo(age(found), err=True)


def age(found: LogProgress) -> str:
    seconds = round(found.oldest_wait.total_seconds())
    waits = (
        f"; {counted(found.waiting, 'row waits', 'rows wait')}, for {counted(seconds, 'second')}"
        if found.waiting
        else ""
    )
    put_back = f" The database was put back from a copy {counted(found.restored, 'time')}." if found.restored else ""
    return f"{counted(found.size, 'leaf', 'leaves')}, as of {found.at:%Y-%m-%d %H:%M:%S} UTC{waits}.{put_back}"
