"""A field that an event leaves out has its default; nothing is invented."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from policy.facts import types
from policy.facts.fields import short
from policy.vocabulary import Got, Outcome, Purpose

AT = datetime(2026, 11, 24, 10, 0, 0, 417_003, tzinfo=UTC)
ON = date(2026, 11, 24)
NOBODY_NOTHING: dict[str, Any] = {"person": "", "number": "", "principal": "", "debts": ()}


@pytest.mark.parametrize(
    ("fact", "left_out"),
    [
        (
            types.CallFacts(Purpose.MARKETING, "Bright", "spring"),
            {
                "sector": "",
                "subject": "",
                "debts": (),
                "caller_role": "creditor",
                "authorised_for": frozenset(),
                "codes": frozenset(),
                "is_number_shown": None,
                "organisation": "",
                "caller": "person",
                "starts_on": None,
                "ends_on": None,
            },
        ),
        (
            types.ContactFacts("P", "+447700900123"),
            {
                "places": (),
                "zones": (),
                "role": "consumer",
                "number_kind": "",
                "line": "consumer",
                "subscriber": "",
                "source": "",
            },
        ),
        (
            types.AttemptFact(AT, "+447700900123", "P", "Bright"),
            {
                "campaign": "",
                "subject": "",
                "outcome": None,
                "direction": "out",
                "channel": "voice",
                "number_kind": "",
                "message": "",
                "debts_named": (),
                "debts_discussed": (),
                "debt_booked": "",
                "debts_booked": (),
                "organisation": "",
                "is_provisional": False,
            },
        ),
        (
            types.StopFact(AT, "cease"),
            {**NOBODY_NOTHING, "is_written": False, "until": None, "withdrawn_at": None, "is_pair_only": False},
        ),
        (types.HoldFact(AT, "tired"), {"lifted_at": None, "person": ""}),
        (types.CallbackFact(AT, AT, "P", "Bright"), {"is_hour_named": False, "closed_at": None}),
        (
            types.RequestFact(AT, "Bright"),
            {"due_at": None, "is_complete": True, "is_hour_named": False, "person": ""},
        ),
        (
            types.PersonalHoursFact(AT, frozenset()),
            {"blocked_from": None, "blocked_until": None, "ends_on": None, "source": "consumer", "person": ""},
        ),
        (
            types.ConsentFact(AT),
            {
                "kind": "calls",
                "principal": "",
                "number": "",
                "is_proved": True,
                "is_third_party": False,
                "is_express": True,
                "from_creditor": False,
                "starts_at": None,
                "ends_at": None,
                "withdrawn_at": None,
                "first_used_at": None,
                "debts": (),
                "days": frozenset(),
                "only_on": None,
                "open_from": None,
                "open_until": None,
            },
        ),
        (types.WithdrawalFact(AT), {"kind": "calls", "person": "", "number": "", "principal": ""}),
        (
            types.BasisFact(AT, "contract"),
            {"is_told_of_calls": False, "principal": "", "person": "", "is_assessed": False},
        ),
        (
            types.RelationshipFact("purchase", ON),
            {"principal": "", "ended_on": None, "is_related": True, "is_opt_out_offered": True, "person": ""},
        ),
        (types.ScreeningFact("tps", AT, False), {"listed_on": None, "number": "", "campaign": ""}),
        (types.NoticeFact("breathing_space", ON, None), {"debts": (), "person": ""}),
        (types.OverrideFact(AT, "small.rule", "error", "Dana"), {"until": None}),
    ],
)
def test_a_field_left_out_has_its_plainest_value(fact: object, left_out: dict[str, Any]) -> None:
    assert {name: getattr(fact, name) for name in left_out} == left_out


def test_the_matter_of_a_call_is_its_subject_otherwise_its_campaign() -> None:
    made = types.AttemptFact(AT, "+447700900123", "P", "Bright", "spring", "solar", Outcome.BUSY)
    assert made.matter == "solar"
    assert types.AttemptFact(AT, "+447700900123", "P", "Bright", "spring").matter == "spring"


def test_every_outcome_has_the_meaning_that_rules_count() -> None:
    assert {one for one in Outcome if one.meaning.got < Got.LINE} == {
        Outcome.BUSY,
        Outcome.NOT_IN_SERVICE,
        Outcome.NOT_DIALLED,
    }
    assert {one for one in Outcome if one.meaning.got < Got.PERSON} == {
        Outcome.NO_ANSWER,
        Outcome.BUSY,
        Outcome.NOT_IN_SERVICE,
        Outcome.VOICEMAIL_HEARD,
        Outcome.VOICEMAIL_LEFT,
        Outcome.NOT_DIALLED,
    }
    assert {one for one in Outcome if one.meaning.is_final} == {Outcome.REFUSED, Outcome.SUCCESS}
    assert {one for one in Outcome if one.meaning.closes_number} == {Outcome.NOT_IN_SERVICE, Outcome.WRONG_NUMBER}


def test_a_long_value_is_quoted_in_sixty_characters() -> None:
    assert short("a" * 60) == "a" * 60
    assert short("a" * 61) == "a" * 59 + "…"
