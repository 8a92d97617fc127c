"""Attempts are counted one by one as soon as one of them is not an outgoing call to this person for this principal."""

from dataclasses import replace
from pathlib import Path

import pytest

from policy import Facts, Verdict, decide
from tests.policy.small_packs import CALL, CONTACT, attempt, rule, rulebook_of, utc

NOON = utc("2026-11-24 12:00:00.417003")
OURS = replace(attempt("2026-11-24 10:00"), organisation="Us")
CAP = 'keys = [["organisation", "principal", "person", "number"]]\nmax = 1\nwindow = "cal_day"'


@pytest.mark.parametrize(
    "other",
    [
        {"organisation": "Them"},
        {"principal": "Other"},
        {"person": "Q"},
        {"number": "+447700900999"},
        {"direction": "in"},
        {"channel": "text"},
    ],
)
def test_a_limit_ignores_an_attempt_that_differs_in_what_it_counts(tmp_path: Path, other: dict[str, str]) -> None:
    rulebook, call = rulebook_of(tmp_path, rule("cap", CAP)), replace(CALL, organisation="Us")
    assert decide(Facts(call, CONTACT, (OURS,)), rulebook, NOON).verdict is Verdict.LOCKED
    theirs = replace(OURS, **other)  # type: ignore[arg-type]
    assert decide(Facts(call, CONTACT, (theirs,)), rulebook, NOON).verdict is Verdict.CALLABLE
    assert decide(Facts(call, CONTACT, (theirs, OURS)), rulebook, NOON).verdict is Verdict.LOCKED
