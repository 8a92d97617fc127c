"""`nextcall policy diff OLD NEW`: what changed between packs, in words."""

from collections.abc import Iterator
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.policy.pack_files import read_sides
from bot.cli.terminal import counted, say_json, say_lines
from policy.diff import RulebookDiff, change_in_words, compared, head_in_words


@command
def diff(
    old: Annotated[str, typer.Argument(help="A pack file, a folder of packs, or the name of a shipped pack.")],
    new: Annotated[str, typer.Argument(help="The same; a single pack takes its place among the packs of a folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Say what changed from OLD to NEW: what each rule asked before, and what it asks now. Exit status 1 if any did.

    What a change means for your contacts: `nextcall policy rehearse`.
    """
    found = compared(*read_sides(old, new))
    if as_json:
        say_json(
            {
                "old": found.old.version,
                "new": found.new.version,
                "heads": [{"pack": one.pack, "what": one.name, "says": head_in_words(one)} for one in found.heads],
                "rules": [
                    {
                        "rule": one.rule.id,
                        "from": one.rule.effective_from,
                        "is_text_only": one.is_text_only,
                        "says": list(change_in_words(one)),
                    }
                    for one in found.rules
                ],
            }
        )
    else:
        say_lines(_lines(found))
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
