"""`nextcall policy coverage`: the rules, parts of rules and figures that no worked case tests."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.terminal import Refused, counted, say, say_json, say_lines
from policy import Pack, UnknownPackError, load_rulebook
from policy.trial.coverage import Change, Judge, changes
from policy.trial.worked import worked_cases


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
    for pack in _named(packs or list(rulebook.packs), rulebook.packs.values()):
        own = list(changes(pack))
        missed = [change for change in own if not judge.is_noticed(change)]
        asked, noticed = asked + len(own), noticed + len(own) - len(missed)
        unnoticed += missed
        if not as_json:
            say_lines(_lines(missed))
    share = 100 * noticed / asked if asked else 100.0
    if as_json:
        say_json({"changes": asked, "noticed": noticed, "unnoticed": [_as_json(change) for change in unnoticed]})
    else:
        say(f"{noticed} of {counted(asked, 'change')} noticed by a worked case: {share:.1f} %.")
    if share < least:
        raise typer.Exit(1)


def _named(names: Iterable[str], packs: Iterable[Pack]) -> Iterator[Pack]:
    known = {pack.id: pack for pack in packs}
    for name in names:
        if name not in known:
            raise Refused(str(UnknownPackError(name, known)))
        yield known[name]


def _lines(missed: Iterable[Change]) -> Iterator[str]:
    last = None
    for change in missed:
        rule = change.before
        if rule is not last:
            yield f"{rule.id} from {rule.effective_from}: {rule.title}"
            last = rule
        yield f"  {change.step.sort:<9} {change.step.what}"


def _as_json(change: Change) -> dict[str, object]:
    rule = change.before
    return {"rule": rule.id, "from": rule.effective_from, "sort": change.step.sort, "change": change.step.what}
