"""The audit judges a call by what its campaign said of itself when the call was opened, not by what it says today."""

from datetime import timedelta
from typing import Any

import pytest

from bot.services.audit import judging
from bot.services.audit.campaign_terms import COMMITTED_WITHIN
from bot.services.setup import plan
from policy.vocabulary import Outcome, Purpose
from storage.models import EarlierTerms, RedecideRun
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import changed
from tests.services.stage import HOUR, MINUTE, Stage, broken

pytestmark = pytest.mark.both_engines
OPENED = TUESDAY + timedelta(microseconds=300_001)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


def _change(stage: Stage, at_: Any, **values: Any) -> None:
    stage.now = at_
    plan.apply(stage.deps, changed(stage.campaign, **values), "U0ADMIN001")


def test_it_judges_a_call_by_the_purpose_of_its_moment(stage: Stage) -> None:
    """A number must be screened against the TPS before somebody is called to sell, not before a service call."""
    stage.call(stage.contact(), stage.alice, OPENED, Outcome.NO_ANSWER)
    _change(stage, OPENED + HOUR, purpose=Purpose.MARKETING)
    assert broken(stage) == {}
    [kept] = stage.rows(EarlierTerms)
    assert (kept.until, kept.changed_by) == (OPENED + HOUR, "U0ADMIN001")
    assert kept.purpose is Purpose.SERVICE
    stage.call(stage.contact(), stage.alice, OPENED + HOUR + MINUTE, Outcome.NO_ANSWER)
    assert broken(stage) == {judging.HELD: 1}


def test_a_campaign_made_lawful_later_excuses_no_earlier_call(stage: Stage) -> None:
    _change(stage, OPENED - 2 * HOUR, purpose=Purpose.MARKETING)
    stage.call(stage.contact(), stage.alice, OPENED, Outcome.NO_ANSWER)
    _change(stage, OPENED + HOUR, purpose=Purpose.SERVICE)
    assert broken(stage) == {judging.HELD: 1}


@pytest.mark.long
@pytest.mark.parametrize(
    ("after", "is_accused"),
    [(-MICROSECOND, False), (timedelta(0), False), (COMMITTED_WITHIN - MICROSECOND, False), (COMMITTED_WITHIN, True)],
)
def test_a_call_decided_before_the_change_was_committed_is_not_accused(
    stage: Stage, after: timedelta, is_accused: bool
) -> None:
    _change(stage, OPENED, purpose=Purpose.MARKETING)
    stage.call(stage.contact(), stage.alice, OPENED + after, Outcome.NO_ANSWER)
    assert broken(stage) == ({judging.HELD: 1} if is_accused else {})


def test_it_takes_the_terms_between_two_changes(stage: Stage) -> None:
    _change(stage, OPENED - 2 * HOUR, purpose=Purpose.SERVICE)
    _change(stage, OPENED - HOUR, purpose=Purpose.MARKETING)
    stage.call(stage.contact(), stage.alice, OPENED, Outcome.NO_ANSWER)
    _change(stage, OPENED + HOUR, purpose=Purpose.SERVICE)
    _change(stage, OPENED + 2 * HOUR, purpose=Purpose.SERVICE, sector="energy")
    assert broken(stage) == {judging.HELD: 1}


def test_what_is_saved_unchanged_keeps_nothing(stage: Stage) -> None:
    _change(stage, OPENED)
    _change(stage, OPENED + HOUR, priority=4, script="Hello")
    assert stage.rows(EarlierTerms) == []


def test_it_judges_by_the_house_pack_that_was_in_force(stage: Stage) -> None:
    """Today's default asks for an hour between two calls after no answer; then, no house pack did."""
    contact = stage.contact()
    stage.call(contact, stage.alice, OPENED, Outcome.NO_ANSWER)
    stage.call(contact, stage.bob, OPENED + 10 * MINUTE, Outcome.NO_ANSWER)
    assert judging.IN_LOCK in broken(stage)
    stage.add(RedecideRun(rulebook="earlier", house_pack="", started_at=OPENED - HOUR, finished_at=OPENED - HOUR))
    stage.add(RedecideRun(rulebook="today", house_pack="gb-house", started_at=OPENED + HOUR))
    assert judging.IN_LOCK not in broken(stage)


def test_a_house_pack_no_longer_shipped_accuses_nobody(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, OPENED, Outcome.NO_ANSWER)
    stage.add(RedecideRun(rulebook="earlier", house_pack="gone-house", started_at=OPENED - HOUR))
    assert broken(stage) == {}
