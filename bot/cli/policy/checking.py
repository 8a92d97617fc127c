"""`nextcall policy check`, `coverage` and `diff`: faults of packs, changes that no case notices, changed packs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.terminal import Refused, answer, counted, say, say_json, say_lines
from policy import Fault, Pack, PackError, Rulebook, UnknownPackError, load_rulebook, shipped_packs
from policy.diff.changed import RulebookDiff, change_in_words, compared, head_in_words
from policy.rulebook.likeness import SHIPPED
from policy.trial.coverage import Change, Judge, changes, worked_cases

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
        own = list(changes(rulebook.packs[name]))
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


@command
def diff(
    old: Annotated[str, typer.Argument(help="A pack file, a folder of packs, or the name of a shipped pack.")],
    new: Annotated[
        str, typer.Argument(help="The same. A single pack replaces its own version in a folder given as OLD.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Say what changed from OLD to NEW: what each rule asked before, and what it asks now. Exit status 1 if any did.

    What a change means for your contacts: `nextcall policy rehearse`.
    """
    first, second = _named(old), _named(new)
    # A single pack beside a folder stands for the folder with that pack in it: nothing else counts as changed.
    if Path(old).is_dir() and not Path(new).is_dir():
        second = _put_into(first, second)
    elif Path(new).is_dir() and not Path(old).is_dir():
        first = _put_into(second, first)
    found = compared(load_rulebook(first), load_rulebook(second))
    heads = [{"pack": one.pack, "what": one.name, "says": head_in_words(one)} for one in found.heads]
    rules = [
        {
            "rule": one.rule.id,
            "from": one.rule.effective_from,
            "is_text_only": one.is_text_only,
            "says": list(change_in_words(one)),
        }
        for one in found.rules
    ]
    said = {"old": found.old.version, "new": found.new.version, "heads": heads, "rules": rules}
    answer(said, _told(found), as_json=as_json)
    if not found.is_empty:
        raise typer.Exit(1)


def _told(found: RulebookDiff) -> Iterator[str]:
    if found.is_empty:
        yield "No rule differs."
        return
    for head in found.heads:
        yield head_in_words(head)
    for change in found.rules:
        yield f"{change.rule.id}: {change.rule.title}"
        yield from (f"  {line}" for line in change_in_words(change))
        yield ""
    yield f"{counted(len(found.heads), 'change')} of pack heads, {counted(len(found.rules), 'changed rule')}."


def with_pack(file: Path) -> Rulebook:
    """The shipped packs with one of a file, in the place of the shipped one of its id if there is one."""
    if not file.is_file():
        raise Refused(f"There is no file {file}: check the name.")
    return load_rulebook(_put_into(list(shipped_packs()), [file]))


def _named(name: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        found = sorted(path.glob("*.toml"))
        if not found:
            raise Refused(f"There is no pack (*.toml) in {path}: check the name.")
        return found
    if path.suffix == ".toml" and path.is_file():
        return [path]
    shipped = [one for one in shipped_packs() if one.stem == name]
    if not shipped:
        raise Refused(f"{name} is neither a file, a folder nor a shipped pack; `nextcall policy list` names those.")
    return shipped


def _put_into(folder: list[Path], packs: list[Path]) -> list[Path]:
    """The folder's files, without those whose pack the others replace."""
    book = load_rulebook(packs)
    names = {pack.id for pack in book.packs.values() if any(pack.file == one.name for one in packs)}
    own = {file: [one for one in load_rulebook([file]).packs.values() if one.file == file.name] for file in folder}
    return [*(file for file in folder if not names & {pack.id for pack in own[file]}), *packs]
