"""`nextcall evidence checkpoint`: the newest checkpoint of the log, to be kept elsewhere; and those that were kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import opened_installation, operator_actor
from bot.cli.terminal import Refused, counted, say
from bot.services.proof import notes, signing
from bot.services.proof.proving import LogProgress, progress_of
from bot.wiring import key_file_of


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


NOT_BEGUN = "The log has not begun: the bot begins it within seconds of its start."
KEY_AWAY = (
    "The key that signs the log is not in {file}. Put the file there, as a bot's machine or your copy has it. If it is "
    "gone for good: nextcall evidence change-key --lost"
)
KEY_DAMAGED = (
    "The log's public key is damaged: public_key in the table evidencelog must be 32 bytes. Until it is put back from "
    "a backup, nothing is taken into the log; all other work goes on."
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
        raise Refused(NOT_BEGUN)
    typer.echo(found.public_key if key else found.note, nl=key)
    if not key:
        typer.echo(age(found), err=True)


@command
def change_key(
    lost: Annotated[
        bool, typer.Option("--lost", help="The earlier key is gone, or its public key is damaged: go on without it.")
    ] = False,
) -> None:
    """Let a new key sign the log, and say so in the log. The earlier key signs that too, and is deleted.

    Run it on the machine of a bot. Bots on other machines need the new file.
    """
    with opened_installation() as installation:
        file = key_file_of(installation.engine)
        try:
            key = signing.change_key(installation.deps, operator_actor(installation).organisation_id, is_lost=lost)
        except (notes.KeyAway, notes.KeyDamaged) as away:
            raise Refused(KEY_AWAY.format(file=file)) from away
        except OSError as error:
            raise Refused(f"{file} cannot be written ({error.strerror}): allow it, then try again.") from error
    if key is None:
        raise Refused(NOT_BEGUN)
    say(f"A new key signs the log. It is in {file}: keep a copy where the database is not.")
    say(f"Its public key, for those who check proof packs: {key.shown}")


def age(found: LogProgress) -> str:
    seconds = round(found.oldest_wait.total_seconds())
    waits = (
        f"; {counted(found.waiting, 'row waits', 'rows wait')}, for {counted(seconds, 'second')}"
        if found.waiting
        else ""
    )
    put_back = f" The database was put back from a copy {counted(found.restored, 'time')}." if found.restored else ""
    return f"{counted(found.size, 'leaf', 'leaves')}, as of {found.at:%Y-%m-%d %H:%M:%S} UTC{waits}.{put_back}"
