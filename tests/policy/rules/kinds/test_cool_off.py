"""Waits: their units, which day counts as the first, and which date selects the version."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from policy import Outcome, Verdict
from tests.policy.small_packs import ask, attempt, rule, rulebook_of, utc

KEYS = 'keys = [["principal", "person"]]\n'


@pytest.mark.parametrize(
    ("wait", "made", "opens"),
    [
        ("hours = 72", "2026-03-27 10:00", "2026-03-30 10:00"),  # elapsed: the clocks go forward between
        ("days = 7", "2026-11-24 10:00", "2026-12-01 00:00"),
        ("days = 2", "2026-03-28 10:00", "2026-03-29 23:00"),  # local midnight on the new clock
        ("months = 1", "2026-01-31 10:00", "2026-02-28 00:00"),  # clamped to the last day
        ("months = 12", "2026-11-24 10:00", "2027-11-24 00:00"),
    ],
)
def test_a_wait_ends_by_its_unit(tmp_path: Path, wait: str, made: str, opens: str) -> None:
    rulebook = rulebook_of(tmp_path, rule("cool_off", f'{KEYS}after = [{{ outcomes = ["no_answer"], {wait} }}]'))
    decision = ask(rulebook, made, [attempt(made)])
    assert decision.callable_from == utc(opens)
    before = f"{utc(opens) - timedelta(minutes=1):%Y-%m-%d %H:%M}"
    assert ask(rulebook, before, [attempt(made)]).verdict is Verdict.LOCKED
    assert ask(rulebook, opens, [attempt(made)]).verdict is Verdict.CALLABLE


def test_full_days_follow_if_the_day_of_the_call_is_day_0(tmp_path: Path) -> None:
    wait = f'{KEYS}start = "day0"\nafter = [{{ outcomes = ["refused"], days = 60 }}]'
    decision = ask(
        rulebook_of(tmp_path, rule("cool_off", wait)),
        "2026-02-05 12:00",
        [attempt("2026-02-05 11:00", Outcome.REFUSED)],
    )
    assert decision.callable_from == utc("2026-04-06 23:00")  # 7 April, 00:00 by the clock


def test_a_new_call_restarts_a_wait_and_for_ever_never_ends(tmp_path: Path) -> None:
    wait = 'after = [{ outcomes = ["conversation"], days = 7 }, { outcomes = ["refused"], for_ever = true }]'
    rulebook = rulebook_of(tmp_path, rule("cool_off", KEYS + wait))
    talks = [attempt("2026-11-20 10:00", Outcome.CONVERSATION), attempt("2026-11-23 10:00", Outcome.CONVERSATION)]
    assert ask(rulebook, "2026-11-24 10:00", talks).callable_from == utc("2026-11-30 00:00")
    refused = ask(rulebook, "2026-11-24 10:00", [*talks, attempt("2026-01-05 10:00", Outcome.REFUSED)])
    assert (refused.verdict, refused.callable_from) == (Verdict.LOCKED, None)


def test_incoming_calls_count_only_if_the_rule_says_so(tmp_path: Path) -> None:
    wait = f'{KEYS}after = [{{ outcomes = ["conversation"], days = 7 }}]'
    talk = attempt("2026-11-23 10:00", Outcome.CONVERSATION)
    inward = type(talk)(talk.at, talk.number, talk.person, talk.principal, outcome=talk.outcome, direction="in")
    assert ask(rulebook_of(tmp_path, rule("cool_off", wait)), "2026-11-24 10:00", [inward]).verdict is Verdict.CALLABLE
    both = rulebook_of(tmp_path, rule("cool_off", wait + '\ndirection = ["out", "in"]'))
    assert ask(both, "2026-11-24 10:00", [inward]).verdict is Verdict.LOCKED


def test_an_unreported_attempt_waits_longest_unless_the_rule_names_an_outcome(tmp_path: Path) -> None:
    wait = f'{KEYS}after = [{{ outcomes = ["no_answer"], hours = 4 }}, {{ outcomes = ["not_now"], hours = 100 }}]'
    made = [attempt("2026-11-23 10:00", None)]
    assert ask(rulebook_of(tmp_path, rule("cool_off", wait)), "2026-11-23 11:00", made).callable_from == utc(
        "2026-11-27 14:00"
    )
    told = rulebook_of(tmp_path, rule("cool_off", wait + '\nunreported = "no_answer"'))
    assert ask(told, "2026-11-23 11:00", made).callable_from == utc("2026-11-23 14:00")


def test_the_date_of_the_new_call_or_of_the_past_one_selects_the_version(tmp_path: Path) -> None:
    def versions(by: str) -> list[str]:
        old = f'{KEYS}version_by = "{by}"\nafter = [{{ outcomes = ["refused"], days = 10 }}]'
        new = f'{KEYS}version_by = "{by}"\nafter = [{{ outcomes = ["refused"], days = 100 }}]'
        return [
            rule("cool_off", old, effective_until="2026-08-10"),
            rule("cool_off", new, effective_from="2026-08-11"),
        ]

    refused = [attempt("2026-08-05 10:00", Outcome.REFUSED)]
    by_call = ask(rulebook_of(tmp_path, *versions("call")), "2026-08-06 10:00", refused)
    assert by_call.callable_from == utc("2026-11-13 00:00")  # the longer version takes over on 11 August
    by_event = ask(rulebook_of(tmp_path, *versions("event")), "2026-08-06 10:00", refused)
    assert by_event.callable_from == utc("2026-08-14 23:00")


def test_a_card_that_another_agent_was_offered_is_no_call_to_wait_after(tmp_path: Path) -> None:
    """It may be given back; once it is a call, it waits like any call without an outcome."""
    rulebook = rulebook_of(tmp_path, rule("cool_off", f'{KEYS}after = [{{ outcomes = ["no_answer"], hours = 72 }}]'))
    called = replace(attempt("2026-11-24 09:50"), outcome=None)
    offered = replace(called, is_provisional=True)
    assert ask(rulebook, "2026-11-24 10:00", [offered]).verdict is Verdict.CALLABLE
    assert ask(rulebook, "2026-11-24 10:00", [offered, called]).verdict is Verdict.LOCKED
