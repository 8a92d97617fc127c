"""A register that is issued on certain days: a copy older than the newest issue that must be used is stale."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from policy import ContactFacts, Decision, Facts, PackError, Rulebook, ScreeningFact, Verdict, decide
from tests.policy.small_packs import CALL, CONTACT, rule, rulebook_of

NEW_YORK, HONOLULU = "America/New_York", "Pacific/Honolulu"
QUARTERS = 'register = "bloctel"\npublished = [{ month = 1, day = 1 }, { month = 10, day = 1 }]'
COLORADO = """register = "bloctel"
published = [
    { month = 1, day = 10, grace_days = 21 },
    { month = 4, day = 10, grace_days = 20 },
    { month = 7, day = 10, grace_days = 21 },
    { month = 10, day = 10, grace_days = 21 },
]"""


def local(text: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def ask(rulebook: Rulebook, at: datetime, obtained: datetime, *zones: str, is_listed: bool = False) -> Decision:
    contact: ContactFacts = replace(CONTACT, zones=zones or (NEW_YORK,))
    return decide(Facts(CALL, contact, (ScreeningFact("bloctel", obtained, is_listed),)), rulebook, at)


@pytest.mark.parametrize(
    ("obtained", "last", "first"),
    [
        ("2026-10-09T12:00", "2026-10-30T23:59:59.700", "2026-10-31T00:00:00.300"),
        ("2026-10-10T00:00", "2027-01-30T23:59:59.700", "2027-01-31T00:00:00.300"),
        ("2027-01-09T23:59", "2027-01-30T23:59:59.700", "2027-01-31T00:00:00.300"),
        ("2027-01-10T00:00", "2027-04-29T23:59:59.700", "2027-04-30T00:00:00.300"),
    ],
)
def test_a_copy_is_good_until_the_eve_of_the_day_from_which_the_next_binds(
    tmp_path: Path, obtained: str, last: str, first: str
) -> None:
    rulebook = rulebook_of(tmp_path, rule("register", COLORADO))
    assert ask(rulebook, local(last), local(obtained)).verdict is Verdict.CALLABLE
    stale = ask(rulebook, local(first), local(obtained))
    assert (stale.verdict, stale.missing) == (Verdict.HELD, ("refresh the bloctel screening",))


def test_the_hand_out_knows_when_the_copy_is_replaced(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("register", QUARTERS))
    found = ask(rulebook, local("2026-12-30T10:00"), local("2026-12-28T10:00"))
    assert found.lawful_until == local("2027-01-01T00:00")


def test_a_stale_copy_names_the_issue_that_replaces_it(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("register", QUARTERS))
    [finding] = ask(rulebook, local("2027-01-02T10:00"), local("2026-12-28T10:00")).findings
    assert finding.says == "The bloctel screening is older than the list issued on 1 January 2027: house policy"


def test_the_first_clock_to_reach_the_day_ends_the_copy(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("register", QUARTERS))
    obtained, at = local("2026-12-28T10:00"), local("2026-12-31T22:00", HONOLULU)
    assert ask(rulebook, at, obtained, HONOLULU).verdict is Verdict.CALLABLE
    assert ask(rulebook, at, obtained, HONOLULU, NEW_YORK).verdict is Verdict.HELD


def test_a_stale_copy_that_lists_the_number_still_bars(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("register", QUARTERS))
    found = ask(rulebook, local("2027-02-02T10:00"), local("2026-12-28T10:00"), is_listed=True)
    assert found.verdict is Verdict.SUPPRESSED


@pytest.mark.parametrize(("most", "says"), [(3, "more than 3 days old"), (90, "older than the list issued on")])
def test_of_an_age_and_an_issue_the_one_that_ends_first_is_told(tmp_path: Path, most: int, says: str) -> None:
    rulebook = rulebook_of(tmp_path, rule("register", f"{QUARTERS}\nmax_age_days = {most}"))
    [finding] = ask(rulebook, local("2027-01-02T10:00"), local("2026-12-28T10:00")).findings
    assert says in finding.says


@pytest.mark.parametrize("issue", ["{ month = 2, day = 29 }", "{ month = 13, day = 1 }", "{ month = 1, days = 1 }"])
def test_a_day_of_issue_that_is_not_in_every_year_is_refused(tmp_path: Path, issue: str) -> None:
    with pytest.raises(PackError, match="published"):
        rulebook_of(tmp_path, rule("register", f'register = "bloctel"\npublished = [{issue}]'))
