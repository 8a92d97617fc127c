"""Edges of a decision: when a rule stops applying, what ends a lawful time, overrides used up, the horizon, redials."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from policy import (
    CallbackFact,
    Decision,
    Event,
    Facts,
    NoticeFact,
    Outcome,
    OverrideFact,
    Rulebook,
    Verdict,
    decide,
    load_rulebook,
)
from policy.calendar.local_time import HORIZON
from tests.policy.small_packs import CALL, CONTACT, ask, attempt, head, rule, rulebook_of, utc

SECOND = timedelta(seconds=1)
NOW = utc("2026-11-24 12:00")
SPACES = 'notices = ["breathing_space"]\n'
WARNED = rule("stop", SPACES, name="warned", mode='"warn"')
STOPPED = rule("stop", SPACES)
OVERRIDDEN = rule(
    "cap",
    'keys = [["principal", "person"]]\nmax = 1\nwindow = "cal_month"\noverride_reasons = ["error"]',
    mode='"block with reasoned override"',
)


def space(first: str, last: str) -> NoticeFact:
    return NoticeFact("breathing_space", date.fromisoformat(first), date.fromisoformat(last))


def asked(rulebook: Rulebook, at: datetime, *events: Event) -> Decision:
    return decide(Facts(CALL, CONTACT, events), rulebook, at)


def until(decision: Decision, rule: str = "small.rule") -> list[datetime | None]:
    return [one.until for one in decision.findings if one.rule == rule]


# When a rule stops applying
# ---------------------------------------------------------------------------------------------

FIRST, SECOND_, THIRD = ("2026-11-20", "2026-11-30"), ("2026-12-01", "2026-12-10"), ("2026-12-12", "2026-12-20")


@pytest.mark.parametrize(
    ("spaces", "ends"),
    [
        ((FIRST,), "2026-12-01 00:00"),
        ((FIRST, SECOND_), "2026-12-11 00:00"),  # the second begins as the first ends
        ((SECOND_, FIRST), "2026-12-11 00:00"),
        ((FIRST, THIRD), "2026-12-01 00:00"),  # a gap lies between
        ((THIRD, SECOND_, FIRST), "2026-12-11 00:00"),
        ((FIRST, ("2026-11-28", "2026-11-29")), "2026-12-01 00:00"),  # within the first
        ((FIRST, ("2026-11-28", "2026-12-05")), "2026-12-06 00:00"),  # it overlaps
        ((("2026-12-11", "2026-12-12"), SECOND_, FIRST), "2026-12-13 00:00"),
    ],
)
def test_a_finding_ends_when_no_bar_of_its_rule_follows(
    tmp_path: Path, spaces: tuple[tuple[str, str], ...], ends: str
) -> None:
    locked = asked(rulebook_of(tmp_path, STOPPED), NOW, *(space(*one) for one in spaces))
    assert (locked.verdict, until(locked)) == (Verdict.LOCKED, [utc(ends)])
    assert locked.callable_from == utc(ends)


def test_a_finding_does_not_last_as_long_as_another_rule_or_effect(tmp_path: Path) -> None:
    """Another rule's bar follows, and a hold of the same rule: the lock ends when its own bars do."""
    other = rule("cap", 'keys = [["person"]]\nmax = 0\nwindow = "cal_day"', name="other", effective_from="2026-12-01")
    locked = asked(rulebook_of(tmp_path, STOPPED, other), NOW, space(*FIRST))
    assert until(locked) == [utc("2026-12-01 00:00")]
    endless = NoticeFact("breathing_space", date(2026, 12, 1), None)
    held_later = asked(rulebook_of(tmp_path, STOPPED), NOW, space(*FIRST), endless)
    assert (held_later.verdict, until(held_later)) == (Verdict.LOCKED, [utc("2026-12-01 00:00")])
    assert held_later.callable_from is None


# What ends a lawful time
# ------------------------------------------------------------------------------------------------


