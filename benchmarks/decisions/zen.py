"""The base of D2: the eight rules as one expression node of zen-engine's JDM, yes or no, on prepared facts."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import zen  # the package zen-engine; measured only where it is installed

from benchmarks.decisions.plain_rules import is_holiday
from policy import AttemptFact, ConsentFact, Facts, Outcome, StopFact

_EXPRESSIONS = (
    ("waits", "not some(attempts, #.wait > #.ago)"),
    ("day", "count(attempts, #.ago < 24) < 3"),
    ("week", "count(attempts, #.ago < 168) < 7"),
    ("month", "count(attempts, #.ago < 720) < 12"),
    (
        "hours",
        "not holiday and (weekday <= 5 ? (hour >= 9 and hour < 20) : (weekday == 6 ? (hour >= 10 and hour < 17) : "
        "false))",
    ),
    ("allowed", "not do_not_call and consent and not final and $.waits and $.day and $.week and $.month and $.hours"),
)
_HOURS = {"no_answer": 4, "busy": 1, "voicemail_left": 48, "not_now": 168}


def decision_model() -> str:
    """A JDM graph of three nodes: input, the expressions, output."""
    expressions = [{"id": key, "key": key, "value": value} for key, value in _EXPRESSIONS]
    content = {
        "expressions": expressions,
        "passThrough": False,
        "inputField": None,
        "outputPath": None,
        "executionMode": "single",
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "rules", "type": "expressionNode", "name": "rules", "position": {"x": 1, "y": 0}, "content": content},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "rules"},
        {"id": "b", "type": "edge", "sourceId": "rules", "targetId": "out"},
    ]
    return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})


def context(facts: Facts, at: datetime) -> dict[str, Any]:
    """The model's input: ages in hours, flags, and the local day and hour."""
    local = at.astimezone(ZoneInfo(facts.contact.zones[0]))
    attempts = [event for event in facts.events if isinstance(event, AttemptFact)]
    return {
        "do_not_call": any(isinstance(event, StopFact) for event in facts.events),
        "consent": any(isinstance(event, ConsentFact) for event in facts.events),
        "final": any(attempt.outcome in (Outcome.SUCCESS, Outcome.REFUSED) for attempt in attempts),
        "attempts": [_attempt(attempt, at) for attempt in attempts],
        "holiday": is_holiday(facts.contact.places[0], local.date()),
        "weekday": local.isoweekday(),
        "hour": local.hour,
    }


def _attempt(attempt: AttemptFact, at: datetime) -> dict[str, float]:
    ago = (at - attempt.at).total_seconds() / 3600
    return {"ago": ago, "wait": _HOURS.get(attempt.outcome.value if attempt.outcome else "no_answer", 0)}


def decider() -> Callable[[dict[str, Any]], bool]:
    """A function that answers yes or no to a context, on the model compiled once."""
    decision = zen.ZenEngine().create_decision(decision_model())
    return lambda context: bool(decision.evaluate(context)["result"]["allowed"])
