"""Deadlines of requests, duties in force on a day, and the attempts that the tightest cap leaves."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from policy import CallFacts, ContactFacts, Facts, Purpose, StopFact, deadlines, load_rulebook
from policy.engine.obligations import allowance, duties
from policy.facts.prepared import Prepared
from policy.vocabulary import Outcome
from tests.policy.small_packs import CALL, CONTACT, attempt, rule, rulebook_of, utc

AMERICAN = ContactFacts("P", "+12125550123", ("US-NY",), ("America/New_York",))
SALES = CallFacts(Purpose.MARKETING, "Bright", "spring")
CAP = 'keys = [["person"]]\nmax = {most}\nwindow = "cal_day"'


def due(contact: ContactFacts, said_at: datetime, reason: str = "do_not_call") -> list[date]:
    facts = Facts(SALES, contact, (StopFact(said_at, reason, person="P"),))
    return [one.due_on for one in deadlines(facts, load_rulebook(), datetime(2026, 11, 27, 12, tzinfo=UTC))]


@pytest.mark.long
def test_a_stop_request_in_the_us_is_due_after_ten_business_days_without_thanksgiving() -> None:
    assert due(AMERICAN, datetime(2026, 11, 24, 15, tzinfo=UTC)) == [date(2026, 12, 9)]


@pytest.mark.long
def test_the_day_of_a_request_is_the_day_on_the_persons_clock() -> None:
    assert due(AMERICAN, datetime(2026, 11, 24, 4, 59, tzinfo=UTC)) == [date(2026, 12, 8)]
    assert due(AMERICAN, datetime(2026, 11, 24, 5, 0, tzinfo=UTC)) == [date(2026, 12, 9)]


@pytest.mark.long
def test_a_request_is_due_by_the_rule_of_the_day_on_which_it_was_made() -> None:
    assert due(AMERICAN, datetime(2025, 4, 10, 15, tzinfo=UTC)) == [date(2025, 5, 10)]
    assert due(AMERICAN, datetime(2025, 4, 11, 15, tzinfo=UTC)) == [date(2025, 4, 25)]


def test_a_stop_of_another_kind_has_no_deadline() -> None:
    assert due(AMERICAN, datetime(2026, 11, 24, 15, tzinfo=UTC), "dispute") == []


def test_deadlines_come_soonest_first(tmp_path: Path) -> None:
    texts = [
        rule("stop", f'reasons = ["do_not_call"]\nhonour_by = {{ days = {days} }}', name=f"in{days}")
        for days in (30, 5, 14)
    ]
    warns = rule("stop", 'reasons = ["do_not_call"]\nhonour_by = { days = 1 }', name="warns", mode='"warn"')
    facts = Facts(CALL, CONTACT, (StopFact(utc("2026-11-24 10:00"), "do_not_call", person="P"),))
    found = deadlines(facts, rulebook_of(tmp_path, *texts, warns), utc("2026-11-24 12:00"))
    assert [one.due_on for one in found] == [date(2026, 11, 29), date(2026, 12, 8), date(2026, 12, 24)]
    assert found[0].says == "A request to stop must be honoured by 29 November 2026"


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
    assert [dict(one.values) for one in found if one.rule.id == "small.rule"] == [{"ring_s": 15}] * spoken
