"""A rule's sentence is English that knows its template and values, wherever it goes; stored, it is the same again."""

import json
import pickle
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.rules.kinds.callback import LATER
from policy.rules.kinds.cap import NO_CALLS
from policy.rules.kinds.spacing import TOO_CLOSE
from policy.templates.sentence import (
    AMOUNT,
    CLOCK,
    DATE,
    FIGURE,
    IN_TURN,
    NAME,
    NUMBER,
    PLACE,
    REASON,
    SENTENCE,
    TEXT,
    TEXTS,
    WINDOWS,
    WITHIN,
    WRITTEN,
    Amount,
    AnyOf,
    OneOf,
    Parameter,
    Said,
    Template,
    any_of,
    said_again,
    sentence_of,
    several,
    templates,
)

UNITS = ("attempt", "call", "minute", "hour", "day", "month")
MINUTES = st.integers(0, 1440).map(lambda minute: minute * 60)
WORDS = st.sampled_from(["TPS", "10 to 15", "where: here", "a, b", "5 March 2026", "(so)", "„Zoë“"])
SAYS = WORDS.map(Said) | st.integers(1, 9).map(lambda days: TOO_CLOSE.says(gap=Amount(days, "day")))
VALUES: Mapping[Parameter, st.SearchStrategy[Any]] = {
    AMOUNT: st.builds(Amount, st.integers(1, 10_000), st.sampled_from(UNITS)),
    WITHIN: st.builds(Amount, st.integers(1, 10_000), st.sampled_from(("hour", "day"))),
    NUMBER: st.integers(0, 10_000),
    FIGURE: st.integers(0, 10_000_000),
    DATE: st.dates(date(1970, 1, 1), date(2200, 12, 31)),
    WINDOWS: st.lists(st.tuples(MINUTES, MINUTES), min_size=1, max_size=3).map(tuple),
    CLOCK: st.sampled_from(["10:12", "2026-11-24 09:05"]),
    NAME: WORDS,
    PLACE: st.sampled_from(["JE", "GB-ENG", "US-NY"]),
    REASON: st.sampled_from(["litigation", "debtor_asked"]),
    WRITTEN: WORDS,
    TEXT: SAYS,
    TEXTS: st.lists(SAYS, min_size=1, max_size=3).map(tuple),
    IN_TURN: st.lists(SAYS, min_size=1, max_size=3).map(tuple),
}


def value_of(parameter: Parameter) -> st.SearchStrategy[Any]:
    if isinstance(parameter, AnyOf):
        return st.lists(st.sampled_from(parameter.words), min_size=1, max_size=4, unique=True).map(tuple)
    return st.sampled_from(parameter.words) if isinstance(parameter, OneOf) else VALUES[parameter]


def is_same(one: Said, other: Said) -> bool:
    return (one, one.template, dict(one.values)) == (other, other.template, dict(other.values))


@pytest.mark.long
@pytest.mark.parametrize("template", templates(), ids=lambda one: one.text)
@settings(max_examples=25)
@given(data=st.data())
def test_a_sentence_is_the_same_when_it_comes_back(template: Template, data: st.DataObject) -> None:
    values = {name: data.draw(value_of(parameter), name) for name, parameter in template.parameters.items()}
    said = template.says(**values)
    again = said_again(json.loads(json.dumps(said)), sentence_of(said))
    assert is_same(again, said)
    assert is_same(pickle.loads(pickle.dumps(said)), said)
    assert is_same(deepcopy(said), said)
    [carried] = ValueError(said).args
    assert str(ValueError(said)) is carried is said


def test_a_text_without_values_needs_no_sentence() -> None:
    assert sentence_of("typed") == sentence_of(Said("of a pack")) == sentence_of(NO_CALLS) == ""
    assert is_same(said_again("of a pack", ""), Said("of a pack"))


@pytest.mark.parametrize(
    "sentence",
    [
        '["Less than {gap} after the call before",{"gap":[3,"day"]}]',  # other values
        '["{gap} in older words",{"gap":[2,"day"]}]',  # a template that is gone
        '["Less than {gap} after the call before",{"span":[2,"day"]}]',  # and one that had other names
        '["Less than {gap} after the call before"]',
        '["Less than {gap} after the call before",3]',
        "no JSON",
    ],
)
def test_the_english_on_record_stands_where_its_sentence_says_it_no_more(sentence: str) -> None:
    kept = said_again("Less than 2 days after the call before", sentence)
    assert is_same(kept, Said("Less than 2 days after the call before"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("after a call", ("a call",)),
        ("after a call or a text", ("a call", "a text")),
        ("after a call, a letter or a text", ("a call", "a letter", "a text")),
    ],
)
def test_some_of_a_few_words_are_joined(said: str, words: tuple[str, ...]) -> None:
    after = Template("after {what}", what=any_of("a call", "a text", "a letter"))
    assert after.says(what=words) == said


def test_several_texts_are_one_sentence_and_one_is_itself() -> None:
    first, second = LATER, SENTENCE.says(says=Said("No calls"), label=Said("law"))
    assert several([second]) is second
    assert several([]) == ""
    both = several([first, second])
    assert both == f"{LATER}; No calls: law"
    assert isinstance(both, Said)
    assert both.values["texts"][1].template is SENTENCE
