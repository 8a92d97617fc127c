"""Edge cases of the engine: odd instants, many events, what it answers beside the verdict, and what it imports."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import pytest

from policy import (
    AttemptFact,
    BasisFact,
    CallbackFact,
    CallFacts,
    ConsentFact,
    Facts,
    FactsError,
    HoldFact,
    Outcome,
    Prepared,
    Purpose,
    Rulebook,
    ScreeningFact,
    Status,
    StopFact,
    UnknownPackError,
    Verdict,
    allowance,
    choose_packs,
    decide,
    decide_prepared,
    duties,
    load_rulebook,
    next_change,
)
from tests.policy.shipped import ROOT
from tests.policy.small_packs import CALL, CONTACT, ask, attempt, rule, rulebook_of, utc

RULEBOOK = load_rulebook()
NOON = utc("2026-11-24 12:00:00.417003")
PLAIN = Facts(CALL, CONTACT)


def asked(*events: object, call: CallFacts = CALL) -> Facts:
    return Facts(call, CONTACT, events)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 24, 12),  # noqa: DTZ001 - naive on purpose
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-14))),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    ],
)
def test_it_refuses_naive_and_out_of_range_instants_in_every_field(at: datetime) -> None:
    made = AttemptFact(at, CONTACT.number, "P", "Bright")
    for facts, moment in (
        (PLAIN, at),
        (asked(made), NOON),
        (asked(StopFact(at, "do_not_call")), NOON),
        (asked(ScreeningFact("tps", at, False)), NOON),
        (asked(CallbackFact(NOON, at, "P", "Bright")), NOON),
        (asked(HoldFact(utc("2026-11-01 10:00"), "complaint", lifted_at=at)), NOON),
    ):
        with pytest.raises(FactsError, match=r"time zone|1970"):
            decide(facts, RULEBOOK, moment, house_pack="gb-house")


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (AttemptFact(datetime(1969, 1, 1, tzinfo=UTC), CONTACT.number, "P", "Bright"), "events: AttemptFact.at"),
        (StopFact(datetime(1969, 1, 1, tzinfo=UTC), "cease"), "events: StopFact.at"),
        (ScreeningFact("tps", datetime(1969, 1, 1, tzinfo=UTC), False), "events: ScreeningFact.obtained_at"),
    ],
)
def test_it_names_the_field_of_an_instant_it_refuses(event: object, field: str) -> None:
    with pytest.raises(FactsError) as refused:
        decide(asked(event), RULEBOOK, NOON)
    assert refused.value.field == field


@pytest.mark.long
def test_it_decides_on_a_hundred_thousand_events() -> None:
    start = utc("2020-01-01 00:00")
    many = (attempt_at(start + timedelta(minutes=30 * step)) for step in range(100_000))
    decision = decide(asked(*many), RULEBOOK, utc("2026-11-24 12:00"), house_pack="gb-house")
    assert decision.verdict is Verdict.CALLABLE, "the last of them was made in September 2025"


def attempt_at(at: datetime) -> AttemptFact:
    return AttemptFact(at, CONTACT.number, CONTACT.person, CALL.principal, CALL.campaign, outcome=Outcome.NO_ANSWER)


def test_it_answers_with_aware_utc_whatever_the_zone_of_the_question() -> None:
    tokyo = timezone(timedelta(hours=9))
    decision = decide(PLAIN, RULEBOOK, NOON.astimezone(tokyo), house_pack="gb-house")
    assert decision.at == NOON
    assert decision.at.tzinfo is UTC
    assert decision.rulebook == RULEBOOK.version


def test_shared_decisions_keep_each_questions_moment_and_hours() -> None:
    """Most decisions at one moment are equal and made once; another moment, place or record gets its own."""
    shared = Rulebook(RULEBOOK.packs, RULEBOOK.version)
    verdicts = set()
    for moment in (NOON, utc("2026-11-30 12:00"), utc("2026-11-24 20:15"), NOON):  # the second is a holiday in Scotland
        for place, events, part in product(("GB-ENG", "GB-SCT"), ((), (attempt("2026-11-24 06:00"),)), (0, 0.25, 0.75)):
            facts, at = Facts(CALL, replace(CONTACT, places=(place,)), events), moment + timedelta(seconds=part)
            alone = Rulebook(RULEBOOK.packs, RULEBOOK.version)  # a rulebook that has nothing cached
            decision = decide(facts, shared, at, house_pack="gb-house")
            assert decision == decide(facts, alone, at, house_pack="gb-house"), (place, events, at)
            verdicts.add((decision.at, decision.verdict))
    assert len(verdicts) > 9, "each its own moment, and both verdicts"


def test_elapsed_time_counts_from_the_end_of_an_events_second() -> None:
    made = replace(attempt("2026-11-24 10:00"), at=utc("2026-11-24 10:00") + timedelta(microseconds=1))
    decision = decide(asked(made), RULEBOOK, NOON, house_pack="gb-house")
    assert decision.callable_from == utc("2026-11-27 10:00") + timedelta(seconds=1)
    just_then = utc("2026-11-24 10:00") + timedelta(microseconds=900_000)
    assert decide(asked(made), RULEBOOK, just_then, house_pack="gb-house").verdict is Verdict.LOCKED


def test_prepared_facts_give_the_same_decision_as_plain_facts() -> None:
    facts = asked(
        attempt("2026-11-20 10:00"), attempt("2026-11-23 10:00"), StopFact(utc("2026-11-24 13:00"), "do_not_call", "P")
    )
    ready = Prepared(facts)
    for hour in range(96):
        at = utc("2026-11-20 09:00") + timedelta(hours=hour, minutes=30)
        assert decide_prepared(ready, RULEBOOK, at, house_pack="gb-house") == decide(
            facts, RULEBOOK, at, house_pack="gb-house"
        )


def test_it_chooses_packs_by_place_code_and_house() -> None:
    assert choose_packs(CALL, CONTACT, RULEBOOK, "gb-house") == ("base", "gb", "gb-house")
    assert choose_packs(CALL, CONTACT, RULEBOOK) == ("base", "gb")
    italy = replace(CONTACT, places=("IT",))
    assert "it-code" not in choose_packs(CALL, italy, RULEBOOK)
    assert "it-code" in choose_packs(replace(CALL, codes=frozenset({"it-telemarketing"})), italy, RULEBOOK)
    florida = choose_packs(CALL, replace(CONTACT, places=("US-FL",)), RULEBOOK)
    assert "us-fl" in florida
    assert "us-la" not in florida
    assert {"us-fl", "us-la"} <= set(choose_packs(CALL, replace(CONTACT, places=("US",)), RULEBOOK)), (
        "the state is not known"
    )
    with pytest.raises(UnknownPackError, match="'acme'"):
        decide(PLAIN, RULEBOOK, NOON, house_pack="acme")


def test_the_base_pack_applies_beside_packs_chosen_by_name() -> None:
    stopped = asked(StopFact(utc("2026-11-01 10:00"), "do_not_call", "P"))
    assert decide(stopped, RULEBOOK, NOON, packs=("gb",)).verdict is Verdict.SUPPRESSED


def test_it_says_ofcom_policy_after_a_dropped_call_and_house_policy_elsewhere() -> None:
    dropped = decide(asked(attempt("2026-11-24 10:00", Outcome.ABANDONED)), RULEBOOK, NOON, house_pack="gb-house")
    says = {one.rule: one.says for one in dropped.findings}
    assert says["gb-house.abandoned"] == "72 hours after a dropped or silent call: Ofcom policy"
    unanswered = decide(asked(attempt("2026-11-24 10:00")), RULEBOOK, NOON, house_pack="gb-house")
    (waits,) = (one for one in unanswered.findings if one.rule == "gb-house.cool_off")
    assert waits.says == "72 hours after an attempt nobody answered: house policy"
    assert waits.status is Status.HOUSE


def test_no_pack_says_that_ofcom_requires_anything() -> None:
    for path in (ROOT / "policy").rglob("*.toml"):
        assert "ofcom requires" not in path.read_text("utf-8").lower(), path.name


def test_it_says_when_time_alone_may_change_the_verdict() -> None:
    unanswered = asked(attempt("2026-11-24 10:00"))
    assert next_change(Prepared(unanswered), RULEBOOK, NOON, house_pack="gb-house") == utc("2026-11-27 10:00")
    assert next_change(Prepared(PLAIN), RULEBOOK, NOON, house_pack="gb-house") == utc("2026-11-24 20:00")
    assert next_change(Prepared(PLAIN), RULEBOOK, NOON) is None, "callable, and no rule ever shuts it"
    assert next_change(Prepared(asked(HoldFact(NOON, "complaint"))), RULEBOOK, NOON) is None
    until = utc("2027-01-01 00:00")
    stopped = asked(StopFact(utc("2026-11-01 10:00"), "do_not_call", "P", until=until))
    assert next_change(Prepared(stopped), RULEBOOK, NOON) == until
    # The wait outlasts the screening: there is no lawful moment ahead, but the locks end.
    marketing = replace(CALL, purpose=Purpose.MARKETING)
    proofs = (ScreeningFact("tps", utc("2026-11-20 10:00"), False), BasisFact(NOON, "consent", True, "Bright"))
    later = asked(attempt("2026-11-24 10:00", Outcome.NOT_NOW), *proofs, call=marketing)
    decision = decide(later, RULEBOOK, NOON, house_pack="gb-house")
    assert (decision.verdict, decision.callable_from) == (Verdict.LOCKED, None)
    assert decision.missing == ("refresh the TPS screening",)
    assert next_change(Prepared(later), RULEBOOK, NOON, house_pack="gb-house") == utc("2026-12-24 10:00")


def test_it_says_how_many_attempts_the_tightest_cap_leaves() -> None:
    made = asked(attempt("2026-11-18 10:00"), attempt("2026-11-23 10:00", None))
    left = allowance(Prepared(made), RULEBOOK, NOON, house_pack="gb-house")
    assert left is not None
    assert (left.rule.id, left.made, left.left) == ("gb-house.cap.service.day", 0, 1)
    today = asked(*made.events, attempt("2026-11-24 10:00"))
    spent = allowance(Prepared(today), RULEBOOK, NOON, house_pack="gb-house")
    assert spent is not None
    assert (spent.made, spent.left) == (1, 0)
    assert allowance(Prepared(made), RULEBOOK, NOON) is None


@pytest.mark.parametrize(
    ("on", "most"), [(date(2026, 2, 4), 500_000), (date(2026, 2, 5), 17_500_000), (date(2026, 3, 2), 17_500_000)]
)
def test_it_gives_the_highest_penalty_in_force_on_a_day(on: date, most: int) -> None:
    found = duties(replace(CALL, purpose=Purpose.MARKETING), CONTACT, RULEBOOK, on)
    assert found["gb.pecr.fine"]["most_gbp"] == most


def test_a_future_or_contradictory_consent_permits_nothing() -> None:
    claims = replace(CALL, purpose=Purpose.MARKETING, sector="claims")
    proofs = (
        ScreeningFact("tps", utc("2026-11-20 10:00"), False),
        BasisFact(utc("2026-11-01 10:00"), "consent", True, "Bright"),
    )
    good = ConsentFact(utc("2026-11-01 10:00"), principal="Bright")
    assert decide(asked(good, *proofs, call=claims), RULEBOOK, NOON).verdict is Verdict.CALLABLE
    for bad in (
        replace(good, at=utc("2026-11-25 10:00")),
        replace(good, ends_at=utc("2026-10-01 10:00")),
        replace(good, withdrawn_at=utc("2026-10-01 10:00")),
        replace(good, starts_at=utc("2026-12-01 10:00"), ends_at=utc("2026-11-30 10:00")),
        replace(good, is_proved=False),
    ):
        assert decide(asked(bad, *proofs, call=claims), RULEBOOK, NOON).verdict is not Verdict.CALLABLE, bad


@pytest.mark.long
def test_it_imports_nothing_but_the_standard_library_and_holidays() -> None:
    code = "import sys, policy; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    asked = subprocess.run([sys.executable, "-E", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = asked.stdout.split()
    ours = {"policy", "holidays", "dateutil", "six"}  # dateutil and six are what holidays itself needs
    others = {name for name in loaded if name not in sys.stdlib_module_names and not name.startswith("_")}
    assert others - ours <= {"sitecustomize", "usercustomize"}, others - ours


def test_a_withdrawn_stop_stays_withdrawn_after_a_wait_beyond_the_horizon(tmp_path: Path) -> None:
    wait = rule("cool_off", 'keys = [["person"]]\nafter = [{ outcomes = ["refused"], days = 500 }]', name="wait")
    rulebook = rulebook_of(tmp_path, wait, rule("stop", 'reasons = ["cease"]', name="stop"))
    refused = attempt("2026-11-24 10:00", Outcome.REFUSED)
    ceased = StopFact(utc("2026-11-20 10:00"), "cease", "P", withdrawn_at=utc("2026-11-21 10:00"))
    decision = ask(rulebook, "2026-11-24 11:00", [refused, ceased])
    assert (decision.verdict, decision.callable_from) == (Verdict.LOCKED, utc("2028-04-06 23:00"))
