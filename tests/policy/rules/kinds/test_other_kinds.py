"""Stops, registers, spacing, overrides and hours: what a pack may ask for and no shipped pack does."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from policy import (
    CallbackFact,
    ConsentFact,
    Effect,
    Event,
    Facts,
    HoldFact,
    Outcome,
    OverrideFact,
    Prepared,
    RelationshipFact,
    ScreeningFact,
    StopFact,
    Verdict,
    allowance,
    load_rulebook,
)
from tests.policy.small_packs import CALL, CONTACT, TwiceRead, ask, attempt, head, rule, rulebook_of, utc

NOON = "2026-11-24 12:00"


def test_an_oral_request_lapses_and_a_written_one_stays(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("stop", 'reasons = ["not_at_work"]\noral_lasts = { days = 10 }'))
    oral = StopFact(utc("2026-11-10 10:00"), "not_at_work", person="P", principal="Bright")
    last = ask(rulebook, "2026-11-20 23:59", [oral])
    assert (last.verdict, last.callable_from) == (Verdict.LOCKED, utc("2026-11-21 00:00"))
    assert ask(rulebook, "2026-11-21 00:00", [oral]).verdict is Verdict.CALLABLE
    assert ask(rulebook, "2026-12-21 00:00", [replace(oral, is_written=True)]).verdict is Verdict.SUPPRESSED


def test_a_stop_ends_by_calendar_years(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("stop", 'reasons = ["attorney"]\nlasts = { years = 5 }'))
    stop = StopFact(utc("2020-02-29 10:00"), "attorney", person="P", principal="Bright")
    for asked in ("2020-02-29 10:00", "2025-02-28 23:59"):  # the end is known, however far ahead it lies
        barred = ask(rulebook, asked, [stop])
        assert (barred.verdict, barred.callable_from) == (Verdict.LOCKED, utc("2025-03-01 00:00"))
    assert ask(rulebook, "2025-03-01 00:00", [stop]).verdict is Verdict.CALLABLE


@pytest.mark.parametrize(
    ("stop", "verdict"),
    [
        (StopFact(utc("2026-11-01 10:00"), "cease", principal="Bright"), Verdict.SUPPRESSED),
        (StopFact(utc("2026-11-01 10:00"), "cease", number="+447700900123"), Verdict.SUPPRESSED),
        (StopFact(utc("2026-11-01 10:00"), "cease", person="P", number="+447700900999"), Verdict.SUPPRESSED),
        (StopFact(utc("2026-11-01 10:00"), "cease", person="Q", number="+447700900123"), Verdict.SUPPRESSED),
        (StopFact(utc("2026-11-01 10:00"), "cease", person="Q", number="+447700900999"), Verdict.CALLABLE),
        (StopFact(utc("2026-11-01 10:00"), "cease", "P", "+447700900999", is_pair_only=True), Verdict.CALLABLE),
        (StopFact(utc("2026-11-01 10:00"), "cease", "Q", "+447700900123", is_pair_only=True), Verdict.CALLABLE),
        (StopFact(utc("2026-11-01 10:00"), "cease", "P", "+447700900123", is_pair_only=True), Verdict.SUPPRESSED),
        (StopFact(utc("2026-11-01 10:00"), "cease", "P", is_pair_only=True), Verdict.SUPPRESSED),
        (StopFact(utc("2026-11-01 10:00"), "cease", person="Q"), Verdict.CALLABLE),
        (StopFact(utc("2026-11-01 10:00"), "cease", person="P", principal="Other"), Verdict.CALLABLE),
        (StopFact(utc("2026-11-25 10:00"), "cease", person="P"), Verdict.CALLABLE),
        (StopFact(utc("2026-11-01 10:00"), "cease", person="P", withdrawn_at=utc(NOON)), Verdict.CALLABLE),
        (
            StopFact(utc("2026-11-01 10:00"), "cease", person="P", withdrawn_at=utc("2026-11-24 12:01")),
            Verdict.SUPPRESSED,
        ),
        (StopFact(utc("2026-11-01 10:00"), "cease", person="P", until=utc(NOON)), Verdict.CALLABLE),
    ],
)
def test_it_reaches_as_far_as_the_stop_was_said(tmp_path: Path, stop: StopFact, verdict: Verdict) -> None:
    assert ask(rulebook_of(tmp_path, rule("stop", 'reasons = ["cease"]')), NOON, [stop]).verdict is verdict


def test_a_screening_for_this_campaign_is_required_if_the_register_asks_for_it(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("register", 'register = "bloctel"\nbefore_each_campaign = true'))
    other = ScreeningFact("bloctel", utc("2026-11-23 10:00"), False, campaign="winter")
    assert ask(rulebook, NOON, [other]).missing == ("a screening against the bloctel",)
    assert ask(rulebook, NOON, [other, replace(other, campaign="spring")]).verdict is Verdict.CALLABLE


def test_of_two_screenings_at_one_moment_the_one_with_an_entry_counts(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("register", 'register = "bloctel"'))
    clear = ScreeningFact("bloctel", utc("2026-11-23 10:00"), False)
    listed = replace(clear, is_listed=True)
    for both in ([clear, listed], [listed, clear]):
        assert ask(rulebook, NOON, both).verdict is Verdict.SUPPRESSED


def test_a_consent_counts_only_for_the_number_it_names(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("basis", 'accepts = [{ consent = "calls" }]\nmissing = "consent"'))
    given = ConsentFact(utc("2026-11-01 10:00"), principal="Bright", number="+447700900123")
    assert ask(rulebook, NOON, [given]).verdict is Verdict.CALLABLE
    assert ask(rulebook, NOON, [replace(given, number="+447700900999")]).verdict is Verdict.SUPPRESSED


ACCEPTED = (
    '{ consent = "calls" }',
    '{ consent = "calls", lasts_days = 2 }',
    '{ consent = "calls", express = true, direct = true }',
    '{ consent = "calls", third_party = false }',
    '{ consent = "calls", after_listing = true }',
    '{ consent = "written" }',
)
SOON = utc("2026-11-24 18:00")


@pytest.mark.long
@pytest.mark.parametrize("accepted", ACCEPTED)
def test_a_limited_consent_is_checked_and_an_unlimited_one_always_holds(accepted: str) -> None:
    """A consent without end or condition satisfies the rule; one with any limit must be checked."""
    given = ConsentFact(utc("2026-11-24 10:00"), principal="Bright")
    limits: tuple[dict[str, Any], ...] = (
        {},
        {"number": CONTACT.number},
        {"number": "+447700900999"},
        {"principal": ""},
        {"principal": "Other"},
        {"kind": "written"},
        {"kind": "hours"},
        {"is_proved": False},
        {"is_third_party": True},
        {"is_express": False},
        {"from_creditor": True},
        {"starts_at": SOON},
        {"ends_at": SOON},
        {"withdrawn_at": utc("2026-11-24 11:00")},
        {"withdrawn_at": SOON},
        {"debts": ("A1",)},
        {"days": frozenset({3})},
        {"at": SOON},
    )
    small = TwiceRead.of(rule("basis", f'accepts = [{accepted}]\nmissing = "consent"'))
    listings = [ScreeningFact("tps", utc("2026-11-01 10:00"), True, date(2026, month, 30)) for month in (10, 11)]
    for limit, hours, listed in product(limits, (0, 3, 7, 30, 80), listings):
        facts, at = Facts(CALL, CONTACT, (replace(given, **limit), listed)), utc(NOON) + timedelta(hours=hours)
        assert small.differences(facts, at) == [], (limit, hours)


def test_a_callback_suspends_only_house_rules(tmp_path: Path) -> None:
    cap = 'keys = [["person"]]\nmax = 1\nwindow = "cal_day"\n'
    source = 'title = "A law", url = "https://x.org", read_on = 2026-11-24, read_in = "quotation", quote = "no"'
    law = f"citation = {{ {source} }}"
    callback_rule = rule("callback", 'frees = ["small.*"]', name="callback")
    called = CallbackFact(utc("2026-11-24 10:00"), utc("2026-11-24 11:00"), "P", "Bright")
    for changes, text, verdict in (({}, cap, Verdict.CALLABLE), ({"status": '"law"'}, cap + law, Verdict.LOCKED)):
        rulebook = rulebook_of(tmp_path, rule("cap", text, name="cap", **changes), callback_rule)
        assert ask(rulebook, NOON, [attempt("2026-11-24 10:00"), called]).verdict is verdict


def test_a_callback_agreed_without_a_time_holds_until_a_time_is_entered(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("callback", "frees = []"))
    agreed = attempt("2026-11-24 10:00", Outcome.CALLBACK_AGREED)
    dated = CallbackFact(utc("2026-11-24 10:00"), utc("2026-11-24 11:00"), "P", "Bright")
    held = ask(rulebook, NOON, [agreed])
    assert (held.verdict, held.missing) == (Verdict.HELD, ("the time agreed for the next call",))
    assert ask(rulebook, NOON, [agreed, dated]).verdict is Verdict.CALLABLE
    assert ask(rulebook, NOON, [agreed, replace(dated, closed_at=utc(NOON))]).verdict is Verdict.CALLABLE
    earlier = replace(dated, asked_at=utc("2026-11-23 10:00"))
    others = [earlier, replace(dated, person="Q"), replace(dated, principal="Other")]
    assert ask(rulebook, NOON, [agreed, *others]).verdict is Verdict.HELD, "none of these callbacks is that one"
    assert ask(rulebook, NOON, [agreed, attempt("2026-11-24 11:00")]).verdict is Verdict.HELD, "a call tells no time"
    assert ask(rulebook, NOON, [replace(agreed, principal="Other")]).verdict is Verdict.CALLABLE


def test_a_version_ends_when_its_last_day_is_over_on_every_clock(tmp_path: Path) -> None:
    cap = rule("cap", 'keys = [["person"]]\nmax = 0\nwindow = "cal_day"', effective_until="2026-08-10")
    rulebook = rulebook_of(tmp_path, cap)
    zones = ("Europe/London", "America/New_York")
    assert ask(rulebook, "2026-08-10 12:00", zones=zones).callable_from == utc("2026-08-11 04:00")
    later = rulebook_of(tmp_path, cap.replace("effective_from = 2000-01-01", "effective_from = 2026-08-10"))
    assert ask(later, "2026-08-09 12:00", zones=zones).lawful_until == utc("2026-08-09 23:00")


def test_a_hold_lifted_before_the_complaint_does_not_lift_it(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("hold", 'outcomes = ["complaint"]'))
    complaint = attempt("2026-11-20 10:00", Outcome.COMPLAINT)
    lifted = HoldFact(utc("2026-11-01 10:00"), "complaint", lifted_at=utc("2026-11-10 10:00"))
    assert ask(rulebook, NOON, [complaint, lifted]).verdict is Verdict.HELD
    assert (
        ask(rulebook, NOON, [complaint, replace(lifted, lifted_at=utc("2026-11-23 10:00"))]).verdict is Verdict.CALLABLE
    )


def test_a_consent_after_the_entry_exempts_only_if_the_register_says_so(tmp_path: Path) -> None:
    exempt = 'register = "rpo"\nexempt_by = [{ consent = "calls", after_listing = true }]'
    rulebook = rulebook_of(tmp_path, rule("register", exempt))
    listed = ScreeningFact("rpo", utc("2026-11-23 10:00"), True, listed_on=date(2026, 6, 1))
    before = ConsentFact(utc("2026-05-31 10:00"), principal="Bright")
    assert ask(rulebook, NOON, [listed, before]).verdict is Verdict.SUPPRESSED
    assert ask(rulebook, NOON, [listed, replace(before, at=utc("2026-06-02 10:00"))]).verdict is Verdict.CALLABLE


def test_months_of_a_relationship_count_to_the_end_of_their_last_day(tmp_path: Path) -> None:
    accepts = 'accepts = [{ relationship = ["purchase"], within_months = 18 }]\nmissing = "purchase in 18 months"'
    rulebook = rulebook_of(tmp_path, rule("basis", accepts))
    bought = RelationshipFact("purchase", date(2025, 1, 15), "Bright")
    last = ask(rulebook, "2026-07-15 22:59", [bought])
    assert (last.verdict, last.lawful_until) == (Verdict.CALLABLE, utc("2026-07-15 23:00"))
    assert ask(rulebook, "2026-07-15 23:00", [bought]).verdict is Verdict.SUPPRESSED
    assert ask(rulebook, NOON, [replace(bought, principal="Other")]).verdict is Verdict.SUPPRESSED


def test_an_end_shortens_a_single_event_and_never_prolongs_it(tmp_path: Path) -> None:
    accepts = 'accepts = [{ relationship = ["purchase", "contract"], within_months = 18 }]\nmissing = "a tie"'
    rulebook = rulebook_of(tmp_path, rule("basis", accepts))
    bought = RelationshipFact("purchase", date(2020, 1, 15), "Bright", ended_on=date(2026, 11, 1))
    assert ask(rulebook, NOON, [bought]).verdict is Verdict.SUPPRESSED, "bought six years ago"
    assert ask(rulebook, NOON, [replace(bought, kind="contract")]).verdict is Verdict.CALLABLE, "a contract just ended"
    ended = replace(bought, from_on=date(2026, 10, 1))
    assert ask(rulebook, NOON, [ended]).verdict is Verdict.SUPPRESSED, "the tie was ended on 1 November"
    assert ask(rulebook, NOON, [replace(ended, ended_on=date(2026, 12, 1))]).verdict is Verdict.CALLABLE


def test_it_warns_of_calls_too_close_together_and_of_a_crowded_day(tmp_path: Path) -> None:
    keys = 'keys = [["principal", "number"]]\n'
    close = rulebook_of(tmp_path, rule("spacing", keys + "gap_minutes = 5", mode='"warn"'))
    made = [attempt("2026-11-24 11:56")]
    warned = ask(close, NOON, made)
    assert warned.verdict is Verdict.CALLABLE
    assert [(one.effect, one.until) for one in warned.findings] == [(Effect.WARN, utc("2026-11-24 12:01"))]
    assert ask(close, "2026-11-24 12:01", made).findings == ()
    crowded = rulebook_of(tmp_path, rule("spacing", keys + "per_day = 2\nwithin_days = 3", mode='"warn"'))
    pair = [attempt("2026-11-22 10:00"), attempt("2026-11-22 11:00")]
    assert [one.effect for one in ask(crowded, NOON, pair).findings] == [Effect.WARN]
    assert ask(crowded, "2026-11-25 00:00", pair).findings == ()


def test_a_rule_gives_way_to_an_override_for_one_call_or_until_its_end(tmp_path: Path) -> None:
    cap = 'keys = [["person"]]\nmax = 1\nwindow = "cal_day"\noverride_reasons = ["litigation"]'
    rulebook = rulebook_of(tmp_path, rule("cap", cap, mode='"block with reasoned override"'))
    made = attempt("2026-11-24 10:00")
    given = OverrideFact(utc("2026-11-24 11:00"), "small.rule", "litigation", "Dana")
    assert ask(rulebook, NOON, [made]).verdict is Verdict.LOCKED
    allowed = ask(rulebook, NOON, [made, given])
    assert allowed.verdict is Verdict.CALLABLE
    assert [one.effect for one in allowed.findings] == [Effect.PERMIT]
    assert "Dana" in allowed.findings[0].says
    assert ask(rulebook, NOON, [made, replace(given, reason="because")]).verdict is Verdict.LOCKED
    assert ask(rulebook, NOON, [made, replace(given, rule="small.other")]).verdict is Verdict.LOCKED
    assert ask(rulebook, NOON, [made, replace(given, until=utc(NOON))]).verdict is Verdict.LOCKED
    used = attempt("2026-11-24 11:30")
    assert ask(rulebook, NOON, [made, given, used]).verdict is Verdict.LOCKED
    assert ask(rulebook, NOON, [made, replace(given, until=utc("2026-11-24 12:01")), used]).verdict is Verdict.CALLABLE
    assert ask(rulebook, "2026-11-24 12:01", [made, replace(given, until=utc(NOON)), used]).verdict is Verdict.LOCKED


def test_hours_give_way_only_to_an_override_of_their_rule(tmp_path: Path) -> None:
    day = "windows = { every_day = [[09:00:00, 20:00:00]] }\n"
    other = rule("hours", "windows = { every_day = [[08:00:00, 21:00:00]] }", name="other")
    hours = rule("hours", day + 'override_reasons = ["litigation"]', mode='"block with reasoned override"')
    rulebook = rulebook_of(tmp_path, hours, other)
    given = OverrideFact(utc("2026-11-24 19:00"), "small.rule", "litigation", "Dana")
    overridden = ask(rulebook, "2026-11-24 20:30", [given])
    assert overridden.verdict is Verdict.CALLABLE
    assert overridden.lawful_until == utc("2026-11-24 21:00"), "the other hours stand"
    short = ask(rulebook, "2026-11-24 20:30", [replace(given, until=utc("2026-11-24 20:45"))])
    assert short.lawful_until == utc("2026-11-24 20:45")
    refused = ask(rulebook, "2026-11-24 20:30", [replace(given, rule="small.other")])
    assert [(one.rule, one.until) for one in refused.findings] == [("small.rule", utc("2026-11-25 09:00"))]
    assert refused.callable_from == utc("2026-11-25 09:00")
    late = ask(rulebook, "2026-11-24 21:30", [given])
    assert (late.verdict, late.callable_from) == (Verdict.LOCKED, utc("2026-11-25 08:00"))


def test_hours_across_a_clock_change_are_exact_to_the_minute(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("hours", "windows = { every_day = [[01:30:00, 02:30:00]] }"))
    # 2026-03-29: 01:00 becomes 02:00, so only 02:00 to 02:30 is left of the window.
    spring = ask(rulebook, "2026-03-29 00:00")
    assert spring.callable_from == utc("2026-03-29 01:00")
    assert ask(rulebook, "2026-03-29 01:00").lawful_until == utc("2026-03-29 01:30")
    # 2026-10-25: 01:00 to 02:00 occurs twice; the window is open both times, and closed between.
    assert ask(rulebook, "2026-10-25 00:30").lawful_until == utc("2026-10-25 01:00")
    assert ask(rulebook, "2026-10-25 01:00").callable_from == utc("2026-10-25 01:30")
    assert ask(rulebook, "2026-10-25 01:30").lawful_until == utc("2026-10-25 02:30")


def test_it_narrows_the_eve_of_a_holiday_and_closes_for_an_emergency(tmp_path: Path) -> None:
    calendar = '[calendar.own]\ndays = [{ name = "Founders", month = 11, day = 26 }]\n'
    hours = (
        'calendar = "own"\n'
        "windows = { every_day = [[09:00:00, 20:00:00]], holiday = [], eve_of_holiday = [[10:00:00, 19:00:00]] }\n"
        'closed = [{ from_on = 2026-11-28, until_on = 2026-11-29, places = ["GB-ENG"], why = "a flood" }]'
    )
    rulebook = rulebook_of(tmp_path, calendar, rule("hours", hours))
    assert ask(rulebook, "2026-11-24 09:30").verdict is Verdict.CALLABLE
    assert ask(rulebook, "2026-11-25 09:30").callable_from == utc("2026-11-25 10:00")
    assert ask(rulebook, "2026-11-25 19:00").callable_from == utc("2026-11-27 09:00")
    flood = ask(rulebook, "2026-11-28 12:00")
    assert flood.callable_from == utc("2026-11-30 09:00")
    assert "a flood" in flood.findings[0].says


def test_a_place_without_known_public_holidays_is_held(tmp_path: Path) -> None:
    text = '[calendar.public]\nsource = "XQ"\n'
    rulebook = rulebook_of(
        tmp_path,
        text,
        rule("hours", 'calendar = "public"\nwindows = { mon-fri = [[09:00:00, 20:00:00]], holiday = [] }'),
    )
    assert ask(rulebook, NOON).missing == ("the public holidays of XQ",)


@pytest.mark.parametrize(
    ("dates", "verdict"),
    [
        ({}, Verdict.CALLABLE),
        ({"effective_until": "2026-11-23"}, Verdict.LOCKED),
        ({"effective_from": "2026-11-25"}, Verdict.LOCKED),
        ({"effective_from": "2026-11-24", "effective_until": "2026-11-24"}, Verdict.CALLABLE),
    ],
)
def test_a_window_suspends_nothing_outside_its_own_dates(
    tmp_path: Path, dates: dict[str, str], verdict: Verdict
) -> None:
    cap = rule("cap", 'keys = [["principal", "person"]]\nmax = 1\nwindow = "roll_days"\nlength = 7', name="cap")
    terms = 'consent = { consent = "calls" }\ndays = 7\nsuspends = ["small.cap"]'
    rulebook = rulebook_of(tmp_path, cap, rule("consent_window", terms, name="window", **dates))
    events: list[Event] = [attempt("2026-11-20 10:00"), ConsentFact(utc("2026-11-22 10:00"), principal="Bright")]
    asked = ask(rulebook, NOON, events)
    assert asked.verdict is verdict
    if dates and verdict is Verdict.CALLABLE:
        assert asked.lawful_until == utc("2026-11-25 00:00"), "until the day on which the window's rule ends"


def test_a_callback_frees_nothing_outside_the_dates_of_its_rule(tmp_path: Path) -> None:
    cap = rule("cap", 'keys = [["principal", "person"]]\nmax = 1\nwindow = "roll_days"\nlength = 7', name="cap")
    frees = rule("callback", 'frees = ["small.cap"]', name="callback", effective_until="2026-11-23")
    agreed = CallbackFact(utc("2026-11-20 10:00"), utc("2026-11-22 10:00"), "P", "Bright")
    events: list[Event] = [attempt("2026-11-20 10:00"), agreed]
    rulebook = rulebook_of(tmp_path, cap, frees)
    assert ask(rulebook, "2026-11-23 12:00", events).verdict is Verdict.CALLABLE
    assert ask(rulebook, NOON, events).verdict is Verdict.LOCKED


@pytest.mark.long
def test_a_stop_that_holds_says_what_is_missing(tmp_path: Path) -> None:
    dispute = 'reasons = ["dispute"]\nmissing = "the verification"'
    rulebook = rulebook_of(tmp_path, rule("stop", dispute, effect='"hold"'))
    held = ask(rulebook, NOON, [StopFact(utc("2026-11-20 10:00"), "dispute", principal="Bright")])
    assert (held.verdict, held.missing) == (Verdict.HELD, ("the verification",))
    shipped = load_rulebook()
    named = [rule.parameters.missing for rule in shipped.pack("us-regf").rules if rule.id == "us-regf.dispute"]  # type: ignore[attr-defined]
    assert named == ["the verification, mailed to the person"]


def test_it_suspends_named_rules_while_a_consent_window_is_open(tmp_path: Path) -> None:
    cap = rule("cap", 'keys = [["principal", "person"]]\nmax = 1\nwindow = "roll_days"\nlength = 7', name="cap")
    window = rule(
        "consent_window",
        'consent = { consent = "calls", direct = true }\ndays = 7\nsuspends = ["small.cap"]\nends_on_conversation = '
        "true",
        name="window",
    )
    rulebook = rulebook_of(tmp_path, cap, window)
    made, given = attempt("2026-11-20 10:00"), ConsentFact(utc("2026-11-22 10:00"), principal="Bright")
    assert ask(rulebook, NOON, [made]).verdict is Verdict.LOCKED
    assert (
        ask(rulebook, NOON, [made, given]).lawful_until is None
    )  # by 29 November the attempt has left the cap's window too
    inside = attempt("2026-11-24 10:00")
    assert ask(rulebook, "2026-11-29 12:00", [given, inside]).verdict is Verdict.CALLABLE, (
        "a call inside is not counted"
    )
    left = allowance(Prepared(Facts(CALL, CONTACT, (given, inside))), rulebook, utc("2026-11-29 12:00"))
    assert left is not None
    assert (left.made, left.left) == (0, 1)
    talk = attempt("2026-11-23 10:00", outcome=None)
    assert ask(rulebook, NOON, [made, given, talk]).verdict is Verdict.LOCKED, "an unreported call may have been a talk"
    assert ask(rulebook, NOON, [made, replace(given, from_creditor=True)]).verdict is Verdict.LOCKED


def test_it_holds_a_call_that_no_pack_covers_for_its_purpose(tmp_path: Path) -> None:
    from tests.policy.small_packs import head

    rulebook = rulebook_of(tmp_path, beginning=head() + 'covers = ["debt"]\n')
    assert ask(rulebook, NOON, call=CALL).missing == ("a pack for service calls to GB-ENG",)


def test_the_age_limit_of_bought_consents_ignores_consents_given_to_the_caller(tmp_path: Path) -> None:
    beginning = head() + "third_party_consent_max_age_days = 90\n"
    accepts = 'accepts = [{ consent = "calls", lasts_days = 365 }]\nmissing = "consent"'
    rulebook = rulebook_of(tmp_path, rule("basis", accepts), beginning=beginning)
    given = ConsentFact(utc("2026-03-02 10:00"), principal="Bright")
    assert ask(rulebook, NOON, [given]).lawful_until == utc("2027-03-03 00:00")
    assert ask(rulebook, NOON, [replace(given, is_third_party=True)]).verdict is Verdict.SUPPRESSED
