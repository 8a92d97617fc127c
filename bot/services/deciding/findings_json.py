"""Converts findings to the JSON of a stored decision, and back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import repeat
from typing import Any

from policy import Citation, Decision, Finding
from policy.engine import decision_to_json
from policy.templates import said_again
from policy.vocabulary import Effect, Mode, Status


def findings_as_json(decision: Decision) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = decision_to_json(decision)["findings"]
    return findings


def findings_from_json(stored: Sequence[Mapping[str, Any]], sentences: Sequence[str] | None) -> tuple[Finding, ...]:
    """The findings of a stored decision. Times are aware UTC. Without `sentences` they are said in English alone."""
    return tuple(map(_finding, stored, sentences or repeat("")))


def _finding(stored: Mapping[str, Any], sentence: str) -> Finding:
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
        says=said_again(stored["says"], sentence),
    )
