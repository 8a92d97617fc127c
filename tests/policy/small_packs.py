"""Packs of one or two rules to test one kind of rule, and questions about them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from policy import (
    AttemptFact,
    CallFacts,
    ContactFacts,
    Decision,
    Event,
    Facts,
    Outcome,
    Purpose,
    Rulebook,
    decide,
    load_rulebook,
)

HEAD = """
[pack]
id = "{id}"
title = "A small pack"
kind = "{kind}"
areas = ["GB"]
effective_from = 2000-01-01
effective_until = "open"
reviewed_on = 2026-11-24
review_by = 2027-11-24
"""

RULE = """
[[rule]]
id = "{id}.{name}"
kind = "{kind}"
title = "{name}"
status = "house"
mode = "block"
effective_from = 2000-01-01
effective_until = "open"
"""

CALL = CallFacts(Purpose.SERVICE, "Bright", "spring", is_number_shown=True)
CONTACT = ContactFacts("P", "+447700900123", ("GB-ENG",), ("Europe/London",))


def head(id: str = "small", kind: str = "law") -> str:
    return HEAD.format(id=id, kind=kind)


def rule(kind: str, parameters: str, /, name: str = "rule", id: str = "small", **changes: str) -> str:
    """A rule's table; `changes` replace whole lines of its common keys."""
    text = RULE.format(id=id, name=name, kind=kind)
    for key, value in changes.items():
        lines = [line for line in text.splitlines() if not line.startswith(f"{key} =")]
        text = "\n".join([*lines, f"{key} = {value}"])
    return f"{text}\n{parameters}\n"


def rulebook_of(folder: Path, *texts: str, file: str = "small.toml", beginning: str | None = None) -> Rulebook:
    path = folder / file
    path.write_text((head() if beginning is None else beginning) + "\n".join(texts), "utf-8")
    return load_rulebook([path])


def utc(text: str) -> datetime:
    """`2026-11-24 09:15` as an aware moment."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def attempt(at: str, outcome: Outcome | None = Outcome.NO_ANSWER) -> AttemptFact:
    """An attempt made in the last fraction of a second before the minute, so that its wait begins on the minute."""
    return AttemptFact(
        utc(at) - timedelta(microseconds=582_997),
        CONTACT.number,
        CONTACT.person,
        CALL.principal,
        CALL.campaign,
        outcome=outcome,
    )


def ask(
    rulebook: Rulebook,
    at: str,
    events: Iterable[Event] = (),
    call: CallFacts = CALL,
    zones: tuple[str, ...] = CONTACT.zones,
) -> Decision:
    """The decision a fraction of a second after the minute, which changes no answer."""
    moment = utc(at) + timedelta(microseconds=417_003)
    return decide(Facts(call, replace(CONTACT, zones=zones), tuple(events)), rulebook, moment)
