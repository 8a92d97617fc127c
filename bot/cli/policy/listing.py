"""`nextcall policy list`: packs, what is in force, what changes next, and what needs review."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.terminal import counted, day_of, say, say_json, say_lines
from bot.clock import system_clock
from policy import Pack, Rulebook, load_rulebook
from policy.rulebook.versions import READING_LASTS, next_version_day, old_readings, readings_of


@command
def list_(
    on: Annotated[str, typer.Option(help="As of another day: 2026-03-02.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the packs: what is in force today, what changes next and when, how they were read, and what needs review."""
    day = day_of(on) or system_clock().date()
    rulebook = load_rulebook()
    packs = list(rulebook.packs.values())
    if as_json:
        say_json({"rulebook": rulebook.version, "on": day, "packs": [_as_json(rulebook, pack, day) for pack in packs]})
        return
    for pack in packs:
        say_lines(_lines(rulebook, pack, day))
    late = sum(_is_late(pack, day) for pack in packs)
    say()
    say(f"{counted(len(packs), 'pack')} on {day}; {counted(late, 'is', 'are')} past the review date.")
    readings = [readings_of(pack, day) for pack in packs]
    at_source, cited = sum(one.at_source for one in readings), sum(one.cited for one in readings)
    say(f"{at_source} of {counted(cited, 'cited rule')} read at the source.")
    if old := old_readings(packs, day):
        say(f"{counted(len(old), 'rule')} last read more than {READING_LASTS.days} days ago: read the sources again.")
    say(f"Rulebook {rulebook.version}")


def _is_late(pack: Pack, on: date) -> bool:
    return pack.review_by < on


def _lines(rulebook: Rulebook, pack: Pack, on: date) -> Iterator[str]:
    areas = " ".join(pack.areas) or ("everywhere" if pack.kind == "base" else "where a campaign names it")
    off = sum(not rule.is_enabled for rule in pack.rules)
    rules = f"{counted(len(rulebook.in_force(pack.id, on)), 'rule')} in force{f', {off} switched off' if off else ''}"
    yield f"{pack.id:<9} {pack.kind:<5} {rules:<36} version {pack.digest}"
    yield f"{'':<9} {pack.title} ({areas})"
    if (readings := readings_of(pack, on)).cited:
        yield f"{'':<9} read at the source: {readings.at_source} of {counted(readings.cited, 'cited rule')}"
    if (change := next_version_day(pack, on)) is not None:
        yield f"{'':<9} changes on {change.on}: {', '.join(f'{rule.id} {what}' for what, rule in change.changes())}"
    if _is_late(pack, on):
        yield f"{'':<9} PAST ITS REVIEW DATE, {pack.review_by}: read its sources again"
    for rule in old_readings([pack], on):
        yield f"{'':<9} READ MORE THAN {READING_LASTS.days} DAYS AGO, {rule.citation.read_on}: {rule.id}"


def _as_json(rulebook: Rulebook, pack: Pack, on: date) -> dict[str, object]:
    change, readings = next_version_day(pack, on), readings_of(pack, on)
    changes = (
        [{"rule": rule.id, "what": what, "title": rule.title} for what, rule in change.changes()] if change else []
    )
    return {
        "pack": pack.id,
        "title": pack.title,
        "kind": pack.kind,
        "version": pack.digest,
        "areas": pack.areas,
        "covers": sorted(pack.covers),
        "code": pack.code,
        "effective_from": pack.effective_from,
        "effective_until": pack.effective_until,
        "rules": len(pack.rules),
        "in_force": len(rulebook.in_force(pack.id, on)),
        "switched_off": sum(not rule.is_enabled for rule in pack.rules),
        "next_change": None if change is None else {"on": change.on, "changes": changes},
        "reviewed_on": pack.reviewed_on,
        "review_by": pack.review_by,
        "is_past_review": _is_late(pack, on),
        "cited": readings.cited,
        "read_at_source": readings.at_source,
        "old_readings": [{"rule": rule.id, "read_on": rule.citation.read_on} for rule in old_readings([pack], on)],
    }