def test_a_lawful_time_ends_with_the_first_bar_to_come_in_whatever_order(tmp_path: Path) -> None:
    soon, late = space("2026-11-26", "2026-11-27"), space("2026-12-01", "2026-12-02")
    for facts in ((soon, late), (late, soon)):
        free = asked(rulebook_of(tmp_path, STOPPED), NOW, *facts)
        assert (free.verdict, free.lawful_until) == (Verdict.CALLABLE, utc("2026-11-26 00:00"))


def test_a_bar_of_any_effect_ends_a_lawful_time_and_a_warning_does_not(tmp_path: Path) -> None:
    endless = NoticeFact("breathing_space", date(2026, 11, 26), None)  # a hold
    assert asked(rulebook_of(tmp_path, STOPPED), NOW, endless).lawful_until == utc("2026-11-26 00:00")
    warned = asked(rulebook_of(tmp_path, WARNED), NOW, space("2026-11-26", "2026-11-27"))
    assert (warned.verdict, warned.lawful_until) == (Verdict.CALLABLE, None)


def test_a_bar_that_comes_after_the_hours_close_does_not_lengthen_a_lawful_time(tmp_path: Path) -> None:
    hours = rule("hours", "windows = { mon-fri = [[09:00:00, 20:00:00]] }", name="hours")
    book = rulebook_of(tmp_path, hours, STOPPED)
    assert asked(book, NOW, space("2026-11-26", "2026-11-27")).lawful_until == utc("2026-11-24 20:00")
    assert asked(book, NOW, space("2026-11-25", "2026-11-27")).lawful_until == utc("2026-11-24 20:00")
    past = space("2026-11-10", "2026-11-23")
    assert asked(book, NOW, past).lawful_until == utc("2026-11-24 20:00")


def test_a_rule_that_begins_later_ends_a_lawful_time_on_its_day(tmp_path: Path) -> None:
    ban = rule("cap", 'keys = [["person"]]\nmax = 0\nwindow = "cal_day"', effective_from="2026-12-01")
    free = asked(rulebook_of(tmp_path, ban), NOW)
    assert (free.verdict, free.lawful_until) == (Verdict.CALLABLE, utc("2026-12-01 00:00"))


# An override used up
# ----------------------------------------------------------------------------------------------------

GIVEN_AT = utc("2026-11-24 10:00")
MADE = attempt("2026-11-20 10:00")


def overridden(tmp_path: Path, *calls: Event, until: datetime | None = None) -> Verdict:
    override = OverrideFact(GIVEN_AT, "small.rule", "error", "Dana", until)
    return asked(rulebook_of(tmp_path, OVERRIDDEN), NOW, MADE, override, *calls).verdict


def test_an_override_without_an_end_is_used_up_by_the_next_call_out(tmp_path: Path) -> None:
    assert overridden(tmp_path) is Verdict.CALLABLE, "a call before it does not use it"
    assert overridden(tmp_path, replace(MADE, at=GIVEN_AT + SECOND)) is Verdict.LOCKED
    assert overridden(tmp_path, replace(MADE, at=GIVEN_AT)) is Verdict.CALLABLE, "nor does one at its own moment"


@pytest.mark.parametrize(
    "other", [{"direction": "in"}, {"principal": "Other"}, {"person": "Q", "number": "+447700900999"}]
)
def test_no_other_call_uses_an_override_up(tmp_path: Path, other: dict[str, str]) -> None:
    assert overridden(tmp_path, replace(MADE, at=GIVEN_AT + SECOND, **other)) is Verdict.CALLABLE  # type: ignore[arg-type]


def test_an_override_with_an_end_lasts_to_it_whatever_was_called(tmp_path: Path) -> None:
    called = replace(MADE, at=GIVEN_AT + SECOND)
    assert overridden(tmp_path, called, until=NOW + SECOND) is Verdict.CALLABLE
    assert overridden(tmp_path, called, until=NOW) is Verdict.LOCKED


# The edge of the horizon
# ------------------------------------------------------------------------------------------------

EDGE = NOW + timedelta(seconds=HORIZON)


def locked_to(tmp_path: Path, end: datetime) -> Decision:
    pack = rulebook_of(tmp_path, rule("callback", "frees = []", name="callback"))
    return asked(pack, NOW, CallbackFact(NOW - SECOND, end, CONTACT.person, CALL.principal))


