"""`nextcall policy diff OLD NEW`: what changed between packs, in words; and packs by file, folder or name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.terminal import Refused, answer, counted
from policy import Rulebook, load_rulebook, shipped_packs
from policy.diff.changed import RulebookDiff, change_in_words, compared, head_in_words


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
    answer(said, _lines(found), as_json=as_json)
    if not found.is_empty:
        raise typer.Exit(1)


def _lines(found: RulebookDiff) -> Iterator[str]:
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
