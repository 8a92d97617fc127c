"""Fractions of a second: a second is judged as a whole; no moment named is too early to call or too late to stop."""

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from policy import (
    AttemptFact,
    CallbackFact,
    ConsentFact,
    Decision,
    Event,
    Facts,
    HoldFact,
    Outcome,
    OverrideFact,
    PersonalHoursFact,
    Rulebook,
    ScreeningFact,
    StopFact,
    Verdict,
    decide,
)
from tests.policy.small_packs import CALL, CONTACT, rule, rulebook_of

KEYS = 'keys = [["principal", "person"]]\n'
DAY_CAP = rule("cap", f'{KEYS}max = 1\nwindow = "cal_day"')
HOUR_CAP = rule("cap", f'{KEYS}max = 1\nwindow = "roll_hours"\nlength = 24')
WAIT = rule("cool_off", f'{KEYS}after = [{{ outcomes = ["no_answer"], hours = 72 }}]\nunreported = "refused"')
STOP = rule("stop", 'reasons = ["house"]')
CALLBACK = rule("callback", 'frees = ["small.*"]')


def at(text: str) -> datetime:
    """`24 10:00:00.3` as an aware moment of November 2026."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


def made(text: str, outcome: Outcome | None = Outcome.NO_ANSWER) -> AttemptFact:
    return AttemptFact(at(text), CONTACT.number, CONTACT.person, CALL.principal, CALL.campaign, outcome=outcome)


def ask(rulebook: Rulebook, when: str, *events: Event) -> Decision:
    return decide(Facts(CALL, CONTACT, events), rulebook, at(when))


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.DO_NOT_CALL, None])
def test_an_attempt_in_the_second_asked_about_that_begins_no_wait_is_accepted(
    tmp_path: Path, outcome: Outcome | None
) -> None:
    rulebook = rulebook_of(tmp_path, WAIT)
    earlier, now = made("20 10:00:00.7"), made("24 10:00:00.3", outcome)
    assert ask(rulebook, "24 10:00:00.4", earlier, now).verdict is Verdict.CALLABLE
    later = replace(earlier, at=at("23 10:00:00.7"))
    assert ask(rulebook, "24 10:00:00.4", later, now).callable_from == at("26 10:00:01")


@pytest.mark.parametrize("then", ["24 10:00:00.0", "24 10:00:00.3", "24 10:00:00.999999"])
def test_an_attempt_in_the_second_asked_about_counts(tmp_path: Path, then: str) -> None:
    for text in (DAY_CAP, HOUR_CAP, WAIT):
        assert ask(rulebook_of(tmp_path, text), "24 10:00:00.1", made(then)).verdict is Verdict.LOCKED, text
        before = ask(rulebook_of(tmp_path, text), "24 09:59:59.999999", made(then))
        assert before.verdict is Verdict.CALLABLE, "of the second before nothing is known yet"


@pytest.mark.parametrize(("text", "opens"), [(HOUR_CAP, "25"), (WAIT, "27")])
def test_elapsed_time_ends_with_the_next_whole_second(tmp_path: Path, text: str, opens: str) -> None:
    rulebook = rulebook_of(tmp_path, text)
    assert ask(rulebook, "24 12:00:00.5", made("24 10:00:00")).callable_from == at(f"{opens} 10:00:00")
    for fraction in ("000001", "999999"):
        locked = ask(rulebook, "24 12:00:00.5", made(f"24 10:00:00.{fraction}"))
        assert locked.callable_from == at(f"{opens} 10:00:01")
        assert ask(rulebook, f"{opens} 10:00:00.999999", made(f"24 10:00:00.{fraction}")).verdict is Verdict.LOCKED
        assert ask(rulebook, f"{opens} 10:00:01", made(f"24 10:00:00.{fraction}")).verdict is Verdict.CALLABLE


def test_the_last_fraction_of_a_day_belongs_to_that_day(tmp_path: Path) -> None:
    assert ask(rulebook_of(tmp_path, DAY_CAP), "25 00:00:00", made("24 23:59:59.999999")).verdict is Verdict.CALLABLE
    days = rule("cool_off", f'{KEYS}after = [{{ outcomes = ["no_answer"], days = 2 }}]')
    opens = ask(rulebook_of(tmp_path, days), "25 10:00:00", made("24 23:59:59.5")).callable_from
    assert opens == at("26 00:00:00")


def test_events_within_a_second_are_ordered_by_their_exact_moments(tmp_path: Path) -> None:
    """The cap clears with the later of the two, whichever is listed first."""
    first, second = made("24 10:00:00"), made("24 10:00:00.9")
    rulebook = rulebook_of(tmp_path, HOUR_CAP)
    for events in ((first, second), (second, first)):
        assert ask(rulebook, "24 12:00:00", *events).callable_from == at("25 10:00:01")


def test_a_redial_may_start_up_to_ten_minutes_after_the_call_to_the_second(tmp_path: Path) -> None:
    wait = rule("cool_off", f'{KEYS}after = [{{ outcomes = ["cut_off"], hours = 1 }}]\nredial = true')
    rulebook = rulebook_of(tmp_path, wait)
    for fraction in ("0", "3", "999999"):
        cut = made(f"24 10:00:00.{fraction}", Outcome.CUT_OFF)
        assert ask(rulebook, "24 10:10:00", cut).lawful_until == at("24 10:10:01")
        assert ask(rulebook, "24 10:10:01", cut).verdict is Verdict.LOCKED


def test_a_stop_with_an_end_ends_with_the_next_whole_second_and_a_withdrawn_one_at_its_moment(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, STOP)
    ending = StopFact(at("20 10:00:00.5"), "house", "P", until=at("24 10:00:00.5"))
    assert ask(rulebook, "24 10:00:00.9", ending).callable_from == at("24 10:00:01")
    assert ask(rulebook, "24 10:00:01", ending).verdict is Verdict.CALLABLE
    taken_back = replace(ending, until=None, withdrawn_at=at("24 10:00:00.5"))
    assert ask(rulebook, "24 10:00:00.4", taken_back).verdict is Verdict.SUPPRESSED
    assert ask(rulebook, "24 10:00:00.5", taken_back).verdict is Verdict.CALLABLE


def test_a_stop_counts_from_the_beginning_of_its_second(tmp_path: Path) -> None:
    stop = StopFact(at("24 10:00:00.9"), "house", "P")
    assert ask(rulebook_of(tmp_path, STOP), "24 10:00:00.1", stop).verdict is Verdict.SUPPRESSED


def test_a_hold_is_lifted_at_its_moment(tmp_path: Path) -> None:
    held = HoldFact(at("20 10:00:00.5"), "tired", lifted_at=at("24 10:00:00.5"))
    rulebook = rulebook_of(tmp_path, rule("hold", "by_hand = true"))
    assert ask(rulebook, "24 10:00:00.4", held).verdict is Verdict.HELD
    assert ask(rulebook, "24 10:00:00.5", held).verdict is Verdict.CALLABLE


def test_a_callback_is_not_made_before_its_moment(tmp_path: Path) -> None:
    agreed = CallbackFact(at("23 10:00:00.5"), at("24 10:00:00.5"), "P", "Bright")
    rulebook = rulebook_of(tmp_path, CALLBACK)
    assert ask(rulebook, "24 09:00:00.5", agreed).callable_from == at("24 10:00:01")
    assert ask(rulebook, "24 10:00:00.4", agreed).verdict is Verdict.LOCKED
    assert ask(rulebook, "24 10:00:00.5", agreed).verdict is Verdict.CALLABLE


def test_a_call_just_before_the_time_agreed_does_not_use_it_up(tmp_path: Path) -> None:
    agreed = CallbackFact(at("23 10:00:00.5"), at("24 10:00:00.5"), "P", "Bright")
    freed = rule("cap", f'{KEYS}max = 1\nwindow = "cal_day"', name="x")
    rulebook = rulebook_of(tmp_path, freed, CALLBACK)
    assert ask(rulebook, "24 11:00:00.5", agreed, made("24 10:00:00.4")).verdict is Verdict.CALLABLE
    assert ask(rulebook, "24 11:00:00.5", agreed, made("24 10:00:00.5")).verdict is Verdict.LOCKED


def test_a_consent_permits_from_its_moment_and_ends_with_the_last_whole_second_before_its_end(tmp_path: Path) -> None:
    basis = rule("basis", 'accepts = [{ consent = "calls" }]\nmissing = "a consent"')
    rulebook = rulebook_of(tmp_path, basis)
    given = ConsentFact(at("24 10:00:00.5"), principal="Bright", ends_at=at("24 12:00:00.5"))
    assert ask(rulebook, "24 10:00:00.4", given).verdict is Verdict.SUPPRESSED
    assert ask(rulebook, "24 10:00:00.5", given).lawful_until == at("24 12:00:00")
    assert ask(rulebook, "24 12:00:00.1", given).verdict is Verdict.SUPPRESSED
    narrowed = replace(given, starts_at=at("24 11:00:00.5"))
    assert ask(rulebook, "24 11:00:00.9", narrowed).verdict is Verdict.SUPPRESSED
    assert ask(rulebook, "24 11:00:01", narrowed).verdict is Verdict.CALLABLE


def test_a_consent_for_certain_hours_begins_and_ends_on_its_second(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("basis", 'accepts = [{ consent = "calls" }]\nmissing = "a consent"'))
    given = ConsentFact(at("20 10:00:00.5"), principal="Bright", open_from=time(11, 0, 30), open_until=time(12, 0, 30))
    assert ask(rulebook, "24 11:00:29.9", given).verdict is not Verdict.CALLABLE
    assert ask(rulebook, "24 11:00:30.1", given).lawful_until == at("24 12:00:30")
    assert ask(rulebook, "24 12:00:30.1", given).verdict is not Verdict.CALLABLE


def test_a_clear_screening_counts_from_its_moment_and_an_entry_from_its_second(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("register", 'register = "tps"'))
    clear = ScreeningFact("tps", at("24 10:00:00.5"), False)
    assert ask(rulebook, "24 10:00:00.4", clear).verdict is Verdict.HELD
    assert ask(rulebook, "24 10:00:00.5", clear).verdict is Verdict.CALLABLE
    assert ask(rulebook, "24 10:00:00.4", replace(clear, is_listed=True)).verdict is Verdict.SUPPRESSED


def test_an_override_permits_from_its_moment_to_the_last_whole_second_before_its_end(tmp_path: Path) -> None:
    shut = rule("ban", "", mode='"block with reasoned override"', override_reasons='["error"]')
    rulebook = rulebook_of(tmp_path, shut)
    given = OverrideFact(at("24 10:00:00.5"), "small.rule", "error", "Dana", until=at("24 12:00:00.5"))
    assert ask(rulebook, "24 10:00:00.4", given).verdict is Verdict.SUPPRESSED
    assert ask(rulebook, "24 10:00:00.5", given).lawful_until == at("24 12:00:00")
    for_one_call = replace(given, until=None)
    assert ask(rulebook, "24 11:00:00.5", for_one_call, made("24 10:00:00.4")).verdict is Verdict.CALLABLE
    assert ask(rulebook, "24 11:00:00.5", for_one_call, made("24 10:00:00.6")).verdict is Verdict.SUPPRESSED


@pytest.mark.parametrize(
    ("first", "last", "shut"),
    [
        ("12:00:00.5", "13:00:00.5", ["12:00:00", "13:00:00"]),
        ("22:00:00.5", "06:00:00.5", ["22:00:00", "06:00:00"]),
        ("12:00:00.5", "12:00:00.5", ["12:00:00", "11:59:59", "00:00:00"]),
    ],
)
def test_personal_hours_bar_every_second_they_touch(tmp_path: Path, first: str, last: str, shut: list[str]) -> None:
    since, until = (datetime.fromisoformat(f"2026-11-24 {one}").time() for one in (first, last))
    named = PersonalHoursFact(at("01 10:00:00.5"), frozenset(range(1, 8)), since, until)
    rulebook = rulebook_of(tmp_path, rule("personal_hours", ""))
    assert {ask(rulebook, f"24 {one}", named).verdict for one in shut} == {Verdict.LOCKED}


def test_a_gap_ends_with_the_next_whole_second(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("spacing", f"{KEYS}gap_minutes = 5"))
    assert ask(rulebook, "24 10:01:00.5", made("24 10:00:00.5")).callable_from == at("24 10:05:01")


def test_only_calls_after_a_consent_are_exempt_from_the_limits_it_suspends(tmp_path: Path) -> None:
    window = 'consent = { consent = "calls" }\ndays = 7\nsuspends = ["small.cap"]\nends_on_conversation = true'
    cap = rule("cap", f'{KEYS}max = 1\nwindow = "ever"', name="cap")
    rulebook = rulebook_of(tmp_path, cap, rule("consent_window", window, name="window"))
    given = ConsentFact(at("20 10:00:00.5"), principal="Bright")
    for call, verdict in ((made("20 10:00:00.4"), Verdict.LOCKED), (made("20 10:00:01.4"), Verdict.CALLABLE)):
        assert ask(rulebook, "29 10:00:00.5", given, call).verdict is verdict
    talked = made("20 10:00:00.6", Outcome.CONVERSATION)
    assert ask(rulebook, "22 10:00:00.5", given, talked).verdict is Verdict.LOCKED, "a talk of the same second ends it"
