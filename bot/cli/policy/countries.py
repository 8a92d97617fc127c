"""`nextcall policy countries`: a short page of the rules for each country."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.terminal import Refused, counted, say
from policy import load_rulebook
from policy.guide.countries import COMMAND, pages


@command
def countries(
    folder: Annotated[Path, typer.Argument(help="The folder of the pages; it is made if it is missing.")],
    check: Annotated[
        bool, typer.Option("--check", help="Only compare the folder with the packs; exit status 1 if they differ.")
    ] = False,
) -> None:
    """Write a page for each country: limits, hours, registers, consent and fines by purpose, each with its source."""
    made = pages(load_rulebook())
    if check:
        stale = sorted(name for name, text in made.items() if _text(folder / name) != text)
        if stale:
            raise Refused(f"{', '.join(stale)} differ from the packs: write them again with `{COMMAND}`.")
        say(f"{folder} agrees with the packs.")
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_bytes(text.encode())
    except OSError as error:
        raise Refused(f"{folder} cannot be written ({error.strerror}): choose another folder.") from error
    say(f"Wrote {counted(len(made), 'page')} to {folder}.")


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode(errors="replace").replace("\r\n", "\n")
    except OSError:
        return ""
