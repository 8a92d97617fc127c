"""The engine's answer: a Decision, made of the findings of every rule that applied; and that as JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from policy.calendar.local_time import moment_of
from policy.calendar.spans import FOREVER
from policy.facts.reading import instant_to_json
from policy.facts.types import fast_maker
from policy.rules.pack_table import Citation
from policy.rules.rule import Rule
from policy.templates.sentence import Said
from policy.vocabulary import Effect, Mode, Status, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one contact at one moment.

    `until`: the first moment (aware, UTC) when this rule alone would no longer say so; None if no time ends it.
    `says`: one sentence for a person, without the number, in English; other languages are written from its template.
    """

    rule: str
    pack: str
    kind: str
    effect: Effect
    until: datetime | None
    status: Status
    mode: Mode
    citation: Citation
    says: Said


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one contact at one moment. The same facts and rulebook give it again.

    `callable_from`: if callable, `at` itself; if locked, the first moment when every rule permits a call (None if none
    was found within the engine's horizon, for example because a fact will be missing by then); None if held or
    suppressed. `lawful_until`: if callable, the first later moment when a rule stops permitting; None otherwise.
    `missing`: if held, or locked with no `callable_from`, what a person must supply or do, in short phrases. Instants
    are aware UTC.
    """

    verdict: Verdict
    at: datetime
    callable_from: datetime | None
    lawful_until: datetime | None
    missing: tuple[Said, ...]
    findings: tuple[Finding, ...]
    rulebook: str


_make_finding = fast_maker(Finding)
decided = fast_maker(Decision)


def finding_of(rule: Rule, effect: Effect, until: int, says: Said) -> Finding:
    """A finding of a rule. `until`: an epoch second, or FOREVER."""
    lasts = None if until >= FOREVER else moment_of(until)
    return _make_finding(rule.id, rule.pack, rule.kind, effect, lasts, rule.status, rule.mode, rule.citation, says)


def decision_to_json(decision: Decision, id: str | int | float | None = None) -> dict[str, Any]:
    """A JSON-ready dict of a decision; `id` comes first if given. Instants are UTC with a Z."""
    answer = {
        "verdict": decision.verdict.value,
        "callable_from": _maybe_instant(decision.callable_from),
        "lawful_until": _maybe_instant(decision.lawful_until),
        "missing": list(decision.missing),
        "findings": [_finding(finding) for finding in decision.findings],
        "rulebook": decision.rulebook,
    }
    return answer if id is None else {"id": id, **answer}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "pack": finding.pack,
        "kind": finding.kind,
        "effect": finding.effect.value,
        "until": _maybe_instant(finding.until),
        "status": finding.status.value,
        "mode": finding.mode.value,
        "citation": {
            "title": finding.citation.title,
            "section": finding.citation.section,
            "url": finding.citation.url,
            "read_on": finding.citation.read_on.isoformat(),
        },
        "says": finding.says,
    }


def _maybe_instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant_to_json(moment)