@pytest.mark.parametrize("end", [EDGE - SECOND, EDGE, EDGE + SECOND, EDGE + timedelta(days=400)])
def test_a_lock_that_ends_at_the_horizon_or_beyond_opens_at_its_end(tmp_path: Path, end: datetime) -> None:
    assert locked_to(tmp_path, end).callable_from == end


def begins(tmp_path: Path, moment: datetime) -> Decision:
    """A house rule that stops every call from a moment on."""
    law, path = tmp_path / "plain.toml", tmp_path / "small.toml"
    law.write_text(head("plain"), "utf-8")
    ban = rule(
        "cap",
        'keys = [["person"]]\nmax = 0\nwindow = "cal_day"',
        effective_from=f"{moment:%Y-%m-%d}",
        begins_at=f"{moment:%Y-%m-%dT%H:%M:%SZ}",
    )
    path.write_text(head("small", "house").replace('areas = ["GB"]\n', "") + ban, "utf-8")
    return decide(Facts(CALL, CONTACT, ()), load_rulebook([law, path]), NOW, house_pack="small")


@pytest.mark.parametrize(("moment", "seen"), [(EDGE - SECOND, True), (EDGE, False), (EDGE + SECOND, False)])
def test_a_lawful_time_ends_only_within_the_horizon(tmp_path: Path, moment: datetime, seen: bool) -> None:
    free = begins(tmp_path, moment)
    assert (free.verdict, free.lawful_until) == (Verdict.CALLABLE, moment if seen else None)


@pytest.mark.parametrize(("first", "seen"), [(399, True), (400, False), (401, False)])
def test_a_bar_that_begins_at_the_horizon_does_not_end_a_lawful_time(tmp_path: Path, first: int, seen: bool) -> None:
    midnight = utc("2026-11-24 00:00")
    begins = midnight + timedelta(days=first)
    notice = NoticeFact("breathing_space", begins.date(), begins.date())
    assert asked(rulebook_of(tmp_path, STOPPED), midnight, notice).lawful_until == (begins if seen else None)


def test_of_several_locks_beyond_the_horizon_the_last_one_opens(tmp_path: Path) -> None:
    pack = rulebook_of(tmp_path, rule("callback", "frees = []", name="callback"), STOPPED)
    agreed = CallbackFact(NOW - SECOND, EDGE + timedelta(days=1), CONTACT.person, CALL.principal)
    for last, ends in (("2029-11-23", "2029-11-24 00:00"), ("2027-12-01", "")):
        opens = asked(pack, NOW, agreed, space("2026-11-20", last)).callable_from
        assert opens == (utc(ends) if ends else agreed.due_at)


# Redials in waits and caps
# ----------------------------------------------------------------------------------------------

CUT = Outcome.CUT_OFF
WAITS = rule(
    "cool_off",
    'keys = [["principal", "person"]]\nredial = true\n'
    'after = [{ outcomes = ["cut_off"], hours = 72 }, { outcomes = ["no_answer"], hours = 24 }]',
)
CAPPED = 'keys = [["principal", "person"]]\nmax = {most}\nwindow = "roll_hours"\nlength = 24\nredial = true'


@pytest.mark.parametrize(
    ("made", "at", "verdict"),
    [
        ([("11:55", CUT)], "12:00", Verdict.CALLABLE),
        ([("11:55", CUT)], "12:06", Verdict.LOCKED),  # more than ten minutes later
        ([("11:00", Outcome.NO_ANSWER), ("11:55", CUT)], "12:00", Verdict.LOCKED),  # the wait of the call before
        ([("11:30", CUT), ("11:55", CUT)], "12:00", Verdict.LOCKED),  # that of an earlier call cut off
        ([("11:50", CUT), ("11:55", CUT)], "12:00", Verdict.LOCKED),  # the second was the redial
        ([("11:55", CUT), ("11:58", Outcome.NO_ANSWER)], "12:00", Verdict.LOCKED),  # a redial that nobody answered
    ],
)
def test_a_redial_is_free_of_the_wait_of_its_own_call_alone(
    tmp_path: Path, made: list[tuple[str, Outcome]], at: str, verdict: Verdict
) -> None:
    calls = [attempt(f"2026-11-24 {when}", outcome) for when, outcome in made]
    decision = ask(rulebook_of(tmp_path, WAITS), f"2026-11-24 {at}", calls)
    assert decision.verdict is verdict
    if verdict is Verdict.CALLABLE:
        assert decision.lawful_until == utc("2026-11-24 12:05")


