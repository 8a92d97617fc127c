"""Stop means stop: the outcome `do_not_call` counts as a request to stop, whatever other stops are on record."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from policy import decide, load_rulebook
from policy.engine.questions import decide_lines

AT = "2026-11-24T10:00:00.417003Z"
CALL = {"purpose": "service", "principal": "acme", "campaign": "spring"}
CONTACT = {"person": "p1", "number": "+442079460000", "places": ["GB"], "zones": ["Europe/London"]}
ATTEMPT = {
    "event": "attempt",
    "at": "2026-11-20T10:00:00.417003Z",
    "number": "+442079460000",
    "person": "p1",
    "principal": "acme",
}
STOP = {"event": "stop", "at": "2026-11-20T10:00:00.417003Z", "reason": "do_not_call"}
Verdict = Callable[..., str]


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    rulebook = load_rulebook()

    def of(*events: dict[str, Any]) -> str:
        line = json.dumps({"id": 1, "at": AT, "call": CALL, "contact": CONTACT, "events": list(events)})
        (answer,) = decide_lines([line], lambda facts, at, packs: decide(facts, rulebook, at, packs=packs))
        return str(json.loads(answer.line)["verdict"])

    return of


def test_the_outcome_do_not_call_counts_as_a_request_to_stop(verdict: Verdict) -> None:
    said = {**ATTEMPT, "outcome": "do_not_call"}
    elsewhere = {**said, "number": "+442079460111"}
    lifted = {**STOP, "person": "p1", "principal": "acme", "withdrawn_at": "2026-11-22T10:00:00Z"}
    assert verdict(said) == "suppressed"
    assert verdict(elsewhere) == "suppressed"  # the same person, on another number
    assert verdict(said, lifted) == "callable"  # the request is on record, and was withdrawn
    before = {**lifted, "at": "2026-11-20T09:59:59.700Z", "withdrawn_at": "2026-11-20T09:59:59.900Z"}
    assert verdict(said, before) == "suppressed"  # that one was made, and withdrawn, before this call
    assert verdict({**ATTEMPT, "outcome": "conversation"}) == "callable"
    by_number = {**lifted, "person": "", "number": "+442079460000"}
    assert verdict(said, by_number) == "callable"
    assert verdict(said, {**by_number, "is_pair_only": True, "person": "p1"}) == "callable"


def test_no_other_stop_replaces_the_request_of_a_do_not_call(verdict: Verdict) -> None:
    said = {**ATTEMPT, "outcome": "do_not_call"}
    lifted = {**STOP, "person": "p1", "principal": "acme", "withdrawn_at": "2026-11-22T10:00:00Z"}
    others: dict[str, dict[str, Any]] = {
        "live, of somebody else": {**STOP, "person": "q", "number": "+442079460199", "principal": "acme"},
        "withdrawn, of somebody else": {**lifted, "person": "q"},
        "withdrawn, of nobody named": {**lifted, "person": ""},
        "withdrawn, of this person on another number alone": {
            **lifted,
            "number": "+442079460199",
            "is_pair_only": True,
        },
        "withdrawn, of another client": {**lifted, "principal": "bolt"},
        "withdrawn later": {**lifted, "withdrawn_at": "2026-11-24T10:00:00.417004Z"},
        "said later": {**STOP, "person": "p1", "principal": "acme", "at": "2026-11-24T10:00:01Z"},
        "lapsed": {**lifted, "withdrawn_at": None, "until": "2026-11-21T10:00:00Z"},
        "of another kind": {**lifted, "reason": "cease"},
    }
    assert {name: verdict(said, stop) for name, stop in others.items()} == dict.fromkeys(others, "suppressed")


def test_a_do_not_call_of_an_unknown_person_stops_the_number_for_that_client(verdict: Verdict) -> None:
    said = {**ATTEMPT, "outcome": "do_not_call", "person": ""}
    assert verdict(said) == "suppressed"
    assert verdict({**said, "principal": "other"}) == "callable"
    assert verdict({**said, "number": "+442079460111"}) == "callable"
