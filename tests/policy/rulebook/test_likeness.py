"""A house pack that is like another takes its rules, and says only what differs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policy import Pack, PackError, load_rulebook
from policy.rulebook.likeness import SHIPPED

RULEBOOK = load_rulebook()
HEAD = """[pack]
id = "xx-house"
like = "au-house"
title = "Elsewhere: house policy"
effective_from = 2024-02-29
effective_until = "open"
reviewed_on = 2026-11-29
review_by = 2027-05-29
"""
LIKE_OTHERS = [pack for pack in RULEBOOK.packs.values() if pack.like]


def read(folder: Path, text: str) -> Pack:
    file = folder / "xx-house.toml"
    file.write_text(text, "utf-8")
    return load_rulebook([file]).pack("xx-house")


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(PackError) as refused:
        read(folder, text)
    return [str(fault) for fault in refused.value.faults]


def renamed(value: Any, before: str, now: str) -> str:
    return repr(value).replace(f"{before}.", f"{now}.").replace(f"'{before}'", f"'{now}'")


def test_it_has_the_rules_of_the_other_under_names_of_its_own_from_its_own_first_day(tmp_path: Path) -> None:
    pack, model = read(tmp_path, HEAD), RULEBOOK.pack("au-house")
    assert (pack.kind, pack.request_max_age_days, pack.note) == (model.kind, 14, model.note)
    assert {rule.effective_from for rule in pack.rules} == {pack.effective_from}
    taken = [replace(rule, effective_from=pack.effective_from) for rule in model.rules]
    assert [renamed(one, "au-house", "xx-house") for one in taken] == [repr(one) for one in pack.rules]


@pytest.mark.parametrize("pack", LIKE_OTHERS, ids=lambda pack: pack.id)
def test_what_a_shipped_pack_does_not_state_is_as_in_the_other(pack: Pack) -> None:
    """The worked cases of the other check it there."""
    model = {rule.id.replace(f"{pack.like}.", f"{pack.id}."): rule for rule in RULEBOOK.pack(pack.like).rules}
    unstated = [rule for rule in pack.rules if not pack.states(rule.id)]
    assert unstated
    for rule in unstated:
        of_model = replace(model[rule.id], effective_from=rule.effective_from)
        if rule.kind != "callback":  # which frees only rules that are left
            assert renamed(of_model, pack.like, pack.id) == repr(rule)


def test_it_says_some_keys_of_a_rule_anew_and_adds_rules(tmp_path: Path) -> None:
    said = """
[[rule]]
id = "xx-house.hours"
windows = { mon-fri = [[10:00:00, 19:00:00]] }

[[rule]]
id = "xx-house.cap.marketing.*"
applies_when = { purpose = ["charity"] }

