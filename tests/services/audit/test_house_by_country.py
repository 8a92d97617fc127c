"""The audit judges a call by the house pack of its campaign's country, if the organisation followed that at the
time."""

from datetime import datetime, timedelta

import pytest

from bot.services.audit import judging
from bot.services.calls import off_list
from bot.services.setup import plan
from policy.vocabulary import Outcome
from storage.models import EarlierTerms, RedecideRun
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_call, changed
from tests.services.stage import DAY, HOUR, MINUTE, Stage, audited

pytestmark = pytest.mark.both_engines
MICROSECOND = timedelta(microseconds=1)
OPENED = TUESDAY + 5 * HOUR + timedelta(microseconds=300_001)  # in the morning in New York
SECOND = OPENED + 10 * MINUTE
BY_COUNTRY = "place au-house gb-house us-house"


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    stage = Stage(acme)
    stage.change(stage.campaign, country="US")
    return stage


def _call_twice(stage: Stage) -> None:
    """Two talks in a day with somebody in New York: `gb-house` allows one service call a day, `us-house` sets no
    limit."""
    contact = stage.contact(number="+12125550123", places="US-NY", zones="America/New_York")
    stage.call(contact, stage.alice, OPENED, Outcome.CONVERSATION)
    stage.call(contact, stage.bob, SECOND, Outcome.CONVERSATION)


def _over_cap(stage: Stage, choice: str = BY_COUNTRY) -> int:
    """The calls over a cap. That no shipped law speaks of service calls in the United States is said beside them."""
    found = audited(stage, TUESDAY, TUESDAY + DAY, choice)
    return next(check.broken for check in found.checks if check.name == judging.OVER_CAP)


def _upgraded(stage: Stage, at: datetime, choice: str = BY_COUNTRY) -> None:
    """Contacts were decided by `gb-house` until then."""
    stage.add(RedecideRun(rulebook="earlier", house_pack="gb-house", started_at=TUESDAY - DAY, finished_at=TUESDAY))
    stage.add(RedecideRun(rulebook="today", house_pack=choice, started_at=at))


@pytest.mark.long
@pytest.mark.parametrize(("upgraded", "is_accused"), [(SECOND + MICROSECOND, True), (SECOND, False), (TUESDAY, False)])
def test_the_pack_of_the_country_judges_calls_from_the_upgrade_on(
    stage: Stage, upgraded: datetime, is_accused: bool
) -> None:
    _call_twice(stage)
    _upgraded(stage, upgraded)
    assert _over_cap(stage) == is_accused


def test_a_country_without_a_pack_on_that_day_is_judged_as_then(stage: Stage) -> None:
    _call_twice(stage)
    _upgraded(stage, TUESDAY, "place au-house gb-house")
    assert _over_cap(stage) == 1


def test_a_pack_named_for_all_judges_every_country(stage: Stage) -> None:
    _call_twice(stage)
    assert _over_cap(stage, "gb-house") == 1


def test_a_campaigns_own_pack_comes_first(stage: Stage) -> None:
    stage.change(stage.campaign, house_pack="gb-house")
    _call_twice(stage)
    assert _over_cap(stage) == 1


def _move_to(stage: Stage, country: str, at: datetime) -> None:
    stage.now = at
    plan.apply(stage.deps, changed(stage.campaign, country=country), "U0ADMIN001")


def test_it_takes_the_country_of_the_calls_moment(stage: Stage) -> None:
    _call_twice(stage)
    _move_to(stage, "GB", SECOND + HOUR)
    assert [(one.country, one.until) for one in stage.rows(EarlierTerms)] == [("US", SECOND + HOUR)]
    assert _over_cap(stage) == 0
    _move_to(stage, "US", SECOND + 2 * HOUR)
    assert _over_cap(stage) == 0


def test_a_country_that_was_changed_later_excuses_no_earlier_call(stage: Stage) -> None:
    stage.change(stage.campaign, country="GB")
    _call_twice(stage)
    _move_to(stage, "US", SECOND + HOUR)
    assert _over_cap(stage) == 1


@pytest.mark.parametrize(("number", "is_against"), [("+12125550123", False), ("+442079460999", True)])
def test_a_call_off_the_list_is_judged_by_the_house_pack_of_its_numbers_country(
    stage: Stage, number: str, is_against: bool
) -> None:
    """By the audit as at once, when it is reported."""
    for at in (OPENED, SECOND):
        attempt = stage.add(a_call(stage.alice, number, at, principal=stage.campaign.principal))
        stage.say(attempt, Outcome.CONVERSATION, at + MINUTE)
    assert _over_cap(stage) == is_against
    later, alice = SECOND + 3 * MINUTE, stage.actor(stage.alice)
    with stage.deps.unit_of_work(is_read_only=True) as uow:
        against = off_list.rules_against(stage.deps, uow.session, alice, number, Outcome.NO_ANSWER, later)
    assert [one.rule for one in against.broken] == (["gb-house.cap.service.day"] if is_against else [])
