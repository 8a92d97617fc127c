"""The audit finds every fault that is planted, and none in a clean day."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.services.audit import auditing, judging
from bot.services.audit.judging import CHECKS
from policy.vocabulary import AttemptState, LeaseEnd, Outcome, SuppressionSource, Verdict
from storage.models import Lease, PersonNumber
from tests.fakes import TUESDAY, SampleOrganisation, next_second
from tests.rows import a_callback, a_hold
from tests.services.stage import DAY, HOUR, MINUTE, Stage, audited, broken

SECOND = timedelta(seconds=1)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


def test_it_finds_no_fault_in_a_clean_day(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.NO_ANSWER)
    stage.call(stage.contact(), stage.bob, TUESDAY, Outcome.SUCCESS)
    heard = stage.contact()
    said = stage.call(heard, stage.alice, TUESDAY + HOUR, Outcome.DO_NOT_CALL)
    stage.suppress(heard, TUESDAY + HOUR + 2 * MINUTE, attempt_id=said.id)
    checks = audited(stage).checks
    assert [check.name for check in checks] == list(CHECKS)
    assert [(check.broken, check.details) for check in checks] == [(0, ())] * len(CHECKS)


def test_it_imports_no_code_of_the_hand_out() -> None:
    """A fault in the hand-out must not hide itself: the audit shares only the policy engine, and reads the rows
    itself."""
    services = ("audit", "answers", "local_time", "numbers")
    for module in Path(auditing.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            imported = [f"{node.module}.{one.name}" for one in node.names]
            if node.module.startswith("bot"):
                assert [one for one in imported if one.split(".")[2] not in services] == []
            elif node.module.startswith("storage"):
                assert [
                    one for one in imported if not one.startswith(("storage.models.", "storage.queries.reports.audit"))
                ] == []


# -- double leases


@pytest.mark.parametrize("same", ["contact", "person", "number"])
def test_it_finds_two_leases_in_force_at_one_time(stage: Stage, same: str) -> None:
    first = stage.contact(number="+442079460555")
    second = {
        "contact": first,
        "person": stage.contact(stage.other_campaign, person_id=first.person_id, number="+442079460556"),
        "number": stage.contact(stage.other_campaign, number="+442079460555"),
    }[same]
    # as a database without its unique indexes would hold them: ended, but overlapping
    stage.lease(first, stage.alice, TUESDAY, ended_at=TUESDAY + 20 * MINUTE, ended_because=LeaseEnd.RELEASED.value)
    stage.lease(
        second, stage.charlie, TUESDAY + 19 * MINUTE, ended_at=TUESDAY + HOUR, ended_because=LeaseEnd.RELEASED.value
    )
    result = audited(stage)
    assert broken(stage) == {judging.DOUBLE_LEASES: 1}
    [detail] = result.checks[0].details
    assert f"same {same}" in detail
    assert "10:19 Alice, •••• 555" in detail
    assert "another team" in detail


def test_it_reports_a_double_lease_on_the_day_it_began(stage: Stage) -> None:
    contact = stage.contact()
    stage.lease(contact, stage.alice, TUESDAY - 3 * HOUR, ended_at=TUESDAY, ended_because="released")
    stage.lease(contact, stage.bob, TUESDAY - 2 * HOUR, ended_at=TUESDAY, ended_because="released")
    assert broken(stage) == {}
    assert broken(stage, TUESDAY - 2 * HOUR, TUESDAY) == {judging.DOUBLE_LEASES: 1}


def test_it_finds_no_fault_in_leases_that_follow_each_other(stage: Stage) -> None:
    contact = stage.contact()
    over = {"ended_at": TUESDAY + 20 * MINUTE, "ended_because": LeaseEnd.RELEASED.value}
    stage.lease(contact, stage.alice, TUESDAY, **over)
    stage.lease(contact, stage.bob, TUESDAY + 20 * MINUTE)
    assert broken(stage) == {}


def test_a_lease_that_a_clock_ran_ahead_to_end_blames_nobody(stage: Stage) -> None:
    """It was over when the next one began: when, nobody knows any more."""
    contact = stage.contact()
    stage.lease(contact, stage.alice, TUESDAY, ended_at=TUESDAY + 365 * 24 * HOUR, ended_because="expired")
    stage.lease(contact, stage.bob, TUESDAY + 20 * MINUTE)
    assert broken(stage) == {}


def _overlapping_by(stage: Stage, overlap: timedelta, clocks_differ_by: timedelta, *, is_over: bool = True) -> None:
    """Write Bob's lease after Alice's, dated `overlap` before hers ended, and two rows that show the clock
    difference."""
    contact, end = stage.contact(), TUESDAY + 20 * MINUTE
    stage.lease(contact, stage.alice, TUESDAY, ended_at=end if is_over else None)
    stage.lease(contact, stage.bob, end - overlap, ended_at=end + HOUR)
    stage.lease(stage.contact(), stage.alice, end + HOUR)
    stage.lease(stage.contact(), stage.bob, end + HOUR - clocks_differ_by)


@pytest.mark.parametrize(
    ("overlap", "clocks_differ_by", "is_over", "is_double"),
    [
        (2 * SECOND, 0 * SECOND, True, True),  # nothing shows that the clocks differ
        (SECOND / 1_000_000, 0 * SECOND, True, False),  # hers ended between Bob's look at the clock and his claim
        (2 * SECOND, 2 * SECOND, True, False),
        (2 * SECOND, 1 * SECOND, True, True),  # they differ by less
        (6 * SECOND, 3600 * SECOND, True, True),  # no synchronised clock is so far off
        (2 * SECOND, 2 * SECOND, False, True),  # hers has not ended
    ],
)
def test_it_allows_for_a_proved_clock_difference_and_hides_no_double_lease(
    stage: Stage, overlap: timedelta, clocks_differ_by: timedelta, is_over: bool, is_double: bool
) -> None:
    _overlapping_by(stage, overlap, clocks_differ_by, is_over=is_over)
    assert (judging.DOUBLE_LEASES in broken(stage)) is is_double


def test_an_expired_lease_is_over_however_late_its_end_is_recorded(stage: Stage) -> None:
    """Bob's claim read the clock before another, faster request recorded that Alice's card had run out."""
    contact, claimed = stage.contact(), TUESDAY + 2 * HOUR
    stage.lease(contact, stage.alice, TUESDAY, ended_at=claimed + SECOND, ended_because=LeaseEnd.LAPSED.value)
    stage.lease(contact, stage.bob, claimed)
    assert broken(stage) == {}


def test_an_undone_outcome_leaves_a_gap_in_the_lease(stage: Stage) -> None:
    contact = stage.contact()
    attempt = stage.call(contact, stage.alice, TUESDAY, Outcome.NOT_DIALLED, after=MINUTE)
    released = {"ended_at": TUESDAY + 3 * MINUTE, "ended_because": LeaseEnd.RELEASED.value}
    stage.lease(contact, stage.bob, TUESDAY + 2 * MINUTE, **released)
    stage.say(attempt, None, TUESDAY + 5 * MINUTE)  # undone: the same lease is in force again
    stage.change(next(row for row in stage.rows(Lease) if row.id == attempt.lease_id), ended_at=TUESDAY + 9 * MINUTE)
    stage.say(attempt, Outcome.NO_ANSWER, TUESDAY + 9 * MINUTE)
    assert broken(stage) == {}


# -- decided again


def test_it_finds_a_call_inside_a_lock(stage: Stage) -> None:
    contact = stage.contact()
    stage.call(contact, stage.alice, TUESDAY - DAY, Outcome.NO_ANSWER)
    stage.call(contact, stage.bob, TUESDAY, Outcome.NO_ANSWER)
    result = audited(stage)
    assert broken(stage) == {judging.IN_LOCK: 1}
    [detail] = next(check.details for check in result.checks if check.name == judging.IN_LOCK)
    assert detail.startswith("10:00 Bob, •••• ")
    assert "72 hours" in detail
    assert "+44" not in detail


@pytest.mark.parametrize(("gap", "is_broken"), [(timedelta(seconds=-1), True), (timedelta(0), False)])
def test_it_counts_the_wait_to_the_second(stage: Stage, gap: timedelta, is_broken: bool) -> None:
    contact = stage.contact()
    first = TUESDAY - 96 * HOUR
    stage.call(contact, stage.alice, first, Outcome.NO_ANSWER)
    stage.call(contact, stage.alice, next_second(first + 72 * HOUR) + gap, Outcome.NO_ANSWER)
    found = broken(stage, TUESDAY - 25 * HOUR, TUESDAY - 20 * HOUR)
    assert (judging.IN_LOCK in found) is is_broken


def test_it_finds_a_lock_of_the_number_through_another_person(stage: Stage) -> None:
    first = stage.contact(number="+442079460777")
    stage.call(first, stage.alice, TUESDAY - DAY, Outcome.NO_ANSWER)
    stage.call(stage.contact(number="+442079460777"), stage.alice, TUESDAY, Outcome.NO_ANSWER)
    assert broken(stage) == {judging.IN_LOCK: 1}


def test_it_finds_a_lock_of_the_person_through_another_number(stage: Stage) -> None:
    first = stage.contact(number="+442079460771")
    stage.call(first, stage.alice, TUESDAY - DAY, Outcome.NO_ANSWER)
    stage.change(first, number="+442079460772")  # the first number proved dead; the next one is called
    stage.call(first, stage.alice, TUESDAY, Outcome.NO_ANSWER)
    assert broken(stage) == {judging.IN_LOCK: 1}


@pytest.mark.long
@pytest.mark.parametrize(
    ("at", "is_broken"),
    [
        (datetime(2026, 11, 24, 8, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 9, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 19, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 20, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 12, tzinfo=UTC), True),  # a Sunday
        (datetime(2026, 12, 25, 12, tzinfo=UTC), True),  # Christmas Day
    ],
)
def test_it_finds_calls_outside_hours(stage: Stage, at: datetime, is_broken: bool) -> None:
    stage.call(stage.contact(), stage.alice, at, Outcome.BUSY)
    assert broken(stage, at - HOUR, at + HOUR) == ({judging.OUT_OF_HOURS: 1} if is_broken else {})


def test_it_finds_calls_over_a_cap(stage: Stage) -> None:
    contact = stage.contact()
    for days in (6, 5, 4):  # a service call allows three in seven days; "spoke" sets no wait
        stage.call(contact, stage.alice, TUESDAY - days * DAY, Outcome.CONVERSATION)
    stage.call(contact, stage.alice, TUESDAY, Outcome.CONVERSATION)
    assert broken(stage) == {judging.OVER_CAP: 1}


@pytest.mark.parametrize("by", ["number", "person"])
def test_it_finds_calls_to_a_suppressed_number_or_person(stage: Stage, by: str) -> None:
    contact = stage.contact()
    only = {"person_id": None} if by == "number" else {"number": ""}
    stage.suppress(contact, TUESDAY - DAY, **only)
    stage.call(contact, stage.alice, TUESDAY, Outcome.BUSY)
    assert broken(stage) == {judging.SUPPRESSED: 1}


@pytest.mark.long
@pytest.mark.parametrize(
    "values",
    [
        {"since": TUESDAY + timedelta(milliseconds=1)},  # recorded after the call was opened
        {"since": TUESDAY - DAY, "principal": "Clear Water"},  # said to another principal
        {"since": TUESDAY - DAY, "withdrawn_at": TUESDAY - HOUR},
        {"since": TUESDAY - DAY, "until": TUESDAY - HOUR, "source": SuppressionSource.HOUSE},
    ],
)
def test_it_accepts_a_call_while_the_suppression_was_not_in_force(stage: Stage, values: dict[str, Any]) -> None:
    contact = stage.contact()
    stage.suppress(contact, **values)
    stage.call(contact, stage.alice, TUESDAY, Outcome.BUSY)
    assert judging.SUPPRESSED not in broken(stage)


def test_it_finds_a_call_to_a_number_that_was_closed(stage: Stage) -> None:
    contact = stage.contact()
    [number] = [row for row in stage.rows(PersonNumber) if row.person_id == contact.person_id]
    stage.change(number, closed_at=TUESDAY - DAY, closed_because="wrong_number")
    stage.call(contact, stage.alice, TUESDAY, Outcome.BUSY)
    assert broken(stage) == {judging.SUPPRESSED: 1}


@pytest.mark.parametrize(
    ("lifted_at", "is_broken"), [(None, True), (TUESDAY - MINUTE, False), (TUESDAY + MINUTE, True)]
)
def test_it_finds_calls_to_a_held_contact(stage: Stage, lifted_at: datetime | None, is_broken: bool) -> None:
    contact = stage.contact()
    stage.add(a_hold(stage.dana, contact, TUESDAY - DAY, lifted_at=lifted_at))
    stage.call(contact, stage.alice, TUESDAY, Outcome.BUSY)
    assert broken(stage) == ({judging.HELD: 1} if is_broken else {})


def test_a_hold_on_one_list_forbids_no_call_on_another(stage: Stage) -> None:
    held = stage.contact(stage.other_campaign)
    mine = stage.contact(person_id=held.person_id)
    stage.add(a_hold(stage.dana, held, TUESDAY - DAY, reason="a word with the manager", lifted_at=TUESDAY + HOUR))
    stage.call(mine, stage.alice, TUESDAY, Outcome.BUSY)
    assert broken(stage) == {}


def test_it_finds_a_call_to_a_person_whose_place_was_unknown(stage: Stage) -> None:
    stage.call(stage.contact(places="", zones=""), stage.alice, TUESDAY, Outcome.BUSY)
    assert judging.HELD in broken(stage)


def test_it_finds_a_call_before_the_agreed_callback_time(stage: Stage) -> None:
    contact = stage.contact()
    callback = a_callback(contact, TUESDAY + HOUR, TUESDAY - DAY, closed_at=TUESDAY, closed_because="kept")
    stage.add(callback)
    stage.call(contact, stage.alice, TUESDAY, Outcome.BUSY)
    assert broken(stage) == {judging.IN_LOCK: 1}
    stage.change(callback, due_at=TUESDAY - MINUTE)
    assert broken(stage) == {}


# -- only what was known


def test_it_judges_a_call_by_what_was_recorded_before_it(stage: Stage) -> None:
    """The first call was void, the number was called again, then the first was corrected: the second call was right."""
    contact = stage.contact()
    first = stage.call(contact, stage.alice, TUESDAY, Outcome.NOT_DIALLED)
    stage.call(contact, stage.alice, TUESDAY + HOUR, Outcome.BUSY)
    stage.say(first, Outcome.NO_ANSWER, TUESDAY + 2 * HOUR)
    assert broken(stage) == {}


def test_it_counts_an_attempt_that_had_no_outcome_yet(stage: Stage) -> None:
    contact = stage.contact()
    first = stage.call(contact, stage.alice, TUESDAY, Outcome.NOT_DIALLED, after=2 * HOUR)
    stage.change(next(row for row in stage.rows(Lease) if row.id == first.lease_id), ended_at=TUESDAY + 30 * MINUTE)
    stage.call(contact, stage.bob, TUESDAY + HOUR, Outcome.BUSY)  # an hour later it was still an open attempt
    assert judging.IN_LOCK in broken(stage)


def test_it_judges_by_the_records_and_not_by_the_derived_outcome(stage: Stage) -> None:
    contact = stage.contact()
    first = stage.call(contact, stage.alice, TUESDAY - DAY, Outcome.NO_ANSWER)
    stage.change(first, outcome=Outcome.NOT_DIALLED, state=AttemptState.NOT_DIALLED)
    stage.call(contact, stage.alice, TUESDAY, Outcome.BUSY)
    assert judging.IN_LOCK in broken(stage)


def test_it_ignores_cached_verdicts(stage: Stage) -> None:
    stage.call(stage.contact(verdict=Verdict.SUPPRESSED, callable_from=None), stage.alice, TUESDAY, Outcome.BUSY)
    assert broken(stage) == {}


def test_it_uses_the_rules_in_force_on_the_day(stage: Stage) -> None:
    """Before the house policy was in force there was nothing to break."""
    long_ago = datetime(2003, 12, 1, 23, tzinfo=UTC)
    stage.call(stage.contact(), stage.alice, long_ago, Outcome.BUSY)
    assert judging.OUT_OF_HOURS not in broken(stage, long_ago - HOUR, long_ago + HOUR)
