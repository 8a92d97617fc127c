"""Values made by `fast_maker` equal those made by their class."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

import pytest

from policy import AttemptFact, BasisFact, ContactFacts, Facts, ScreeningFact
from policy.facts.types import fast_maker
from policy.vocabulary import Outcome
from tests.policy.small_packs import CALL

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_it_makes_the_same_values_as_the_class_with_defaults() -> None:
    few = fast_maker(AttemptFact)(AT, "+447700900123", "P", "Bright")
    assert few == AttemptFact(AT, "+447700900123", "P", "Bright")
    assert type(few) is AttemptFact
    named = fast_maker(AttemptFact)(
        at=AT, number="1", person="P", principal="B", outcome=Outcome.BUSY, is_provisional=True
    )
    assert named == AttemptFact(AT, "1", "P", "B", outcome=Outcome.BUSY, is_provisional=True)
    assert hash(named) == hash(replace(few, number="1", principal="B", outcome=Outcome.BUSY, is_provisional=True))
    contact = fast_maker(ContactFacts)("P", "1", ("GB",), line="business")
    assert contact == ContactFacts("P", "1", ("GB",), line="business")
    assert fast_maker(Facts)(CALL, contact, (few,)) == Facts(CALL, contact, (few,))
    assert fast_maker(ScreeningFact)("tps", AT, False) == ScreeningFact("tps", AT, False)


def test_its_values_are_frozen() -> None:
    made = fast_maker(BasisFact)(AT, "contract")
    with pytest.raises(FrozenInstanceError):
        made.kind = "consent"  # type: ignore[misc]


def test_it_requires_the_fields_that_the_class_requires() -> None:
    with pytest.raises(TypeError):
        fast_maker(BasisFact)(AT)  # type: ignore[call-arg]
