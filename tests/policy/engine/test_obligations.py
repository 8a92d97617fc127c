"""Duties in force on a day, and the attempts that the tightest cap leaves."""

from datetime import date
from pathlib import Path

import pytest

from policy import Facts
from policy.engine.context import allowance, duties
from policy.facts.prepared import Prepared
from policy.vocabulary import Outcome
from tests.policy.small_packs import CALL, CONTACT, attempt, rule, rulebook_of, utc

CAP = 'keys = [["person"]]\nmax = {most}\nwindow = "cal_day"'


def test_the_allowance_is_of_the_tightest_cap_and_ignores_warnings(tmp_path: Path) -> None:
    caps = [rule("cap", CAP.format(most=most), name=f"of{most}") for most in (5, 3, 4)]
    rulebook = rulebook_of(tmp_path, *caps, rule("cap", CAP.format(most=1), name="warns", mode='"warn"'))
    made = [attempt("2026-11-24 09:00"), attempt("2026-11-24 09:30", Outcome.BUSY)]
    for events, left in (((), 3), (made[:1], 2), (made, 1), ([*made, *made], 0)):
        told = allowance(Prepared(Facts(CALL, CONTACT, tuple(events))), rulebook, utc("2026-11-24 10:00"))
        assert told is not None
        assert (told.rule.id, told.made, told.left) == ("small.of3", len(events), left)


def test_an_attempt_leaves_a_cap_in_the_second_in_which_its_window_ends(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("cap", 'keys = [["person"]]\nmax = 1\nwindow = "roll_hours"\nlength = 24'))
    facts = Prepared(Facts(CALL, CONTACT, (attempt("2026-11-24 10:00"),)))
    for at, left in (("2026-11-25 09:59:59", 0), ("2026-11-25 10:00:00", 1)):
        told = allowance(facts, rulebook, utc(at))
        assert told is not None
        assert (told.made, told.left) == (1 - left, left)


@pytest.mark.parametrize(("on", "spoken"), [("2026-11-23", 0), ("2026-11-24", 1), ("2026-12-24", 1), ("2026-12-25", 0)])
def test_a_duty_is_in_force_from_its_first_day_to_its_last(tmp_path: Path, on: str, spoken: int) -> None:
    text = rule("duty", "[rule.values]\nring_s = 15", effective_from="2026-11-24", effective_until="2026-12-24")
    found = duties(CALL, CONTACT, rulebook_of(tmp_path, text), date.fromisoformat(on))
    assert [dict(found[name]) for name in found if name == "small.rule"] == [{"ring_s": 15}] * spoken