def test_a_wait_without_a_redial_bars_at_once(tmp_path: Path) -> None:
    made = [attempt("2026-11-24 11:55", CUT)]
    strict = rulebook_of(tmp_path, WAITS.replace("redial = true", "redial = false"))
    assert ask(strict, "2026-11-24 12:00", made).verdict is Verdict.LOCKED


@pytest.mark.parametrize(
    ("most", "made", "at", "verdict"),
    [
        (1, [("11:55", CUT)], "12:00", Verdict.CALLABLE),
        (1, [("11:55", CUT)], "12:06", Verdict.LOCKED),
        (1, [("09:00", Outcome.BUSY), ("11:55", CUT)], "12:00", Verdict.LOCKED),  # the call before filled the cap
        (2, [("09:00", Outcome.BUSY), ("11:55", CUT)], "12:00", Verdict.CALLABLE),
        (2, [("09:00", Outcome.BUSY), ("11:55", CUT)], "12:06", Verdict.LOCKED),
        (2, [("08:00", Outcome.BUSY), ("09:00", Outcome.BUSY), ("11:55", CUT)], "12:00", Verdict.LOCKED),
        (1, [("11:50", CUT), ("11:55", CUT)], "12:00", Verdict.LOCKED),
        (1, [("11:30", CUT), ("11:55", CUT)], "12:00", Verdict.LOCKED),
        (2, [("11:50", CUT), ("11:55", CUT)], "12:00", Verdict.LOCKED),
        (2, [("11:50", Outcome.BUSY), ("11:55", CUT)], "12:00", Verdict.CALLABLE),  # that was no redial
        (2, [("11:30", CUT), ("11:55", CUT)], "12:00", Verdict.CALLABLE),
    ],
)
def test_a_redial_is_beyond_a_cap_by_its_own_call_alone(
    tmp_path: Path, most: int, made: list[tuple[str, Outcome]], at: str, verdict: Verdict
) -> None:
    calls = [attempt(f"2026-11-24 {when}", outcome) for when, outcome in made]
    decision = ask(rulebook_of(tmp_path, rule("cap", CAPPED.format(most=most))), f"2026-11-24 {at}", calls)
    assert decision.verdict is verdict
    if verdict is Verdict.CALLABLE:
        assert decision.lawful_until == utc("2026-11-24 12:05")


def test_a_redial_of_a_call_before_the_window_is_free_of_what_has_left_it(tmp_path: Path) -> None:
    """The call before was a day ago and counts no more; the one cut off may be redialled."""
    calls = (attempt("2026-11-23 11:00", Outcome.BUSY), attempt("2026-11-24 11:55", CUT))
    capped = rulebook_of(tmp_path, rule("cap", CAPPED.format(most=1)))
    assert ask(capped, "2026-11-24 12:00", calls).verdict is Verdict.CALLABLE


@pytest.mark.parametrize("other", [{"person": "Q"}, {"number": "+447700900456"}])
@pytest.mark.parametrize("kind", ["wait", "cap"])
def test_only_the_same_person_and_number_are_redialled(tmp_path: Path, kind: str, other: dict[str, str]) -> None:
    made = replace(attempt("2026-11-24 11:55", CUT), **other)  # type: ignore[arg-type]
    keys = '[["principal", "person"], ["principal", "number"]]'
    text = WAITS if kind == "wait" else rule("cap", CAPPED.format(most=1))
    text = text.replace('[["principal", "person"]]', keys)
    assert ask(rulebook_of(tmp_path, text), "2026-11-24 12:00", [made]).verdict is Verdict.LOCKED
