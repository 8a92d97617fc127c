"""Writes decisions as JSON-ready values. Instants are UTC with a Z."""

from datetime import datetime
from typing import Any

from policy.engine.decision import Decision, Finding
from policy.facts import instant_to_json
from policy.rules import Citation


def decision_to_json(decision: Decision, id: str | int | float | None = None) -> dict[str, Any]:
    """A JSON-ready dict of a decision; `id` comes first if given."""
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
        "citation": _citation(finding.citation),
        "says": finding.says,
    }


def _citation(citation: Citation) -> dict[str, str]:
    return {
        "title": citation.title,
        "section": citation.section,
        "url": citation.url,
        "read_on": citation.read_on.isoformat(),
    }


def _maybe_instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant_to_json(moment)
