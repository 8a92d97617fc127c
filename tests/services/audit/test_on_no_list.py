"""A call to a number on no list is judged as a listed number's: a broken limit is told, a missing screening only
said."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.services import messages
from bot.services.answers.calls import CallCheck
from bot.services.answers.leads import BrokenPromise
from bot.services.calls import outcomes
from bot.services.do_not_call import suppressions
from bot.services.errors import AlreadyGone
from bot.services.notices import PUT_RIGHT_WITHIN
from bot.services.reminders import broken_promises
from bot.services.reports import digests
from bot.services.teams import call_check
from policy.vocabulary import AttemptState, Outcome, Purpose, Verdict
from storage.models import Agent, Attempt, Campaign, CampaignTeam, Suppression
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.stage import Stage, audited

pytestmark = pytest.mark.both_engines
NUMBER, OTHER = "+447700900123", "+447700900124"


@pytest.fixture(autouse=True)
def marketing(acme: SampleOrganisation) -> None:
    acme.change(Campaign, acme.campaign.id, purpose=Purpose.MARKETING)
    acme.change(Agent, acme.dana.agent_id, shift_from=time(0), shift_until=time(0))


def told(acme: SampleOrganisation) -> list[BrokenPromise]:
    broken_promises.tell_due(acme.deps)
    messages.send_due(replace(acme.deps, clock=lambda: acme.clock() + PUT_RIGHT_WITHIN))
    heard = [one for _, one in acme.notifier.breaches_told]
    acme.notifier.told.clear()
    return heard


def found(acme: SampleOrganisation, attempt_id: int) -> tuple[str, ...]:
    result = audited(Stage(acme), TUESDAY - timedelta(hours=1), acme.clock() + timedelta(hours=1))
    return result.by_attempt.get(attempt_id, ())


def unproven(acme: SampleOrganisation) -> tuple[str, ...]:
    acme.clock.tick(seconds=0.3)
    return digests.build(acme.deps, acme.energy.id or 0, TUESDAY.date()).unproven


def checked(acme: SampleOrganisation) -> CallCheck:
    [check] = call_check.check_number(acme.deps, acme.alice, NUMBER).checks
    return check


def test_a_missing_screening_is_said_on_the_spot_and_is_one_line_an_agent_in_the_digest(
    acme: SampleOrganisation,
) -> None:
    assert checked(acme).verdict is Verdict.HELD
    first = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "spoke")
    assert (first.against, first.are_leads_told) == ((), False)
    assert {one.kind for one in first.unproven} == {"register", "basis"} & {one.kind for one in first.unproven}
    assert {one.rule for one in first.unproven} <= {one.rule for one in checked(acme).findings}
    assert any("TPS" in one.says or "Telephone Preference" in one.says for one in first.unproven)
    acme.clock.tick(minutes=2)
    second = outcomes.record_spoken(acme.deps, acme.alice, OTHER, "spoke")
    assert second.unproven
    assert told(acme) == []
    assert found(acme, first.attempt_id) == found(acme, second.attempt_id) == ()
    [line] = unproven(acme)
    assert line.startswith("Alice, 2 calls to numbers on no list: ")


def test_a_limit_of_the_campaign_is_told_to_the_lead_and_counted(acme: SampleOrganisation) -> None:
    outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "spoke")
    acme.clock.tick(hours=1, seconds=0.4)
    done = outcomes.record_spoken(acme.deps, acme.bob, NUMBER, "spoke")
    assert [one.rule for one in done.against] == ["gb-house.cap.marketing.day"]
    assert done.are_leads_told
    [broken] = told(acme)
    assert broken.attempt_id == done.attempt_id
    assert "calls over a cap" in found(acme, done.attempt_id)


def test_of_several_campaigns_the_one_that_finds_least_judges(acme: SampleOrganisation) -> None:
    acme.put(CampaignTeam(campaign_id=acme.water_campaign.id or 0, team_id=acme.energy.id or 0))
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "spoke")
    assert (done.against, done.unproven) == ((), ())
    assert unproven(acme) == ()


def test_a_campaign_that_is_switched_off_later_makes_no_call_worse(acme: SampleOrganisation) -> None:
    acme.put(CampaignTeam(campaign_id=acme.water_campaign.id or 0, team_id=acme.energy.id or 0))
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "spoke")
    acme.change(Campaign, acme.water_campaign.id, is_active=False)
    assert (found(acme, done.attempt_id), unproven(acme)) == ((), ())
    acme.clock.tick(minutes=2)
    after = outcomes.record_spoken(acme.deps, acme.alice, OTHER, "spoke")
    assert (after.against, after.unproven) == ((), ())


def test_a_stop_and_an_hour_are_broken_and_not_merely_unproven(acme: SampleOrganisation) -> None:
    suppressions.add(acme.deps, acme.bob, NUMBER, "asked by letter")
    acme.clock.tick(seconds=0.2)
    stopped = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "no answer")
    assert {one.effect.value for one in stopped.against} == {"suppress"}
    acme.clock.tick(hours=12, seconds=0.7)
    late = outcomes.record_spoken(acme.deps, acme.alice, OTHER, "no answer")
    assert "hours" in {one.kind for one in late.against}
    assert {one.attempt_id for one in told(acme)} == {stopped.attempt_id, late.attempt_id}
    assert found(acme, stopped.attempt_id)
    assert found(acme, late.attempt_id)


def test_they_rang_us_is_one_press_and_no_attempt(acme: SampleOrganisation) -> None:
    outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "spoke")
    acme.clock.tick(hours=1, seconds=0.4)
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "spoke")
    assert done.may_have_rung
    assert done.against
    rang = outcomes.they_rang(acme.deps, acme.alice, done.attempt_id)
    assert (rang.outcome, rang.may_have_rung) == (Outcome.NOT_DIALLED, False)
    assert acme.one(Attempt, done.attempt_id).state is AttemptState.NOT_DIALLED
    assert outcomes.they_rang(acme.deps, acme.alice, done.attempt_id).is_repeat
    assert told(acme) == [], "the lead had not heard of it yet, and hears nothing"
    assert found(acme, done.attempt_id) == ()
    assert unproven(acme)[0].startswith("Alice, 1 call to numbers on no list")
    acme.clock.tick(hours=24)
    assert outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "spoke").against == ()


def test_who_rang_us_and_wants_no_calls_stays_stopped(acme: SampleOrganisation) -> None:
    for actor, number in ((acme.alice, NUMBER), (acme.dana, OTHER)):
        done = outcomes.record_spoken(acme.deps, actor, number, "do not call")
        rang = outcomes.they_rang(acme.deps, actor, done.attempt_id)
        assert rang.state.value == "suppressed"
    assert all(one.withdrawn_at is None for one in acme.all(Suppression))


def test_a_call_from_a_list_cannot_become_theirs(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    done = outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "spoke")
    assert not done.may_have_rung
    with pytest.raises(AlreadyGone):
        outcomes.they_rang(acme.deps, acme.alice, done.attempt_id)
