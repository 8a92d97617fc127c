"""What changed between two packs: named rule by rule, in words, before and after."""

from collections.abc import Callable
from pathlib import Path

import pytest

from policy import load_rulebook, shipped_packs
from policy.diff.changed import RulebookDiff, change_in_words, compared, head_in_words
from policy.trial.coverage import changed_rulebook, changes

RULEBOOK = load_rulebook()
HOUSE = next(one for one in shipped_packs() if one.name == "gb-house.toml")
Edited = Callable[..., RulebookDiff]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """The difference between the shipped packs and the same with other words in the house pack."""

    def compare(old: str, new: str) -> RulebookDiff:
        text = HOUSE.read_text("utf-8")
        assert text.count(old) >= 1, old
        file = tmp_path / HOUSE.name
        file.write_text(text.replace(old, new, 1), "utf-8")
        return compared(RULEBOOK, load_rulebook([*(one for one in shipped_packs() if one != HOUSE), file]))

    return compare


def told(diff: RulebookDiff) -> list[str]:
    (change,) = diff.rules
    return list(change_in_words(change))


def test_packs_that_are_alike_have_no_difference() -> None:
    assert compared(RULEBOOK, RULEBOOK).is_empty


def test_an_hour_is_told_before_and_after(edited: Edited) -> None:
    was, now = told(edited("mon-fri = [[09:00:00, 20:00:00]]", "mon-fri = [[10:00:00, 20:00:00]]"))
    assert was.startswith("was: Monday to Friday 09:00 to 20:00")
    assert now.startswith("now: Monday to Friday 10:00 to 20:00")


def test_a_holiday_that_takes_anothers_place_is_named(edited: Edited) -> None:
    new_year = '{ name = "New Year\'s Day", month = 1, day = 1 }'
    was, now = told(edited(new_year, '{ name = "Epiphany", month = 1, day = 6 }'))
    assert "New Year's Day" in was
    assert "Epiphany" in now
    assert "New Year's Day" not in now


def test_a_wait_is_told_with_the_outcomes_it_follows(edited: Edited) -> None:
    was, now = told(edited('"third_party"], hours = 72 }', '"third_party"], hours = 96 }'))
    assert was.startswith("was: 72 hours after an attempt nobody answered, a voicemail greeting, someone else answered")
    assert now.startswith(
        "now: 4 days after an attempt nobody answered, a voicemail greeting or someone else answered;"
    )


def test_a_cap_is_told_with_its_count(edited: Edited) -> None:
    was, now = told(edited('max = 2\nwindow = "roll_hours"', 'max = 3\nwindow = "roll_hours"'))
    assert was.startswith("was: at most 2 attempts in 7 days")
    assert now.startswith("now: at most 3 attempts in 7 days")


def test_the_age_of_a_request_is_told_of_the_pack(edited: Edited) -> None:
    diff = edited("request_max_age_days = 14", "request_max_age_days = 7")
    (head,) = diff.heads
    assert head_in_words(head) == "gb-house: days a request to be called is fresh: was 14, now 7"


def test_a_rule_that_goes_and_one_that_comes_are_told_whole(edited: Edited) -> None:
    gone, new = edited('id = "gb-house.refused_thrice"', 'id = "gb-house.refused_three_times"').rules
    assert (gone.after, new.before) == (None, None)
    assert next(iter(change_in_words(gone))).startswith("goes; it was: a refusal, 3 times over, ends calls")
    assert next(iter(change_in_words(new))).startswith("begins: a refusal, 3 times over, ends calls")


def test_a_date_that_moves_is_told(edited: Edited) -> None:
    begins = 'effective_from = 2003-12-11\neffective_until = "open"\nkeys'
    was, now = told(edited(begins, begins.replace("2003-12-11", "2003-12-12")))
    assert (was, now) == ("was: from 2003-12-11 with no end", "now: from 2003-12-12 with no end")


def test_a_new_title_or_source_decides_as_before(edited: Edited) -> None:
    diff = edited('title = "House calling hours"', 'title = "Our hours"')
    assert diff.rules[0].is_text_only
    assert told(diff) == ["decides as before; its title, source or sentence is new"]


@pytest.mark.long
def test_a_pack_that_goes_is_named_with_its_rules() -> None:
    diff = compared(RULEBOOK, load_rulebook([one for one in shipped_packs() if one.stem != "nl"]))
    (head,) = diff.heads
    assert (head.pack, head.name) == ("nl", "removed")
    assert {change.rule.pack for change in diff.rules} == {"nl"}
    assert all(change.after is None for change in diff.rules)


@pytest.mark.long
@pytest.mark.parametrize("pack", RULEBOOK.packs)
def test_every_smallest_step_of_a_rule_is_told_in_words_that_differ(pack: str) -> None:
    for step in changes(RULEBOOK.pack(pack)):
        diff = compared(RULEBOOK, changed_rulebook(RULEBOOK, step))
        assert not diff.is_empty, step
        for change in diff.rules:
            lines = [line.removeprefix("was: ").removeprefix("now: ") for line in change_in_words(change)]
            assert len(set(lines)) == len(lines), (str(step), lines)