[[rule]]
id = "xx-house.lunch"
kind = "hours"
title = "House lunch"
status = "house"
mode = "block"
effective_from = 2024-02-29
effective_until = "open"
windows = { every_day = [[14:00:00, 12:00:00]] }
"""
    pack = read(tmp_path, HEAD + said.replace("[[14:00:00, 12:00:00]]", "[[00:00:00, 12:00:00], [14:00:00, 00:00:00]]"))
    rules = {rule.id: rule for rule in pack.rules}
    assert len(rules) == len(RULEBOOK.pack("au-house").rules) + 1
    assert rules["xx-house.hours"].title == "House calling hours"
    assert pack.states("xx-house.hours", "windows")
    assert not pack.states("xx-house.hours", "calendar")
    months = [rules[f"xx-house.cap.{kind}.month"].applies.purposes for kind in ("marketing", "solicited")]
    assert [len(purposes) for purposes in months] == [1, 3]
    assert pack.rules[-1].id == "xx-house.lunch"


def test_it_leaves_rules_out_and_frees_only_those_that_are_left(tmp_path: Path) -> None:
    pack = read(tmp_path, HEAD.replace("title", 'without = ["cap.debt.*"]\ntitle'))
    assert len(pack.rules) == len(RULEBOOK.pack("au-house").rules) - 3
    [frees] = [rule.parameters.suspended_by_key() for rule in pack.rules if rule.kind == "callback"]
    assert not any(".debt." in name for _, names in frees for name in names)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HEAD.replace("au-house", "no-house"), "there is no pack 'no-house' with rules beside this one or among those"),
        (HEAD.replace("au-house", "us-house"), "us-house is itself like au-house: name that one"),
        (HEAD.replace("au-house", "gb"), "is for house packs alone: a law has its own words"),
        (HEAD.replace("title", 'without = "cap"\ntitle'), "must be a list of names of rules"),
        (HEAD.replace("title", 'without = ["caps.*"]\ntitle'), "no rule of au-house is named 'caps.*'"),
        (f'{HEAD}[[rule]]\nid = "xx-house.caps.*"\nmax = 3\n', "'xx-house.caps.*' names no rule"),
        (f'{HEAD}[[rule]]\nid = "xx-house.hours"\n\nwindows = 3\n', "line 12"),
        (f"rule = 3\n{HEAD}", "must be tables, each under [[rule]]"),
        (HEAD.replace('"au-house"', "3"), "there is no pack 3 with rules"),
    ],
)
def test_it_says_plainly_what_is_wrong(tmp_path: Path, text: str, fault: str) -> None:
    found = faults(tmp_path, text)
    assert any(fault in one for one in found), found


def test_a_pack_beside_it_comes_before_the_shipped_one_and_changes_its_version(tmp_path: Path) -> None:
    before = read(tmp_path, HEAD)
    text = (SHIPPED / "au-house.toml").read_text("utf-8")
    (tmp_path / "au-house.toml").write_text(text.replace("hours = 168", "hours = 169"), "utf-8")
    after = read(tmp_path, HEAD)
    assert before.digest != after.digest
    assert [one.id for one, two in zip(before.rules, after.rules, strict=True) if one != two] == ["xx-house.cool_off"]


MODEL = (SHIPPED / "au-house.toml").read_text("utf-8")
NO_TEXT = {
    "a rule's id is a number": ('id = "au-house.cool_off"', "id = 7"),
    "a rule has no id": ('id = "au-house.cool_off"', ""),
    "the pack's id is a list": ('id = "au-house"', "id = []"),
    "the pack has no id": ('id = "au-house"', ""),
    "the calendar is a word": ("[pack]", 'calendar = "none"\n[pack]'),
    "a callback frees a number": ("[[rule]]", '[[rule]]\nid = "au-house.odd"\nfrees = [7]\n[[rule]]'),
    "it has 5,000 levels": ("[pack]", f"deep = {'[' * 5_000}\n[pack]"),
    "it is no UTF-8": ("[pack]", "\udcff[pack]"),
}


@pytest.mark.parametrize("what", NO_TEXT)
def test_a_fault_of_the_other_pack_is_told_and_not_an_error(tmp_path: Path, what: str) -> None:
    before, after = NO_TEXT[what]
    assert before in MODEL
    model = tmp_path / "other.toml"
    model.write_text(MODEL.replace(before, after, 1), "utf-8", "surrogateescape")
    own = tmp_path / "xx-house.toml"
    own.write_text(HEAD.replace('"au-house"', '"other"'), "utf-8")
    with pytest.raises(PackError) as refused:
        load_rulebook([own, model])
    named = {fault.file for fault in refused.value.faults}
    assert "xx-house.toml" in named, refused.value.faults
    assert any("other" in str(fault) for fault in refused.value.faults if fault.file == "xx-house.toml")


@pytest.mark.parametrize("given", ['calendar = "none"', "rule = 7", "rule = [7]"])
def test_a_pack_that_is_like_another_and_holds_what_is_no_table_is_told(tmp_path: Path, given: str) -> None:
    assert faults(tmp_path, f"{given}\n{HEAD}")
