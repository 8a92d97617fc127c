"""A house pack that an admin chooses can only tighten the law, whatever the facts."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy import decide, load_rulebook
from tests.policy.engine.test_properties import strictness
from tests.policy.strategies import questions

RULEBOOK = load_rulebook()
HOUSES = [name for name, pack in RULEBOOK.packs.items() if pack.kind == "house"]
LAWS = [name for name, pack in RULEBOOK.packs.items() if pack.is_base_of_area]


@pytest.mark.long
@pytest.mark.parametrize("house", HOUSES)
@settings(max_examples=40, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(st.data())
def test_a_house_pack_never_allows_what_the_law_forbids(house: str, data: Any) -> None:
    asked = data.draw(questions(RULEBOOK.pack(data.draw(st.sampled_from(LAWS))), RULEBOOK))
    alone = decide(asked.facts, RULEBOOK, asked.at, house_pack=None)
    with_house = decide(asked.facts, RULEBOOK, asked.at, house_pack=house)
    assert strictness(with_house) >= strictness(alone)


def test_there_are_house_packs_to_choose_from() -> None:
    assert HOUSES
    assert len(LAWS) > 5
