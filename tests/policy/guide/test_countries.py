"""The page of a country: it says what the packs say and what the engine does, and cannot drift from them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from policy import AttemptFact, CallFacts, ContactFacts, Facts, Outcome, Purpose, ReadIn, Rule, decide, load_rulebook
from policy.guide.countries import answers, counted, fines_on_file, interest_is_enough, pages
from policy.rules.kinds.cap import Cap
from policy.rules.kinds.cool_off import CoolOff
from tests.every import every
from tests.policy.shipped import ROOT, RULEBOOK, rule

FOLDER = ROOT / "docs" / "countries"
PAGES = pages(RULEBOOK)
NOON = datetime(2026, 12, 3, 17, tzinfo=UTC)  # a Thursday, within hours in London, Paris and Miami
SCREEN = 60  # lines


def test_the_pages_say_what_the_packs_say() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md") if path.name != "README.md"}
    assert written == PAGES, "write them again: nextcall policy countries docs/countries"


def test_the_list_of_pages_has_each_of_them() -> None:
    listed = re.findall(r"\]\(([a-z-]+\.md)\)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(PAGES)


def test_a_page_is_about_a_screen_and_that_of_the_united_states_has_one_line_a_state() -> None:
    lengths = {name: len(text.splitlines()) for name, text in PAGES.items()}
    states = [pack for pack in RULEBOOK.packs.values() if pack.is_regional and pack.areas[0].startswith("US-")]
    assert lengths.pop("united-states.md") <= SCREEN + len(states)
    assert {name: lines for name, lines in lengths.items() if lines > SCREEN} == {}


@pytest.mark.parametrize(
    ("pack", "before", "after", "page", "said"),
    [
        ("fr", "max = 4", "max = 5", "france.md", "[at most 5 attempts in 30 days]"),
        ("gb-house", "hours = 72 }", "hours = 71 }", "united-kingdom.md", "71 hours after an attempt nobody answered"),
        (
            "gb-house",
            "09:00:00, 20:00:00",
            "09:15:00, 20:00:00",
            "united-kingdom.md",
            "Monday to Friday 09:15 to 20:00",
        ),
        ("gb", "max_age_days = 27", "max_age_days = 20", "united-kingdom.md", "TPS, a screening at most 20 days old"),
        ("gb", "most_gbp = 17500000", "most_gbp = 18500000", "united-kingdom.md", "up to GBP 18,500,000, or 4%"),
        ("us-fl", "max = 3", "max = 2", "united-states.md", "at most 2 attempts in 24 hours"),
    ],
)
def test_a_figure_changed_in_a_pack_changes_the_page(
    tmp_path: Path, pack: str, before: str, after: str, page: str, said: str
) -> None:
    shipped = ROOT / "policy" / "packs"
    country = pack[:2]
    copies = [tmp_path / path.name for path in sorted(shipped.glob(f"{country}*.toml"))]
    for copy in copies:
        copy.write_bytes((shipped / copy.name).read_bytes())
    changed = tmp_path / f"{pack}.toml"
    assert said not in pages(load_rulebook(copies))[page]
    text = changed.read_text(encoding="utf-8")
    assert before in text
    changed.write_text(text.replace(before, after), encoding="utf-8")
    assert said in pages(load_rulebook(copies))[page]


def test_it_leaves_no_limit_of_law_out() -> None:
    caps = [
        one
        for pack in RULEBOOK.packs.values()
        for one in pack.rules
        if pack.kind != "house" and isinstance(one.parameters, Cap) and one.in_force(pack.reviewed_on)
    ]
    every(caps, assert_is_told, name=lambda one: one.id)


def assert_is_told(cap: Rule) -> None:
    assert isinstance(cap.parameters, Cap)
    said, source = re.escape(cap.parameters.in_short()), re.escape(cap.citation.url)
    assert any(re.search(rf"\[{said}[^\]]*\]\({source}\)", text) for text in PAGES.values())


def test_where_an_interest_changes_nothing_the_page_says_what_calls_need_instead() -> None:
    line = next(line for line in PAGES["germany.md"].splitlines() if "legitimate interest change?" in line)
    assert "Nothing: no rule in force accepts one. Law: [needs consent to calls (express)" in line


# What the page says of limits is what the engine does -----------------------------------------------------------------


def row(page: str, calls: str) -> str:
    """The row of the table for these calls, without its links."""
    (found,) = (line for line in PAGES[page].splitlines() if line.startswith(f"| {calls} |"))
    return re.sub(r"\]\([^)]*\)", "]", found)


def barring(call: CallFacts, contact: ContactFacts, house: str, *ago: timedelta) -> set[str]:
    """The rules that bar a call at noon after attempts nobody answered, made so long before."""
    made = [
        AttemptFact(
            NOON - one, contact.number, contact.person, call.principal, call.campaign, outcome=Outcome.NO_ANSWER
        )
        for one in ago
    ]
    return {one.rule for one in decide(Facts(call, contact, tuple(made)), RULEBOOK, NOON, house_pack=house).findings}


SALES = CallFacts(Purpose.MARKETING, "Bright", "spring", subject="solar", is_number_shown=True)
LONDON = ContactFacts("P", "+447700900123", ("GB-ENG",), ("Europe/London",))
PARIS = ContactFacts("P", "+33123456789", ("FR",), ("Europe/Paris",))
MIAMI = ContactFacts("P", "+13055550123", ("US-FL",), ("America/New_York",))


@pytest.mark.parametrize(
    ("page", "calls", "house", "contact", "rule_id", "said"),
    [
        (
            "united-kingdom.md",
            "marketing, charity and press",
            "gb-house",
            LONDON,
            "gb-house.cap.marketing.week",
            r"(\d+) attempts in 7 days",
        ),
        (
            "united-kingdom.md",
            "marketing, charity and press",
            "gb-house",
            LONDON,
            "gb-house.cap.marketing.month",
            r"(\d+) attempts in 30 days",
        ),
        (
            "france.md",
            "marketing and charity",
            "fr-house",
            PARIS,
            "fr.cap4",
            r"law: \[at most (\d+) attempts in 30 days",
        ),
    ],
)
def test_the_limits_of_a_page_are_those_the_engine_keeps(
    page: str, calls: str, house: str, contact: ContactFacts, rule_id: str, said: str
) -> None:
    most = int(re.findall(said, row(page, calls))[0])
    days = [timedelta(days=2 + one) for one in range(most)]
    assert rule_id not in barring(SALES, contact, house, *days[1:])
    assert rule_id in barring(SALES, contact, house, *days)


def test_a_second_call_on_one_day_is_barred_as_the_british_page_says() -> None:
    assert "at most 1 attempt in one day" in row("united-kingdom.md", "marketing, charity and press")
    assert "gb-house.cap.marketing.day" in barring(SALES, LONDON, "gb-house", timedelta(hours=2))
    assert "gb-house.cap.marketing.day" not in barring(SALES, LONDON, "gb-house", timedelta(hours=26))


def test_the_wait_of_a_page_ends_when_the_engine_says_so() -> None:
    (hours,) = re.findall(r"House: (\d+) hours after an attempt nobody answered", PAGES["united-kingdom.md"])
    wait = timedelta(hours=int(hours))
    assert "gb-house.cool_off" in barring(SALES, LONDON, "gb-house", wait - timedelta(seconds=1))
    assert "gb-house.cool_off" not in barring(SALES, LONDON, "gb-house", wait)


def test_the_line_of_a_state_says_what_its_cap_keeps() -> None:
    (line,) = (line for line in PAGES["united-states.md"].splitlines() if line.startswith("- **Florida**"))
    (most,) = re.findall(r"at most (\d) attempts in 24 hours", line)
    hours = [timedelta(hours=1 + one) for one in range(int(most))]
    assert "us-fl.cap3" not in barring(SALES, MIAMI, "us-house", *hours[1:])
    assert "us-fl.cap3" in barring(SALES, MIAMI, "us-house", *hours)


# Its parts ------------------------------------------------------------------------------------------------------------


def test_it_keeps_law_and_house_apart() -> None:
    cells = row("united-kingdom.md", "marketing, charity and press").split(" | ")
    law, house = cells[1].split("<br>")
    assert law.startswith("law: no number, yet too many are barred")
    assert house.startswith("house: at most 1 attempt in one day")
    assert cells[2].startswith("house: Monday to Friday")
    assert "law: [TPS, a screening at most 27 days old]" in cells[3]


def test_the_hours_of_a_code_stand_apart_as_its_adherents_alone_keep_them() -> None:
    for name, code in (("spain.md", "es-operators"), ("italy.md", "it-telemarketing")):
        assert "industry code" not in row(name, "marketing, charity and press")
        assert f"under the code {code}: " in PAGES[name].split("## In some sectors, on some lines, under a code")[1]
    assert "do not adhere to the code `nz-telemarketing`" in PAGES["new-zealand.md"]
    assert "industry code: [Monday to Saturday" in row("new-zealand.md", "marketing, charity and press")


def test_it_says_what_was_not_read_in_the_laws_own_words_and_what_the_law_says_only_in_part() -> None:
    assert "[up to GBP 17,500,000, or 4% of turnover if that is more] (quoted)" in row(
        "united-kingdom.md", "marketing, charity and press"
    )
    assert "law; for debts other than consumer credit our own caution" in PAGES["united-kingdom.md"]
    assert re.search(r"\[Do Not Call Register, a screening at most 30 days old\]\S+ \(told\)", PAGES["australia.md"])
    assert "(told)" not in PAGES["germany.md"]


def test_it_says_of_countries_without_rules_that_every_call_is_held() -> None:
    assert "**Every call is held:**" in PAGES["ireland.md"]
    assert "**Held:** service, debt and research calls" in PAGES["france.md"]


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("gb-house.cool_off", "for the number and for the person"),
        ("fr.cap4", "for the person"),
        ("au.rg96.cap.week", "for the debt"),
        ("us-regf.cap7", "for the person, each debt by itself"),
        ("us-fl.cap3", "for the person, each matter by itself"),
        ("us-wa.debt.cap3", "for the person and for the debt"),
    ],
)
def test_it_says_for_whom_a_limit_counts(id: str, said: str) -> None:
    what = rule(id).parameters
    assert isinstance(what, Cap | CoolOff)
    assert counted(what) == said


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


def test_a_legitimate_interest_satisfies_a_basis_and_lifts_nothing_else() -> None:
    """The pages and `/callcheck rules` say that it lifts no register, ban, limit, wait, hour or stop."""
    assert {one.kind for one in RULEBOOK.rules() if interest_is_enough(one) != "no"} == {"basis"}


def test_a_fine_on_file_names_its_text_and_stands_in_no_pack() -> None:
    of_packs = [fine.says for fine in answers(RULEBOOK.rules(), "", Purpose.MARKETING).fines]
    assert "up to GBP 2,000,000" in of_packs
    for fine in fines_on_file():
        assert fine.url.startswith("https://")
        assert fine.read_in in set(ReadIn)
        assert fine.says not in of_packs, "the pack says it"


def test_every_page_says_the_fines_or_that_they_were_not_read() -> None:
    for name, text in PAGES.items():
        if name != "ireland.md":
            line = next(line for line in text.splitlines() if line.startswith("- **What are the fines?**"))
            assert re.search(r"\[(up to|damages up to) [A-Z]{3} [\d,]+.*\]\(https://|fine: not read$", line), name
