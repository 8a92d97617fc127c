"""An erasure leaves the words of a consent for as long as the law asks for its proof, without the person in them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.services.privacy import emptying, erasing
from storage.models import Consent, Contact
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_consent
from tests.services.privacy.stage import operator_of

pytestmark = pytest.mark.both_engines

PARIS = ("FR", "Europe/Paris")
NUMBER = "+33123456789"
WORDS = "I, Anne Dupont, agree to calls from Bright Energy on 01 23 45 67 89"
GIVEN = TUESDAY  # 24 November 2026


def consent(acme: SampleOrganisation, contact: Contact, **more: Any) -> None:
    given = {"wording": WORDS, "source": "form of 2026", "is_proved": True, "principal": "Bright Energy", **more}
    acme.put(a_consent(contact, GIVEN, **given))


def erased(acme: SampleOrganisation, where: tuple[str, str] = PARIS, **more: Any) -> Consent:
    contact = acme.add_contact("Anne Dupont", NUMBER, places=where[0], zones=where[1])
    consent(acme, contact, **more)
    acme.clock.at(GIVEN + timedelta(days=30))
    erasing.erase(acme.deps, operator_of(acme), NUMBER)
    return acme.all(Consent)[0]


def words_on(acme: SampleOrganisation, at: datetime) -> str:
    acme.clock.at(at)
    emptying.forget_ended(acme.deps, at)
    return acme.all(Consent)[0].wording


def test_a_french_consent_keeps_its_words_three_years_after_its_end_without_the_person(
    acme: SampleOrganisation,
) -> None:
    left = erased(acme)
    assert (left.source, "agree to calls from Bright Energy" in left.wording) == ("form of 2026", True)
    assert not [one for one in ("Anne", "Dupont", "01 23 45 67 89", NUMBER) if one in left.wording]
    # its last day is 23 November 2027
    assert words_on(acme, datetime(2030, 11, 23, 12, tzinfo=UTC)) != ""
    assert words_on(acme, datetime(2030, 11, 24, 12, tzinfo=UTC)) == ""


def test_one_taken_back_ends_that_day(acme: SampleOrganisation) -> None:
    erased(acme, withdrawn_at=GIVEN + timedelta(days=10))
    assert words_on(acme, datetime(2029, 12, 4, 12, tzinfo=UTC)) != ""
    assert words_on(acme, datetime(2029, 12, 5, 12, tzinfo=UTC)) == ""


def test_a_german_consent_keeps_its_words_five_years(acme: SampleOrganisation) -> None:
    erased(acme, ("DE", "Europe/Berlin"))
    assert words_on(acme, datetime(2031, 11, 24, 12, tzinfo=UTC)) != ""
    assert words_on(acme, datetime(2031, 11, 25, 12, tzinfo=UTC)) == ""


@pytest.mark.parametrize("more", [{"is_proved": False}, {}], ids=["not proved", "no rule asks"])
def test_without_a_rule_or_a_proof_the_words_go_at_once(acme: SampleOrganisation, more: dict[str, Any]) -> None:
    where = PARIS if more else ("GB-ENG", "Europe/London")
    left = erased(acme, where, **more)
    assert (left.wording, left.source) == ("", "")


def test_a_second_erasure_changes_nothing(acme: SampleOrganisation) -> None:
    before = erased(acme).wording
    done = erasing.plan(acme.deps, operator_of(acme), NUMBER)
    assert (done.notes, done.rows, acme.all(Consent)[0].wording) == (0, 0, before)
