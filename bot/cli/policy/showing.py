"""`nextcall policy show`, `list` and `countries`: packs rule by rule, what is in force, and a page for each country."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.terminal import Refused, answer, counted, day_of, say
from bot.clock import system_clock
from policy import Effect, Mode, Pack, ReadIn, Rule, Rulebook, UnknownPackError, load_rulebook
from policy.guide.countries import COMMAND, pages
from policy.rulebook.rulebook import READING_LASTS, next_version_day, old_readings, readings_of
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
    said = _head_as_json(found, day) | {"rules": [_rule_as_json(rule, day) for rule in rules]}
    told = [line for rule in rules for line in ("", *_lines(rule, day))]
    count = f"{counted(len(rules), 'rule')}{f' in force on {wanted}' if wanted else ''}."
    answer(said, (*_head(found), *told, "", count), as_json=as_json)


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
    unbroken = textwrap.TextWrapper(_WIDTH, "  ", "    ", break_long_words=False, break_on_hyphens=False)
    return unbroken.wrap(f"{label}{text}")


def _head_as_json(pack: Pack, on: date) -> dict[str, object]:
    plain = ("title", "kind", "areas", "effective_from", "effective_until", "reviewed_on", "review_by", "code", "note")
    ages = ("request_max_age_days", "holds_stale_request", "third_party_consent_max_age_days")
    named, aged = ({name: getattr(pack, name) for name in names} for names in (plain, ages))
    sets = {"covers": sorted(pack.covers), "callers": sorted(pack.callers)}
    return {"pack": pack.id, "version": pack.digest, "on": on, **named, **sets, **aged}


def _rule_as_json(rule: Rule, on: date) -> dict[str, object]:
    plain = ("title", "kind", "status", "mode", "effect", "label", "confidence", "effective_from", "effective_until")
    rest = ("narrows_only", "note", "is_enabled", "disabled_because")
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
            **{name: getattr(rule.citation, name) for name in ("title", "section", "url", "read_on")},
            "read_in": rule.wording.read_in,
            "quote": rule.wording.quote,
            "further": [{"title": other.title, "url": other.url} for other in rule.wording.further],
        },
        **{name: getattr(rule, name) for name in rest},
    }


@command
def list_(
    on: Annotated[str, typer.Option(help="As of another day: 2026-03-02.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the packs: what is in force today, what changes next and when, how they were read, and what needs review."""
    day = day_of(on) or system_clock().date()
    rulebook = load_rulebook()
    packs = list(rulebook.packs.values())
    listed = [_listed_as_json(rulebook, pack, day) for pack in packs]
    said = {"rulebook": rulebook.version, "on": day, "packs": listed}
    answer(said, _list(rulebook, packs, day), as_json=as_json)


def _list(rulebook: Rulebook, packs: Sequence[Pack], on: date) -> Iterator[str]:
    for pack in packs:
        areas = " ".join(pack.areas) or ("everywhere" if pack.kind == "base" else "where a campaign names it")
        off = sum(not rule.is_enabled for rule in pack.rules)
        in_force = counted(len(rulebook.in_force(pack.id, on)), "rule")
        rules = f"{in_force} in force{f', {off} switched off' if off else ''}"
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
    late, every = sum(_is_late(pack, on) for pack in packs), [readings_of(pack, on) for pack in packs]
    yield ""
    yield f"{counted(len(packs), 'pack')} on {on}; {counted(late, 'is', 'are')} past the review date."
    at_source, cited = sum(one.at_source for one in every), sum(one.cited for one in every)
    yield f"{at_source} of {counted(cited, 'cited rule')} read at the source."
    if old := old_readings(packs, on):
        yield f"{counted(len(old), 'rule')} last read more than {READING_LASTS.days} days ago: read the sources again."
    yield f"Rulebook {rulebook.version}"


def _is_late(pack: Pack, on: date) -> bool:
    return pack.review_by < on


def _listed_as_json(rulebook: Rulebook, pack: Pack, on: date) -> dict[str, object]:
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


@command
def countries(
    folder: Annotated[Path, typer.Argument(help="The folder of the pages; it is made if it is missing.")],
    check: Annotated[
        bool, typer.Option("--check", help="Only compare the folder with the packs; exit status 1 if they differ.")
    ] = False,
) -> None:
    """Write a page for each country: limits, hours, registers, consent and fines by purpose, each with its source."""
    made = pages(load_rulebook())
    if check:
        stale = sorted(name for name, text in made.items() if _text(folder / name) != text)
        if stale:
            raise Refused(f"{', '.join(stale)} differ from the packs: write them again with `{COMMAND}`.")
        say(f"{folder} agrees with the packs.")
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_bytes(text.encode())
    except OSError as error:
        raise Refused(f"{folder} cannot be written ({error.strerror}): choose another folder.") from error
    say(f"Wrote {counted(len(made), 'page')} to {folder}.")


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode(errors="replace").replace("\r\n", "\n")
    except OSError:
        return ""
