"""The page on calling in the UK is kept by hand: it is short, and its figures and sources are those of the packs."""

import re
from datetime import date
from pathlib import Path

from policy import Outcome
from policy.guide.countries import fines_on_file
from policy.rules.kinds.cap import Cap
from policy.rules.kinds.cool_off import CoolOff
from policy.rules.kinds.duty import Duty
from policy.rules.kinds.hours import Hours
from policy.rules.kinds.register import Register
from policy.templates.sentence import windows_phrase
from tests.policy.shipped import RULEBOOK, rule

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "calling-in-the-uk.md").read_text(encoding="utf-8")
SAID = " ".join(re.sub(r"\]\([^)]*\)", "]", PAGE).replace("[", "").replace("]", "").split())
MOST_WORDS = 300
NOW = date(2026, 11, 28)


def cap(name: str) -> int:
    what = rule(f"gb-house.cap.marketing.{name}").parameters
    assert isinstance(what, Cap)
    return what.most


def test_it_has_three_hundred_words_at_most_and_the_readmes_third_line_links_it() -> None:
    assert len(SAID.split()) <= MOST_WORDS
    assert "(docs/calling-in-the-uk.md)" in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[2]


def test_the_readmes_third_line_links_each_answer() -> None:
    line = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[2]
    titles = re.findall(r"^## (.*)$", PAGE, flags=re.M)
    assert len(titles) == 4
    anchors = [re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in titles]
    assert re.findall(r"calling-in-the-uk\.md#([^)]*)\)", line) == anchors


def test_its_limits_and_hours_are_those_of_the_house_pack() -> None:
    assert f"{cap('day')} a day, {cap('week')} in 7 days, {cap('month')} in 30" in SAID
    hours = rule("gb-house.hours").parameters
    assert isinstance(hours, Hours)
    weekday, saturday = (windows_phrase(hours.week[day]).replace(" to ", "–") for day in (0, 5))
    assert f"weekdays {weekday}, Saturdays {saturday}" in SAID


def test_its_waits_bind_the_number_and_the_person_of_one_client() -> None:
    for name, outcome in (("gb-house.abandoned", Outcome.ABANDONED), ("gb-house.cool_off", Outcome.NO_ANSWER)):
        wait = rule(name).parameters
        assert isinstance(wait, CoolOff)
        assert wait.keys == (("principal", "number"), ("principal", "person")), "as the page says"
        length = wait.after[outcome]
        assert f"for {length.number} {length.unit}, for that client" in SAID
    assert (rule("gb-house.abandoned").status, rule("gb-house.cool_off").status) == ("regulator policy", "house")


def test_its_screening_and_its_fines_are_those_of_the_law_pack() -> None:
    screening = rule("gb.pecr.tps").parameters
    assert isinstance(screening, Register)
    assert f"a TPS screening at most {screening.max_age_days} days old" in SAID
    pecr, misuse = (rule(name, NOW).parameters for name in ("gb.pecr.fine", "gb.misuse"))
    assert isinstance(pecr, Duty)
    assert isinstance(misuse, Duty)
    assert f"up to £{pecr.values['most_gbp']:,}, or {pecr.values['most_percent_of_turnover']}% of turnover" in SAID
    assert f"Misuse: up to £{misuse.values['most_gbp']:,}" in SAID
    [selling] = [fine.percent for fine in fines_on_file() if fine.country == "GB"]
    assert f"Persistent selling to consumers: up to {selling}% of turnover" in SAID
    assert "GBP 7,500" in rule("gb.harassment").note


def test_each_source_is_one_that_a_pack_or_a_fine_cites() -> None:
    cited = {one.citation.url for one in RULEBOOK.rules()}
    cited |= {fine.url for fine in fines_on_file()}
    cited |= {other.url for one in RULEBOOK.rules() for other in one.wording.further}
    assert set(re.findall(r"\]\((https://[^)]*)\)", PAGE)) <= cited
