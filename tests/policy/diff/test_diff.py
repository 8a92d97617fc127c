"""What changed between two packs: named rule by rule, in words, with calls on both sides of every edge that moved."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from policy import Verdict, load_rulebook, shipped_packs
from policy.diff import RulebookDiff, Shown, change_in_words, compared, examples_of, head_in_words
from policy.trial import Change, changes
from policy.trial.coverage import changed_rulebook

ON = datetime(2026, 11, 28, tzinfo=UTC)
RULEBOOK = load_rulebook()
HOUSE = next(one for one in shipped_packs() if one.name == "gb-house.toml")
Edited = Callable[..., RulebookDiff]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """The difference between the shipped packs and the same with other words in the house pack."""

    def compare(*words: tuple[str, str]) -> RulebookDiff:
        text = HOUSE.read_text("utf-8")
        for old, new in words:
            assert text.count(old) >= 1, old
            text = text.replace(old, new, 1)
        file = tmp_path / HOUSE.name
        file.write_text(text, "utf-8")
        return compared(RULEBOOK, load_rulebook([*(one for one in shipped_packs() if one != HOUSE), file]))

    return compare


def shown(diff: RulebookDiff) -> list[Shown]:
    (change,) = diff.rules
    return list(examples_of(diff, change, ON))


def rows(one: Shown) -> list[tuple[str, str, str]]:
    return [(f"{row.at:%a %d %b %H:%M:%S}", row.before.value, row.after.value) for row in one.answers]


def test_packs_that_are_alike_have_no_difference() -> None:
    assert compared(RULEBOOK, RULEBOOK).is_empty


@pytest.mark.long
def test_an_hour_is_shown_a_second_before_and_at_each_edge(edited: Edited) -> None:
    diff = edited(("mon-fri = [[09:00:00, 20:00:00]]", "mon-fri = [[10:00:00, 20:00:00]]"))
    (change,) = diff.rules
    was, now = change_in_words(change)
    assert was.startswith("was: Monday to Friday 09:00 to 20:00")
    assert now.startswith("now: Monday to Friday 10:00 to 20:00")
    (found,) = shown(diff)
    assert rows(found)[:4] == [
        ("Tue 01 Dec 08:59:59", "locked", "locked"),
        ("Tue 01 Dec 09:00:00", "callable", "locked"),
        ("Tue 01 Dec 09:59:59", "callable", "locked"),
        ("Tue 01 Dec 10:00:00", "callable", "callable"),
    ]
    assert {row.at.weekday() for row in found.answers} == {0, 1, 2, 3, 4}


@pytest.mark.long
def test_a_holiday_that_is_no_longer_one_is_shown_on_its_day(edited: Edited) -> None:
    new_year = '{ name = "New Year\'s Day", month = 1, day = 1 }'
    diff = edited((new_year, '{ name = "Epiphany", month = 1, day = 6 }'))
    (found,) = shown(diff)
    assert ("Wed 06 Jan 09:00:00", "callable", "locked") in rows(found)


@pytest.mark.long
def test_a_wait_is_shown_at_its_last_second_for_each_outcome_it_follows(edited: Edited) -> None:
    diff = edited(('"third_party"], hours = 72 }', '"third_party"], hours = 96 }'))
    found = {one.on_record: one for one in shown(diff)}
    assert set(found) == {
        "an attempt nobody answered",
        "a voicemail greeting",
        "someone else answered",
        "an attempt whose outcome nobody recorded",
    }
    assert rows(found["an attempt nobody answered"]) == [
        ("Fri 04 Dec 11:59:59", "locked", "locked"),
        ("Fri 04 Dec 12:00:00", "callable", "locked"),
        ("Sat 05 Dec 11:59:59", "callable", "locked"),
        ("Sat 05 Dec 12:00:00", "callable", "callable"),
    ]


@pytest.mark.long
def test_a_cap_is_shown_at_and_over_its_count(edited: Edited) -> None:
    diff = edited(('max = 2\nwindow = "roll_hours"', 'max = 3\nwindow = "roll_hours"'))
    found = {one.on_record: rows(one) for one in shown(diff)}
    at_once = {said: answers[0][1:] for said, answers in found.items()}
    assert at_once["an attempt nobody answered"] == ("callable", "callable")
    assert at_once["2 times an attempt nobody answered"] == ("locked", "callable")
    assert ("Tue 08 Dec 11:57:59", "locked", "locked") in found["3 times an attempt nobody answered"]
    assert ("Tue 08 Dec 11:58:00", "locked", "callable") in found["3 times an attempt nobody answered"]


@pytest.mark.long
def test_the_age_of_a_request_is_shown_at_midnight(edited: Edited) -> None:
    diff = edited(("request_max_age_days = 14", "request_max_age_days = 7"))
    (head,) = diff.heads
    assert head_in_words(head) == "gb-house: days a request to be called is fresh: was 14, now 7"
    (found, *_) = examples_of(diff, head, ON)
    assert ("Wed 09 Dec 00:00:00", "callable", "suppressed") in rows(found)
    assert ("Tue 08 Dec 23:59:59", "callable", "callable") in rows(found)


def test_a_rule_that_goes_and_one_that_comes_are_told_whole(edited: Edited) -> None:
    diff = edited(('id = "gb-house.refused_thrice"', 'id = "gb-house.refused_three_times"'))
    gone, new = diff.rules
    assert (gone.after, new.before) == (None, None)
    assert next(iter(change_in_words(gone))).startswith("goes; it was: a refusal, 3 times over, ends calls")
    assert next(iter(change_in_words(new))).startswith("begins: a refusal, 3 times over, ends calls")
    verdicts = {row[1:] for one in examples_of(diff, gone, ON) for row in rows(one)}
    assert ("suppressed", "callable") in verdicts


@pytest.mark.long
def test_a_date_that_moves_is_shown_at_its_midnight(edited: Edited) -> None:
    begins = 'effective_from = 2003-12-11\neffective_until = "open"\nkeys'
    diff = edited((begins, begins.replace("2003-12-11", "2003-12-12")))
    found = [row for one in shown(diff) for row in rows(one)]
    assert ("Thu 11 Dec 00:00:00", "locked", "callable") in found
    assert ("Fri 12 Dec 00:00:00", "locked", "locked") in found


def test_a_new_title_or_source_changes_no_answer(edited: Edited) -> None:
    diff = edited(('title = "House calling hours"', 'title = "Our hours"'))
    (change,) = diff.rules
    assert change.is_text_only
    assert not shown(diff)


@pytest.mark.long
def test_a_pack_that_goes_is_named_with_its_rules() -> None:
    diff = compared(RULEBOOK, load_rulebook([one for one in shipped_packs() if one.stem != "nl"]))
    (head,) = diff.heads
    assert (head.pack, head.name) == ("nl", "removed")
    assert {change.rule.pack for change in diff.rules} == {"nl"}
    assert all(change.after is None for change in diff.rules)


FIGURES = [
    one
    for one in changes(RULEBOOK.pack("gb-house"))
    if one.step.sort == "edge" and one.before.kind in ("hours", "cool_off", "cap") and "effective" not in one.step.what
]
NEVER_REACHED = "solicited.month"  # a request is fresh for 14 days: none of 30 days bars before it is stale


@pytest.mark.long
@pytest.mark.parametrize("change", FIGURES[::3], ids=str)
def test_every_hour_wait_and_cap_moved_by_its_smallest_step_has_an_example(change: Change) -> None:
    diff = compared(RULEBOOK, changed_rulebook(RULEBOOK, change))
    found = shown(diff)
    is_seen = any(row.differs for one in found for row in one.answers)
    assert is_seen or (NEVER_REACHED in change.step.rule and "length" in change.step.what)


@pytest.mark.long
def test_both_sides_of_each_edge_are_a_second_apart(edited: Edited) -> None:
    diff = edited(('outcomes = ["busy"], hours = 24', 'outcomes = ["busy"], hours = 48'))
    (found,) = shown(diff)
    moments = [row.at for row in found.answers]
    assert [(later - earlier).total_seconds() for earlier, later in zip(moments[::2], moments[1::2], strict=True)] == [
        1,
        1,
    ]
    assert [row.after for row in found.answers] == [Verdict.LOCKED, Verdict.LOCKED, Verdict.LOCKED, Verdict.CALLABLE]
