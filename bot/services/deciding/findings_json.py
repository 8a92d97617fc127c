"""Converts findings to the JSON of a stored decision, and back."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from policy import Citation, Decision, Finding
from policy.engine import decision_to_json
from policy.vocabulary import Effect, Mode, Status


def findings_as_json(decision: Decision) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = decision_to_json(decision)["findings"]
    return findings


def findings_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """The findings of a stored decision. Times are aware UTC."""
    return tuple(_finding(one) for one in stored)


def _finding(stored: Mapping[str, Any]) -> Finding:
    citation = stored["citation"]
    return Finding(
        rule=stored["rule"],
        pack=stored["pack"],
        kind=stored["kind"],
        effect=Effect(stored["effect"]),
        until=None if stored["until"] is None else datetime.fromisoformat(stored["until"]),
        status=Status(stored["status"]),
        mode=Mode(stored["mode"]),
        citation=Citation(
            title=citation["title"],
            section=citation["section"],
            url=citation["url"],
            read_on=date.fromisoformat(citation["read_on"]),
        ),
        says=stored["says"],
    )
