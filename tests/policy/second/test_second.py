"""The engine and the second evaluator give the same answers; the engine never allows what the other forbids."""

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policy import Rulebook, load_rulebook
from policy.facts.reading import question_from_json
from policy.trial.coverage import CASES
from policy.vocabulary import Got, Outcome
from tests.policy.second.compare import CORPUS, GROUPS, differences, readable_line
from tests.policy.second.evaluate import asked_of, verdict_at
from tests.policy.second.known import CONNECTED, OUTCOMES, REACHED, TALKS, Question
from tests.policy.second.packs import every_pack

RULEBOOK = load_rulebook()
# For a million lines: python -m tests.policy.second.compare --lines 1000000
LINES = 10_000
PARTS = 10
FOLDER = Path(__file__).parent
ITS_OWN = ("packs", "known", "grounds", "counts", "bars", "evaluate", "lines", "events", "makings")


def differing(first: int, lines: int, rulebook: Rulebook, groups: tuple[str, ...] = GROUPS) -> list[str]:
    found = []
    for number in range(first, first + lines):
        line, asked, house = readable_line(groups[number % len(groups)], 12, number)
        found += [f"{line['id']} under {house}: {one}" for one in differences(line, asked.facts, house, rulebook)]
    return found


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_the_engine_and_the_second_evaluator_answer_random_lines_alike(part: int) -> None:
    found = differing(part * LINES // PARTS, LINES // PARTS, RULEBOOK)
    assert found == [], "add the line to corpus.jsonl with --keep, and find out by the law's text who is wrong"


def test_the_second_evaluator_knows_every_outcome_and_what_it_means() -> None:
    assert set(Outcome) == OUTCOMES
    assert {one for one in Outcome if one.meaning.got >= Got.LINE} == CONNECTED
    assert {one for one in Outcome if one.meaning.got >= Got.PERSON} == REACHED
    assert {one for one in Outcome if one.meaning.got is Got.TALK} == TALKS


@pytest.mark.long
def test_every_line_that_once_differed_is_answered_alike() -> None:
    kept = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    houses = set(RULEBOOK.packs) | {None}
    asked = [
        (one["line"], question_from_json(one["line"]).facts, one["house"]) for one in kept if one["house"] in houses
    ]
    found = [differences(*one, RULEBOOK) for one in asked]
    assert [one for one in found if one] == []


@pytest.mark.night
def test_the_second_evaluator_answers_every_case_of_the_kit() -> None:
    for path in CASES.glob("*.jsonl"):
        for text in path.read_text("utf-8").splitlines():
            case = json.loads(text)
            house = next((name for name in case["question"]["packs"] if every_pack()[name]["kind"] == "house"), None)
            question = Question(case["question"], house)
            verdict, spoken = verdict_at(question, question.asked)
            assert verdict == case["expected"]["verdict"], case["question"]["id"]
            assert not spoken & set(case["expected"].get("silent", [])), case["question"]["id"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("pack", "rule"),
    [("gb", "gb.pecr.tps"), ("gb-house", "gb-house.hours"), ("us-regf", "us-regf.hours"), ("fr", "fr.cap4")],
)
def test_the_comparison_finds_a_rule_that_the_engine_leaves_out(pack: str, rule: str) -> None:
    was = RULEBOOK.pack(pack)
    kept = tuple(one for one in was.rules if one.id != rule)
    assert len(kept) < len(was.rules)
    forgetful = Rulebook({**RULEBOOK.packs, pack: replace(was, rules=kept)}, "forgetful")
    found = (differing(number, 1, forgetful, (pack[:2],)) for number in range(3000))
    assert any("false yes" in one for some in found for one in some)


@pytest.mark.parametrize("name", ITS_OWN)
def test_it_imports_nothing_of_the_product(name: str) -> None:
    tree = ast.parse((FOLDER / f"{name}.py").read_text("utf-8"))
    imported = [one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
    imported += [alias.name for one in ast.walk(tree) if isinstance(one, ast.Import) for alias in one.names]
    assert not [one for one in imported if one.split(".")[0] in ("policy", "bot", "storage")]
    assert not [one for one in imported if one.startswith("tests.") and not one.startswith("tests.policy.second")]


# What a rule is called, rests on and asks for beside its answer: no verdict depends on it.
NO_VERDICT = {
    *("citation", "confidence", "disabled_because", "honour_by", "keep_proof", "keep_proof_from_end", "label"),
    *("missing", "narrows_only", "note", "says", "title", "values"),
}
ANSWERING = ("packs", "known", "grounds", "counts", "bars", "evaluate")


def test_it_asks_every_kind_of_rule_that_bars() -> None:
    kinds = {rule["kind"] for pack in every_pack().values() for rule in pack["rules"]}
    assert {kind for kind in kinds if asked_of(kind) is None} == {"consent_window", "duty"}


def grounds_in(rule: dict[str, Any]) -> Iterator[dict[str, Any]]:
    given = [
        one
        for key in ("lifted_by", "exempt_by", "accepts", "unless", "only_where", "ended_by")
        for one in rule.get(key, [])
    ]
    given += [rule["consent"]] if rule["kind"] == "consent_window" else []
    for one in given:
        yield from (one, *one.get("all_of", []))


def test_it_reads_every_word_that_a_rule_in_use_says() -> None:
    trees = [ast.parse((FOLDER / f"{name}.py").read_text("utf-8")) for name in ANSWERING]
    read = {one.value for tree in trees for one in ast.walk(tree) if isinstance(one, ast.Constant)} | NO_VERDICT
    for rule in (rule for pack in every_pack().values() for rule in pack["rules"]):
        said = {*rule, *rule.get("applies_when", {}), *(key for one in grounds_in(rule) for key in one)}
        assert said <= read, f"{rule['id']} says what the second evaluator does not read"
