"""An organisation's own rules stand beside the packs': they begin and end at their moments, and only ever tighten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy import (
    AttemptFact,
    BasisFact,
    CallbackFact,
    CallFacts,
    ContactFacts,
    Decision,
    Event,
    Facts,
    Outcome,
    Purpose,
    Verdict,
    decide,
    load_rulebook,
)
from policy.house.limits import CAPS, DAYS, WAITS, HouseLimits, OwnRules, figure, with_own_rules
from tests.policy.engine.test_properties import strictness
from tests.policy.small_packs import utc
from tests.policy.strategies import questions

RULEBOOK = load_rulebook()
HOUSES = [name for name, pack in RULEBOOK.packs.items() if pack.kind == "house"]
LAWS = [name for name, pack in RULEBOOK.packs.items() if pack.is_base_of_area]
TICK = timedelta(microseconds=1)
BEGINS = utc("2026-12-01 00:00")
CALL = CallFacts(Purpose.SERVICE, "Bright", "7", is_number_shown=True)
CONTACT = ContactFacts("P", "+447700900123", ("GB-ENG",), ("Europe/London",))
BASIS = BasisFact(utc("2026-01-05 09:00"), "legitimate_interest", is_told_of_calls=True)


def own(limits: HouseLimits, begins: datetime = BEGINS, ends: datetime | None = None, campaign: str = "") -> OwnRules:
    last = None if ends is None else ends.date() - timedelta(days=1)
    return OwnRules(limits, begins, ends, begins.date(), last, campaign)


def ask(rules: Sequence[OwnRules], at: datetime, *events: Event, campaign: str = "7") -> Decision:
    facts = Facts(replace(CALL, campaign=campaign), CONTACT, (BASIS, *events))
    return decide(facts, with_own_rules(RULEBOOK, rules), at, house_pack="gb-house")


def attempt(at: str, outcome: Outcome) -> AttemptFact:
    return AttemptFact(utc(at) - TICK, CONTACT.number, CONTACT.person, CALL.principal, "7", outcome=outcome)


moments = st.integers(0, 400).map(lambda days: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days))
windows = st.sampled_from([(), ((time(9), time(17)),), ((time(8), time(12)), (time(13), time(0)))])
limits = st.builds(
    HouseLimits,
    hours=st.dictionaries(st.sampled_from(DAYS), windows),
    waits=st.dictionaries(st.sampled_from(WAITS), st.integers(1, 2_000)),
    caps=st.dictionaries(st.sampled_from(CAPS), st.integers(1, 8)),
    ring_seconds=st.integers(0, 40),
    callbacks_wait=st.booleans(),
    open_cards=st.integers(0, 10),
)


@pytest.mark.night
@settings(max_examples=250, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(st.data())
def test_own_rules_never_allow_what_the_packs_forbid(data: Any) -> None:
    asked = data.draw(questions(RULEBOOK.pack(data.draw(st.sampled_from(LAWS))), RULEBOOK))
    house = data.draw(st.sampled_from(HOUSES))
    changes = sorted(data.draw(st.sets(moments, min_size=1, max_size=3)))
    rules = [
        own(data.draw(limits), begins, ends, data.draw(st.sampled_from(["", asked.facts.call.campaign or "x"])))
        for begins, ends in zip(changes, [*changes[1:], None], strict=True)
    ]
    before = decide(asked.facts, RULEBOOK, asked.at, house_pack=house)
    after = decide(asked.facts, with_own_rules(RULEBOOK, rules), asked.at, house_pack=house)
    assert strictness(after) >= strictness(before)


@given(limits)
@settings(max_examples=100)
def test_limits_survive_their_json(one: HouseLimits) -> None:
    assert HouseLimits.from_json(one.to_json()) == one


def test_no_own_rules_give_the_same_rulebook() -> None:
    assert with_own_rules(RULEBOOK, ()) is RULEBOOK


def test_the_version_tells_every_difference_and_nothing_else() -> None:
    one, other = own(HouseLimits(waits={Outcome.BUSY: 48})), own(HouseLimits(waits={Outcome.BUSY: 49}))
    every = (
        [one],
        [other],
        [replace(one, campaign="7")],
        [replace(one, ends_at=utc("2027-01-01 00:00"))],
        [one, other],
    )
    versions = {with_own_rules(RULEBOOK, rules).version for rules in every if rules != [one, other]}
    assert len(versions | {RULEBOOK.version}) == 5
    assert with_own_rules(RULEBOOK, [one]).version == with_own_rules(RULEBOOK, [own(one.limits)]).version


def test_a_wait_begins_at_its_moment_and_ends_with_the_next() -> None:
    tried, ends = attempt("2026-11-27 10:00", Outcome.NO_ANSWER), utc("2026-12-02 00:00")
    rules = [own(HouseLimits(waits={Outcome.NO_ANSWER: 240}), ends=ends), own(HouseLimits(), ends)]
    noon = utc("2026-11-30 12:00")
    assert ask(rules, noon, tried).verdict is Verdict.CALLABLE
    day = ask(rules, utc("2026-12-01 10:00"), tried)
    assert (day.verdict, day.callable_from) == (Verdict.LOCKED, utc("2026-12-02 09:00"))
    assert {one.rule for one in day.findings} >= {"gb-house.own.agreed.wait"}
    assert ask(rules, utc("2026-12-02 10:00"), tried).verdict is Verdict.CALLABLE


def test_own_hours_close_at_their_minute_and_only_on_the_days_given() -> None:
    rules = [own(HouseLimits(hours={"mon-fri": ((time(10), time(17, 30)),)}))]
    assert ask(rules, utc("2026-12-01 10:00")).lawful_until == utc("2026-12-01 17:30")
    assert ask(rules, utc("2026-12-01 10:00") - TICK).verdict is Verdict.LOCKED
    saturday = ask(rules, utc("2026-12-05 10:00"))
    assert saturday.lawful_until == utc("2026-12-05 17:00")  # the pack's own


@pytest.mark.parametrize(("span", "made"), [("day", "2026-12-02 09:30"), ("week", "2026-11-26 10:00")])
def test_a_cap_counts_attempts_of_its_span(span: str, made: str) -> None:
    rules = [own(HouseLimits(caps={span: 1}))]
    busy = attempt(made, Outcome.NOT_IN_SERVICE)
    other = replace(busy, number="+442079460999")
    decided = ask(rules, utc("2026-12-02 10:00"), other)
    assert f"gb-house.own.{'agreed.' if span == 'day' else ''}cap.{span}" in {one.rule for one in decided.findings}
    assert decided.verdict is Verdict.LOCKED


def agreed(due: str) -> CallbackFact:
    return CallbackFact(utc("2026-12-01 10:00"), utc(due), CONTACT.person, CALL.principal, is_hour_named=True)


def test_an_agreed_callback_comes_before_own_waits_and_hours_unless_callbacks_wait() -> None:
    tried = attempt("2026-12-01 09:45", Outcome.CONVERSATION)
    hours = {"mon-fri": ((time(10), time(17)),)}
    asked = HouseLimits(waits={Outcome.CONVERSATION: 240}, hours=hours, caps={"day": 1})
    due = agreed("2026-12-02 18:00")
    at = utc("2026-12-02 18:05")
    assert ask([own(asked)], at, tried, due).verdict is Verdict.CALLABLE
    assert ask([own(replace(asked, callbacks_wait=True))], at, tried, due).verdict is Verdict.LOCKED


def test_where_callbacks_wait_they_keep_to_the_packs_own_waits_too() -> None:
    tried, due, at = attempt("2026-12-01 10:00", Outcome.NOT_NOW), agreed("2026-12-02 12:00"), utc("2026-12-02 12:05")
    assert ask([], at, tried, due).verdict is Verdict.CALLABLE
    kept = ask([own(HouseLimits(callbacks_wait=True))], at, tried, due)
    assert kept.verdict is Verdict.LOCKED
    assert "gb-house.own.kept.cool_off" in {one.rule for one in kept.findings}
    assert ask([own(HouseLimits(callbacks_wait=True))], BEGINS - TICK, tried, due).findings


def test_beside_own_rules_a_callback_frees_no_more_of_the_pack_than_before() -> None:
    made = [attempt(at, Outcome.BUSY) for at in ("2026-11-27 10:00", "2026-11-30 10:00", "2026-12-01 09:45")]
    due, at = agreed("2026-12-02 12:00"), utc("2026-12-02 12:05")
    for rules in ([], [own(HouseLimits(waits={Outcome.CONVERSATION: 240}, caps={"day": 1}))]):
        decided = ask(rules, at, *made, due)
        assert decided.verdict is Verdict.LOCKED
        assert "gb-house.cap.service.week" in {one.rule for one in decided.findings if one.effect == "lock"}


def test_figures_are_those_in_force_at_the_moment_for_the_campaign() -> None:
    rules = [own(HouseLimits(ring_seconds=20)), own(HouseLimits(ring_seconds=25, open_cards=3), campaign="8")]
    book = with_own_rules(RULEBOOK, rules)
    assert figure(book, "gb-house", "ring_seconds", BEGINS - TICK, "8") == [15.0]
    assert figure(book, "gb-house", "ring_seconds", BEGINS, "7") == [15.0, 20.0]
    assert figure(book, "gb-house", "ring_seconds", BEGINS, "8") == [15.0, 20.0, 25.0]
    assert figure(book, "gb-house", "open_cards", BEGINS, "8") == [3.0]
    assert figure(book, "none-house", "open_cards", BEGINS) == []


def test_a_day_of_the_house_is_told_to_those_who_ask_by_the_day() -> None:
    book = with_own_rules(RULEBOOK, [own(HouseLimits(ring_seconds=20))])
    rules = {rule.id: rule for rule in book.packs["gb-house"].rules}
    assert not rules["gb-house.own.ring_seconds"].in_force(date(2026, 11, 30))
    assert rules["gb-house.own.ring_seconds"].in_force(date(2026, 12, 1))
