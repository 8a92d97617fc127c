"""`nextcall policy show`: one pack, rule by rule, with dates, sources and how each was read."""

import textwrap
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.terminal import Refused, counted, day_of, say, say_json, say_lines
from bot.clock import system_clock
from policy import Effect, Mode, Pack, ReadIn, Rule, UnknownPackError, load_rulebook
from policy.rules.words import both, concerns_in_words, grounds_in_words, mode_in_words, rule_in_words

_WIDTH = 110
_CONFIDENCE = {
    "primary": "in the words of the law or the regulator",
    "secondary": "in another text that quotes it",
    "unverified": "in no text: not verified",
    "house": "as house policy",
}
_READ_IN = {
    ReadIn.OFFICIAL_TEXT: "the official text",
    ReadIn.VERBATIM_COPY: "a verbatim copy of it",
    ReadIn.QUOTATION: "another text that quotes it",
    ReadIn.RETELLING: "another text that retells it",
}
_EFFECTS = {Effect.HOLD: "by a hold", Effect.SUPPRESS: "by suppressing"}


@command
def show(
    pack: Annotated[str, typer.Argument(help="A pack's name, as `list` gives it, or the file of one.")],
    on: Annotated[str, typer.Option(help="Only what is in force on this day: 2026-03-02.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show every rule of a pack: what it requires, of whom, since when, its source, and how open points were read."""
    wanted, day = day_of(on), day_of(on) or system_clock().date()
    found = _found(pack)
    rules = [rule for rule in found.rules if wanted is None or rule.in_force(wanted)]
    if as_json:
        say_json(_head_as_json(found, day) | {"rules": [_rule_as_json(rule, day) for rule in rules]})
        return
    say_lines(_head(found))
    for rule in rules:
        say()
        say_lines(_lines(rule, day))
    say()
    say(f"{counted(len(rules), 'rule')}{f' in force on {wanted}' if wanted else ''}.")


def _found(name: str) -> Pack:
    if name.endswith(".toml"):
        path = Path(name)
        return next(pack for pack in load_rulebook([path]).packs.values() if pack.file == path.name)
    try:
        return load_rulebook().pack(name)
    except UnknownPackError as error:
        raise Refused(str(error)) from error


def _head(pack: Pack) -> Iterator[str]:
    purposes = f"{both(sorted(pack.covers))} calls" if pack.covers else "calls of every purpose"
    purposes += ", automated voices too" if "automated" in pack.callers else ""
    yield pack.title
    areas = " ".join(pack.areas) or "of no area"
    yield f"{pack.id}, {pack.kind}, version {pack.digest}; {areas}; answers for {purposes}"
    dates = _dates(pack.effective_from, pack.effective_until)
    yield f"{dates}; reviewed {pack.reviewed_on}, next review due by {pack.review_by}"
    if pack.code:
        yield f"Binds only campaigns that follow {pack.code}"
    if pack.request_max_age_days is not None:
        after = "; then held where a call nobody asked for is suppressed" if pack.holds_stale_request else ""
        yield f"A request to be called is fresh for {counted(pack.request_max_age_days, 'day')}{after}"
    if pack.third_party_consent_max_age_days is not None:
        days = counted(pack.third_party_consent_max_age_days, "day")
        yield f"A consent that another party collected counts if first used within {days}"
    yield from _wrapped("", pack.note)


def _lines(rule: Rule, on: date) -> Iterator[str]:
    yield f"{rule.id}: {rule.title}"
    if not rule.is_enabled:
        yield from _wrapped("SWITCHED OFF: ", rule.disabled_because)
    asks = rule_in_words(rule)
    yield from _wrapped("", asks[:1].upper() + asks[1:])
    yield from _wrapped("Concerns: ", concerns_in_words(rule))
    said = f" ({rule.label})" if rule.label else ""
    yield from _wrapped("Status: ", f"{rule.status}{said}; {_mode(rule)}; {_standing(rule, on)}")
    citation, wording = rule.citation, rule.wording
    cited = ", ".join(part for part in (citation.title, citation.section) if part)
    where = f"in {_READ_IN[wording.read_in]}" if wording.read_in is not None else _CONFIDENCE[rule.confidence]
    yield from _wrapped("Source: ", f"{cited}; read on {citation.read_on} {where}")
    if citation.url:
        yield f"  {citation.url}"
    if wording.quote:
        yield from _wrapped("Its words: ", f"\u201c{wording.quote}\u201d")
    for other in wording.further:
        yield from _wrapped("Also told by: ", ", ".join(part for part in (other.title, other.url) if part))
    if rule.narrows_only:
        yield "  Rests on a single retelling: it can only bar a call."
    yield from _wrapped("How it is read: ", rule.note)


def _mode(rule: Rule) -> str:
    if rule.parameters.duty() is not None:
        return "a duty beside the call, no bar"
    effect = f", {_EFFECTS[rule.effect]}" if rule.effect in _EFFECTS and rule.mode is not Mode.WARN else ""
    return f"{mode_in_words(rule) or 'bars'}{effect}"


def _standing(rule: Rule, on: date) -> str:
    dates = _dates(rule.effective_from, rule.effective_until)
    if rule.version_by == "event":
        dates += ", by the date of the request or call it looks at"
    if not rule.is_enabled:
        return dates
    if rule.in_force(on):
        return f"{dates}: in force"
    return f"{dates}: {'not yet in force' if rule.effective_from > on else 'no longer in force'}"


def _dates(first: date, last: date | None) -> str:
    return f"from {first} to {last}" if last else f"from {first}, with no end"


def _wrapped(label: str, text: str) -> list[str]:
    if not text:
        return []
    return textwrap.wrap(
        f"{label}{text}",
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _head_as_json(pack: Pack, on: date) -> dict[str, object]:
    plain = ("title", "kind", "areas", "effective_from", "effective_until", "reviewed_on", "review_by", "code", "note")
    return {
        "pack": pack.id,
        "version": pack.digest,
        "on": on,
        **{name: getattr(pack, name) for name in plain},
        "covers": sorted(pack.covers),
        "callers": sorted(pack.callers),
        "request_max_age_days": pack.request_max_age_days,
        "holds_stale_request": pack.holds_stale_request,
        "third_party_consent_max_age_days": pack.third_party_consent_max_age_days,
    }


def _rule_as_json(rule: Rule, on: date) -> dict[str, object]:
    plain = ("title", "kind", "status", "mode", "effect", "label", "confidence", "effective_from", "effective_until")
    citation = rule.citation
    return {
        "rule": rule.id,
        **{name: getattr(rule, name) for name in plain},
        "version_by": rule.version_by,
        "is_in_force": rule.in_force(on),
        "asks": rule_in_words(rule),
        "concerns": concerns_in_words(rule),
        "lifted_by": grounds_in_words(rule.lifted_by),
        "override_reasons": sorted(rule.override_reasons),
        "citation": {
            "title": citation.title,
            "section": citation.section,
            "url": citation.url,
            "read_on": citation.read_on,
            "read_in": rule.wording.read_in,
            "quote": rule.wording.quote,
            "further": [{"title": other.title, "url": other.url} for other in rule.wording.further],
        },
        "narrows_only": rule.narrows_only,
        "note": rule.note,
        "is_enabled": rule.is_enabled,
        "disabled_because": rule.disabled_because,
    }
