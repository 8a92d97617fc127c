"""How long proof of a consent is kept: UWG s. 7a, five years from the grant and again from each use."""

from datetime import UTC, date, datetime

from policy import ConsentFact, load_rulebook
from policy.rules.kinds.basis import Basis


def kept_until(last_use: date) -> set[date | None]:
    consent = ConsentFact(datetime(2021, 11, 1, 9, 0, 0, 381_204, tzinfo=UTC), principal="Bright")
    rules = load_rulebook().in_force("de", date(2026, 2, 2))
    asked = [rule.parameters for rule in rules if isinstance(rule.parameters, Basis) and rule.parameters.keep_proof]
    return {one.proof_ends(consent, last_use) for one in asked}


def test_it_keeps_the_proof_five_years_from_the_last_use() -> None:
    assert kept_until(date(2026, 2, 1)) == {date(2031, 2, 1)}


def test_it_keeps_the_proof_of_an_unused_consent_five_years_from_its_grant() -> None:
    assert kept_until(date(2021, 11, 1)) == {date(2026, 11, 1)}
