"""Compiled contexts: each serves only its own rulebook, house pack or choice of packs, and is dropped with its
rulebook."""

import gc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from weakref import ref

import pytest

from policy import AttemptFact, Facts, Outcome, Prepared, Rulebook, Verdict, decide, load_rulebook
from policy.engine.context import context_of
from tests.policy.small_packs import CALL, CONTACT, rule, rulebook_of, utc

AT = utc("2026-11-24 12:00") + timedelta(microseconds=417_003)
CALLED = AttemptFact(AT - timedelta(hours=30), CONTACT.number, CONTACT.person, "Bright", outcome=Outcome.NO_ANSWER)
FACTS = Facts(CALL, CONTACT, (CALLED,))


def test_it_answers_by_the_given_rulebook_whichever_was_used_before(tmp_path: Path) -> None:
    free = rulebook_of(tmp_path, rule("ban", "", effective_from="2030-01-01"))
    barred = rulebook_of(tmp_path, rule("ban", ""))
    for rulebook, verdict in (*((free, Verdict.CALLABLE), (barred, Verdict.SUPPRESSED)) * 2,):
        assert decide(FACTS, rulebook, AT).verdict is verdict
        assert decide(FACTS, rulebook, AT).rulebook == rulebook.version


def test_it_answers_by_the_given_packs_whichever_were_used_before() -> None:
    rulebook = load_rulebook()
    ways: list[dict[str, object]] = [{}, {"house_pack": "gb-house"}, {"packs": ("gb",)}, {"packs": ("gb", "gb-house")}]
    packs = {str(way): {one.pack for one in decide(FACTS, rulebook, AT, **way).findings} for way in ways * 2}  # type: ignore[arg-type]
    assert "gb-house" not in packs[str(ways[0])] | packs[str(ways[2])]
    assert "gb-house" in packs[str(ways[1])] & packs[str(ways[3])]


def test_it_compiles_once_for_the_same_question() -> None:
    rulebook = Rulebook(load_rulebook().packs, "of its own")  # contexts of other tests may fill the store at any moment
    asked = Prepared(FACTS)
    first = context_of(rulebook, asked, "gb-house", None)
    context_of(rulebook, asked, None, None)
    other = Prepared(Facts(replace(CALL, campaign="autumn"), replace(CONTACT, person="Q")))
    assert context_of(rulebook, other, "gb-house", None) is first


@pytest.mark.long
def test_contexts_are_dropped_with_their_rulebook() -> None:
    rulebook = Rulebook(load_rulebook().packs, "short of life")
    decide(FACTS, rulebook, AT)
    gone = ref(rulebook)
    decide(FACTS, load_rulebook(), AT)
    del rulebook
    gc.collect()
    assert gone() is None


def test_the_findings_of_closed_hours_are_built_once_for_one_moment(tmp_path: Path) -> None:
    hours = rule("hours", "windows = { every_day = [[09:00:00, 20:00:00]] }", name="hours")
    wait = rule("cool_off", 'keys = [["person"]]\nafter = [{ outcomes = ["no_answer"], hours = 24 }]', name="wait")
    rulebook, night = rulebook_of(tmp_path, hours, wait), utc("2026-11-24 22:00")
    said = []
    for person in ("P", "Q"):
        tried = replace(CALLED, at=night - timedelta(hours=4), person=person)
        decision = decide(Facts(CALL, replace(CONTACT, person=person), (tried,)), rulebook, night)
        said.append({finding.rule: finding for finding in decision.findings})
    assert set(said[0]) == set(said[1]) == {"small.hours", "small.wait"}
    assert said[0]["small.hours"] is said[1]["small.hours"]
