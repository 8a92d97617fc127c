"""Corrections from the texts that affect no verdict: duties and their days, citations, what is not law.

Corrections that change an answer are worked cases under `packs`.
"""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policy import CallFacts, ContactFacts, Facts, Purpose, Rule, ScreeningFact, Verdict, decide, duties, load_rulebook
from policy.rulebook.rulebook import version_days
from policy.rules.rule import Value
from tests.policy.shipped import ROOT
from tests.policy.small_packs import utc

RULEBOOK = load_rulebook()
PACKS = ROOT / "policy" / "packs"
TODAY = date(2026, 11, 28)
SALE = CallFacts(Purpose.MARKETING, "Bright", "spring")
ENERGY = replace(SALE, sector="energy")
FUNDRAISING = replace(SALE, purpose=Purpose.CHARITY, codes=frozenset({"fundraising"}))
NO_MOBILE, BY_CODE = "no mobile number", "with the numeric code for commercial calls, and no mobile number"


def version(id: str, on: date = TODAY) -> Rule:
    (found,) = (one for one in RULEBOOK.rules() if one.id == id and one.in_force(on))
    return found


def figures(id: str, call: CallFacts, place: str, on: date) -> dict[str, Value] | None:
    contact = ContactFacts("P", "+447700900123", (place,), ("Europe/London",))
    found = duties(call, contact, RULEBOOK, on).get(id)
    return None if found is None else dict(found)


@pytest.mark.parametrize(
    ("id", "call", "place", "on", "values"),
    [
        ("es.energy.recording", ENERGY, "ES", date(2026, 6, 11), None),
        ("es.energy.recording", ENERGY, "ES", date(2026, 6, 12), {"record_whole_call": True}),
        ("es.caller_number", SALE, "ES", date(2025, 6, 6), None),
        ("es.caller_number", SALE, "ES", date(2026, 12, 27), {"number_of_the_caller": NO_MOBILE}),
        ("es.caller_number", SALE, "ES", date(2026, 12, 28), {"number_of_the_caller": BY_CODE}),
        ("us-ny.emergency", SALE, "US-NY", TODAY, {"closed_during_a_declared_emergency": True}),
        ("us-tcpa.states", SALE, "US-CA", TODAY, {"own_hours_for_live_calls": "none found"}),
        ("us-tcpa.states", SALE, "US-PA", TODAY, None),
        ("gb.fundraising.persistent", FUNDRAISING, "GB", date(2025, 10, 31), None),
    ],
)
def test_a_duty_is_given_from_its_first_day(
    id: str, call: CallFacts, place: str, on: date, values: dict[str, Value] | None
) -> None:
    assert figures(id, call, place, on) == values


@pytest.mark.parametrize(
    ("id", "call", "place", "first"),
    [
        ("gb.fundraising.persistent", FUNDRAISING, "GB", date(2025, 11, 1)),
        ("za.marketer", SALE, "ZA", date(2026, 4, 15)),
    ],
)
def test_a_duty_begins_when_its_text_does(id: str, call: CallFacts, place: str, first: date) -> None:
    assert figures(id, call, place, date.fromordinal(first.toordinal() - 1)) is None
    assert figures(id, call, place, first)


@pytest.mark.long
@pytest.mark.parametrize(
    ("pack", "place", "contact"),
    [("us-ny", "US-NY", {"line": "business"}), ("us-la", "US-LA", {"line": "consumer", "number_kind": "home"})],
)
def test_a_declared_emergency_closes_the_place_for_its_days(
    tmp_path: Path, pack: str, place: str, contact: dict[str, Any]
) -> None:
    text = (PACKS / f"{pack}.toml").read_text("utf-8")
    closed = f'closed = [{{ from_on = 2026-06-09, until_on = 2026-06-10, places = ["{place}"], why = "a flood" }}]\n'
    (tmp_path / f"{pack}.toml").write_text(text.replace("windows = ", f"{closed}windows = ", 1), "utf-8")
    facts = Facts(
        SALE,
        ContactFacts("P", "+12125550123", (place,), ("America/New_York",), **contact),
        tuple(ScreeningFact(one, utc("2026-06-01 12:00"), False) for one in ("us-dnc", "us-la-dnc")),
    )
    rulebook = load_rulebook(["us-tcpa", tmp_path / f"{pack}.toml"])
    assert decide(facts, load_rulebook(), utc("2026-06-10 16:00")).verdict is Verdict.CALLABLE
    flooded = decide(facts, rulebook, utc("2026-06-10 16:00"))
    assert flooded.verdict is Verdict.LOCKED
    assert flooded.callable_from == utc("2026-06-11 12:00")


@pytest.mark.parametrize("id", ["es.2025", "us-ms.holidays"])
def test_there_is_no_rule_that_the_text_does_not_contain(id: str) -> None:
    assert id not in {one.id for one in RULEBOOK.rules()}


