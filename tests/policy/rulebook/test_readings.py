"""What the rules in use rest on: words that were read, two sources that agree, or one that can only bar."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy import Rulebook, Verdict, decide, load_rulebook
from policy.trial.coverage import worked_cases
from tests.policy.strategies import Asked, questions

RULEBOOK = load_rulebook()
RETOLD = sorted({rule.id for rule in RULEBOOK.rules() if rule.narrows_only})
FREEING = sorted(  # a rule that a pack takes from another is tried there
    rule.id
    for pack in RULEBOOK.packs.values()
    for rule in pack.rules
    if rule.kind in ("callback", "consent_window") and pack.states(rule.id, "kind")
)
FEW = settings(max_examples=30, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


def without(rule: str) -> Rulebook:
    packs = {
        name: replace(pack, rules=tuple(one for one in pack.rules if one.id != rule))
        for name, pack in RULEBOOK.packs.items()
    }
    return Rulebook(packs, f"without {rule}")


def turns_to_no(rule: str) -> Callable[[Asked], bool]:
    """Whether a call that may be made with the rule may not be made without it."""
    rest = without(rule)

    def asked_both(asked: Asked) -> bool:
        known, left = (decide(asked.facts, book, asked.at, house_pack=asked.house_pack) for book in (RULEBOOK, rest))
        return known.verdict is Verdict.CALLABLE and left.verdict is not Verdict.CALLABLE

    return asked_both


def questions_to(rule: str) -> st.SearchStrategy[Asked]:
    return questions(RULEBOOK.pack(rule.split(".")[0]), RULEBOOK)


@pytest.mark.long
@pytest.mark.parametrize("rule", RETOLD)
def test_removing_a_rule_that_only_narrows_forbids_no_call(rule: str) -> None:
    turns = turns_to_no(rule)

    @FEW
    @given(questions_to(rule))
    def ask(asked: Asked) -> None:
        assert not turns(asked), asked

    ask()


@cache
def worked() -> list[Asked]:
    houses = {name for name, pack in RULEBOOK.packs.items() if pack.kind == "house"}
    asked = [(case.question, houses & set(case.question.packs or ())) for case in worked_cases()]
    return [Asked(one.facts, one.at, next(iter(house), None)) for one, house in asked]


@pytest.mark.long
@pytest.mark.parametrize("rule", FREEING or ["no rule permits"])
def test_removing_a_rule_that_permits_forbids_calls(rule: str) -> None:
    """So the test above would detect it, if such a rule said that it only narrows."""
    assert any(map(turns_to_no(rule), worked()))
