"""What the packs already ask, which an organisation's own limits must be tighter than."""

from dataclasses import replace
from datetime import date

import pytest

from policy import CallFacts, ContactFacts, Outcome, Purpose, load_rulebook
from policy.house.limits import Asked, HouseLimits, Origin, already_asked, with_own_rules
from tests.policy.house.test_overlay import own

RULEBOOK = load_rulebook()
ON = date(2026, 12, 1)
CALL = CallFacts(Purpose.SERVICE, "Bright", "7", is_number_shown=True)
CONTACT = ContactFacts("P", "+447700900123", ("GB",), ("Europe/London",))
H = 3600


def asked(purpose: Purpose = Purpose.SERVICE, house: str = "gb-house", place: str = "GB") -> dict[str, Asked]:
    call, contact = replace(CALL, purpose=purpose), replace(CONTACT, places=(place,))
    return already_asked(call, contact, RULEBOOK, house, ON)


def test_it_says_the_longest_wait_after_each_outcome_and_whose_it_is() -> None:
    found = asked()
    assert found["wait:no_answer"] == Asked("wait:no_answer", 72, Origin.HOUSE_PACK)
    assert found["wait:voicemail_left"].value == 168
    assert "wait:conversation" not in found


@pytest.mark.parametrize(("purpose", "caps"), [(Purpose.SERVICE, (1, 3, 6)), (Purpose.MARKETING, (1, 3, 5))])
def test_it_says_the_cap_of_each_span_by_the_looser_of_asked_for_and_not(
    purpose: Purpose, caps: tuple[int, int, int]
) -> None:
    found = asked(purpose)
    assert tuple(found[f"cap:{span}"].value for span in ("day", "week", "month")) == caps


def test_it_says_the_hours_that_law_and_house_both_leave_open() -> None:
    found = {key: one.value for key, one in asked().items() if key.startswith("hours:")}
    assert found == {"hours:mon-fri": ((9 * H, 20 * H),), "hours:sat": ((10 * H, 17 * H),), "hours:sun": ()}
    assert asked()["hours:sat"].origin is Origin.HOUSE_PACK
    assert not [key for key in asked(house="") if key.startswith("hours:")]


def test_hours_that_a_consent_lifts_are_not_those_of_every_call() -> None:
    assert not [key for key in asked(Purpose.MARKETING, "", "AU") if key.startswith("hours:")]


def test_a_shorter_wait_of_the_law_does_not_hide_the_houses() -> None:
    law, both = asked(Purpose.DEBT, "", "GB"), asked(Purpose.DEBT)
    for key, one in law.items():
        assert not key.startswith("wait:") or both[key].value >= one.value
    assert both["ring_seconds"] == Asked("ring_seconds", 15, Origin.HOUSE_PACK)


def test_the_organisations_own_rules_are_left_out() -> None:
    book = with_own_rules(RULEBOOK, [own(HouseLimits(waits={Outcome.NO_ANSWER: 500}, ring_seconds=30))])
    found = already_asked(CALL, CONTACT, book, "gb-house", ON)
    assert (found["wait:no_answer"].value, found["ring_seconds"].value) == (72, 15)
