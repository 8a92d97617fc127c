"""Who was called, and about what: an attempt that leaves it out may match the call asked about, so it counts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policy import Facts, Verdict, decide
from tests.policy.small_packs import CALL, CONTACT, attempt, rule, rulebook_of, utc

NOON = utc("2026-11-24 12:00")
MADE = attempt("2026-11-24 10:00")
OTHER_NUMBER = "+447700900456"

ABOUT_SOLAR: dict[str, Any] = {"subject": "solar"}
COUNTS: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("person", {}, {"person": ""}, True),
    ("person", {}, {"person": "", "number": OTHER_NUMBER}, False),
    ("person", {}, {"person": "Q"}, False),
    ("subject", {}, {"campaign": ""}, True),
    ("subject", ABOUT_SOLAR, {}, True),
    ("subject", ABOUT_SOLAR, {"campaign": ""}, True),
    ("subject", ABOUT_SOLAR, {"campaign": "autumn"}, False),
    ("subject", ABOUT_SOLAR, {"campaign": "solar"}, True),  # the campaign stands for the subject
    ("subject", ABOUT_SOLAR, {"campaign": "autumn", "subject": "solar"}, True),
    ("subject", ABOUT_SOLAR, {"subject": "boilers"}, False),
    ("subject", {}, {"subject": "boilers"}, True),
    ("subject", {}, {"subject": "boilers", "campaign": "autumn"}, False),
    ("campaign", {}, {"campaign": ""}, True),
    ("campaign", {}, {"campaign": "autumn"}, False),
    ("number_kind", {"number_kind": "work"}, {"number_kind": ""}, True),
    ("number_kind", {"number_kind": ""}, {"number_kind": "work"}, True),
    ("number_kind", {"number_kind": ""}, {"number_kind": ""}, True),
    ("number_kind", {"number_kind": "work"}, {"number_kind": "home"}, False),
]


@pytest.mark.parametrize(("part", "asked", "made", "counts"), COUNTS)
def test_an_attempt_counts_if_it_may_match_the_call_asked_about(
    tmp_path: Path, part: str, asked: dict[str, Any], made: dict[str, Any], counts: bool
) -> None:
    rulebook = rulebook_of(tmp_path, rule("cap", f'keys = [["principal", "{part}"]]\nmax = 1\nwindow = "cal_day"'))
    call = replace(CALL, **{name: value for name, value in asked.items() if name != "number_kind"})
    contact = replace(CONTACT, **{name: value for name, value in asked.items() if name == "number_kind"})
    facts = Facts(call, contact, (replace(MADE, **made),))
    assert decide(facts, rulebook, NOON).verdict is (Verdict.LOCKED if counts else Verdict.CALLABLE)
