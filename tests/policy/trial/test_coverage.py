"""What the worked cases check: the loss of any enabled rule changes some case's answer."""

import tomllib
from collections.abc import Iterator
from random import Random

import pytest

from policy import load_rulebook
from policy.rulebook.likeness import SHIPPED
from policy.trial.coverage import Change, Judge, Step, changes, steps, worked_cases
from tests.policy.small_packs import rule

RULEBOOK = load_rulebook()


def rules_in_use() -> Iterator[Change]:
    for pack in RULEBOOK.packs.values():
        for index, one in enumerate(pack.rules):
            if one.is_enabled and one.kind != "duty" and pack.states(one.id):
                yield Change(pack, index, Step(one.id, "rule", "dropped", None), None)


@pytest.mark.long
def test_some_worked_case_detects_the_loss_of_each_enabled_rule() -> None:
    judge = Judge(RULEBOOK, list(worked_cases()))
    unmissed = [str(one) for one in rules_in_use() if not judge.is_noticed(one)]
    assert unmissed == [], "write a worked case in which the rule speaks"


@pytest.mark.night
def test_worked_cases_detect_nearly_every_smallest_step_of_a_pack() -> None:
    """On a sample of packs, each with all its steps; `make pack-mutants` checks every pack."""
    rng = Random(12)
    steps_of = [list(changes(RULEBOOK.pack(name))) for name in rng.sample(sorted(RULEBOOK.packs), 12)]
    sample = [change for some in steps_of for change in rng.sample(some, min(len(some), 12))]
    judge = Judge(RULEBOOK, list(worked_cases()))
    unnoticed = [str(change) for change in sample if not judge.is_noticed(change)]
    assert len(unnoticed) <= len(sample) * 0.05, f"write cases for these: {unnoticed}"


def whats(kind: str, parameters: str) -> list[str]:
    [table] = tomllib.loads(rule(kind, parameters))["rule"]
    return [f"{step.sort}: {step.what}" for step in steps(table)]


def test_it_moves_hours_by_a_minute_and_to_the_next_day() -> None:
    windows = "windows = { mon-fri = [[08:00:00, 00:00:00]], sun = [[00:00:00, 12:00:00]], holiday = [] }"
    assert [what for what in whats("hours", windows) if "windows" in what] == [
        "parameter: windows.mon-fri: dropped",
        "edge: windows: mon-fri -> mon-sat",
        "edge: windows.mon-fri.0.0: 08:00:00 -> 07:59:00",
        "edge: windows.mon-fri.0.0: 08:00:00 -> 08:01:00",
        "edge: windows.mon-fri.0.1: 00:00:00 -> 23:59:00",
        "parameter: windows.sun: dropped",
        "edge: windows: sun -> mon",
        "edge: windows.sun.0.0: 00:00:00 -> 00:01:00",
        "edge: windows.sun.0.1: 12:00:00 -> 11:59:00",
        "edge: windows.sun.0.1: 12:00:00 -> 12:01:00",
        "parameter: windows.holiday: dropped",
    ]


def test_it_moves_figures_by_one_and_drops_exceptions() -> None:
    found = whats(
        "cap",
        'keys = [["person"], ["number"]]\nmax = 3\nwindow = "cal_week"\nweek_starts = "sun"\nredial = true\n'
        'excludes = [{ message = ["impossible"] }]\nlifted_by = [{ consent = "calls", named = false }]',
    )
    assert found == [
        "rule: dropped",
        "edge: effective_from: 2000-01-01 -> 1999-12-31",
        "edge: effective_from: 2000-01-01 -> 2000-01-02",
        "parameter: keys.0: {0 person} dropped",
        "parameter: keys.1: {0 number} dropped",
        "edge: max: 3 -> 2",
        "edge: max: 3 -> 4",
        "edge: week_starts: sun -> mon",
        "edge: redial: True -> False",
        "parameter: excludes: dropped",
        "parameter: excludes.0.message: dropped",
        "parameter: lifted_by: dropped",
        "parameter: lifted_by.0.consent: dropped",
        "edge: lifted_by.0.named: False -> True",
    ]


def test_it_swaps_one_of_two_words_for_the_other() -> None:
    words = 'allocation = "discussed"\nzone_policy = "best"\nscreening = "required"\nwindow = "ever"'
    assert {what for what in whats("any", words) if "->" in what and "effective" not in what} == {
        "edge: allocation: discussed -> all_named",
        "edge: zone_policy: best -> all_candidates",
        "edge: screening: required -> not_required",
    }


@pytest.mark.long
def test_each_step_of_a_small_pack_is_detected_and_none_without_a_case() -> None:
    pack = RULEBOOK.pack("us-ky")
    [before] = pack.rules
    found = list(changes(pack))
    assert [one.after is None for one in found] == [True, *[False] * (len(found) - 1)]
    assert len({str(one) for one in found}) == len(found) == 9
    assert str(found[0]) == f"{before.id} from {before.effective_from}: dropped"
    for one in found[1:]:
        assert (one.pack, one.before, one.step.rule) == (pack, before, before.id)
        assert one.after is not None
        assert one.after != before
        assert one.after.id == before.id
    judge = Judge(RULEBOOK, [case for case in worked_cases() if pack.id in (case.question.packs or ())])
    assert [one for one in found if not judge.is_noticed(one)] == []
    assert not judge.is_noticed(found[0]._replace(after=before)), "nothing was changed"
    assert not any(Judge(RULEBOOK, []).is_noticed(one) for one in found)


@pytest.mark.long
def test_a_case_is_asked_under_the_packs_it_names() -> None:
    """A house pack applies only if it is named."""
    [hours] = [one for one in rules_in_use() if one.step.rule == "gb-house.hours"]
    cases = [case for case in worked_cases() if "gb-house" in (case.question.packs or ())]
    judge = Judge(RULEBOOK, cases[:40])
    assert judge.is_noticed(hours)
    assert not judge.is_noticed(hours._replace(after=hours.before)), "nothing was changed"


def test_no_step_predates_its_pack_or_makes_it_invalid() -> None:
    for name in ("us-ky", "us-nc", "br-rj"):
        pack = RULEBOOK.pack(name)
        assert all(one.after is None or one.after.effective_from >= pack.effective_from for one in changes(pack))
        tables = tomllib.loads((SHIPPED / pack.file).read_text("utf-8"))["rule"]
        assert len(list(changes(pack))) < sum(len(list(steps(table))) for table in tables), "an end before a beginning"
