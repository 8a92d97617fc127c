"""Texts with the same meaning are read as equal, and texts without one are refused: names, numbers, zones, dates,
debts."""

from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

import pytest

from policy import ConsentFact, DebtGroupFact, FactsError, Prepared, Verdict, decide, load_rulebook
from policy.facts.reading import facts_from_json

CALL = {"purpose": "service", "principal": "Müller", "campaign": "spring"}
CONTACT = {"person": "Zoë", "number": "+442079460000", "places": ["GB"], "zones": ["Europe/London"]}
STOP = {"event": "stop", "at": "2026-11-20T10:00:00Z", "reason": "do_not_call", "person": "Zoë", "principal": "Müller"}
SCREENING = {"event": "screening", "register": "tps", "obtained_at": "2026-11-20T10:00:00Z", "is_listed": True}


def facts(*events: dict[str, Any], call: dict[str, Any] = CALL, contact: dict[str, Any] = CONTACT) -> Any:
    return facts_from_json({"call": call, "contact": contact, "events": list(events)})


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_the_same_however_its_accents_were_typed(form: Any) -> None:
    typed = {key: normalize(form, value) for key, value in STOP.items()}
    asked = facts(typed)
    assert decide(asked, load_rulebook(), datetime(2026, 11, 24, 10, tzinfo=UTC)).verdict is Verdict.SUPPRESSED


@pytest.mark.parametrize("number", ["+4402079460000", "+33012345678", "+353015550123", "+4903012345678"])
def test_a_number_with_a_national_0_after_the_country_code_is_refused(number: str) -> None:
    with pytest.raises(FactsError, match=r"contact\.number: is not a number in E\.164 form; .* without the 0"):
        facts(contact={**CONTACT, "number": number})


@pytest.mark.parametrize("number", ["+390612345678", "+442079460000", "+12025550104"])
def test_a_number_whose_plan_has_a_0_there_is_accepted(number: str) -> None:
    assert facts(contact={**CONTACT, "number": number}).contact.number == number


@pytest.mark.parametrize("zone", ["localtime", "Factory"])
def test_a_zone_name_that_means_no_place_is_refused(zone: str) -> None:
    with pytest.raises(FactsError, match="unknown time zone"):
        facts(contact={**CONTACT, "zones": [zone]})


def test_a_register_entry_later_than_its_screening_is_refused() -> None:
    facts({**SCREENING, "listed_on": "2026-11-20"})
    facts({**SCREENING, "listed_on": "2026-11-21"})  # already the day after, farther east
    with pytest.raises(FactsError, match=r"listed_on: lies after obtained_at; correct one of the two"):
        facts({**SCREENING, "listed_on": "2026-11-22"})


def test_sixty_thousand_grouped_debts_are_read() -> None:
    # Each searched for among all, they would take longer than a test may.
    many = [f"debt {number}" for number in range(60_000)]
    pairs = [DebtGroupFact(f"group {number}", (many[number], many[number + 1])) for number in range(0, 60_000, 2)]
    read = facts(call={**CALL, "purpose": "debt", "debts": many[:2]})
    consent = ConsentFact(datetime(2026, 11, 20, tzinfo=UTC), principal="Müller", debts=tuple(many[1:]))
    ready = Prepared(type(read)(read.call, read.contact, (*pairs, consent)))
    (known,) = ready.others[ConsentFact]
    assert ready.facts.call.debts == ("group 0",)
    assert "group 0" not in known.debts
    assert known.debts[-1] == "group 59998"
