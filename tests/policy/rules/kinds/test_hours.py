"""The clocks on which a call must be within hours, and the sentence about a call outside them."""

from dataclasses import replace
from pathlib import Path

import pytest

from policy import Facts, PackError, Verdict, decide
from tests.policy.small_packs import CALL, CONTACT, ask, rule, rulebook_of, utc


def test_only_the_first_zone_is_checked_if_a_pack_says_best(tmp_path: Path) -> None:
    hours = 'windows = { every_day = [[09:00:00, 20:00:00]] }\nzone_policy = "best"'
    rulebook = rulebook_of(tmp_path, rule("hours", hours))
    zones = ("Europe/London", "America/New_York")
    assert ask(rulebook, "2026-11-24 09:00", zones=zones).verdict is Verdict.CALLABLE
    strict = rulebook_of(tmp_path, rule("hours", hours.replace('"best"', '"all_candidates"')))
    assert ask(strict, "2026-11-24 09:00", zones=zones).callable_from == utc("2026-11-24 14:00")


def test_a_call_must_also_be_within_hours_on_a_clock_that_the_law_names(tmp_path: Path) -> None:
    hours = 'windows = { every_day = [[09:00:00, 20:00:00]] }\nalso_on = ["America/New_York"]'
    rulebook = rulebook_of(tmp_path, rule("hours", hours))
    early = ask(rulebook, "2026-11-24 13:59")
    assert early.callable_from == utc("2026-11-24 14:00")
    assert "on the clock of America/New_York" in early.findings[0].says
    assert ask(rulebook, "2026-11-24 14:00").lawful_until == utc("2026-11-24 20:00")
    late = ask(rulebook, "2026-11-24 20:00")
    assert late.callable_from == utc("2026-11-25 14:00")
    assert "20:00 there" in late.findings[0].says


def test_a_clock_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    hours = 'windows = { every_day = [[09:00:00, 20:00:00]] }\nalso_on = ["Atlantis/Capital"]'
    with pytest.raises(PackError, match="Atlantis/Capital is no time zone"):
        rulebook_of(tmp_path, rule("hours", hours))


CLOSED = (
    "windows = { mon-fri = [[09:00:00, 12:00:00], [14:00:00, 20:00:00]], holiday = [] }\n"
    'calendar = "days"\nclosed = [{ from_on = 2026-11-26, places = ["GB-SCT"], why = "a flood" }]\n'
)
DAYS_OFF = '[calendar.days]\nshift = "none"\ndays = [{ on = 2026-11-27 }]\n'


@pytest.mark.parametrize(
    ("place", "at", "says"),
    [
        (
            "GB-ENG",
            "2026-11-24 13:00",
            "On Tuesday, calls are allowed only from 09:00 to 12:00 and 14:00 to 20:00 there",
        ),
        ("GB-ENG", "2026-11-28 13:00", "No calls on Saturday there"),
        ("GB-ENG", "2026-11-27 13:00", "No calls on a public holiday there"),
        ("GB-SCT", "2026-11-26 15:00", "No calls now: a flood"),
        (
            "GB-ENG",
            "2026-11-26 13:00",
            "On Thursday, calls are allowed only from 09:00 to 12:00 and 14:00 to 20:00 there",
        ),
    ],
)
def test_it_says_why_it_is_closed_at_that_place_on_that_day(tmp_path: Path, place: str, at: str, says: str) -> None:
    rulebook = rulebook_of(tmp_path, DAYS_OFF, rule("hours", CLOSED))
    decision = decide(Facts(CALL, replace(CONTACT, places=(place,))), rulebook, utc(at))
    assert [finding.says for finding in decision.findings] == [f"{says}: house policy"]


def test_a_reopened_day_is_open_while_another_place_is_closed(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, DAYS_OFF, rule("hours", CLOSED))
    for place, verdict in (("GB-SCT", Verdict.LOCKED), ("GB", Verdict.LOCKED), ("GB-WLS", Verdict.CALLABLE)):
        facts = Facts(CALL, replace(CONTACT, places=(place,)))
        assert decide(facts, rulebook, utc("2026-11-26 15:00")).verdict is verdict


@pytest.mark.parametrize("closed", ["first", "second"])
def test_hours_that_never_open_lock_for_good_whatever_other_hours_hold(tmp_path: Path, closed: str) -> None:
    names = ("first", "second")
    never = 'windows = { holiday = [] }\ncalendar = "public"'
    open_ = 'windows = { mon-fri = [[09:00:00, 20:00:00]], holiday = [] }\ncalendar = "public"'
    rules = [rule("hours", never if name == closed else open_, name=name) for name in names]
    found = ask(rulebook_of(tmp_path, '[calendar.public]\nsource = "place"\n', *rules), "2026-11-24 12:00")
    assert (found.verdict, found.callable_from) == (Verdict.LOCKED, None)
