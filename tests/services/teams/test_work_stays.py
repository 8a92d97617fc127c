"""What a person did for a team stays that team's when they work for another: its digest, its audit, and its leads."""

from datetime import time, timedelta

import pytest

from bot.services import agents
from bot.services.answers.activity import Wanted
from bot.services.answers.people import Actor
from bot.services.audit.judging import IN_LOCK
from bot.services.calls import callback_watch, callbacks, outcomes
from bot.services.errors import NotYours, RoleNeeded
from bot.services.reminders import broken_promises
from bot.services.reminders.reminders import ask_for_outcome
from bot.services.reports import activity, digests
from bot.services.setup import plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import PersonView, Setup
from bot.services.teams import own_day, team_status
from policy.vocabulary import Outcome, Role, Verdict
from storage.models import Callback, Suppression
from tests.fakes import TUESDAY, WORKSPACE, SampleOrganisation
from tests.rows import an_agent
from tests.services.stage import HOUR, MINUTE, Stage

pytestmark = pytest.mark.both_engines
NOW = TUESDAY + timedelta(microseconds=700_003)
SECOND = timedelta(seconds=1)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    stage = Stage(acme)
    stage.now = NOW
    return stage


@pytest.fixture
def wendy(stage: Stage) -> Actor:
    """The lead of Water alone."""
    row = an_agent(stage, "Wendy", Role.TEAM_LEAD, team_id=stage.water.id, zone=stage.water.zone)
    return stage.actor(stage.add(row))


def moves(stage: Stage, *teams: str) -> None:
    """An admin says which teams Bob is in."""
    plan.apply(
        stage.deps, Setup(people=(entry(PersonView, slack_user_id="U0BOB", name="Bob", role=Role.AGENT, teams=teams),))
    )


def goes_to_water(stage: Stage) -> None:
    """Bob, of both teams, works for Water from now on."""
    moves(stage, "Energy", "Water")
    own_day.work_for(stage.deps, stage.actor(stage.bob), stage.water.id or 0)


def broken_by_bob(stage: Stage) -> int:
    """Bob's call for Energy a minute ago, inside the lock of an earlier one."""
    contact = stage.contact()
    stage.call(contact, stage.alice, NOW - 2 * HOUR, Outcome.NO_ANSWER)
    return stage.call(contact, stage.bob, NOW - MINUTE, Outcome.NO_ANSWER, after=30 * SECOND).id or 0


def in_digest(stage: Stage, team_id: int | None) -> tuple[int, dict[str, int], int]:
    """Attempts, broken promises and the calls of Bob's line in the team's digest of the day."""
    digest = digests.build(stage.deps, team_id or 0, NOW.date())
    broken = {one.name: one.broken for one in digest.audit if one.broken and one.name == IN_LOCK}
    return digest.attempts, broken, sum(one.attempts for one in digest.agents if one.name == "Bob")


@pytest.mark.long
@pytest.mark.parametrize("goes", ["works for another", "is moved", "leaves the team"])
def test_a_call_stays_in_the_digest_and_audit_of_the_team_it_was_made_for(stage: Stage, goes: str) -> None:
    broken_by_bob(stage)
    if goes == "works for another":
        goes_to_water(stage)
    elif goes == "is moved":
        moves(stage, "Water")
    else:
        plan.apply(
            stage.deps,
            Setup(people=(entry(PersonView, slack_user_id="U0BOB", name="Bob", role=Role.MANAGER, teams=()),)),
        )
    assert in_digest(stage, stage.energy.id) == (2, {IN_LOCK: 1}, 1)
    assert in_digest(stage, stage.water.id) == (0, {}, 0)


@pytest.mark.long
def test_calls_before_and_after_belong_each_to_their_team(stage: Stage) -> None:
    stage.call(stage.contact(), stage.bob, NOW - MINUTE, Outcome.NO_ANSWER, after=SECOND)
    goes_to_water(stage)
    stage.now = NOW + 10 * MINUTE
    stage.call(stage.contact(stage.other_campaign), stage.bob, NOW, Outcome.NO_ANSWER, after=SECOND)
    own_day.work_for(stage.deps, stage.actor(stage.bob), stage.energy.id or 0)
    stage.call(stage.contact(), stage.bob, NOW + 10 * MINUTE, Outcome.BUSY, after=SECOND)
    stage.now = NOW + 20 * MINUTE
    assert (in_digest(stage, stage.energy.id)[0], in_digest(stage, stage.water.id)[0]) == (2, 1)
    assert (in_digest(stage, stage.energy.id)[2], in_digest(stage, stage.water.id)[2]) == (2, 1)
    on = NOW.date()
    spans = [
        activity.of_span(stage.deps, stage.actor(stage.erin), Wanted(on, on, team)) for team in ("Energy", "Water")
    ]
    assert [one.whole.attempts for one in spans] == [2, 1]


