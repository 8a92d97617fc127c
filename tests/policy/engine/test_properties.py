"""What is true for every pack and any facts, checked against the second evaluator minute by minute.

The questions are the same in every run; NEXTCALL_EXAMPLES=20 asks twenty times as many, and new ones.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy import (
    BasisFact,
    CallFacts,
    ConsentFact,
    Decision,
    Event,
    Facts,
    RelationshipFact,
    Rulebook,
    ScreeningFact,
    Verdict,
    decide,
    load_rulebook,
)
from tests.policy.second.compare import differences, in_this_second, line_of
from tests.policy.second.known import Question
from tests.policy.strategies import Asked, a_stop, an_attempt, known_by, near, questions

RULEBOOK: Rulebook = load_rulebook()
PACKS = [name for name, pack in RULEBOOK.packs.items() if pack.kind != "base"]
RANKS = {Verdict.CALLABLE: 0, Verdict.LOCKED: 1, Verdict.HELD: 2, Verdict.SUPPRESSED: 3}
MORE = int(os.environ.get("NEXTCALL_EXAMPLES", "1"))
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def for_every_pack(examples: int) -> Callable[[Any], Any]:
    """Runs a property with many questions for each pack; a third as many for a state's, asked with its country's."""

    def wrap(test: Callable[[Asked, Any], None]) -> Any:
        @pytest.mark.parametrize("name", PACKS)
        def run(name: str) -> None:
            pack = RULEBOOK.pack(name)
            is_state = pack.kind == "law" and not pack.is_base_of_area

            @settings(
                max_examples=max(examples // 3, 2) * MORE if is_state else examples * MORE,
                suppress_health_check=SLOW,
                derandomize=MORE == 1,
                database=None,
            )
            @given(data=st.data())
            def ask_all(data: Any) -> None:
                test(data.draw(questions(pack, RULEBOOK)), data)

            ask_all()

        run.__name__ = test.__name__
        run.__doc__ = test.__doc__
        return run

    return wrap


def answer(asked: Asked, facts: Facts | None = None, at: datetime | None = None) -> Decision:
    return decide(facts or asked.facts, RULEBOOK, at or asked.at, house_pack=asked.house_pack)


@pytest.mark.long
@for_every_pack(20)
def test_the_engine_agrees_with_the_second_evaluator(asked: Asked, data: Any) -> None:
    assert differences(line_of(asked.facts, asked.at), asked.facts, asked.house_pack, RULEBOOK) == []


@pytest.mark.long
@for_every_pack(5)
def test_it_names_the_first_lawful_and_the_first_unlawful_moment(asked: Asked, data: Any) -> None:
    decision = answer(asked)
    question = Question(line_of(asked.facts, asked.at), asked.house_pack)

    def is_callable(at: datetime) -> bool:
        return all(verdict == "callable" for verdict, _ in in_this_second(question, at))

    if decision.verdict is Verdict.CALLABLE:
        assert decision.callable_from == asked.at
        until = decision.lawful_until
        assert all(is_callable(at) for at in span(asked.at, until))
        if until is not None:
            assert is_callable(until - SECOND)
            assert not is_callable(until)
    elif decision.verdict is Verdict.LOCKED:
        first = decision.callable_from
        assert not any(is_callable(at) for at in span(asked.at, first))
        if first is not None:
            assert not is_callable(first - SECOND)
            assert is_callable(first)
    else:
        assert decision.callable_from is None
        assert decision.lawful_until is None


def span(start: datetime, end: datetime | None) -> list[datetime]:
    """The minutes from start to end: every minute for some hours at both ends, every 15 between them; at most two
    weeks."""
    last = min(end or start + timedelta(days=14), start + timedelta(days=14))
    total = int((last - start) / MINUTE)
    near = set(range(min(total, 240))) | set(range(max(total - 240, 0), total))
    return [start + MINUTE * step for step in sorted(near | set(range(0, total, 15)))]


@pytest.mark.long
@for_every_pack(12)
def test_the_verdict_at_callable_from_is_callable(asked: Asked, data: Any) -> None:
    decision = answer(asked)
    if decision.verdict is Verdict.LOCKED and decision.callable_from is not None:
        later = answer(asked, known_by(asked.facts, asked.at), decision.callable_from)
        assert later.verdict is Verdict.CALLABLE, later.findings


@pytest.mark.long
@for_every_pack(12)
def test_an_attempt_or_a_stop_never_makes_anything_callable_sooner(asked: Asked, data: Any) -> None:
    before = near(lambda: asked.at, -40 * 24 * 60, 0)
    extra = data.draw(st.one_of(an_attempt(before, asked.facts.call), a_stop(before)))
    was = answer(asked)
    now = answer(asked, replace(asked.facts, events=(*asked.facts.events, extra)))
    assert strictness(now) >= strictness(was), (extra, was, now)


def strictness(decision: Decision) -> tuple[int, float]:
    first = decision.callable_from
    return RANKS[decision.verdict], float("inf") if first is None else first.timestamp()


@pytest.mark.long
@for_every_pack(10)
def test_the_order_of_the_facts_does_not_matter(asked: Asked, data: Any) -> None:
    shuffled = tuple(data.draw(st.permutations(asked.facts.events)))
    assert answer(asked, replace(asked.facts, events=shuffled)) == answer(asked)


@pytest.mark.long
@for_every_pack(10)
def test_removing_a_fact_about_the_contact_never_makes_a_call_lawful(asked: Asked, data: Any) -> None:
    contact, call = asked.facts.contact, asked.facts.call
    proofs = (BasisFact, ConsentFact, RelationshipFact)
    unproved = tuple(event for event in asked.facts.events if not isinstance(event, proofs))
    unscreened = tuple(event for event in asked.facts.events if not is_clear(event))
    poorer = data.draw(
        st.sampled_from(
            (
                replace(asked.facts, contact=replace(contact, zones=())),
                replace(asked.facts, contact=replace(contact, places=())),
                replace(asked.facts, contact=replace(contact, places=(contact.places[0].split("-")[0],))),
                replace(asked.facts, contact=replace(contact, number_kind="")),
                replace(asked.facts, contact=replace(contact, source="")),
                replace(asked.facts, call=replace(call, is_number_shown=None)),
                replace(asked.facts, call=without_authority(call)),
                replace(asked.facts, events=unproved),
                replace(asked.facts, events=unscreened),
            )
        )
    )
    if answer(asked).verdict is not Verdict.CALLABLE:
        assert answer(asked, poorer).verdict is not Verdict.CALLABLE


def is_clear(event: Event) -> bool:
    return isinstance(event, ScreeningFact) and not event.is_listed


def without_authority(call: CallFacts) -> CallFacts:
    return replace(call, authorised_for=frozenset())
