"""docs/how-often.md: it says what the packs say, all of it, and cannot drift from them."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from policy import Pack, Purpose, Rule, Status, load_rulebook
from policy.guide import document, rule_in_words
from policy.guide.by_place import in_short
from policy.guide.how_often import interest_is_enough
from policy.guide.jurisdictions import SITUATIONS, Situation, in_force, jurisdictions
from policy.guide.rule_words import _WORDS_OF
from policy.rulebook import last_version_day, next_version_day, version_days
from policy.rules.kinds import KINDS
from tests.every import every
from tests.policy.shipped import ROOT, RULEBOOK, rule

PAGE = ROOT / "docs" / "how-often.md"
SALES = "a call to sell that nobody asked for, to a consumer"
DEBT = "a call about a debt, to a consumer"
REQUEST = "## What a request changes"


@cache
def page() -> str:
    """What the page would say now."""
    return document(RULEBOOK)


def section(title: str) -> str:
    """The part of the page under a heading, to the next of its level or above."""
    level = len(title) - len(title.lstrip("#"))
    lines = page().splitlines()
    start = lines.index(title)
    ends = (n for n, line in enumerate(lines[start + 1 :], start + 1) if line.startswith("#") and _level(line) <= level)
    return "\n".join(lines[start : next(ends, len(lines))])


def _level(line: str) -> int:
    return len(line) - len(line.lstrip("#"))


def test_it_says_on_the_page_what_the_packs_say() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(), "write it anew: nextcall policy how-often > docs/how-often.md"


def test_one_changed_figure_changes_the_page(tmp_path: Path) -> None:
    pack = tmp_path / "fr.toml"
    pack.write_bytes((ROOT / "policy" / "packs" / "fr.toml").read_bytes())
    before = document(load_rulebook([pack]))
    pack.write_text(pack.read_text(encoding="utf-8").replace("max = 4", "max = 5"), encoding="utf-8")
    assert document(load_rulebook([pack])) != before


def test_it_has_words_for_every_kind_of_rule() -> None:
    kinds = {type(one.parameters).__module__.rsplit(".", 1)[-1] for one in RULEBOOK.rules()}
    assert kinds == set(KINDS), "every kind ships in some pack"
    assert len(_WORDS_OF) == len(KINDS)


def test_every_rule_has_words() -> None:
    every(RULEBOOK.rules(), assert_has_words, name=lambda one: f"{one.id}@{one.effective_from}")


def assert_has_words(one: Rule) -> None:
    said = rule_in_words(one)
    assert said
    assert "  " not in said
    assert not [code for code in ("frozenset", "None", "Outcome.") if code in said]


def test_it_leaves_no_rule_out() -> None:
    whole = page()
    packs = RULEBOOK.packs.values()
    shown = [*in_force(packs), *(one for pack in packs for one in pack.rules if not one.is_enabled)]
    assert not [one.id for one in shown if f"`{one.id}`" not in whole]


def test_it_gives_every_figure_its_status_and_source() -> None:
    rows = [line for line in section("## Place by place, purpose by purpose").splitlines() if line.startswith("| ")]
    statuses = {status.value for status in Status}
    for line in rows:
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if cells[0] in ("Rule", "Where", "---"):
            continue
        assert cells[-2].split(";")[0].removesuffix(", a warning") in statuses, line
        assert "`" in cells[-1], line


def test_it_keeps_law_and_house_apart() -> None:
    part = section("#### United Kingdom: marketing calls nobody asked for")
    law, house = part.split("**House policy**")
    assert "`gb.pecr.tps`" in law
    assert "gb-house." not in law
    assert "| house |" not in law
    assert "`gb-house.cap.marketing.week`" in house
    assert "| law |" not in house


def test_the_short_answer_gives_attempts_waits_and_legitimate_interest() -> None:
    short = section("## The short answer")
    attempts, waits, dropped = short.split("- **")[1:4]
    assert "No number was found for Brazil, Canada, Germany, India, Italy," in attempts.replace("\n", " ")
    assert (
        "at most 1 attempt in one day to one number or one person, for one client (house, `…-house.cap.marketing.day`)"
        in attempts
    ), "the same in several countries is told once"
    assert attempts.count("marketing, charity and press calls nobody asked for") == 1
    assert "South Africa, Spain, the Netherlands and the United Kingdom, marketing, charity and press calls" in attempts
    assert "72 hours after an attempt nobody answered (house, `gb-house.cool_off`)" in waits
    assert "72 hours after a dropped or silent call (regulator policy, a warning, [`gb.ofcom.abandoned`]" in dropped
    assert "in Spain ([`es.consent`][es.consent], " in short
    assert "It lifts no register, ban, number of attempts, wait, hour or stop anywhere." in short
    assert "An unfinished form is not a request" in short


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("au.rg96.cap.week", "at most 3 contacts made in 7 days about one debt, for one client"),
        (
            "us-regf.cap7",
            "at most 7 calls that connect in 7 days to one person, about one debt, for all clients together",
        ),
        ("us-regf.third_party", "at most 1 conversation in all to one person, for all clients together"),
        (
            "us-ma.debt.cap2",
            "at most 2 communications or texts in 7 days to one person, about one debt, for all clients ",
        ),
        ("us-wa.debt.cap3", "at most 3 attempts, texts or letters in 7 days to one person or about one debt, for all "),
        ("us-wv.debt.talks10", "at most 10 conversations in 7 days to one person, for all clients together"),
        ("fr.cap4", "at most 4 attempts in 30 days to one person, for one client"),
    ],
)
def test_it_says_what_each_cap_counts_and_on_what(id: str, said: str) -> None:
    assert in_short(rule(id)).startswith(said)
    assert f"{said}" in section("## The short answer")


def test_a_duty_without_a_number_is_shown_as_a_limit() -> None:
    attempts = section("## The short answer").split("- **Must I wait")[0]
    assert "*No number is not no limit.*" in attempts
    for law in ("gb.harassment", "gb.misuse", "gb.persistent", "gb.mcob.arrears.calls", "au.rg96.attempts"):
        assert f"[`{law}`][{law}]" in attempts
    assert "Roberts v Bank of Scotland" in attempts


def glance(title: str) -> dict[str, str]:
    """The rows of a table at a glance, each by its place."""
    rows = [line for line in section(f"### At a glance: {title}").splitlines() if line.startswith("| ")]
    return {line.split(" | ")[0].strip("| *"): line for line in rows}


def test_a_figure_at_a_glance_says_whose_calls_it_limits() -> None:
    sales, debt = (glance(one) for one in (SALES, DEBT))
    assert "on mobile numbers: needs consent to calls (express)" in sales["Arizona (US)"]
    assert "on numbers from a directory: needs consent to calls (express)" in sales["Spain"]
    assert "where a third party calls: at most 7 calls that connect in 7 days" in debt["United States"]
    assert "on work numbers: at most 2 attempts or texts in 30 days" in debt["Massachusetts (US)"]
    assert "on work numbers: Monday to Friday 09:00 to 17:00" in debt["Australia"]


def test_a_limit_on_talks_with_third_parties_is_not_shown_for_the_consumer() -> None:
    assert "`us-regf.third_party`" not in glance(DEBT)["United States"]


def test_the_hours_of_a_code_are_shown_for_its_adherents_only() -> None:
    assert "under the code it-telemarketing: Monday to Friday 09:00 to 20:00" in glance(SALES)["Italy"]
    assert "*Under the code es-operators.*" in section("#### Spain: marketing calls nobody asked for")


def test_a_duty_without_a_number_is_shown_as_a_limit_at_a_glance() -> None:
    rows = glance(SALES)
    assert "no number given: two occasions can be enough (law, [`gb.harassment`]" in rows["United Kingdom"]
    assert "does not say that there is no limit" in section(f"### At a glance: {SALES}")


def test_a_rule_of_part_of_a_country_is_shown_with_the_parts_name() -> None:
    short, stop, asked = (section(one) for one in ("## The short answer", "## What “stop” does", REQUEST))
    city = "United States (New York City), debt calls: at most 2 attempts, texts or letters in 7 days"
    assert city in short
    assert "at most 2 attempts, texts or letters" not in glance(DEBT).get("New York (US)", "")
    assert "New York City (US)" in glance(DEBT)
    assert "| United States (Washington) | [`us-wa.stop`]" in stop
    assert "Arizona: No unsolicited sales call to a mobile (law, [`us-az.mobile`]" in asked
    assert "Kentucky: Every day 10 to 21 (law, [`us-ky.hours`]" in asked


def test_the_hours_of_a_state_also_apply_to_requested_calls() -> None:
    part = section("#### Parts of the United States")
    assert "**Press calls**" in part, "Florida's list does not bind newspapers"
    part = part.split("**Marketing calls**")[1].split("**Debt calls**")[0]
    (mobile,) = (line for line in part.splitlines() if line.startswith("| Arizona |"))
    assert "where the person did not ask for the call" in mobile
    (hours,) = (line for line in part.splitlines() if line.startswith("| Kentucky |"))
    assert "did not ask" not in hours


def test_a_call_agreed_for_an_hour_is_not_shown_as_a_request() -> None:
    britain = section(REQUEST).split("**United Kingdom**")[1].split("**United States**")[0]
    lists = dict(line.removeprefix("- **").split(":** ") for line in britain.splitlines() if ":** " in line)
    assert "`gb.mcob.hours`" not in lists["Satisfied or lifted by it"]
    assert "`gb.mcob.hours`" in lists["Lifted only once a call was agreed for an hour the person named"]
    assert "`gb-house.refused_thrice`" in lists["Satisfied or lifted by it"]


def test_it_says_where_a_wait_applies_and_with_which_status() -> None:
    nobody, dropped, talked = section("## The short answer").split("- **Must I wait after ")[1:4]
    assert "No text that was read forbids another call at once. House policy asks for a wait." in nobody
    assert "*House policy.* United Kingdom: 72 hours after an attempt nobody answered" in nobody
    assert "No text that was read forbids another call at once. House policy asks for a wait." in dropped
    assert "Yes, by rules in the United States." in talked
    assert "United States, debt calls; where a third party calls: 7 days after a conversation (presumption" in talked


def test_it_names_the_rules_before_and_after_a_change() -> None:
    france, netherlands = section("### France"), section("### The Netherlands")
    assert "**2026-08-11** (`fr`, last change)" in france
    assert "changes from “60 full days after a refusal or a request to stop" in france
    assert "`fr.bloctel` ends" in france.lower()
    assert "**2026-07-01** (`nl`, last change)" in netherlands


def test_it_names_the_next_change_of_a_pack_reviewed_before_it(tmp_path: Path) -> None:
    pack = tmp_path / "fr.toml"
    text = (ROOT / "policy" / "packs" / "fr.toml").read_text(encoding="utf-8")
    pack.write_text(re.sub("reviewed_on = .*", "reviewed_on = 2026-05-01", text), encoding="utf-8")
    page = document(load_rulebook([pack]))
    assert "**2026-08-11** (`fr`, next change)" in page
    assert "60 full days after a refusal or a request to stop, to one person, for one client" in page


def test_it_begins_a_change_on_the_day_after_a_last_day() -> None:
    pack = RULEBOOK.pack("fr")
    change = next_version_day(pack, date(2026, 8, 10))
    assert change is not None
    assert change == last_version_day(pack, date(2026, 8, 11))
    assert (change.on, {one.id for one in change.only_ends}) == (date(2026, 8, 11), {"fr.bloctel"})
    assert {one.id for one in change.only_begins} == {"fr.optin", "fr.optin.record", "fr.optin.works"}
    assert "fr.refusal60" in {before.id for before, _ in change.replaced}
    assert next_version_day(pack, date(2026, 8, 11)) is None
    assert last_version_day(pack, date(2026, 8, 10)) is None


def test_it_finds_every_day_when_the_rules_in_force_change() -> None:
    every(RULEBOOK.packs.values(), assert_finds_its_days, name=lambda pack: pack.id)


def assert_finds_its_days(pack: Pack) -> None:
    days = {change.on for change in version_days(pack)}
    for day in days:
        yesterday = date.fromordinal(day.toordinal() - 1)
        assert RULEBOOK.in_force(pack.id, day) != RULEBOOK.in_force(pack.id, yesterday)
    ends = {
        date.fromordinal(one.effective_until.toordinal() + 1)
        for one in pack.rules
        if one.effective_until and one.is_enabled
    }
    assert ends <= days


@pytest.mark.parametrize(
    ("id", "enough"),
    [
        ("gb.gdpr.told", "with more"),
        ("es.weighing", "with more"),
        ("es.consent", "with more"),
        ("gb.pecr.tps", "no"),
        ("de.consent", "no"),
        ("gb.pecr.claims", "no"),
    ],
)
def test_it_says_where_a_legitimate_interest_is_enough(id: str, enough: str) -> None:
    assert interest_is_enough(rule(id)) == enough


def test_a_notice_to_cease_and_a_withdrawn_consent_are_shown_as_stops() -> None:
    stop = section("## What “stop” does")
    for id in ("us-regf.cease", "us-ny.nyc.cease", "gb.pecr.withdrawn"):
        assert f"[`{id}`][{id}]" in stop


def test_a_figure_that_no_text_gives_is_house_policy() -> None:
    """Twelve months after a no, a morning believed and not read, a wait that the text read does not have."""
    sales, debt = glance(SALES), glance(DEBT)
    assert "12 months after “not now” or a refusal (house, a warning, [`gb.dmcc.persistent`]" in sales["United Kingdom"]
    assert "every day 09:00 to 21:00 (law, [`in.tm.hours`]" in sales["India"]
    assert "every day 10:00 to 21:00 (house, `in.tm.hours.unchosen`)" in sales["India"]
    assert "(house, [`us-ny.nyc.pause`]" in debt["New York City (US)"]


def test_a_register_at_a_glance_says_how_old_a_screening_may_be() -> None:
    assert "Registro delle opposizioni, a screening at most 15 days old (house, `it.rpo.age`)" in glance(SALES)["Italy"]
    assert "CTPS, where the number is known to be on it" in glance(SALES)["United Kingdom"]


def test_it_shows_a_rule_for_the_calls_it_concerns_and_no_others() -> None:
    tps = rule("gb.pecr.tps")
    concerned = {one for one in SITUATIONS if one.concerns(tps)}
    assert concerned == {Situation(one) for one in (Purpose.MARKETING, Purpose.CHARITY, Purpose.PRESS)}
    assert "`gb.pecr.tps`" not in section("#### United Kingdom: marketing calls the person asked for")


def test_it_says_which_calls_are_held_because_no_pack_covers_them() -> None:
    assert "**Held:** service, debt and research calls" in section("### France")
    assert "**Every call is held:**" in section("### Ireland")


def test_it_puts_every_pack_in_one_place() -> None:
    placed = [pack.id for place in jurisdictions(RULEBOOK) for pack in place.packs]
    assert sorted([*placed, "base"]) == sorted(RULEBOOK.packs)


def test_it_gives_each_link_an_address() -> None:
    whole = page()
    for one in RULEBOOK.rules():
        if f"][{one.id}]" in whole:
            assert f"\n[{one.id}]: http" in whole


def test_it_says_that_house_policy_asks_for_a_wait_where_it_does() -> None:
    waits = "**Must I wait after an attempt nobody answered?**"
    by_law, with_house = (document(load_rulebook(packs)) for packs in (["fr"], ["fr", "gb", "gb-house"]))
    [line] = [line for line in by_law.splitlines() if waits in line]
    assert line == f"- {waits} No text that was read forbids another call at once."
    [line] = [line for line in with_house.splitlines() if waits in line]
    assert line == f"- {waits} No text that was read forbids another call at once. House policy asks for a wait."


def test_a_house_pack_without_the_law_of_its_country_has_no_place_on_the_page() -> None:
    assert jurisdictions(load_rulebook(["gb-house"])) == ()
    assert [place.code for place in jurisdictions(load_rulebook(["gb-house", "gb", "fr"]))] == ["FR", "GB"]
