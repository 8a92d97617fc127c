"""Packs of one or two rules to test one kind of rule, and questions about them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

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
from tests.policy.second.compare import differences, line_of
from tests.policy.second.packs import Table, every_pack, read_pack

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


@dataclass(frozen=True)
class TwiceRead:
    """A small pack as the engine reads it, and as the second evaluator does."""

    rulebook: Rulebook
    packs: dict[str, Table]

    @classmethod
    def of(cls, *texts: str, beginning: str | None = None) -> "TwiceRead":
        with TemporaryDirectory() as folder:
            rulebook = rulebook_of(Path(folder), *texts, beginning=beginning)
            return cls(rulebook, {"base": every_pack()["base"], "small": read_pack(Path(folder) / "small.toml")})

    def differences(self, facts: Facts, at: datetime) -> list[str]:
        """Between what the two answer."""
        return differences(line_of(facts, at), facts, None, self.rulebook, self.packs)


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
