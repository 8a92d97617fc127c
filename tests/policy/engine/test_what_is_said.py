"""What a decision contains beside its verdict: moment, rulebook, a sentence for each finding, and what is missing."""

from dataclasses import replace
from datetime import date, timedelta, timezone
from pathlib import Path

import pytest

from policy import (
    CallbackFact,
    CallFacts,
    ContactFacts,
    Event,
    Facts,
    HoldFact,
    NoticeFact,
    Outcome,
    PersonalHoursFact,
    Rulebook,
    ScreeningFact,
    StopFact,
    Verdict,
    decide,
    load_rulebook,
)
from tests.policy.small_packs import CALL, CONTACT, ask, attempt, rule, rulebook_of, utc

RULEBOOK = load_rulebook()
NOON = utc("2026-11-24 12:00") + timedelta(milliseconds=300)


def decided(call: CallFacts = CALL, contact: ContactFacts = CONTACT, rulebook: Rulebook = RULEBOOK) -> tuple[str, ...]:
    """What is said of a call that is held for want of something."""
    decision = decide(Facts(call, contact), rulebook, NOON, house_pack="gb-house")
    assert decision.verdict is Verdict.HELD
    return tuple(f"{finding.says} | {'; '.join(decision.missing)}" for finding in decision.findings)


def test_a_decision_has_its_moment_in_utc_and_its_rulebook() -> None:
    for at in (NOON, NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))):
        decision = decide(Facts(CALL, CONTACT), RULEBOOK, at, house_pack="gb-house")
        assert (decision.at, str(decision.at.tzinfo)) == (NOON, "UTC")
        assert decision.rulebook == RULEBOOK.version


@pytest.mark.parametrize(
    ("call", "contact", "says", "missing"),
    [
        (CALL, replace(CONTACT, places=("AQ",)), "Nextcall has no rules for AQ", "a pack for AQ"),
        (
            CALL,
            replace(CONTACT, places=("ES",), zones=("Europe/Madrid",)),
            "Nextcall has no rules for service calls to ES",
            "a pack for service calls to ES",
        ),
        (CALL, replace(CONTACT, places=()), "The place the person may be in is not known", "the person's country"),
        (
            replace(CALL, sector="mortgage"),
            CONTACT,
            "The sector mortgage is close to mortgages, which has rules of its own",
            "the sector: mortgages?",
        ),
    ],
)
def test_it_says_why_a_call_is_held_and_what_is_missing(
    call: CallFacts, contact: ContactFacts, says: str, missing: str
) -> None:
    found = decided(call, contact)
    assert any(one.startswith(f"{says} | ") and missing in one for one in found), found


def test_a_held_call_names_the_ground_that_is_missing(tmp_path: Path) -> None:
    wanted = 'accepts = [{ consent = "calls" }]\nmissing = "consent of the person"'
    held = ask(rulebook_of(tmp_path, rule("basis", wanted, effect='"hold"')), "2026-11-24 12:00")
    assert (held.verdict, held.missing) == (Verdict.HELD, ("consent of the person",))
    barred = ask(rulebook_of(tmp_path, rule("basis", wanted)), "2026-11-24 12:00")
    assert (barred.verdict, barred.missing) == (Verdict.SUPPRESSED, ())
    for decision in (held, barred):
        assert "There is no consent of the person: house policy" in {finding.says for finding in decision.findings}


@pytest.mark.parametrize(("line", "is_shown"), [("business", True), ("business", False), ("consumer", True)])
def test_a_ground_of_several_parts_requires_each_part(tmp_path: Path, line: str, is_shown: bool) -> None:
    accepts = 'accepts = [{ all_of = [{ line = ["business"] }, { number_shown = true }] }]\nmissing = "both"'
    call, contact = replace(CALL, is_number_shown=is_shown), replace(CONTACT, line=line)
    decision = decide(Facts(call, contact), rulebook_of(tmp_path, rule("basis", accepts)), NOON)
    expected = Verdict.CALLABLE if line == "business" and is_shown else Verdict.SUPPRESSED
    assert decision.verdict is expected


KEYS = 'keys = [["person"]]\n'
MADE = (attempt("2026-11-24 09:00"), attempt("2026-11-24 10:00"))
SAID_AT = utc("2026-11-20 10:00")
TPS = 'register = "tps"\nname = "TPS"\nmax_age_days = 28\n'
BREATHING = 'notices = ["breathing_space"]'


def stopped(reason: str) -> tuple[str, str, tuple[Event, ...]]:
    return "stop", f'reasons = ["{reason}"]', (StopFact(SAID_AT, reason, "P"),)


def screened(days: int, *, is_listed: bool = False) -> tuple[Event, ...]:
    return (ScreeningFact("tps", NOON - timedelta(days=days), is_listed),)


def noticed(ended_on: date | None, person: str = "") -> tuple[Event, ...]:
    """After a notice of another kind, which says nothing here."""
    other = NoticeFact("moratorium_scotland", date(2026, 11, 1), None)
    return other, NoticeFact("breathing_space", date(2026, 11, 1), ended_on, person=person)


