"""`nextcall policy`: which rules there are, whether a pack is sound, and decisions for other programs."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.boundary import Refused, bounded
from bot.cli.screen import counted, say, say_json
from bot.clock import system_clock
from policy import Decision, Facts, Pack, Rule, Rulebook, UnknownPackError, decide, load_rulebook
from policy.jsonlines import Decide, decide_lines
from policy.schema import facts_schema

app = typer.Typer(no_args_is_help=True, help="The rules: list, read and check packs, and decide facts by them.")


@app.command("list")
@bounded
def list_packs(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """List the packs: what is in force today, what changes next, and what is past its review date."""
    on = system_clock().date()
    rulebook = load_rulebook()
    lines = [_pack_line(rulebook, pack, on) for pack in rulebook.packs.values()]
    if as_json:
        say_json({"rulebook": rulebook.version, "on": on, "packs": lines})
        return
    for line in lines:
        late = "; PAST ITS REVIEW DATE" if line["is_review_due"] else ""
        changes = f"; changes on {line['changes_on']}" if line["changes_on"] else ""
        say(
            f"{line['pack']:<12} {line['kind']:<6} {counted(int(str(line['in_force'])), 'rule')} in force{changes}{late}"
        )
        say(f"{'':<12} {line['title']}")
    say(f"Rulebook {rulebook.version}")


def _pack_line(rulebook: Rulebook, pack: Pack, on: date) -> dict[str, object]:
    dates = {rule.effective_from for rule in pack.rules if rule.is_enabled} | {
        rule.effective_until for rule in pack.rules if rule.is_enabled and rule.effective_until
    }
    return {
        "pack": pack.id,
        "title": pack.title,
        "kind": pack.kind,
        "areas": pack.areas,
        "in_force": len(rulebook.in_force(pack.id, on)),
        "rules": len(pack.rules),
        "changes_on": min((moment for moment in dates if moment > on), default=None),
        "reviewed_on": pack.reviewed_on,
        "review_by": pack.review_by,
        "is_review_due": pack.review_by < on,
    }


@app.command()
@bounded
def show(pack: Annotated[str, typer.Argument(help="A pack's name, as `list` gives it.")]) -> None:
    """Show every rule of a pack with its dates and source."""
    try:
        found = load_rulebook().pack(pack)
    except UnknownPackError as error:
        raise Refused(f"{str(error)[0].upper()}{str(error)[1:]}.") from error
    say(f"{found.title}\n({found.id}, {found.kind}; reviewed {found.reviewed_on}, next by {found.review_by})")
    if found.note:
        say(found.note)
    for rule in found.rules:
        say()
        for line in _rule_lines(rule):
            say(line)


def _rule_lines(rule: Rule) -> Iterator[str]:
    until = f" until {rule.effective_until}" if rule.effective_until else ""
    yield f"{rule.id}: {rule.title}"
    yield f"  {rule.status}, {rule.mode}; kind {rule.kind}; from {rule.effective_from}{until}"
    if not rule.is_enabled:
        yield f"  switched off: {rule.disabled_because}"
    citation = rule.citation
    yield f"  {', '.join(part for part in (citation.title, citation.section) if part)} (read {citation.read_on})"
    if citation.url:
        yield f"  {citation.url}"
    if rule.note:
        yield f"  {rule.note}"


@app.command()
@bounded
def check(files: Annotated[list[Path], typer.Argument(help="Pack files (TOML).")]) -> None:
    """Check pack files and tell every fault with file, key and line. Exit status 1 if there is any."""
    rulebook = load_rulebook(files)
    rules = sum(len(pack.rules) for pack in rulebook.packs.values())
    say(f"{counted(len(files), 'file')} without fault; with the base pack they hold {counted(rules, 'rule')}.")


@app.command()
@bounded
def schema() -> None:
    """Print the JSON Schema of the facts that `decide` reads."""
    say(json.dumps(facts_schema(), indent=2))


@app.command("decide")
@bounded
def decide_facts(
    file: Annotated[Path | None, typer.Argument(help="Facts as JSON Lines. Default: standard input.")] = None,
    house_pack: Annotated[
        str,
        typer.Option(envvar="NEXTCALL_HOUSE_PACK", help="The house rules that also apply; `none` for the law alone."),
    ] = "gb-house",
) -> None:
    """Answer each line of facts with a line of decision, in order. Exit status 1 if a line could not be answered."""
    ask = _decider(load_rulebook(), None if house_pack == "none" else house_pack)
    if file is None:
        raise typer.Exit(_answer(sys.stdin.buffer, ask))
    try:
        with file.open("rb") as lines:
            status = _answer(lines, ask)
    except OSError as error:
        raise Refused(f"{file} cannot be read ({error.strerror}): check the name.") from error
    raise typer.Exit(status)


def _decider(rulebook: Rulebook, house_pack: str | None) -> Decide:
    def ask(facts: Facts, at: datetime, packs: tuple[str, ...] | None) -> Decision:
        return decide(facts, rulebook, at, house_pack=house_pack, packs=packs)

    return ask


def _answer(lines: Iterable[bytes], ask: Decide) -> int:
    status = 0
    for answer in decide_lines(lines, ask):
        sys.stdout.write(answer.line + "\n")
        status = 1 if answer.is_fault else status
    sys.stdout.flush()
    return status
