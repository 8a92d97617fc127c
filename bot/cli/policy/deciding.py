"""`nextcall policy decide` and `schema`: facts as JSON Lines in, decisions as JSON Lines out, line by line."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.terminal import Refused, say
from policy import Decision, Facts, decide, load_rulebook
from policy.engine.questions import Decide, decide_lines, facts_schema, lines_of


@command
def schema() -> None:
    """Print the JSON Schema of the facts that `decide` reads."""
    say(json.dumps(facts_schema(load_rulebook().known_words()), indent=2))


@command
def decide_(
    file: Annotated[Path | None, typer.Argument(help="Facts as JSON Lines; - or nothing: standard input.")] = None,
    house_pack: Annotated[
        str,
        typer.Option(help="House rules for the lines that name no packs, such as gb-house. Default: the law alone."),
    ] = "",
) -> None:
    """Answer each line of facts with a decision, in order. Exit status 1 if a line could not be answered.

    A line that names its packs is decided by them; any other line by the packs of its call and places.
    """
    rulebook = load_rulebook()
    houses = [pack.id for pack in rulebook.packs.values() if pack.kind == "house"]
    if house_pack and house_pack not in houses:
        raise typer.BadParameter(f"{house_pack!r} is not a house pack; choose one of {', '.join(houses)}.")
    known = rulebook.known_words()

    def ask(facts: Facts, at: datetime, packs: tuple[str, ...] | None) -> Decision:
        known.check(facts)
        return decide(facts, rulebook, at, house_pack=house_pack or None, packs=packs)

    if file is None or str(file) == "-":
        # The other end may wait for each answer before it writes the next line.
        raise typer.Exit(_answer(lines_of(sys.stdin.buffer), ask, is_awaited=True))
    raise typer.Exit(_answer(_lines_of(file), ask, is_awaited=False))


def _lines_of(file: Path) -> Iterator[bytes]:
    """The lines. Separates read errors from write errors."""
    try:
        with file.open("rb") as lines:
            yield from lines_of(lines)
    except OSError as error:
        raise Refused(f"{file} cannot be read ({error.strerror}): check the name.") from error


def _answer(lines: Iterable[bytes], ask: Decide, *, is_awaited: bool) -> int:
    status = 0
    for answer in decide_lines(lines, ask):
        _write(f"{answer.line}\n", is_urgent=is_awaited)
        status = 1 if answer.is_fault else status
    _write("", is_urgent=True)
    return status


def _write(text: str, *, is_urgent: bool) -> None:
    try:
        sys.stdout.write(text)
        if is_urgent:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Refused(f"The answers cannot be written ({error.strerror}).") from error
