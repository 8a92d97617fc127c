"""Rules of a house may begin and end at a moment, and concern one campaign; rules of law may not."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from policy import (
    Decision,
    Event,
    Facts,
    Outcome,
    PackError,
    Prepared,
    Rulebook,
    Verdict,
    decide,
    decide_prepared,
    load_rulebook,
)
from tests.policy.small_packs import CALL, CONTACT, attempt, head, rule, rulebook_of, utc

HOUSE = head("small", "house").replace('areas = ["GB"]\n', "")
WAIT = 'keys = [["principal", "person"]]\nafter = [{{ outcomes = ["no_answer"], hours = {hours} }}]\n'
BEGINS = utc("2026-12-01 00:00")
TICK = timedelta(microseconds=1)
TRIED = attempt("2026-11-30 10:00")


def house(folder: Path, *texts: str) -> Rulebook:
    """A house pack over a law that allows every call."""
    law, path = folder / "plain.toml", folder / "small.toml"
    law.write_text(head("plain"), "utf-8")
    path.write_text(HOUSE + "\n".join(texts), "utf-8")
    return load_rulebook([law, path])


def waits(hours: int, **keys: str) -> str:
    return rule("cool_off", WAIT.format(hours=hours), effective_from="2026-12-01", **keys)


def ask(rulebook: Rulebook, at: datetime, *events: Event, campaign: str = "spring", zone: str = "") -> Decision:
    contact = replace(CONTACT, zones=(zone,)) if zone else CONTACT
    return decide(Facts(replace(CALL, campaign=campaign), contact, events), rulebook, at, house_pack="small")


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_a_house_rule_binds_from_its_moment_on_whatever_the_persons_clock(tmp_path: Path, zone: str) -> None:
    rulebook = house(tmp_path, waits(72, begins_at="2026-12-01T00:00:00Z"))
    before = ask(rulebook, BEGINS - TICK, TRIED, zone=zone)
    assert (before.verdict, before.lawful_until) == (Verdict.CALLABLE, BEGINS)
    for moment in (BEGINS, BEGINS + TICK, BEGINS + timedelta(hours=1)):
        now = ask(rulebook, moment, TRIED, zone=zone)
        assert (now.verdict, now.callable_from) == (Verdict.LOCKED, utc("2026-12-03 10:00"))


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Tokyo", "America/New_York"])
def test_one_version_gives_way_to_the_next_between_two_moments(tmp_path: Path, zone: str) -> None:
    first = waits(72, ends_at="2026-12-02T00:00:00Z", begins_at="2026-12-01T00:00:00Z", effective_until="2026-12-01")
    second = rule("cool_off", WAIT.format(hours=24), effective_from="2026-12-02", begins_at="2026-12-02T00:00:00Z")
    rulebook = house(tmp_path, first, second)
    ends = utc("2026-12-02 00:00")
    before = ask(rulebook, ends - TICK, TRIED, zone=zone)
    assert (before.verdict, before.callable_from) == (Verdict.LOCKED, ends)
    assert ask(rulebook, ends, TRIED, zone=zone).verdict is Verdict.CALLABLE


def test_a_rule_for_one_campaign_leaves_the_others_alone_whichever_was_asked_first(tmp_path: Path) -> None:
    rulebook = house(tmp_path, waits(72), "[rule.applies_when]\ncampaign = ['7']")
    at = utc("2026-12-01 12:00")
    for campaign, verdict in (*(("7", Verdict.LOCKED), ("8", Verdict.CALLABLE), ("", Verdict.CALLABLE)) * 2,):
        assert ask(rulebook, at, TRIED, campaign=campaign).verdict is verdict
        facts = Prepared(Facts(replace(CALL, campaign=campaign), CONTACT, (TRIED,)))
        assert decide_prepared(facts, rulebook, at, house_pack="small").verdict is verdict


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("begins_at", "begins_at = 2026-12-01T00:00:00Z"),
        ("ends_at", "ends_at = 2026-12-01T00:00:00Z"),
        ("applies_when.campaign", 'applies_when = { campaign = ["7"] }'),
    ],
)
def test_no_law_begins_at_a_moment_or_names_a_campaign(tmp_path: Path, key: str, line: str) -> None:
    with pytest.raises(PackError) as refused:
        rulebook_of(tmp_path, rule("ban", line))
    assert [fault.key.split(".", 2)[-1] for fault in refused.value.faults] == [key]


@pytest.mark.parametrize(
    "moment", ["2026-12-01T00:00:00", "2026-12-01T00:00:00.5Z", "2026-12-01", "1969-12-01T00:00:00Z"]
)
def test_a_moment_has_an_offset_and_is_a_whole_second(tmp_path: Path, moment: str) -> None:
    with pytest.raises(PackError, match="begins_at"):
        house(tmp_path, waits(72, begins_at=moment))


def test_an_unreported_attempt_counts_from_the_moment_too(tmp_path: Path) -> None:
    rulebook = house(tmp_path, waits(72, begins_at="2026-12-01T00:00:00Z"))
    unreported = attempt("2026-11-30 10:00", None)
    assert ask(rulebook, BEGINS - TICK, unreported).verdict is Verdict.CALLABLE
    assert ask(rulebook, BEGINS, unreported).verdict is Verdict.LOCKED
    assert unreported.outcome is not Outcome.NO_ANSWER
