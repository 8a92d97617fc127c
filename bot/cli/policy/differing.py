"""`nextcall policy diff OLD NEW`: what changed between packs, in words, with calls that the two decide differently."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Annotated, Any

import typer

from bot.cli.policy.pack_files import read_sides
from bot.cli.terminal import counted, day_of, say, say_json
from bot.clock import system_clock
from policy.diff import (
    HeadChange,
    RulebookDiff,
    RuleChange,
    Shown,
    change_in_words,
    compared,
    examples_of,
    head_in_words,
)
from policy.facts import facts_to_json


def diff(
    old: Annotated[str, typer.Argument(help="A pack file, a folder of packs, or the name of a shipped pack.")],
    new: Annotated[str, typer.Argument(help="The same; a single pack takes its place among the packs of a folder.")],
    on: Annotated[str, typer.Option(help="Show examples from this day on: 2026-03-02. Default: today.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, with the facts of every example.")] = False,
) -> None:
    """Say what changed from OLD to NEW, with examples on each side of every changed edge. Exit status 1 if any did.

    An edge is the second at which an answer changes: an opening hour, the end of a wait, one attempt more than a cap allows.
    """
    found = compared(*read_sides(old, new))
    day = day_of(on) or system_clock().date()
    since = datetime.combine(day, time(), UTC)
    if as_json:
        say_json(_as_json(found, since))
    else:
        for line in _lines(found, since):
            say(line)
    if not found.is_empty:
        raise typer.Exit(1)


def _lines(found: RulebookDiff, since: datetime) -> Iterator[str]:
    if found.is_empty:
        yield "No rule differs."
        return
    for head in found.heads:
        yield head_in_words(head)
        yield from _examples(examples_of(found, head, since))
    for change in found.rules:
        yield f"{change.rule.id}: {change.rule.title}"
        yield from (f"  {line}" for line in change_in_words(change))
        shown = examples_of(found, change, since)
        yield from _examples(shown)
        if not shown and change.changes_answers:
            yield "  no example was found: no call that was tried is answered differently"
        yield ""
    yield f"{counted(len(found.heads), 'change')} of pack heads, {counted(len(found.rules), 'changed rule')}."


def _examples(shown: tuple[Shown, ...]) -> Iterator[str]:
    last = ""
    for one in shown:
        by = "by the whole pack" if one.is_whole_pack else "by this rule alone"
        if (sort := f"{one.sort.says()}; {by}") != last:
            yield f"  for example, {sort}:"
            last = sort
        since = "" if one.on_record.startswith("nothing") else f", {one.since:%a %Y-%m-%d %H:%M:%S}"
        yield f"    {one.on_record}{since}"
        for answer in one.answers:
            mark = " " if answer.before is answer.after else "*"
            yield f"    {mark} {answer.at:%a %Y-%m-%d %H:%M:%S}  {answer.before} -> {answer.after}"


def _as_json(found: RulebookDiff, since: datetime) -> dict[str, Any]:
    return {
        "old": found.old.version,
        "new": found.new.version,
        "heads": [_head_as_json(found, one, since) for one in found.heads],
        "rules": [_rule_as_json(found, one, since) for one in found.rules],
    }


def _head_as_json(found: RulebookDiff, head: HeadChange, since: datetime) -> dict[str, Any]:
    examples = [_shown_as_json(one) for one in examples_of(found, head, since)]
    return {"pack": head.pack, "what": head.name, "says": head_in_words(head), "examples": examples}


def _rule_as_json(found: RulebookDiff, change: RuleChange, since: datetime) -> dict[str, Any]:
    return {
        "rule": change.rule.id,
        "from": change.rule.effective_from,
        "is_text_only": change.is_text_only,
        "says": list(change_in_words(change)),
        "examples": [_shown_as_json(one) for one in examples_of(found, change, since)],
    }


def _shown_as_json(shown: Shown) -> dict[str, Any]:
    return {
        "call": shown.sort.says(),
        "on_record": shown.on_record,
        "is_whole_pack": shown.is_whole_pack,
        "facts": json.loads(json.dumps(facts_to_json(shown.facts))),
        "answers": [{"at": one.at, "before": one.before, "after": one.after} for one in shown.answers],
    }