@pytest.mark.parametrize(
    ("id", "section", "confidence"),
    [
        ("us-pa.hours", "2245(a)(1)", "secondary"),
        ("us-md.hours", "14-4502(c)", "secondary"),
        ("us-md.cap3", "14-4502(c)", "secondary"),
        ("us-la.hours", "s. V(A)", "secondary"),
        ("us-ma.hours", "201 CMR 12.02(2)", "primary"),
        ("us-ma.register", "201 CMR 12.02(1)", "primary"),
        ("us-ma.debt.cap2", "209 CMR 18.16(1)(d)", "primary"),
        ("us-ma.debt.workstop", "209 CMR 18.16(1)(c)", "primary"),
        ("us-wa.hours", "19.158.040(2)", "primary"),
        ("us-wa.end_call", "19.158.040(5)", "primary"),
        ("us-ms.hours", "77-3-723(1)", "primary"),
        ("us-wy.hours", "40-12-302(d)", "primary"),
        ("us-dc.debt.cap4", "28-3814(d)(4)", "primary"),
        ("us-tcpa.consent", "227(b)(1)", "primary"),
        ("us-regf.cease", "1692c(c)", "primary"),
        ("us-regf.dispute", "1692g(b)", "primary"),
        ("us-regf.third_party", "1692b(3)", "primary"),
        ("us-regf.attorney", "1692c(a)(2)", "primary"),
        ("es.hours", "96.2", "primary"),
        ("es.consent", "66.1.b", "primary"),
        ("gb.mcob.cold", "3A", "secondary"),
        ("gb.persistent", "Sch 20 para 28", "primary"),
        ("gb.breathing_space", "reg 7, 11(1)", "primary"),
        ("gb.pecr.pensions.basis", "SI 2018/1396", "primary"),
        ("gb.pecr.fine", "Sch 1 para 18", "secondary"),
        ("gb.gdpr.complaints", "s. 103", "primary"),
    ],
)
def test_a_rule_cites_the_text_that_says_it_and_how_it_was_read(id: str, section: str, confidence: str) -> None:
    found = version(id)
    assert section in found.citation.section
    assert found.confidence == confidence


def test_a_request_for_the_original_creditors_name_is_a_dispute() -> None:
    assert "original creditor" in version("us-regf.dispute").title


def test_the_duty_on_complaints_is_about_personal_data() -> None:
    assert "personal data" in version("gb.gdpr.complaints").title


def test_rules_on_debts_beyond_consumer_credit_are_labelled_our_own_caution() -> None:
    for id in ("gb.conc.times", "gb.conc.requests", "gb.conc.not_at_work", "gb.conc.not_at_home"):
        assert "other than consumer credit our own caution" in version(id).label


def test_the_evening_hour_for_fundraising_is_house_policy_since_november_2025() -> None:
    assert version("gb.fundraising.hours", date(2025, 10, 31)).status == "industry code"
    assert version("gb.fundraising.hours", date(2025, 11, 1)).status == "house"


def test_indias_register_follows_the_amendment_from_14_march_2025() -> None:
    before, since = version("in.dnd", date(2025, 3, 13)), version("in.dnd", date(2025, 3, 14))
    assert before.citation != since.citation
    assert since.effective_from == date(2025, 3, 14)


def test_a_prefix_that_may_have_ended_is_a_warning() -> None:
    assert version("br.sart.prefix").mode == "warn"


@pytest.mark.parametrize(
    "seller", ["aipolicies.uk", "callcentresoftware.co.uk", "dnc.com", "dropcowboy.com", "sorena.io"]
)
def test_no_commercial_website_is_cited(seller: str) -> None:
    cited = {one.citation.url for one in RULEBOOK.rules()} | {
        further.url for one in RULEBOOK.rules() for further in one.wording.further
    }
    assert not [url for url in cited if re.search(rf"\b{re.escape(seller)}", url)]


def test_the_end_of_the_fcc_waiver_is_a_dated_rule_that_digests_announce() -> None:
    days = {change.on: [rule.id for _, rule in change.changes()] for change in version_days(RULEBOOK.pack("us-tcpa"))}
    assert days[date(2027, 2, 1)] == ["us-tcpa.revoke_all"]
    assert figures("us-tcpa.revoke_all", SALE, "US-OH", date(2027, 1, 31)) is None
    assert figures("us-tcpa.revoke_all", SALE, "US-OH", date(2027, 2, 1))


def test_ringing_for_fifteen_seconds_or_four_rings_is_a_duty_of_sales_calls_and_no_lock() -> None:
    assert figures("us-tcpa.ring", SALE, "US-OH", TODAY) == {"ring_seconds": 15, "rings": 4}
    assert version("us-tcpa.ring").kind == "duty"
