"""`nextcall policy check` and `coverage`: faults of pack files, and changes of rules that no worked case notices."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.terminal import Refused, counted, say, say_json, say_lines
from policy import Fault, Pack, PackError, UnknownPackError, load_rulebook
from policy.rulebook.likeness import SHIPPED
from policy.trial.coverage import Change, Judge, changes
from policy.trial.worked import worked_cases

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


@command
def coverage(
    packs: Annotated[
        list[str] | None, typer.Argument(help="Packs by name. Default: all; that takes some minutes.")
    ] = None,
    least: Annotated[
        float, typer.Option(help="Exit status 1 if the worked cases notice a smaller share of the changes, in %.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Change each enabled rule by its smallest steps, and list the changes that no worked case notices.

    A change drops a rule, drops a part of it such as an exception, or moves a figure by one minute, day or count.
    """
    rulebook = load_rulebook()
    judge = Judge(rulebook, list(worked_cases()))
    asked = noticed = 0
    unnoticed: list[Change] = []
    for name in packs or rulebook.packs:
        if name not in rulebook.packs:
            raise Refused(str(UnknownPackError(name, rulebook.packs)))
        pack = rulebook.packs[name]
        own = list(changes(pack))
        missed = [change for change in own if not judge.is_noticed(change)]
        asked, noticed = asked + len(own), noticed + len(own) - len(missed)
        unnoticed += missed
        if not as_json:
            say_lines(_lines(missed))
    share = 100 * noticed / asked if asked else 100.0
    if as_json:
        missing = [
            {"rule": one.before.id, "from": one.before.effective_from, "sort": one.step.sort, "change": one.step.what}
            for one in unnoticed
        ]
        say_json({"changes": asked, "noticed": noticed, "unnoticed": missing})
    else:
        say(f"{noticed} of {counted(asked, 'change')} noticed by a worked case: {share:.1f} %.")
    if share < least:
        raise typer.Exit(1)


def _lines(missed: Iterable[Change]) -> Iterator[str]:
    last = None
    for change in missed:
        rule = change.before
        if rule is not last:
            yield f"{rule.id} from {rule.effective_from}: {rule.title}"
            last = rule
        yield f"  {change.step.sort:<9} {change.step.what}"