@pytest.mark.long
def test_what_waits_refusals_and_opt_outs_stay_too(stage: Stage) -> None:
    contact, other = stage.contact(), stage.contact()
    stage.call(contact, stage.bob, NOW - 2 * HOUR)
    stage.add(stage.decision(other, stage.bob, NOW - HOUR, verdict=Verdict.LOCKED, findings=[]))
    stage.suppress(other, NOW - HOUR, recorded_by=stage.bob.id)
    goes_to_water(stage)
    energy, water = (digests.build(stage.deps, one.id or 0, NOW.date()) for one in (stage.energy, stage.water))
    assert (energy.opt_outs, water.opt_outs) == (1, 0)
    assert len(stage.rows(Suppression)) == 1
    erin = stage.actor(stage.erin)
    waiting = [team_status.team_status(stage.deps, erin, name).unreported for name in ("Energy", "Water")]
    assert [[one.agent_name for one in each] for each in waiting] == [["Bob"], []]


def test_a_broken_promise_is_told_to_the_lead_of_the_team_it_was_made_for(stage: Stage, wendy: Actor) -> None:
    attempt_id = broken_by_bob(stage)
    goes_to_water(stage)
    broken_promises.tell_due(stage.acme.deps)
    told = [(user, one.attempt_id) for user, one in stage.acme.notifier.breaches_told]
    assert told == [("U0DANA", attempt_id)]
    assert wendy.slack_user_id not in {user for user, _ in told}


def test_only_a_lead_of_the_team_it_was_made_for_may_correct_it(stage: Stage, wendy: Actor) -> None:
    attempt = stage.call(stage.contact(), stage.bob, NOW - MINUTE, Outcome.NO_ANSWER, after=SECOND)
    waits = stage.call(stage.contact(), stage.bob, NOW - 40 * MINUTE)
    goes_to_water(stage)
    lead = agents.identify(stage.deps, WORKSPACE, wendy.slack_user_id)
    with pytest.raises(NotYours):
        outcomes.record(stage.deps, lead, attempt.id or 0, Outcome.BUSY)
    with pytest.raises(RoleNeeded):
        ask_for_outcome(stage.deps, lead, waits.id or 0)
    assert outcomes.record(stage.deps, stage.actor(stage.dana), attempt.id or 0, Outcome.BUSY).outcome is Outcome.BUSY
    ask_for_outcome(stage.deps, stage.actor(stage.dana), waits.id or 0)


def test_a_lead_takes_back_a_stop_recorded_for_their_team(stage: Stage) -> None:
    attempt = stage.call(stage.contact(), stage.bob, NOW - MINUTE)
    outcomes.record(stage.deps, stage.actor(stage.bob), attempt.id or 0, Outcome.DO_NOT_CALL)
    stage.now = NOW + MINUTE
    goes_to_water(stage)
    outcomes.record(stage.deps, stage.actor(stage.dana), attempt.id or 0, Outcome.NOT_NOW)
    assert {one.withdrawn_at for one in stage.rows(Suppression)} == {stage.now}


def test_a_callback_in_trouble_is_told_to_the_lead_of_its_campaigns_team(stage: Stage, wendy: Actor) -> None:
    contact = stage.contact()
    stage.acme.add_callback(contact, stage.bob.id, NOW - HOUR)
    goes_to_water(stage)
    callback_watch.tell_troubles(stage.acme.deps)
    told = {user for user, _ in stage.acme.notifier.troubled}
    assert stage.dana.slack_user_id in told
    assert wendy.slack_user_id not in told


def test_a_callback_agreed_late_stays_with_who_made_the_call(stage: Stage) -> None:
    attempt = stage.call(stage.contact(), stage.bob, NOW - HOUR)
    goes_to_water(stage)
    on, at = (NOW + timedelta(days=2)).date(), time(11)
    callbacks.agree(stage.deps, stage.actor(stage.bob), attempt.id or 0, on, at, True)
    assert [one.agent_id for one in stage.rows(Callback)] == [stage.bob.id]
