"""Legal cases as data: `tests/policy/packs/<pack>.toml`, one file for each pack, each case with a sentence.

Times without an offset are in the first of the case's zones. `[defaults]` gives values shared by all cases.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from policy import Decision, Facts, Rulebook, decide
from policy.facts.reading import facts_from_json

FOLDER = Path(__file__).parent / "packs"
_CALL = (
    "purpose",
    "principal",
    "campaign",
    "sector",
    "subject",
    "debts",
    "caller_role",
    "authorised_for",
    "codes",
    "is_number_shown",
    "caller",
    "organisation",
)
_CONTACT = ("person", "number", "places", "zones", "role", "number_kind", "line", "subscriber", "source")
_ASK = {"at", "law", "house", "next", "law_next", "until", "law_until", "speaks", "law_speaks", "missing", "silent"}
_CASE = {"name", "why", "events", "asks", "bare", "house_pack", "rests_on", *_CALL, *_CONTACT}
_OWN = {
    "attempt": ("person", "number", "principal", "campaign"),
    "callback": ("person", "principal"),
    "request": ("principal",),
    "consent": ("principal",),
    "basis": ("principal",),
    "relationship": ("principal",),
    "stop": ("principal",),
    "withdrawal": ("principal",),
}
_BASE = {"principal": "Bright", "campaign": "spring", "person": "P", "number": "+447700900123", "purpose": "marketing"}


@dataclass(frozen=True)
class Ask:
    """One question of one case."""

    name: str
    table: dict[str, Any]  # the facts as TOML has them
    zone: ZoneInfo
    house_pack: str | None
    expected: dict[str, Any]
    rests_on: tuple[str, ...] = ()  # the rules whose words give the answer, where none speaks or is named

    @cached_property
    def facts(self) -> Facts:
        """Read when asked for: a test process lists every case and asks those of its own files."""
        return facts_from_json(_plain(self.table, self.zone))

    @property
    def at(self) -> datetime:
        return aware(self.expected["at"], self.zone)

    def decide(self, rulebook: Rulebook, house_pack: str | None) -> Decision:
        return decide(self.facts, rulebook, self.at, house_pack=house_pack)


def aware(at: datetime, zone: ZoneInfo) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def every_ask(path: Path) -> Iterator[Ask]:
    table = tomllib.loads(path.read_text("utf-8"))
    defaults = {**_BASE, **table.get("defaults", {})}
    for case in table["case"]:
        if unknown := set(case) - _CASE:
            raise ValueError(f"{path.name}: {case['name']}: unknown keys {sorted(unknown)}")
        for number, ask in enumerate(case["asks"], 1):
            if unknown := set(ask) - _ASK:
                raise ValueError(f"{path.name}: {case['name']}: unknown keys {sorted(unknown)} in ask {number}")
            yield _ask(f"{case['name']} [{number}: {ask['at']:%a %d %b %Y %H:%M}]", defaults, case, ask)


def _ask(name: str, defaults: dict[str, Any], case: dict[str, Any], ask: dict[str, Any]) -> Ask:
    merged = {**defaults, **case}
    zone = ZoneInfo(merged["zones"][0] if merged["zones"] else "UTC")
    events = [*([] if case.get("bare") else defaults.get("events", [])), *case.get("events", [])]
    facts = {
        "call": {key: merged[key] for key in _CALL if key in merged},
        "contact": {key: merged[key] for key in _CONTACT if key in merged},
        "events": [{**_given(event["event"], merged), **event} for event in events],
    }
    return Ask(name, facts, zone, merged.get("house_pack"), ask, tuple(merged.get("rests_on", ())))


def _given(event: str, merged: dict[str, Any]) -> dict[str, Any]:
    """The defaults of an event, taken from the case; the word for an unknown end, which TOML has no value for."""
    own = {key: merged[key] for key in _OWN.get(event, ())}
    return {**own, "ended_on": None} if event == "notice" else own


def _plain(value: Any, zone: ZoneInfo) -> Any:
    """TOML values as JSON values."""
    if isinstance(value, dict):
        return {key: _plain(item, zone) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, zone) for item in value]
    if isinstance(value, datetime):
        return aware(value, zone).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return value
