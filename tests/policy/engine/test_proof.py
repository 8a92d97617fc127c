"""How long proof of a consent is kept: UWG s. 7a, five years from the grant and again from each use."""

from datetime import UTC, date, datetime

from policy import CallFacts, ConsentFact, ContactFacts, Facts, Purpose, deadlines, load_rulebook

AT = datetime(2026, 2, 2, 10, tzinfo=UTC)


def kept_until(first_used_at: datetime | None) -> list[date]:
    granted = datetime(2021, 11, 1, 9, tzinfo=UTC)
    consent = ConsentFact(granted, principal="Bright", first_used_at=first_used_at)
    call = CallFacts(Purpose.MARKETING, "Bright", "spring")
    contact = ContactFacts("P", "+4915112345678", ("DE",), ("Europe/Berlin",))
    return [one.due_on for one in deadlines(Facts(call, contact, (consent,)), load_rulebook(), AT)]


def test_it_keeps_the_proof_five_years_from_the_last_use() -> None:
    assert kept_until(datetime(2026, 2, 1, 9, tzinfo=UTC)) == [date(2031, 2, 1)]


def test_it_keeps_the_proof_of_an_unused_consent_five_years_from_its_grant() -> None:
    assert kept_until(None) == [date(2026, 11, 1)]
