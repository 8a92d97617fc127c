"""Facts that few packs use: the caller's voice, the source of the number, whether an interest was weighed.

Each has its words for packs, is held if unknown, and agrees with the second evaluator on random questions.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from policy import (
    BasisFact,
    CallFacts,
    ConsentFact,
    ContactFacts,
    Decision,
    Effect,
    Event,
    Facts,
    Rulebook,
    Verdict,
    decide,
)
from policy.errors import FactsError
from policy.facts.reading import facts_from_json, facts_to_json
from policy.rules.words import limits, rule_in_words
from tests.policy.small_packs import CALL, CONTACT, TwiceRead, head, rule, rulebook_of, utc
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


# -- how they are written ----------------------------------------------------------------------------------------------


def told(call: dict[str, Any] | None = None, contact: dict[str, Any] | None = None, **consent: str) -> str:
    """Why a question is refused; empty if it is not."""
    question = facts_to_json(Facts(CALL, CONTACT))
    question["call"] |= call or {}
    question["contact"] |= contact or {}
    question["events"] = [{"event": "consent", "at": "2026-11-20T10:00:00.417003Z", **consent}]
    try:
        facts_from_json(question)
    except FactsError as error:
        return str(error)
    return ""


def test_it_says_which_words_there_are() -> None:
    assert told(call={"caller": "robot"}) == "call.caller: unknown word 'robot'; write one of person, automated"
    sources = '"", given, directory, public, bought, referral, random (did you mean directory?)'
    assert told(contact={"source": "directry"}) == f"contact.source: unknown word 'directry'; write one of {sources}"


def test_it_says_how_the_times_of_a_consent_are_written() -> None:
    both = "missing; write both times, or neither for the whole day"
    assert told(open_from="09:00") == f"events[0].open_until: {both}"
    assert told(open_until="09:00") == f"events[0].open_from: {both}"
    for closes in ("01:00", "22:00"):
        said = "is not after open_from; a window ends on its own day, at 00:00 at the latest"
        assert told(open_from="22:00", open_until=closes) == f"events[0].open_until: {said}"
    assert told(open_from="22:00", open_until="00:00") == ""
    assert told(ends_at="2026-11-20T10:00:00Z") == "events[0].ends_at: lies before at; correct one of the two"


# -- the caller's voice
# --------------------------------------------------------------------------------------------------

AUTOMATED = replace(CALL, caller="automated")


def test_an_automated_voice_is_held_if_no_pack_covers_it(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path)
    assert asked(rulebook).verdict is Verdict.CALLABLE
    held = asked(rulebook, call=AUTOMATED)
    assert (held.verdict, held.missing) == (Verdict.HELD, ("a pack for calls by an automated voice to GB-ENG",))
    assert [one.says for one in held.findings] == ["Nextcall has no rules for calls by an automated voice to GB-ENG"]


def test_an_automated_voice_is_decided_by_a_pack_that_covers_it(tmp_path: Path) -> None:
    answers = head() + 'callers = ["person", "automated"]\n'
    written = rule("ban", "", applies_when='{ caller = ["automated"] }')
    assert asked(rulebook_of(tmp_path, beginning=answers), call=AUTOMATED).verdict is Verdict.CALLABLE
    rulebook = rulebook_of(tmp_path, written, beginning=answers)
    assert asked(rulebook, call=AUTOMATED).verdict is Verdict.SUPPRESSED
    assert asked(rulebook).verdict is Verdict.CALLABLE


def test_a_pack_for_automated_voices_only_covers_no_person(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, beginning=head() + 'callers = ["automated"]\n')
    assert asked(rulebook, call=AUTOMATED).verdict is Verdict.CALLABLE
    assert asked(rulebook).missing == ("a pack for calls by a person to GB-ENG",)


def test_no_shipped_pack_permits_an_automated_voice_that_it_does_not_cover() -> None:
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


def test_a_number_of_unknown_source_is_held_with_a_question(tmp_path: Path) -> None:
    by_title = asked(rulebook_of(tmp_path, rule("ban", "", applies_when=NAMES)))
    assert by_title.missing == ("where the number came from",)
    lenient = CONSENT + 'when_unknown = "lock"\n'
    by_ground = asked(rulebook_of(tmp_path, rule("basis", lenient, applies_when=NAMES)))
    assert by_ground.missing == ("where the number came from, or consent to calls that names us",)
    assert [one.says for one in by_ground.findings] == ["There is no consent to calls that names us: house policy"]


def test_a_warning_about_a_source_stays_a_warning_if_the_source_is_unknown(tmp_path: Path) -> None:
    decision = asked(rulebook_of(tmp_path, rule("ban", "", applies_when=NAMES, mode='"warn"')))
    assert (decision.verdict, [one.effect for one in decision.findings]) == (Verdict.CALLABLE, [Effect.WARN])


# -- a legitimate interest that was weighed ----------------------------------------------------------------------------


@pytest.mark.parametrize("is_assessed", [True, False])
def test_an_interest_that_must_be_weighed_counts_only_if_it_was(tmp_path: Path, is_assessed: bool) -> None:
    interest = BasisFact(utc("2026-11-01 09:00"), "legitimate_interest", principal="Bright", is_assessed=is_assessed)
    decision = asked(rulebook_of(tmp_path, rule("basis", WEIGHED)), (interest,))
    assert decision.verdict is (Verdict.CALLABLE if is_assessed else Verdict.SUPPRESSED)
    anyhow = WEIGHED.replace(", assessed = true", "")
    assert asked(rulebook_of(tmp_path, rule("basis", anyhow)), (interest,)).verdict is Verdict.CALLABLE


# -- a consent for a day, or for times of the day ----------------------------------------------------------------------

GIVEN = ConsentFact(utc("2026-11-23 09:00"), "hours", "Bright")
OPEN_AT_TEN = """windows = { every_day = [[10:00:00, 12:00:00]] }
lifted_by = [{ consent = "hours" }]
"""


def spans_open(
    tmp_path: Path, consent: ConsentFact, start: str, zones: tuple[str, ...] = ("Europe/London",)
) -> list[str]:
    """The next three spans when a call may be made, if calls are otherwise allowed from 10 to 12 only."""
    rulebook = rulebook_of(tmp_path, rule("hours", OPEN_AT_TEN))
    facts = Facts(CALL, replace(CONTACT, zones=zones), (consent,))
    found, at = [], utc(start)
    for _ in range(3):
        first = decide(facts, rulebook, at).callable_from
        assert first is not None
        last = decide(facts, rulebook, first).lawful_until
        assert last is not None
        found.append(f"{first:%a %H:%M:%S} to {last:%a %H:%M:%S}")
        at = last
    return found


def test_a_consent_for_times_of_the_day_opens_those_on_every_day(tmp_path: Path) -> None:
    evening = replace(GIVEN, open_from=time(18), open_until=time(19, 30))
    assert spans_open(tmp_path, evening, "2026-11-24 17:00") == [
        "Tue 18:00:00 to Tue 19:30:00",
        "Wed 10:00:00 to Wed 12:00:00",
        "Wed 18:00:00 to Wed 19:30:00",
    ]


def test_a_consent_for_one_local_day_opens_that_day_alone(tmp_path: Path) -> None:
    that_day = replace(GIVEN, only_on=date(2026, 11, 25))
    assert spans_open(tmp_path, that_day, "2026-11-24 17:00") == [
        "Wed 00:00:00 to Thu 00:00:00",
        "Thu 10:00:00 to Thu 12:00:00",
        "Fri 10:00:00 to Fri 12:00:00",
    ]


@pytest.mark.parametrize(
    "limits",
    [{"only_on": date(2026, 11, 23)}, {"open_from": time(18), "open_until": time(20)}, {"days": frozenset({1})}],
    ids=["another day", "the evening", "Mondays"],
)
def test_a_call_that_needs_consent_needs_one_for_its_time(tmp_path: Path, limits: dict[str, Any]) -> None:
    rulebook = rulebook_of(tmp_path, rule("basis", CONSENT))
    consent = replace(GIVEN, kind="calls")
    assert asked(rulebook, (consent,)).verdict is Verdict.CALLABLE
    assert asked(rulebook, (replace(consent, **limits),)).verdict is Verdict.SUPPRESSED


def test_a_window_to_midnight_ends_with_its_day(tmp_path: Path) -> None:
    late = replace(GIVEN, days=frozenset({3}), open_from=time(22), open_until=time(0))
    assert spans_open(tmp_path, late, "2026-11-25 12:00") == [
        "Wed 22:00:00 to Thu 00:00:00",
        "Thu 10:00:00 to Thu 12:00:00",
        "Fri 10:00:00 to Fri 12:00:00",
    ]


def test_a_consents_times_are_exact_to_the_fraction_of_a_second(tmp_path: Path) -> None:
    split = replace(GIVEN, open_from=time(18, 0, 0, 300_000), open_until=time(19, 0, 0, 700_000))
    assert spans_open(tmp_path, split, "2026-11-24 17:00")[0] == "Tue 18:00:01 to Tue 19:00:00"


def test_with_several_candidate_zones_every_clock_must_be_within(tmp_path: Path) -> None:
    evening = replace(GIVEN, open_from=time(18), open_until=time(20))
    zones = ("Europe/London", "Europe/Paris")
    assert spans_open(tmp_path, evening, "2026-11-24 17:00", zones)[0] == "Tue 18:00:00 to Tue 19:00:00"


def test_a_skipped_wall_time_opens_nothing_and_a_repeated_one_opens_twice(tmp_path: Path) -> None:
    night = replace(GIVEN, at=utc("2026-01-01 09:00"), open_from=time(1, 15), open_until=time(1, 45))
    assert spans_open(tmp_path, night, "2026-03-28 12:00")[0] == "Sun 09:00:00 to Sun 11:00:00"
    assert spans_open(tmp_path, night, "2026-10-24 12:00")[:2] == [
        "Sun 00:15:00 to Sun 00:45:00",
        "Sun 01:15:00 to Sun 01:45:00",
    ]


# -- together ----------------------------------------------------------------------------------------------------------

RULES = (
    rule("basis", CONSENT, name="sources", applies_when='{ source = ["directory", "random"], line = ["consumer"] }'),
    rule("ban", 'unless = [{ line = ["business"] }]', name="random", applies_when='{ source = "random" }'),
    rule("ban", 'unless = [{ consent = "written" }]', name="voices", applies_when='{ caller = "automated" }'),
    rule("basis", WEIGHED, name="weighed", applies_when='{ caller = "person" }', mode='"warn"'),
    rule("hours", OPEN_AT_TEN, name="hours"),
    rule("basis", CONSENT, name="consent", applies_when='{ number_kind = "mobile" }'),
)


SMALL = TwiceRead.of(*RULES, beginning=head() + 'callers = ["person", "automated"]\n')


def over_random_questions(test: Callable[[Any], None]) -> Callable[[], None]:
    @settings(max_examples=150, derandomize=True, database=None, suppress_health_check=tuple(HealthCheck))
    @given(questions(SMALL.rulebook.pack("small"), SMALL.rulebook))
    def run(one: Any) -> None:
        test(one)

    return run


@pytest.mark.long
@over_random_questions
def test_the_engine_agrees_with_the_second_evaluator_on_uncommon_facts(one: Any) -> None:
    assert SMALL.differences(one.facts, one.at) == []


def test_a_rule_on_uncommon_facts_has_words_for_them() -> None:
    said = [limits(one.applies) for one in SMALL.rulebook.pack("small").rules[:4]]
    assert said == [
        "on consumer lines; on numbers from a directory or made up at random",
        "on numbers made up at random",
        "where an automated voice speaks",
        "where a person speaks",
    ]
    weighed = rule_in_words(SMALL.rulebook.pack("small").rules[3])
    assert weighed == "needs a legitimate interest as lawful basis, weighed against the person's interests"
