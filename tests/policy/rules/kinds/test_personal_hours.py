"""Hours that a person named as inconvenient, on their own clock."""

from datetime import date, time
from pathlib import Path

import pytest

from policy import PersonalHoursFact, Verdict
from tests.policy.small_packs import ask, rule, rulebook_of, utc

EVERY_DAY = frozenset(range(1, 8))
SAID = utc("2026-11-20 10:00")


@pytest.mark.parametrize(
    ("blocked_from", "blocked_until", "shut", "open_"),
    [
        (None, time(12), "2026-11-24 11:59", "2026-11-24 12:00"),
        (None, time(12), "2026-11-24 00:00", "2026-11-23 23:58"),
        (time(17, 30), None, "2026-11-24 17:30", "2026-11-24 17:28"),
        (time(17, 30), None, "2026-11-24 23:58", "2026-11-25 00:00"),
        (time(22), time(6), "2026-11-25 05:59", "2026-11-25 06:00"),
    ],
)
def test_calls_are_barred_from_the_first_moment_to_the_last(
    tmp_path: Path, blocked_from: time | None, blocked_until: time | None, shut: str, open_: str
) -> None:
    rulebook = rulebook_of(tmp_path, rule("personal_hours", ""))
    fact = PersonalHoursFact(SAID, EVERY_DAY, blocked_from, blocked_until)
    assert ask(rulebook, shut, [fact]).verdict is Verdict.LOCKED
    assert ask(rulebook, open_, [fact]).verdict is Verdict.CALLABLE


def test_they_apply_on_their_weekdays_until_their_last_day(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("personal_hours", ""))
    tuesdays = PersonalHoursFact(SAID, frozenset({2}), ends_on=date(2026, 12, 1))
    verdicts = [ask(rulebook, f"{day} 12:00", [tuesdays]).verdict for day in ("2026-11-24", "2026-11-25", "2026-12-01")]
    assert verdicts == [Verdict.LOCKED, Verdict.CALLABLE, Verdict.LOCKED]
    assert ask(rulebook, "2026-12-08 12:00", [tuesdays]).verdict is Verdict.CALLABLE
