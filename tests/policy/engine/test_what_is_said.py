"""What a decision says beside its verdict: its moment, its rulebook, a sentence for each finding, and what is missing."""

from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from policy import CallFacts, ContactFacts, Facts, Rulebook, Verdict, decide, load_rulebook
from tests.policy.small_packs import CALL, CONTACT, ask, rule, rulebook_of, utc

RULEBOOK = load_rulebook()
NOON = utc("2026-11-24 12:00") + timedelta(milliseconds=300)


def decided(call: CallFacts = CALL, contact: ContactFacts = CONTACT, rulebook: Rulebook = RULEBOOK) -> tuple[str, ...]:
    """What is said of a call that is held for want of something."""
    decision = decide(Facts(call, contact), rulebook, NOON, house_pack="gb-house")
    assert decision.verdict is Verdict.HELD
    return tuple(f"{finding.says} | {'; '.join(decision.missing)}" for finding in decision.findings)


def test_it_bears_its_moment_in_utc_and_its_rulebook() -> None:
    for at in (NOON, NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))):
        decision = decide(Facts(CALL, CONTACT), RULEBOOK, at, house_pack="gb-house")
        assert (decision.at, str(decision.at.tzinfo)) == (NOON, "UTC")
        assert decision.rulebook == RULEBOOK.version


@pytest.mark.parametrize(
    ("call", "contact", "says", "missing"),
    [
        (CALL, replace(CONTACT, places=("AQ",)), "No rules are known for AQ", "a pack for AQ"),
        (
            CALL,
            replace(CONTACT, places=("ES",), zones=("Europe/Madrid",)),
            "No rules are known for service calls to ES",
            "a pack for service calls to ES",
        ),
        (CALL, replace(CONTACT, places=()), "The place the person may be in is not known", "the person's country"),
        (
            replace(CALL, sector="mortgage"),
            CONTACT,
            "The sector mortgage is close to mortgages, which has rules of its own",
            "the sector: mortgages?",
        ),
    ],
)
def test_it_says_why_a_call_is_held_and_what_is_missing(
    call: CallFacts, contact: ContactFacts, says: str, missing: str
) -> None:
    found = decided(call, contact)
    assert any(one.startswith(f"{says} | ") and missing in one for one in found), found


def test_it_says_what_a_held_call_has_no_ground_in(tmp_path: Path) -> None:
    wanted = 'accepts = [{ consent = "calls" }]\nmissing = "consent of the person"'
    held = ask(rulebook_of(tmp_path, rule("basis", wanted, effect='"hold"')), "2026-11-24 12:00")
    assert (held.verdict, held.missing) == (Verdict.HELD, ("consent of the person",))
    barred = ask(rulebook_of(tmp_path, rule("basis", wanted)), "2026-11-24 12:00")
    assert (barred.verdict, barred.missing) == (Verdict.SUPPRESSED, ())
    for decision in (held, barred):
        assert "There is no consent of the person: house policy" in {finding.says for finding in decision.findings}


@pytest.mark.parametrize(("line", "is_shown"), [("business", True), ("business", False), ("consumer", True)])
def test_a_ground_made_of_several_wants_each_of_them(tmp_path: Path, line: str, is_shown: bool) -> None:
    accepts = 'accepts = [{ all_of = [{ line = ["business"] }, { number_shown = true }] }]\nmissing = "both"'
    call, contact = replace(CALL, is_number_shown=is_shown), replace(CONTACT, line=line)
    decision = decide(Facts(call, contact), rulebook_of(tmp_path, rule("basis", accepts)), NOON)
    expected = Verdict.CALLABLE if line == "business" and is_shown else Verdict.SUPPRESSED
    assert decision.verdict is expected
