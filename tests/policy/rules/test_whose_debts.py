"""Whose attempt it was and to which debts it counts: another organisation's, several debts booked, several that are
one."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from policy import (
    AttemptFact,
    ConsentFact,
    DebtGroupFact,
    Event,
    Facts,
    FactsError,
    NoticeFact,
    Outcome,
    Prepared,
    Purpose,
    Rulebook,
    StopFact,
    Verdict,
    decide,
    decide_prepared,
)
from policy.engine.questions import decide_lines
from policy.facts.reading import facts_to_json
from tests.policy.plain import reference
from tests.policy.small_packs import CALL, CONTACT, attempt, head, rule, rulebook_of, utc
from tests.policy.strategies import questions

NOON = utc("2026-11-24 12:00")
CALL_ABOUT_B = replace(CALL, purpose=Purpose.DEBT, debts=("loan B",))
GROUP = DebtGroupFact("account 7", ("loan A", "loan B"))
TALK = attempt("2026-11-24 10:00", Outcome.CONVERSATION)
ONE_A_DAY = 'max = 1\nwindow = "cal_day"'


def cap_on(*parts: str) -> str:
    return rule("cap", f"keys = [{list(parts)}]\n{ONE_A_DAY}".replace("'", '"'))


# -- whose attempt it was ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ("Us", "Them", Verdict.CALLABLE),
        ("Us", "Us", Verdict.LOCKED),
        ("Us", "", Verdict.LOCKED),  # whose it was is not known
        ("", "Them", Verdict.LOCKED),  # who we are is not known
    ],
)
def test_a_limit_of_one_organisation_ignores_attempts_known_to_be_anothers(
    tmp_path: Path, ours: str, theirs: str, verdict: Verdict
) -> None:
    rulebook = rulebook_of(tmp_path, cap_on("organisation", "person"))
    facts = Facts(replace(CALL, organisation=ours), CONTACT, (replace(TALK, organisation=theirs),))
    assert decide(facts, rulebook, NOON).verdict is verdict


def test_a_limit_of_the_client_counts_every_caller(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, cap_on("principal", "person"))
    facts = Facts(replace(CALL, organisation="Us"), CONTACT, (replace(TALK, organisation="Them"),))
    assert decide(facts, rulebook, NOON).verdict is Verdict.LOCKED


def test_a_limit_on_the_organisation_counts_only_its_own_attempts(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, cap_on("organisation"))
    facts = Facts(replace(CALL, organisation="Us"), CONTACT, (replace(TALK, organisation="Them", person="Q"),))
    assert decide(facts, rulebook, NOON).verdict is Verdict.CALLABLE
    ours = replace(facts, events=(replace(TALK, organisation="Us", person="Q"),))
    assert decide(ours, rulebook, NOON).verdict is Verdict.LOCKED


# -- several debts booked ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("booked", "more", "verdict"),
    [
        ("", ("loan A", "loan B"), Verdict.LOCKED),
        ("", ("loan A", "loan C"), Verdict.CALLABLE),
        ("loan A", ("loan B",), Verdict.LOCKED),
        ("loan B", ("loan A",), Verdict.LOCKED),
        ("loan A", (), Verdict.CALLABLE),
        ("", (), Verdict.LOCKED),
    ],
)
def test_an_attempt_counts_to_each_debt_it_was_booked_to(
    tmp_path: Path, booked: str, more: tuple[str, ...], verdict: Verdict
) -> None:
    made = replace(attempt("2026-11-24 10:00"), debt_booked=booked, debts_booked=more)
    rulebook = rulebook_of(tmp_path, cap_on("person", "debt"))
    assert decide(Facts(CALL_ABOUT_B, CONTACT, (made,)), rulebook, NOON).verdict is verdict


@pytest.mark.parametrize(("debt", "verdict"), [("loan A", Verdict.LOCKED), ("loan B", Verdict.CALLABLE)])
def test_a_message_of_limited_content_ends_a_consents_window_for_the_debt_it_was_booked_to(
    tmp_path: Path, debt: str, verdict: Verdict
) -> None:
    """Such a message names no debt, whichever were meant; an unreported call may have become a conversation."""
    window = 'consent = { consent = "calls" }\ndays = 7\nsuspends = ["small.cap"]\nends_on_conversation = true'
    cap = 'keys = [["person", "debt"]]\nmax = 1\nwindow = "cal_week"'
    rulebook = rulebook_of(tmp_path, rule("consent_window", window, name="window"), rule("cap", cap, name="cap"))
    both = ("loan A", "loan B")
    talk = replace(attempt("2026-11-23 10:00", Outcome.CONVERSATION), debts_discussed=both)
    consent = ConsentFact(utc("2026-11-23 11:00"), principal="Bright")
    message = replace(attempt("2026-11-23 12:00", None), message="limited_content", debts_named=both)
    events = (talk, consent, replace(message, debt_booked="loan A"))
    facts = Facts(replace(CALL, purpose=Purpose.DEBT, debts=(debt,)), CONTACT, events)
    assert decide(facts, rulebook, NOON).verdict is verdict


# -- several debts that are one ----------------------------------------------------------------------------------------

_ABOUT_A: list[AttemptFact] = [
    replace(TALK, debts_discussed=("loan A",)),
    replace(TALK, debts_named=("loan A",)),
    replace(attempt("2026-11-24 10:00"), debt_booked="loan A"),
    replace(attempt("2026-11-24 10:00"), debts_booked=("loan A", "card")),
    replace(TALK, debts_discussed=("account 7",)),
]


@pytest.mark.parametrize("made", _ABOUT_A, ids=["discussed", "named", "booked", "one of several booked", "the group"])
def test_an_attempt_on_one_debt_of_a_group_counts_to_all_of_it(tmp_path: Path, made: AttemptFact) -> None:
    rulebook = rulebook_of(tmp_path, cap_on("person", "debt"))
    assert decide(Facts(CALL_ABOUT_B, CONTACT, (made,)), rulebook, NOON).verdict is Verdict.CALLABLE
    for events in ((made, GROUP), (GROUP, made), (GROUP, made, GROUP)):
        assert decide(Facts(CALL_ABOUT_B, CONTACT, events), rulebook, NOON).verdict is Verdict.LOCKED


@pytest.mark.parametrize(
    ("event", "parameters"),
    [
        (StopFact(utc("2026-11-20 10:00"), "cease", person="P", debts=("loan A",)), 'reasons = ["cease"]'),
        (NoticeFact("moratorium", utc("2026-11-20 10:00").date(), None, ("loan A",)), 'notices = ["moratorium"]'),
    ],
    ids=["stop", "notice"],
)
def test_a_bar_on_one_debt_of_a_group_bars_all_of_it(tmp_path: Path, event: Event, parameters: str) -> None:
    rulebook = rulebook_of(tmp_path, rule("stop", parameters))
    assert decide(Facts(CALL_ABOUT_B, CONTACT, (event,)), rulebook, NOON).verdict is Verdict.CALLABLE
    assert decide(Facts(CALL_ABOUT_B, CONTACT, (event, GROUP)), rulebook, NOON).verdict is not Verdict.CALLABLE


@pytest.mark.parametrize(
    ("debts", "verdict"),
    [
        ((), Verdict.CALLABLE),
        (("loan A", "loan B"), Verdict.CALLABLE),
        (("card", "loan B", "loan A"), Verdict.CALLABLE),
        (("account 7",), Verdict.CALLABLE),
        (("loan B",), Verdict.SUPPRESSED),
        (("loan A", "card"), Verdict.SUPPRESSED),
    ],
)
def test_a_consent_frees_a_group_only_if_it_names_all_of_it(
    tmp_path: Path, debts: tuple[str, ...], verdict: Verdict
) -> None:
    rulebook = rulebook_of(tmp_path, rule("basis", 'accepts = [{ consent = "calls" }]\nmissing = "consent"'))
    consent = ConsentFact(utc("2026-11-20 10:00"), principal="Bright", debts=debts)
    assert decide(Facts(CALL_ABOUT_B, CONTACT, (consent, GROUP)), rulebook, NOON).verdict is verdict


def test_facts_with_groups_may_be_prepared_once(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, cap_on("person", "debt"))
    ready = Prepared(Facts(CALL_ABOUT_B, CONTACT, (GROUP, _ABOUT_A[0])))
    assert decide_prepared(ready, rulebook, NOON).verdict is Verdict.LOCKED
    assert decide_prepared(ready, rulebook, utc("2026-11-23 12:00")).verdict is Verdict.CALLABLE  # before the talk


@pytest.mark.parametrize(
    ("other", "twice"),
    [
        (DebtGroupFact("account 8", ("loan C", "loan B")), "loan B"),
        (DebtGroupFact("account 7", ("loan C",)), "account 7"),
        (DebtGroupFact("loan A", ("loan C",)), "loan A"),
        (DebtGroupFact("account 8", ("account 7",)), "account 7"),
    ],
)
def test_it_refuses_a_debt_in_two_groups(tmp_path: Path, other: DebtGroupFact, twice: str) -> None:
    rulebook = rulebook_of(tmp_path)
    facts = Facts(CALL_ABOUT_B, CONTACT, (GROUP, other))
    said = f"events: {twice!r} is in two debt groups, or names one; give each group its own name and debts"
    with pytest.raises(FactsError) as refused:
        decide(facts, rulebook, NOON)
    assert str(refused.value) == said
    line = (
        str({"id": 1, "at": "2026-11-24T12:00:00Z", **facts_to_json(facts)}).replace("'", '"').replace("True", "true")
    )
    (answer,) = decide_lines([line], lambda facts, at, packs: decide(facts, rulebook, at, packs=packs))
    assert said in answer.line


# -- together ----------------------------------------------------------------------------------------------------------

_WINDOW = 'consent = { consent = "calls" }\ndays = 20\nsuspends = ["small.debts"]\nends_on_conversation = true'
_COOL_OFF = 'keys = [["person", "debt"]]\nafter = [{ outcomes = ["conversation", "no_answer"], days = 2 }]'
RULES = (
    rule("cap", f'keys = [["person", "debt"], ["organisation", "number", "debt"]]\n{ONE_A_DAY}', name="debts"),
    rule("cap", 'keys = [["organisation"]]\nmax = 3\nwindow = "roll_days"\nlength = 3', name="ours"),
    rule("cool_off", _COOL_OFF, name="rest"),
    rule("stop", 'reasons = ["dispute"]', name="dispute"),
    rule("consent_window", _WINDOW, name="window"),
    rule("duty", "", name="debt", applies_when='{ purpose = ["debt"] }'),
)


@cache
def the_rulebook() -> Rulebook:
    with TemporaryDirectory() as folder:
        return rulebook_of(Path(folder), *RULES, beginning=head() + 'callers = ["person", "automated"]\n')


@pytest.mark.long
@settings(max_examples=60, derandomize=True, database=None, suppress_health_check=tuple(HealthCheck))
@given(questions(the_rulebook().pack("small"), the_rulebook()))
def test_the_engine_counts_as_the_plain_reference_counts(one: Any) -> None:
    decision = decide(one.facts, the_rulebook(), one.at, house_pack=one.house_pack)
    plain = reference.ask(one.facts, the_rulebook(), one.at, one.house_pack)
    assert decision.verdict is reference.verdict_at(plain, one.at), decision.findings
