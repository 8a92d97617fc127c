"""Checkpoints that somebody kept, as commands are given them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.cli.terminal import Refused
from bot.services.proof import notes


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
