"""`nextcall policy check`: checks pack files."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.terminal import Refused, counted, say
from policy import Fault, Pack, PackError, load_rulebook
from policy.rulebook.likeness import SHIPPED

_BASE = (SHIPPED / "base.toml").resolve()


@command
def check(files: Annotated[list[Path], typer.Argument(help="Pack files (TOML).", show_default=False)]) -> None:
    """Check pack files, and print every fault with file, key and line. Exit status 1 if there is one."""
    faults: list[Fault] = []
    packs: list[tuple[Path, Pack]] = []
    for file in dict.fromkeys(files):
        try:
            packs.append((file, _read(file)))
        except PackError as error:
            faults += (replace(fault, file=str(file)) for fault in error.faults)
    times = Counter(pack.id for _, pack in packs)
    faults += [
        Fault(str(file), "pack.id", f"{pack.id!r} is also the id of another of these files")
        for file, pack in packs
        if times[pack.id] > 1
    ]
    if faults:
        for fault in faults:
            typer.echo(str(fault), err=True)
        raise Refused(f"{counted(len(faults), 'fault')}.")
    rules = sum(len(pack.rules) for _, pack in packs)
    say(f"{counted(len(packs), 'file')} without faults, {counted(rules, 'rule')}.")


def _read(file: Path) -> Pack:
    """The pack of one file, read with the base pack. Raises PackError."""
    if file.resolve() == _BASE:
        return load_rulebook(["base"]).pack("base")
    packs = load_rulebook([file]).packs
    return next(pack for name, pack in packs.items() if name != "base")
