"""Team leads on duty are told once that their team runs dry or a call is open for long, and again if it happens
again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time

import pytest

from bot.services import messages
from bot.services.answers.leads import AlertKind
from bot.services.messages import A_SECOND, TAKEN_FOR
from bot.services.ports import DeliveryFailed
from bot.services.reminders import lead_alerts
from policy.vocabulary import AttemptState, Role
from storage.models import Agent, Attempt, Contact, Message, Team
from tests.fakes import TUESDAY, FakeNotifier, SampleOrganisation
from tests.services.stage import HOUR, MINUTE, Stage

pytestmark = pytest.mark.both_engines

LONG, DRY = AlertKind.LONG_CALL, AlertKind.RUNS_DRY


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


def told(stage: Stage) -> list[tuple[str, AlertKind]]:
    """Who is told what by the next tick."""
    notifier = stage.acme.notifier
    notifier.told.clear()
    lead_alerts.tell_due(stage.acme.deps)
    messages.send_due(stage.acme.deps)
    return [(user, one.kind) for user, alerts in notifier.alerts_told for one in alerts]


def known(stage: Stage) -> list[Message]:
    """What is told once, and not over."""
    return [one for one in stage.rows(Message) if one.once]


def call(stage: Stage, minutes: int) -> int:
    """Alice's call, open since."""
    ago, contact = TUESDAY - minutes * MINUTE, stage.contact(finished_at=TUESDAY, finished_because="success")
    return stage.attempt(contact, stage.alice, ago, state=AttemptState.OPEN).id or 0


def calls(stage: Stage, how_many: int) -> None:
    """Calls of the last hour, which set the pace, of contacts that have nothing left."""
    for one in range(how_many):
        done = stage.contact(finished_at=TUESDAY, finished_because="success")
        stage.attempt(done, stage.alice, TUESDAY - (one + 1) * MINUTE, state=AttemptState.REPORTED)


def test_a_call_open_for_30_minutes_is_told_once_to_the_lead_of_the_team(stage: Stage) -> None:
    call(stage, 29)
    assert told(stage) == []
    stage.now = TUESDAY + MINUTE
    assert told(stage) == [("U0DANA", LONG)]
    stage.now = TUESDAY + 3 * HOUR
    assert told(stage) == []


@pytest.mark.long
def test_a_team_that_runs_dry_within_the_hour_is_told_once_and_again_only_after_it_had_enough(stage: Stage) -> None:
    calls(stage, 4)
    few = [stage.contact() for _ in range(3)]
    assert told(stage) == [("U0DANA", DRY)]
    assert told(stage) == []
    many = [stage.contact() for _ in range(20)]
    assert told(stage) == []
    assert known(stage) == [], "that is over"
    for one in many:
        stage.change(one, finished_at=TUESDAY)
    assert len(few) == 3
    assert told(stage) == [("U0DANA", DRY)]


def test_a_team_that_makes_no_calls_or_has_nothing_left_or_closes_soon_is_not_said_to_run_dry(stage: Stage) -> None:
    few = [stage.contact(callable_until=TUESDAY.replace(hour=11, minute=0, microsecond=0)) for _ in range(3)]
    assert told(stage) == [], "no calls, no pace"
    calls(stage, 4)
    assert told(stage) == [], "at 10:45, and its hours end at 11:00"
    for one in few:
        stage.change(one, finished_at=TUESDAY)
    assert told(stage) == [], "it is dry already"


def take(stage: Stage, contacts: Sequence[Contact]) -> None:
    """Alice takes them all."""
    for one in contacts:
        lease = stage.lease(one, stage.alice, TUESDAY)
        stage.change(one, leased_until=lease.leased_until)


def test_a_team_whose_last_contacts_its_agents_took_at_once_is_said_to_run_dry(stage: Stage) -> None:
    calls(stage, 4)
    take(stage, [stage.contact() for _ in range(6)])
    assert told(stage) == [("U0DANA", DRY)]


def test_that_its_agents_hold_the_last_contacts_as_its_hours_end_is_no_news(stage: Stage) -> None:
    calls(stage, 4)
    until = TUESDAY.replace(hour=11, microsecond=0)
    take(stage, [stage.contact(callable_until=until) for _ in range(6)])
    stage.now = TUESDAY + 45 * MINUTE
    assert told(stage) == []
    stage.now = TUESDAY + 20 * MINUTE
    assert told(stage) == [("U0DANA", DRY)]


