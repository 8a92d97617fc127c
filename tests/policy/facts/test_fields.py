"""The words and values each field of a line accepts; anything else is refused with the list of accepted words."""

from typing import Any

import pytest

from policy import FactsError
from policy.facts.reading import facts_from_json

AT = "2026-11-20T10:00:00.417003Z"
CALL = {"purpose": "marketing", "principal": "acme", "campaign": "spring"}
CONTACT = {"person": "p1", "number": "+442079460000", "places": ["GB"], "zones": ["Europe/London"]}
ATTEMPT = {"event": "attempt", "at": AT, "number": "+442079460000", "person": "p1", "principal": "acme"}
STOP = {"event": "stop", "at": AT, "reason": "cease"}
CONSENT = {"event": "consent", "at": AT, "principal": "acme"}
HOURS = {"event": "personal_hours", "at": AT, "blocked_days": [1]}


def line(change: dict[str, Any]) -> dict[str, Any]:
    """A question with some fields changed: in the call, the contact or an event."""
    is_event = "event" in change
    return {
        "call": {**CALL, **change.get("call", {})},
        "contact": {**CONTACT, **change.get("contact", {})},
        "events": [change] if is_event else [],
    }


def refused(change: dict[str, Any]) -> str:
    with pytest.raises(FactsError) as caught:
        facts_from_json(line(change))
    return str(caught.value)


WORDS: list[tuple[str, dict[str, Any], str]] = [
    ("caller_role", {"call": {}}, "creditor, third_party"),
    ("caller", {"call": {}}, "person, automated"),
    ("role", {"contact": {}}, "consumer, spouse, third_party, attorney"),
    ("number_kind", {"contact": {}}, '"", mobile, home, work'),
    ("line", {"contact": {}}, "consumer, business"),
    ("subscriber", {"contact": {}}, '"", individual, corporate'),
    ("source", {"contact": {}}, '"", given, directory, public, bought, referral, random'),
    ("direction", ATTEMPT, "out, in"),
    ("channel", ATTEMPT, "voice, voicemail_drop, text, letter"),
    ("message", ATTEMPT, '"", left, limited_content, impossible'),
    (
        "reason",
        STOP,
        "do_not_call, cease, attorney, dispute, bankruptcy, not_at_work, not_at_home, number_closed, house",
    ),
    ("kind", CONSENT, "calls, hours, written"),
    ("kind", {"event": "withdrawal", "at": AT}, "calls, hours, written"),
    ("kind", {"event": "basis", "at": AT, "principal": "acme"}, "consent, legitimate_interest, contract"),
    ("source", HOURS, "consumer, creditor"),
]


def changed(part: dict[str, Any], field: str, value: object) -> dict[str, Any]:
    """The part of a line with one field set."""
    [name] = part if "event" not in part else [""]
    return {**part, field: value} if not name else {name: {field: value}}


@pytest.mark.parametrize(("field", "part", "words"), WORDS, ids=lambda one: one if isinstance(one, str) else "")
def test_a_field_accepts_its_words_and_lists_them_in_its_error(field: str, part: dict[str, Any], words: str) -> None:
    assert f"{field}: unknown word 'zzz'; write one of {words}" in refused(changed(part, field, "zzz"))
    for word in words.replace('""', "").split(", "):
        facts = facts_from_json(line(changed(part, field, word)))
        read = facts.events[0] if facts.events else facts.call if "call" in part else facts.contact
        assert getattr(read, field) in (word, "voice"), "a voicemail dropped is an attempt by voice"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contact": {"number": "020 7946 0000"}}, "contact.number"),
        ({"contact": {"places": ["Scotland"]}}, "contact.places[0]"),
        ({"contact": {"zones": ["Mars/Olympus"]}}, "contact.zones[0]"),
        ({**STOP, "number": "020 7946 0000"}, "events[0].number"),
        ({**CONSENT, "days": [8]}, "events[0].days[0]"),
        ({**HOURS, "blocked_days": [0]}, "events[0].blocked_days[0]"),
        ({**HOURS, "ends_on": AT}, "events[0].ends_on"),
        ({**HOURS, "blocked_from": "9", "blocked_until": "17:00"}, "events[0].blocked_from"),
        ({**STOP, "is_written": "yes"}, "events[0].is_written"),
    ],
)
def test_a_field_refuses_values_of_another_kind(change: dict[str, Any], field: str) -> None:
    assert refused(change).startswith(f"{field}: ")


@pytest.mark.parametrize("field", ["from_on", "ended_on"])
def test_a_day_lies_within_the_years_1900_to_2200(field: str) -> None:
    notice = {"event": "notice", "kind": "breathing_space", "from_on": "1900-01-01", "ended_on": "2200-12-31"}
    facts_from_json(line(notice))
    for day in ("1899-12-31", "2201-01-01"):
        assert f"events[0].{field}: {day!r} is outside the years 1900 to 2200" in refused({**notice, field: day})
