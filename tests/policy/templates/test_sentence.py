"""A rule's sentence is read back to the template that wrote it, and to the same parameters."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.templates import (
    AMOUNT,
    CLOCK,
    DATE,
    FIGURE,
    NAME,
    NUMBER,
    PLACE,
    REASON,
    TEXT,
    TEXTS,
    WINDOWS,
    WITHIN,
    WRITTEN,
    Amount,
    AnyOf,
    OneOf,
    Parameter,
    Template,
    any_of,
    readings,
    templates,
)

UNITS = ("attempt", "call", "minute", "hour", "day", "month")
MINUTES = st.integers(0, 1440).map(lambda minute: minute * 60)
WORDS = st.sampled_from(["TPS", "Do Not Call Register", "10 to 15", "where: here", "a, b", "5 March 2026", "(so)"])
VALUES: Mapping[Parameter, st.SearchStrategy[Any]] = {
    AMOUNT: st.builds(Amount, st.integers(1, 10_000), st.sampled_from(UNITS)),
    WITHIN: st.builds(Amount, st.integers(1, 10_000), st.sampled_from(("hour", "day"))),
    NUMBER: st.integers(0, 10_000),
    FIGURE: st.integers(0, 10_000_000),
    DATE: st.dates(date(1970, 1, 1), date(2200, 12, 31)),
    WINDOWS: st.lists(st.tuples(MINUTES, MINUTES), min_size=1, max_size=3).map(tuple),
    CLOCK: st.sampled_from(["10:12", "2026-11-24 09:05"]),
    NAME: WORDS.filter(lambda name: ": " not in name),
    PLACE: st.sampled_from(["JE", "GB-ENG", "US-NY"]),
    REASON: st.sampled_from(["litigation", "debtor_asked"]),
    WRITTEN: WORDS,
    TEXT: WORDS,
    TEXTS: st.lists(st.sampled_from(["a complaint", "moved house"]), min_size=1, max_size=3).map(tuple),
}


def value_of(parameter: Parameter) -> st.SearchStrategy[Any]:
    if isinstance(parameter, AnyOf):
        return st.lists(st.sampled_from(parameter.words), min_size=1, max_size=4, unique=True).map(tuple)
    return st.sampled_from(parameter.words) if isinstance(parameter, OneOf) else VALUES[parameter]


@pytest.mark.long
@pytest.mark.parametrize("template", templates(), ids=lambda one: one.text)
@settings(max_examples=25)
@given(data=st.data())
def test_a_sentence_is_read_back_to_what_it_was_written_from(template: Template, data: st.DataObject) -> None:
    values = {name: data.draw(value_of(parameter), name) for name, parameter in template.parameters.items()}
    english = template.says(**values)
    assert values in list(template.readings(english)), english
    assert (template, values) in list(readings(english)), english
    for other, found in readings(english):
        assert other.says(**found) == english, "a reading is one of the same words"


@pytest.mark.parametrize("voice", ["a person", "an automated voice"])
def test_the_template_with_the_most_fixed_text_is_tried_first(voice: str) -> None:
    first, values = next(iter(readings(f"Nextcall has no rules for calls by {voice} to GB")))
    assert (first.text, values) == (
        "Nextcall has no rules for calls by {voice} to {place}",
        {"voice": voice, "place": "GB"},
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("after a call", ("a call",)),
        ("after a call or a text", ("a call", "a text")),
        ("after a call, a letter or a text", ("a call", "a letter", "a text")),
        ("after a call cut off or a call", ("a call cut off", "a call")),
    ],
)
def test_some_of_a_few_words_are_read_one_by_one(said: str, words: tuple[str, ...]) -> None:
    after = Template("after {what}", what=any_of("a call", "a text", "a letter", "a call cut off"))
    assert after.says(what=words) == said
    assert list(after.readings(said)) == [{"what": words}]


def test_a_text_that_no_template_wrote_has_no_reading() -> None:
    for text in (
        "",
        "A sentence of a house pack",
        "3 attempts in one day already",
        "Less than a minute after the call before",
    ):
        assert list(readings(text)) == []


def test_a_label_with_a_colon_is_found_among_the_readings() -> None:
    found = [values for one, values in readings("No calls at all: CONC names no clock: our own") if "label" in values]
    assert {"says": "No calls at all", "label": "CONC names no clock: our own"} in found
