"""`nextcall policy how-often`: how often a contact may be called, and what a legitimate interest changes."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.refused import Refused
from bot.cli.terminal import say
from policy import load_rulebook
from policy.guide import COMMAND, document


def how_often(
    check: Annotated[
        Path | None, typer.Option(help="Only compare this file with the packs; exit status 1 if they differ.")
    ] = None,
) -> None:
    """Print how often a contact may be called, by place and purpose, and what a legitimate interest changes."""
    made = document(load_rulebook())
    if check is None:
        typer.echo(made.encode(), nl=False)  # bytes: UTF-8 on every console
        return
    if _text(check) != made:
        raise Refused(f"{check} differs from the packs: write it again with `{COMMAND} > {check}`.")
    say(f"{check} agrees with the packs.")


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode(errors="replace").replace("\r\n", "\n")
    except OSError as error:
        raise Refused(f"{file} cannot be read ({error.strerror}): check the name.") from error
