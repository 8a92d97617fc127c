"""A campaign's first and last day: before and after them no call is callable, to the second, on the person's own
clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from policy import Decision, Facts, FactsError, Rulebook, Verdict, decide
from policy.facts.reading import facts_from_json, facts_to_json
from tests.policy.small_packs import CALL, CONTACT, rule, rulebook_of

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 4)
OPENS, ENDS = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 5, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MONDAYS = rule("hours", "windows = { mon = [[09:00:00, 17:00:00]] }")


@pytest.fixture(scope="module")
def always(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    return rulebook_of(tmp_path_factory.mktemp("packs"))


def said(rulebook: Rulebook, at: datetime, zones: tuple[str, ...] = ("Europe/London",), **days: Any) -> Decision:
    call = replace(CALL, **{"starts_on": FIRST, "ends_on": LAST, **days})
    return decide(Facts(call, replace(CONTACT, zones=zones)), rulebook, at)


def test_campaign_is_locked_until_its_first_midnight_and_says_when_it_starts(always: Rulebook) -> None:
    before = said(always, OPENS - MICROSECOND)
    assert (before.verdict, before.callable_from) == (Verdict.LOCKED, OPENS)
    [finding] = before.findings
    assert (finding.rule, finding.says) == ("base.campaign_days", "The campaign starts on 1 December 2026")
    assert finding.until == OPENS
    assert said(always, OPENS).verdict is Verdict.CALLABLE
    assert said(always, OPENS + MICROSECOND).lawful_until == ENDS


def test_campaign_is_held_from_the_midnight_after_its_last_day_on(always: Rulebook) -> None:
    assert said(always, ENDS - MICROSECOND).verdict is Verdict.CALLABLE
    for at in (ENDS, ENDS + MICROSECOND, ENDS + timedelta(days=400)):
        after = said(always, at)
        assert (after.verdict, after.callable_from) == (Verdict.HELD, None)
        assert [one.says for one in after.findings] == ["The campaign's last day was 4 December 2026"]
        assert after.missing == ("a later last day of the campaign",)


def test_campaign_without_days_says_nothing_of_them(always: Rulebook) -> None:
    for at in (OPENS - timedelta(days=30), OPENS, ENDS + timedelta(days=30)):
        decision = said(always, at, starts_on=None, ends_on=None)
        assert (decision.verdict, decision.findings) == (Verdict.CALLABLE, ())


@pytest.mark.parametrize("ahead_days", [1, 40, 700])
def test_campaign_that_starts_far_ahead_opens_at_its_first_midnight(always: Rulebook, ahead_days: int) -> None:
    opens = said(always, OPENS - timedelta(days=ahead_days, microseconds=1), starts_on=date(2026, 12, 3), ends_on=None)
    assert opens.callable_from == datetime(2026, 12, 3, tzinfo=UTC)


def test_each_day_is_the_persons_own_and_of_several_clocks_the_strictest_counts(always: Rulebook) -> None:
    two = ("America/New_York", "America/Los_Angeles")
    opens, ends = datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2026, 12, 5, 5, tzinfo=UTC)
    assert said(always, opens - MICROSECOND, zones=two).callable_from == opens
    assert said(always, opens, zones=two).lawful_until == ends
    assert said(always, ends, zones=two).verdict is Verdict.HELD
    here = datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert said(always, here - MICROSECOND, zones=two[:1]).callable_from == here


def test_contact_that_opens_after_the_last_day_says_that_a_later_one_is_needed(tmp_path: Path) -> None:
    late = said(rulebook_of(tmp_path, MONDAYS), datetime(2026, 12, 2, 10, 0, 0, 417_003, tzinfo=UTC))
    assert (late.verdict, late.callable_from) == (Verdict.LOCKED, None)
    assert late.missing == ("a later last day of the campaign",)


def test_days_are_part_of_the_facts_that_a_stored_decision_is_made_again_from() -> None:
    facts = Facts(replace(CALL, starts_on=FIRST, ends_on=LAST), CONTACT)
    assert facts_from_json(facts_to_json(facts)) == facts
    assert facts_to_json(facts)["call"]["ends_on"] == "2026-12-04"
    assert "starts_on" not in facts_to_json(Facts(CALL, CONTACT))["call"]


def test_last_day_before_the_first_is_refused() -> None:
    faulty = facts_to_json(Facts(replace(CALL, starts_on=LAST, ends_on=FIRST), CONTACT))
    with pytest.raises(FactsError, match="ends_on"):
        facts_from_json(faulty)