def test_each_lead_is_told_of_their_own_team(stage: Stage) -> None:
    acme = stage.acme
    stage.change(stage.bob, team_id=acme.water.id, role=Role.TEAM_LEAD)
    charlie = acme.one(Agent, acme.charlie.agent_id)
    done = stage.contact(acme.water_campaign, finished_at=TUESDAY, finished_because="success")
    stage.attempt(done, charlie, TUESDAY - 31 * MINUTE, state=AttemptState.OPEN)
    calls(stage, 4)
    few = [stage.contact() for _ in range(3)]
    assert told(stage) == [("U0BOB", LONG), ("U0DANA", DRY)], few


def test_an_admin_is_told_of_a_team_without_a_lead(stage: Stage) -> None:
    stage.change(stage.erin, role=Role.ADMIN)
    call(stage, 31)
    assert told(stage) == [("U0DANA", LONG)]
    stage.change(stage.dana, is_active=False)
    assert told(stage) == [("U0ERIN", LONG)]
    assert told(stage) == []
    calls(stage, 4)
    stage.contact()
    assert told(stage) == [("U0ERIN", DRY)]


def test_the_tick_asks_no_more_often_for_more_teams(stage: Stage, statements: list[str]) -> None:
    """Most teams have plenty: no team costs a query of its own."""
    counts = []
    for name in ("One", "Two", "Three"):
        _team_at_work(stage, name)
        statements.clear()
        assert told(stage) == []
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2], counts


def _team_at_work(stage: Stage, name: str) -> None:
    """With a lead, a call in the last hour, and contacts for longer."""
    acme = stage.acme
    team = stage.add(Team(**acme.energy.model_dump(exclude={"id", "name"}), name=name))
    campaign = acme.add_campaign(name, "Bright Energy", team)
    lead = stage.add(
        Agent(**stage.dana.model_dump(exclude={"id", "slack_user_id", "team_id"}), slack_user_id=name, team_id=team.id)
    )
    acme.add_contact(campaign=campaign)
    acme.add_contact(campaign=campaign)
    acme.add_contact(campaign=campaign)
    done = stage.contact(finished_at=TUESDAY, finished_because="success")
    stage.attempt(done, lead, TUESDAY - MINUTE, state=AttemptState.REPORTED)


def test_a_lead_who_is_paused_or_off_shift_is_told_when_they_are_back(stage: Stage) -> None:
    call(stage, 31)
    stage.change(stage.dana, paused_at=TUESDAY)
    assert told(stage) == []
    stage.change(stage.dana, paused_at=None, shift_from=time(12))
    assert told(stage) == []
    stage.change(stage.dana, shift_from=time(8))
    assert told(stage) == [("U0DANA", LONG)]


def test_several_bots_tell_it_once(stage: Stage) -> None:
    call(stage, 31)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lead_alerts.tell_due, [stage.acme.deps] * 4)) == 1
    assert [one.closed_at for one in known(stage)] == [TUESDAY]


def test_what_did_not_arrive_or_died_with_its_bot_is_told_later(stage: Stage) -> None:
    class Dies(FakeNotifier):
        def tell(self, *_told: object) -> None:
            raise KeyboardInterrupt

    call(stage, 31)
    stage.acme.notifier.fails = DeliveryFailed("away", is_permanent=False)
    assert told(stage) == []
    stage.acme.notifier.fails = None
    stage.now = TUESDAY + A_SECOND
    with pytest.raises(KeyboardInterrupt):
        messages.send_due(replace(stage.acme.deps, notifier=Dies()))
    assert told(stage) == []
    stage.now = TUESDAY + A_SECOND + TAKEN_FOR
    assert told(stage) == [("U0DANA", LONG)]


def test_a_call_with_its_outcome_is_forgotten(stage: Stage) -> None:
    call(stage, 31)
    assert told(stage) == [("U0DANA", LONG)]
    [attempt] = stage.rows(Attempt)
    stage.change(attempt, state=AttemptState.REPORTED)
    assert told(stage) == []
    assert known(stage) == []
