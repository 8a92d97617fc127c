"""`callable_from` never promises a moment at which the person is stopped, by what is known already to end before it."""

from dataclasses import replace

import pytest

from policy import (
    BasisFact,
    CallbackFact,
    ConsentFact,
    Decision,
    Event,
    Facts,
    Purpose,
    RequestFact,
    ScreeningFact,
    Verdict,
    decide,
    load_rulebook,
)
from tests.policy.second.compare import in_this_second, line_of
from tests.policy.second.known import Question
from tests.policy.small_packs import CALL, CONTACT, attempt, utc
from tests.policy.strategies import known_by

RULEBOOK = load_rulebook()
ASKED_AT = utc("2026-03-06 00:00")
GIFT = replace(CALL, purpose=Purpose.CHARITY, organisation="Us")
CLEARED = (
    BasisFact(utc("2026-01-05 09:00"), "legitimate_interest", True, CALL.principal, is_assessed=True),
    ScreeningFact("tps", utc("2026-03-01 09:00"), False, campaign=CALL.campaign),
    ScreeningFact("ctps", utc("2026-03-01 09:00"), False, campaign=CALL.campaign),
)
REQUEST = RequestFact(utc("2026-03-05 09:00"), CALL.principal)
TRIED = attempt("2026-03-05 11:00")  # the wait of 72 hours ends on a Sunday


def ask(*events: Event, at: str = "2026-03-06 00:00") -> Decision:
    return decide(Facts(GIFT, CONTACT, (*CLEARED, *events)), RULEBOOK, utc(at), house_pack="in-house")


def test_a_request_ends_with_the_consent_that_is_withdrawn_before_the_promised_moment() -> None:
    consent = ConsentFact(utc("2026-02-01 09:00"), "calls", CALL.principal)
    assert ask(REQUEST, consent, TRIED).callable_from == utc("2026-03-09 10:00")
    withdrawn = replace(consent, withdrawn_at=utc("2026-03-08 12:00:00.25"))
    facts = (REQUEST, withdrawn, TRIED)
    assert ask(*facts, at="2026-03-09 10:00").verdict is Verdict.SUPPRESSED
    locked = ask(*facts)
    assert (locked.verdict, locked.callable_from) == (Verdict.LOCKED, None)


def test_a_call_may_be_made_until_the_second_in_which_the_request_is_withdrawn() -> None:
    consent = ConsentFact(utc("2026-02-01 09:00"), "calls", CALL.principal, withdrawn_at=utc("2026-03-06 12:00:00.25"))
    free = ask(REQUEST, consent, at="2026-03-06 11:00")
    assert (free.verdict, free.lawful_until) == (Verdict.CALLABLE, utc("2026-03-06 12:00"))
    for second in ("12:00:00", "12:00:00.25", "12:00:01"):
        assert ask(REQUEST, consent, at=f"2026-03-06 {second}").verdict is Verdict.SUPPRESSED


@pytest.mark.parametrize("is_hour_named", [False, True])
def test_a_callback_frees_nothing_from_the_moment_at_which_it_is_closed(is_hour_named: bool) -> None:
    agreed = CallbackFact(
        utc("2026-03-05 12:00"), utc("2026-03-06 09:30"), "P", CALL.principal, is_hour_named=is_hour_named
    )
    first = utc("2026-03-06 09:30" if is_hour_named else "2026-03-06 10:00")
    assert ask(TRIED, agreed).callable_from == first
    facts = (TRIED, replace(agreed, closed_at=utc("2026-03-06 09:00:00.5")))
    assert ask(*facts).callable_from == utc("2026-03-09 10:00")
    assert ask(*facts, at="2026-03-09 10:00").verdict is Verdict.CALLABLE
    later = (TRIED, replace(agreed, closed_at=utc("2026-03-06 10:15:00.5")))
    assert ask(*later, at="2026-03-06 10:00").lawful_until == utc("2026-03-06 10:15")


def test_a_request_for_a_time_locks_throughout_the_second_in_which_it_is_withdrawn() -> None:
    timed = RequestFact(utc("2026-03-05 09:00"), CALL.principal, due_at=utc("2026-03-06 15:00"))
    consent = ConsentFact(utc("2026-02-01 09:00"), "calls", CALL.principal, withdrawn_at=utc("2026-03-06 12:00:00.25"))
    free = ConsentFact(utc("2026-03-05 10:00"), "calls", CALL.principal)
    serving = replace(GIFT, purpose=Purpose.SERVICE)
    locked = decide(
        Facts(serving, CONTACT, (*CLEARED, timed, consent, free)), RULEBOOK, ASKED_AT, house_pack="in-house"
    )
    assert (locked.verdict, locked.callable_from) == (Verdict.LOCKED, utc("2026-03-06 12:00:01"))


def test_the_callback_agreed_before_stands_again_once_the_later_one_is_closed() -> None:
    first = CallbackFact(utc("2026-03-04 12:00"), utc("2026-03-12 14:00"), "P", CALL.principal)
    later = CallbackFact(utc("2026-03-05 12:00"), utc("2026-03-06 09:30"), "P", CALL.principal)
    assert ask(first, later).callable_from == utc("2026-03-06 10:00")
    closed = (first, replace(later, closed_at=utc("2026-03-06 08:00:00.5")))
    assert ask(*closed).callable_from == utc("2026-03-12 14:00")
    assert ask(*closed, at="2026-03-06 10:00").verdict is Verdict.LOCKED
    sooner = (replace(first, due_at=utc("2026-03-06 10:30")), replace(later, due_at=utc("2026-03-10 10:00")))
    assert ask(*sooner).callable_from == utc("2026-03-10 10:00")
    ends = (sooner[0], replace(sooner[1], closed_at=utc("2026-03-06 11:00:00.5")))
    assert ask(*ends).callable_from == utc("2026-03-06 11:00:01")


def test_the_second_evaluator_says_the_same_of_each() -> None:
    consent = ConsentFact(utc("2026-02-01 09:00"), "calls", CALL.principal, withdrawn_at=utc("2026-03-08 12:00:00.25"))
    agreed = CallbackFact(utc("2026-03-05 12:00"), utc("2026-03-06 09:30"), "P", CALL.principal)
    closed = replace(agreed, closed_at=utc("2026-03-06 11:00:00.5"))
    for events in ((REQUEST, consent), (TRIED, closed), (TRIED, agreed)):
        facts = Facts(GIFT, CONTACT, (*CLEARED, *events))
        question = Question(line_of(facts, ASKED_AT), "in-house")
        for at in ("2026-03-06 10:59", "2026-03-06 11:00", "2026-03-07 12:00", "2026-03-08 12:00", "2026-03-09 10:00"):
            then = decide(known_by(facts, ASKED_AT), RULEBOOK, utc(at), house_pack="in-house")
            is_callable = all(verdict == "callable" for verdict, _ in in_this_second(question, utc(at)))
            assert is_callable == (then.verdict is Verdict.CALLABLE), at
