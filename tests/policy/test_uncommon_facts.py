"""Facts that few packs ask for: who or what speaks, where the number came from, whether an interest was weighed.

Each has its words for a pack, is held where it is not known, and agrees with the plain reference over random questions.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from policy import BasisFact, CallFacts, ContactFacts, Decision, Effect, Event, Facts, Rulebook, Verdict, decide
from policy.in_words import rule_in_words
from policy.phrases import limits
from tests.policy import reference
from tests.policy.small_packs import CALL, CONTACT, head, rule, rulebook_of, utc
from tests.policy.strategies import questions

NOON = utc("2026-11-24 12:00")
CONSENT = """accepts = [{ consent = "calls" }]
missing = "consent to calls that names us"
"""
WEIGHED = """accepts = [{ basis = ["legitimate_interest"], assessed = true }]
missing = "legitimate interest that was assessed"
"""


def asked(
    rulebook: Rulebook, events: tuple[Event, ...] = (), call: CallFacts = CALL, contact: ContactFacts = CONTACT
) -> Decision:
    return decide(Facts(call, contact, events), rulebook, NOON)


# -- who or what speaks ------------------------------------------------------------------------------------------------

AUTOMATED = replace(CALL, caller="automated")


def test_an_automated_voice_is_held_where_no_pack_answers_for_it(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path)
    assert asked(rulebook).verdict is Verdict.CALLABLE
    held = asked(rulebook, call=AUTOMATED)
    assert (held.verdict, held.missing) == (Verdict.HELD, ("a pack for calls by an automated voice to GB-ENG",))
    assert [one.says for one in held.findings] == ["No rules are known for calls by an automated voice to GB-ENG"]


def test_an_automated_voice_is_decided_by_a_pack_that_answers_for_it(tmp_path: Path) -> None:
    answers = head() + 'callers = ["person", "automated"]\n'
    written = rule("ban", "", applies_when='{ caller = ["automated"] }')
    assert asked(rulebook_of(tmp_path, beginning=answers), call=AUTOMATED).verdict is Verdict.CALLABLE
    rulebook = rulebook_of(tmp_path, written, beginning=answers)
    assert asked(rulebook, call=AUTOMATED).verdict is Verdict.SUPPRESSED
    assert asked(rulebook).verdict is Verdict.CALLABLE


def test_a_pack_for_automated_voices_alone_answers_for_no_person(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, beginning=head() + 'callers = ["automated"]\n')
    assert asked(rulebook, call=AUTOMATED).verdict is Verdict.CALLABLE
    assert asked(rulebook).missing == ("a pack for calls by a person to GB-ENG",)


def test_no_shipped_pack_permits_an_automated_voice_it_does_not_answer_for() -> None:
    from policy import load_rulebook

    shipped = load_rulebook()
    silent = [pack for pack in shipped.packs.values() if pack.is_base_of_area and "automated" not in pack.callers]
    assert silent
    for pack in silent:
        contact = replace(CONTACT, places=pack.areas[:1])
        assert asked(shipped, call=AUTOMATED, contact=contact).verdict in (Verdict.HELD, Verdict.SUPPRESSED)


# -- where the number came from ----------------------------------------------------------------------------------------

NAMES = '{ source = ["directory", "random"] }'


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("directory", Verdict.SUPPRESSED),
        ("random", Verdict.SUPPRESSED),
        ("given", Verdict.CALLABLE),
        ("bought", Verdict.CALLABLE),
        ("", Verdict.HELD),
    ],
)
@pytest.mark.parametrize("kind", ["ban", "basis"])
def test_a_rule_for_some_sources_bars_those_and_holds_an_unknown_one(
    tmp_path: Path, kind: str, source: str, verdict: Verdict
) -> None:
    wants = CONSENT if kind == "basis" else 'unless = [{ consent = "calls" }]'
    contact = replace(CONTACT, source=source)
    assert asked(rulebook_of(tmp_path, rule(kind, wants, applies_when=NAMES)), contact=contact).verdict is verdict


def test_it_asks_where_an_unknown_number_came_from(tmp_path: Path) -> None:
    by_title = asked(rulebook_of(tmp_path, rule("ban", "", applies_when=NAMES)))
    assert by_title.missing == ("where the number came from",)
    lenient = CONSENT + 'when_unknown = "lock"\n'
    by_ground = asked(rulebook_of(tmp_path, rule("basis", lenient, applies_when=NAMES)))
    assert by_ground.missing == ("where the number came from, or consent to calls that names us",)
    assert [one.says for one in by_ground.findings] == ["There is no consent to calls that names us: house policy"]


def test_a_warning_about_a_source_stays_a_warning_where_it_is_unknown(tmp_path: Path) -> None:
    decision = asked(rulebook_of(tmp_path, rule("ban", "", applies_when=NAMES, mode='"warn"')))
    assert (decision.verdict, [one.effect for one in decision.findings]) == (Verdict.CALLABLE, [Effect.WARN])


# -- a legitimate interest that was weighed ----------------------------------------------------------------------------


@pytest.mark.parametrize("is_assessed", [True, False])
def test_an_interest_counts_where_it_must_be_weighed_only_if_it_was(tmp_path: Path, is_assessed: bool) -> None:
    interest = BasisFact(utc("2026-11-01 09:00"), "legitimate_interest", principal="Bright", is_assessed=is_assessed)
    decision = asked(rulebook_of(tmp_path, rule("basis", WEIGHED)), (interest,))
    assert decision.verdict is (Verdict.CALLABLE if is_assessed else Verdict.SUPPRESSED)
    anyhow = WEIGHED.replace(", assessed = true", "")
    assert asked(rulebook_of(tmp_path, rule("basis", anyhow)), (interest,)).verdict is Verdict.CALLABLE


# -- together ----------------------------------------------------------------------------------------------------------

RULES = (
    rule("basis", CONSENT, name="sources", applies_when='{ source = ["directory", "random"], line = ["consumer"] }'),
    rule("ban", 'unless = [{ line = ["business"] }]', name="random", applies_when='{ source = "random" }'),
    rule("ban", 'unless = [{ consent = "written" }]', name="voices", applies_when='{ caller = "automated" }'),
    rule("basis", WEIGHED, name="weighed", applies_when='{ caller = "person" }', mode='"warn"'),
)


@cache
def the_rulebook() -> Rulebook:
    with TemporaryDirectory() as folder:
        return rulebook_of(Path(folder), *RULES, beginning=head() + 'callers = ["person", "automated"]\n')


def over_random_questions(test: Callable[[Any], None]) -> Callable[[], None]:
    rulebook = the_rulebook()

    @settings(
        max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=tuple(HealthCheck)
    )
    @given(questions(rulebook.pack("small"), rulebook))
    def run(one: Any) -> None:
        test(one)

    return run


@over_random_questions
def test_the_engine_says_of_them_what_the_plain_reference_says(one: Any) -> None:
    rulebook = the_rulebook()
    decision = decide(one.facts, rulebook, one.at, house_pack=one.house_pack)
    plain = reference.ask(one.facts, rulebook, one.at, one.house_pack)
    assert decision.verdict is reference.verdict_at(plain, one.at), decision.findings


def test_a_rule_names_them_in_words() -> None:
    said = [limits(one.applies) for one in the_rulebook().pack("small").rules]
    assert said == [
        "on consumer lines; on numbers from a directory or made up at random",
        "on numbers made up at random",
        "where an automated voice speaks",
        "where a person speaks",
    ]
    weighed = rule_in_words(the_rulebook().pack("small").rules[3])
    assert weighed == "needs a legitimate interest as lawful basis, weighed against the person's interests"
