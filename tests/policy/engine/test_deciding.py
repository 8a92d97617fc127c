"""What lifts a rule for the whole call, beside what lifts it for one of its debts."""

from dataclasses import replace
from pathlib import Path

import pytest

from policy import ConsentFact, Event, Facts, Outcome, OverrideFact, Purpose, Verdict, decide
from tests.policy.small_packs import CALL, CONTACT, attempt, rule, rulebook_of, utc

NOON = utc("2026-11-24 12:00:00.417003")
BOTH = ("loan A", "loan B")
TALK = replace(attempt("2026-11-23 10:00", Outcome.CONVERSATION), debts_discussed=BOTH)
CONSENT_FOR_A = ConsentFact(utc("2026-11-23 11:00"), principal="Bright", debts=("loan A",))
OVERRIDE = OverrideFact(utc("2026-11-24 11:00"), "small.cap", "error", "Dana")


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        ((TALK,), Verdict.LOCKED),
        ((TALK, CONSENT_FOR_A), Verdict.LOCKED),
        ((TALK, OVERRIDE), Verdict.CALLABLE),
        ((TALK, CONSENT_FOR_A, OVERRIDE), Verdict.CALLABLE),
    ],
)
def test_an_override_lifts_the_debts_that_a_consent_does_not(
    tmp_path: Path, events: tuple[Event, ...], verdict: Verdict
) -> None:
    window = rule(
        "consent_window", 'consent = { consent = "calls" }\ndays = 7\nsuspends = ["small.cap"]', name="window"
    )
    parameters = 'keys = [["person", "debt"]]\nmax = 1\nwindow = "cal_week"\noverride_reasons = ["error"]'
    cap = rule("cap", parameters, name="cap", mode='"block with reasoned override"')
    facts = Facts(replace(CALL, purpose=Purpose.DEBT, debts=BOTH), CONTACT, events)
    assert decide(facts, rulebook_of(tmp_path, window, cap), NOON).verdict is verdict
