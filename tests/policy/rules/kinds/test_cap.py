"""Caps: each kind of window, on both sides of its boundary."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from policy import Outcome, Purpose, Verdict
from policy.rules.kinds.cap import NO_CALLS, said_before
from policy.templates.sentence import SENTENCE, Said
from tests.policy.small_packs import CALL, ask, attempt, rule, rulebook_of, utc

KEYS = 'keys = [["principal", "person"]]\nmax = 1\n'


@pytest.mark.parametrize(
    ("window", "made", "opens"),
    [
        ('window = "roll_hours"\nlength = 24', "2026-11-24 10:00", "2026-11-25 10:00"),
        ('window = "roll_days"\nlength = 7', "2026-11-24 10:00", "2026-12-01 00:00"),
        ('window = "cal_day"', "2026-11-24 10:00", "2026-11-25 00:00"),
        ('window = "cal_week"', "2026-11-24 10:00", "2026-11-30 00:00"),
        ('window = "cal_week"\nweek_starts = "sun"', "2026-11-24 10:00", "2026-11-29 00:00"),
        ('window = "cal_week"\nweek_starts = "tue"', "2026-11-24 10:00", "2026-12-01 00:00"),
        ('window = "cal_month"', "2026-11-24 10:00", "2026-12-01 00:00"),
        ('window = "cal_month"', "2026-12-31 10:00", "2027-01-01 00:00"),
        ('window = "roll_days"\nlength = 2', "2026-10-24 10:00", "2026-10-26 00:00"),  # the clocks go back between
        ('window = "cal_day"', "2026-03-29 12:00", "2026-03-29 23:00"),  # 00:00 on the new clock
    ],
)
def test_a_cap_clears_when_the_attempt_leaves_its_window(tmp_path: Path, window: str, made: str, opens: str) -> None:
    rulebook = rulebook_of(tmp_path, rule("cap", KEYS + window))
    before = f"{utc(opens) - timedelta(minutes=1):%Y-%m-%d %H:%M}"
    for at in (made, before):
        decision = ask(rulebook, at, [attempt(made)])
        assert decision.verdict is Verdict.LOCKED
        assert decision.callable_from == utc(opens)
    assert ask(rulebook, opens, [attempt(made)]).verdict is Verdict.CALLABLE


def test_a_cap_without_a_window_never_clears(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("cap", KEYS + 'window = "ever"'))
    decision = ask(rulebook, "2026-11-24 10:00", [attempt("2001-01-01 10:00")])
    assert decision.verdict is Verdict.LOCKED
    assert decision.callable_from is None
    assert ask(rulebook, "2026-11-24 10:00").verdict is Verdict.CALLABLE


def test_a_day_ends_on_the_last_of_the_candidate_clocks(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("cap", KEYS + 'window = "cal_day"'))
    decision = ask(
        rulebook, "2026-11-24 12:00", [attempt("2026-11-24 10:00")], zones=("Europe/Athens", "Europe/London")
    )
    assert decision.callable_from == utc("2026-11-25 00:00")


def test_an_unreported_attempt_counts_as_connected_and_not_as_busy(tmp_path: Path) -> None:
    counting = rulebook_of(tmp_path, rule("cap", KEYS + 'window = "cal_day"\ncounts = { connected = true }'))
    assert ask(counting, "2026-11-24 12:00", [attempt("2026-11-24 10:00", None)]).verdict is Verdict.LOCKED
    assert ask(counting, "2026-11-24 12:00", [attempt("2026-11-24 10:00", Outcome.BUSY)]).verdict is Verdict.CALLABLE
    freeing = rulebook_of(tmp_path, rule("cap", KEYS + 'window = "cal_day"\nexcludes = [{ outcomes = ["busy"] }]'))
    assert ask(freeing, "2026-11-24 12:00", [attempt("2026-11-24 10:00", None)]).verdict is Verdict.LOCKED
    assert ask(freeing, "2026-11-24 12:00", [attempt("2026-11-24 10:00", Outcome.BUSY)]).verdict is Verdict.CALLABLE


def test_each_debt_is_counted_by_itself_and_an_attempt_without_a_debt_for_all(tmp_path: Path) -> None:
    keys = 'keys = [["principal", "person", "debt"]]\nmax = 1\nwindow = "cal_day"'
    rulebook = rulebook_of(tmp_path, rule("cap", keys))
    card = replace(CALL, purpose=Purpose.DEBT, debts=("card",))
    talk = attempt("2026-11-24 10:00", Outcome.CONVERSATION)
    for made, verdict in (
        (replace(talk, debts_discussed=("card",)), Verdict.LOCKED),
        (replace(talk, debts_discussed=("loan",)), Verdict.CALLABLE),
        (replace(talk, debts_named=("loan", "card")), Verdict.LOCKED),
        (talk, Verdict.LOCKED),
        (replace(attempt("2026-11-24 10:00"), debt_booked="loan"), Verdict.CALLABLE),
        (replace(talk, message="limited_content", debts_named=("loan",)), Verdict.CALLABLE),
    ):
        assert ask(rulebook, "2026-11-24 12:00", [made], call=card).verdict is verdict, made


@pytest.mark.parametrize(
    ("outcome", "message"),
    [(Outcome.NO_ANSWER, ""), (Outcome.VOICEMAIL_LEFT, "limited_content"), (Outcome.BUSY, "")],
)
def test_a_call_that_could_name_no_debt_counts_where_booked_only_by_choice(
    tmp_path: Path, outcome: Outcome, message: str
) -> None:
    keys = 'keys = [["principal", "person", "debt"]]\nmax = 1\nwindow = "cal_day"'
    card = replace(CALL, purpose=Purpose.DEBT, debts=("card",))
    made = replace(attempt("2026-11-24 10:00", outcome), message=message, debts_named=("card",), debt_booked="loan")
    strict = rulebook_of(tmp_path, rule("cap", keys))
    assert ask(strict, "2026-11-24 12:00", [made], call=card).verdict is Verdict.LOCKED
    lenient = rulebook_of(tmp_path, rule("cap", f"{keys}\nby_choice = true"))
    assert ask(lenient, "2026-11-24 12:00", [made], call=card).verdict is Verdict.CALLABLE
    told = replace(made, outcome=Outcome.CONVERSATION, message="")
    assert ask(lenient, "2026-11-24 12:00", [told], call=card).verdict is Verdict.LOCKED


def test_it_caps_by_subject_and_without_one_by_campaign(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("cap", 'keys = [["person", "subject"]]\nmax = 1\nwindow = "cal_day"'))
    solar = replace(CALL, subject="solar")
    made = replace(attempt("2026-11-24 10:00"), subject="solar")
    assert ask(rulebook, "2026-11-24 12:00", [made], call=solar).verdict is Verdict.LOCKED
    assert ask(rulebook, "2026-11-24 12:00", [made]).verdict is Verdict.LOCKED
    elsewhere = replace(made, campaign="autumn")
    assert ask(rulebook, "2026-11-24 12:00", [elsewhere]).verdict is Verdict.CALLABLE
    assert ask(rulebook, "2026-11-24 12:00", [attempt("2026-11-24 10:00")]).verdict is Verdict.LOCKED


def test_a_cap_of_zero_allows_no_call(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("cap", 'keys = [["person"]]\nmax = 0\nwindow = "cal_day"'))
    assert ask(rulebook, "2026-11-24 12:00").callable_from is None


@pytest.mark.parametrize(("more", "verdict"), [("", Verdict.LOCKED), ("\nredial = true", Verdict.CALLABLE)])
def test_a_call_cut_off_is_redialled_past_a_cap_only_where_the_rule_says_so(
    tmp_path: Path, more: str, verdict: Verdict
) -> None:
    rulebook = rulebook_of(tmp_path, rule("cap", f'{KEYS}window = "cal_day"{more}'))
    made = attempt("2026-11-24 10:00", Outcome.CUT_OFF)
    assert ask(rulebook, "2026-11-24 10:05", [made]).verdict is verdict
    assert ask(rulebook, "2026-11-24 10:11", [made]).verdict is Verdict.LOCKED


def test_it_tells_how_many_calls_were_made_and_not_those_that_count_no_more(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("cap", f'{KEYS}window = "cal_day"'))
    made = [attempt(f"2026-11-{when}") for when in ("23 10:00", "24 09:00", "24 10:00", "24 11:00")]
    [finding] = ask(rulebook, "2026-11-24 12:00", made).findings
    assert finding.says == "3 made today, 1 is the limit: house policy"


@pytest.mark.parametrize(
    ("window", "before"),
    [
        ('window = "cal_day"', "1 attempt in one day already made: house policy"),
        ('window = "cal_week"', "1 attempt in one week already made: house policy"),
        ('window = "cal_month"', "1 attempt in one month already made: house policy"),
        ('window = "ever"', "1 attempt in all already made: house policy"),
        ('window = "roll_hours"\nlength = 48', "1 attempt in 48 hours already made: house policy"),
        ('window = "roll_days"\nlength = 7', "1 attempt in 7 days already made: house policy"),
    ],
)
def test_it_says_what_decisions_were_stored_with_before(tmp_path: Path, window: str, before: str) -> None:
    rulebook = rulebook_of(tmp_path, rule("cap", f"{KEYS}{window}"))
    made = [attempt(f"2026-11-24 {hour}:00") for hour in ("09", "10")]
    [finding] = ask(rulebook, "2026-11-24 12:00", made).findings
    assert said_before(finding.says) == before
    for other in ("2 made today, 1 is the limit: typed", SENTENCE.says(says=NO_CALLS, label=Said("law")), NO_CALLS):
        assert said_before(other) == other
