"""`nextcall explain --decision ID`: a stored decision beside the same one decided again."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime

import typer

from bot.cli.installation import opened_installation, operator_actor
from bot.cli.refused import Refused
from bot.cli.terminal import STATES, say, say_json
from bot.services.answers.evidence.replays import Decided, Difference, Replayed, StoredDecision
from bot.services.deciding import replay

_ASKED_FOR = {"hand_out": "a card", "call": "Call", "callback": "a callback"}
_WINDOW = {"callable_from": "callable from", "lawful_until": "lawful until"}


def show(decision_id: int, *, as_json: bool) -> None:
    """Print a stored decision decided again. Exit status 1 if it differs or cannot be decided again."""
    with opened_installation() as installation:
        found = replay(installation.deps, operator_actor(installation), decision_id)
    if found is None:
        raise Refused(
            f"There is no decision {decision_id}. `nextcall explain NUMBER` lists the newest decisions about a number."
        )
    if as_json:
        say_json(asdict(found) | {"is_same": found.is_same})
    else:
        for line in _lines(found):
            say(line)
    if not found.is_same:
        raise typer.Exit(1)


def listed(stored: Iterable[StoredDecision]) -> Iterator[str]:
    """The decisions to ask about, newest first."""
    for place, one in enumerate(stored):
        if not place:
            yield "Newest decisions on record (`nextcall explain --decision ID` decides one again):"
        yield f"  {_headline(one)}: {STATES[one.said.verdict]}"


def _headline(stored: StoredDecision) -> str:
    asked = f"{_ASKED_FOR.get(stored.asked_for, stored.asked_for)} for {stored.agent or 'an agent'}"
    return f"{stored.id}: {_utc(stored.at)}, {asked}, {stored.campaign or 'off the list'}"


def _lines(found: Replayed) -> Iterator[str]:
    stored = found.stored
    yield f"Decision {_headline(stored)}"
    yield from _said(stored.said)
    house = f", house pack {stored.house_pack}" if stored.house_pack else ""
    yield f"  Decided by rulebook {stored.said.rulebook}{house}."
    if found.is_erased:
        yield "An erasure replaced the number in its facts and the words people wrote. All else it went by is kept."
    if found.again is None:
        yield _why_not(found)
        return
    if found.is_by_other_rules:
        yield (
            f"That rulebook is no longer in use. Decided again by rulebook {found.again.rulebook}, "
            "as its rules were on that day."
        )
    yield "Decided again: the same." if found.is_same else "Decided again: DIFFERENT."
    for one in found.differences:
        yield f"  {_difference(one)}"


def _why_not(found: Replayed) -> str:
    if found.why_not == "forgotten":
        return "Its facts are no longer on record: it cannot be decided again."
    if found.why_not == "no_house_pack":
        return (
            f"There is no house pack {found.stored.house_pack} any more: it cannot be decided again. "
            "Install the version of Nextcall that decided it, and try there."
        )
    return (
        f"This version of Nextcall cannot read its facts ({found.fault}): it cannot be decided again. "
        "Install the version that decided it, and try there."
    )


def _said(said: Decided) -> Iterator[str]:
    yield f"  {STATES[said.verdict].upper()}"
    for name, says in _WINDOW.items():
        at: datetime | None = getattr(said, name)
        if at is not None:
            yield f"  {says} {_utc(at)}"
    for one in said.findings:
        until = f" (until {_utc(one.until)})" if one.until else ""
        yield f"  {one.effect}: {one.says}{until} ({one.rule}, {one.status})"


def _difference(one: Difference) -> str:
    if one.what == "verdict":
        return f"verdict: {one.then} then, {one.again} now"
    if one.what == "window":
        return f"{_WINDOW[one.name]}: {one.then} then, {one.again} now"
    return f"{one.name}: {one.then or 'silent'} then, {one.again or 'silent'} now"


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