@pytest.mark.parametrize(
    ("kind", "parameters", "events", "says"),
    [
        ("ban", "", (), "rule"),
        (
            "callback",
            "",
            (attempt("2026-11-24 09:00", Outcome.CALLBACK_AGREED),),
            "A call is agreed, and no time for it is on record",
        ),
        (
            "callback",
            "",
            (CallbackFact(SAID_AT, NOON + timedelta(days=1), "P", "Bright"),),
            "A call is agreed for a later time",
        ),
        ("cap", f'{KEYS}max = 0\nwindow = "ever"', (), "No calls at all"),
        ("cap", f'{KEYS}max = 1\nwindow = "cal_day"', MADE, "2 made today, 1 is the limit"),
        ("cap", f'{KEYS}max = 2\nwindow = "cal_week"', MADE, "2 made this week, 2 is the limit"),
        ("cap", f'{KEYS}max = 2\nwindow = "cal_month"', MADE, "2 made this month, 2 is the limit"),
        ("cap", f'{KEYS}max = 2\nwindow = "ever"', MADE, "2 made in all, 2 is the limit"),
        ("cap", f'{KEYS}max = 2\nwindow = "roll_hours"\nlength = 48', MADE, "2 made in 48 hours, 2 is the limit"),
        ("cap", f'{KEYS}max = 2\nwindow = "roll_hours"\nlength = 96', MADE, "2 made in 4 days, 2 is the limit"),
        ("cap", f'{KEYS}max = 2\nwindow = "roll_days"\nlength = 7', MADE, "2 made in 7 days, 2 is the limit"),
        (
            "cool_off",
            f'{KEYS}after = [{{ outcomes = ["no_answer"], hours = 24 }}]',
            MADE,
            "24 hours after an attempt nobody answered",
        ),
        (
            "cool_off",
            f'{KEYS}after = [{{ outcomes = ["no_answer"], for_ever = true }}]',
            MADE,
            "No further call after an attempt nobody answered",
        ),
        ("spacing", f"{KEYS}gap_minutes = 180", MADE, "Less than 180 minutes after the call before"),
        ("spacing", f"{KEYS}per_day = 2\nwithin_days = 3", MADE, "2 calls crowded on one day of the last 3"),
        ("hold", "by_hand = true", (HoldFact(SAID_AT, "moved house"),), "Held for a team lead (moved house)"),
        (
            "hold",
            'outcomes = ["complaint"]',
            (attempt("2026-11-24 09:00", Outcome.COMPLAINT),),
            "Held for a team lead (a complaint)",
        ),
        (
            "personal_hours",
            "",
            (PersonalHoursFact(SAID_AT, frozenset({2})),),
            "The person asked not to be called at this time",
        ),
        ("register", TPS, (), "Not screened against the TPS"),
        ("register", TPS, screened(3, is_listed=True), "The number is listed on the TPS"),
        ("register", TPS, screened(29), "The TPS screening is more than 28 days old"),
        ("stop", 'outcomes = { outcomes = ["no_answer"] }\nkeys = [["person"]]', MADE, "rule"),
        (*stopped("do_not_call"), "Asked not to be called"),
        (*stopped("cease"), "Wrote that calls must cease"),
        (*stopped("attorney"), "An attorney speaks for the person"),
        (*stopped("dispute"), "The debt is disputed"),
        (*stopped("bankruptcy"), "The person is bankrupt"),
        (*stopped("not_at_work"), "Not to be called at work"),
        (*stopped("not_at_home"), "Not to be called at home"),
        (*stopped("house"), "Stopped by the house"),
        ("stop", BREATHING, noticed(date(2026, 12, 5)), "Breathing space to 5 December 2026"),
        ("stop", BREATHING, noticed(None), "Breathing space, with no end on record"),
        (
            "stop",
            f"{BREATHING}\njoint_debtors = true",
            noticed(date(2026, 12, 5), "Q"),
            "Breathing space of another debtor, maybe of this debt",
        ),
    ],
)
def test_a_rule_says_why_it_bars_and_its_status(
    tmp_path: Path, kind: str, parameters: str, events: tuple[Event, ...], says: str
) -> None:
    decision = ask(rulebook_of(tmp_path, rule(kind, parameters)), "2026-11-24 12:00", events)
    assert decision.verdict is not Verdict.CALLABLE
    assert [finding.says for finding in decision.findings if finding.pack == "small"] == [f"{says}: house policy"]


@pytest.mark.parametrize(
    ("kind", "parameters", "events", "missing"),
    [
        ("ban", 'effect = "hold"\nmissing = "the regulator\'s leave"', (), "the regulator's leave"),
        ("callback", "", (attempt("2026-11-24 09:00", Outcome.CALLBACK_AGREED),), "the time agreed for the next call"),
        ("hold", "by_hand = true", (HoldFact(SAID_AT, "moved house"),), "a team lead's release (moved house)"),
        ("register", TPS, (), "a screening against the TPS"),
        ("register", TPS, screened(29), "refresh the TPS screening"),
        ("stop", BREATHING, noticed(None), "the last day of the breathing space"),
        ("stop", f"{BREATHING}\njoint_debtors = true", noticed(None, "Q"), "which debt the call is about"),
    ],
)
def test_a_rule_that_holds_says_what_is_missing(
    tmp_path: Path, kind: str, parameters: str, events: tuple[Event, ...], missing: str
) -> None:
    decision = ask(rulebook_of(tmp_path, rule(kind, parameters)), "2026-11-24 12:00", events)
    assert (decision.verdict, decision.missing) == (Verdict.HELD, (missing,))
