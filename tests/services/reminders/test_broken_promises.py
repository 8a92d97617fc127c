"""A broken promise is told once to the team leads on duty, within the minute."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from typing import Any

import pytest

from bot.services import messages
from bot.services.answers.leads import BrokenPromise
from bot.services.audit.judging import IN_LOCK, LATE_OPT_OUTS, OVER_CAP
from bot.services.calls import history
from bot.services.errors import AlreadyGone
from bot.services.messages import A_SECOND, MOST_A_MESSAGE, TAKEN_FOR
from bot.services.ports import DeliveryFailed
from bot.services.reminders import broken_promises, lead_alerts
from bot.services.reminders.broken_promises import LOOKED_BACK
from policy.vocabulary import Outcome, Role
from storage.models import Agent, Attempt, CallsLookedAt, Message
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.stage import HOUR, MINUTE, Stage

pytestmark = pytest.mark.both_engines
NOW = TUESDAY + timedelta(microseconds=300_001)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    stage = Stage(acme)
    stage.now = NOW
    return stage


def told(stage: Stage) -> list[tuple[str, BrokenPromise]]:
    """Who is told of what by the next tick."""
    notifier = stage.acme.notifier
    notifier.told.clear()
    broken_promises.tell_due(stage.acme.deps)
    messages.send_due(stage.acme.deps)
    return [(user, one) for user, one in notifier.breaches_told if isinstance(one, BrokenPromise)]


def _twice(stage: Stage) -> int:
    """Two calls to one contact; the second, of a minute ago, is inside the lock of the first, and over its cap."""
    contact = stage.contact()
    stage.call(contact, stage.alice, NOW - 2 * HOUR, Outcome.NO_ANSWER)
    return stage.call(contact, stage.bob, NOW - MINUTE, Outcome.NO_ANSWER, after=30 * timedelta(seconds=1)).id or 0


@pytest.mark.long
def test_a_call_inside_a_lock_is_told_once_to_the_lead_of_its_team(stage: Stage) -> None:
    attempt_id = _twice(stage)
    [(user, broken)] = told(stage)
    assert (user, broken.attempt_id, set(broken.checks)) == ("U0DANA", attempt_id, {IN_LOCK, OVER_CAP})
    assert all("Bob, •••• 001" in detail for detail in broken.details)
    assert told(stage) == []
    lead_alerts.tell_due(stage.acme.deps)  # which forgets what is over
    stage.now = NOW + 3 * MINUTE
    assert told(stage) == []


@pytest.mark.night
def test_it_is_not_told_again_once_a_team_that_ran_dry_has_enough_contacts(stage: Stage) -> None:
    _twice(stage)
    assert len(told(stage)) == 1
    about = {"alert": "runs_dry", "team": stage.energy.id, "subject": 0}
    row: dict[str, Any] = {"agent_id": stage.dana.id, "kind": "lead_alert", "params": about, "once": "it ran dry"}
    stage.add(Message(organisation_id=stage.organisation_id, written_at=NOW, closed_at=NOW, **row))
    for _ in range(30):
        stage.contact()
    lead_alerts.tell_due(stage.acme.deps)
    assert [one.params["alert"] for one in stage.rows(Message) if one.once] == ["broken"]
    assert told(stage) == []


@pytest.mark.long
def test_it_looks_at_the_last_minutes_only(stage: Stage) -> None:
    _twice(stage)
    stage.now = NOW - MINUTE + LOOKED_BACK + MICROSECOND
    assert told(stage) == []
    stage.now -= MICROSECOND
    assert len(told(stage)) == 1


def test_lawful_calls_and_calls_off_the_list_are_told_to_nobody(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, NOW - MINUTE, Outcome.NO_ANSWER, after=MINUTE / 2)
    contact = stage.contact()
    stage.call(contact, stage.alice, NOW - 2 * HOUR, Outcome.NO_ANSWER)
    stage.attempt(contact, stage.alice, NOW - MINUTE, lease_id=None)  # whoever reports it is told at once
    assert told(stage) == []


def test_a_late_opt_out_is_told_when_it_is_recorded(stage: Stage) -> None:
    contact = stage.contact()
    attempt = stage.call(contact, stage.alice, NOW - 2 * HOUR, Outcome.NO_ANSWER)
    stage.say(attempt, Outcome.DO_NOT_CALL, NOW - MINUTE)
    [(user, broken)] = told(stage)
    assert (user, broken.attempt_id, broken.checks) == ("U0DANA", attempt.id, (LATE_OPT_OUTS,))


@pytest.mark.long
def test_only_a_lead_on_duty_is_told_and_nothing_is_lost_when_slack_is_away(stage: Stage) -> None:
    dana = stage.acme.one(Agent, stage.acme.dana.agent_id)
    stage.change(dana, shift_from=time(12), shift_until=time(13))
    _twice(stage)
    assert told(stage) == []
    stage.change(dana, shift_from=time(8), shift_until=time(20))
    stage.acme.notifier.fails = DeliveryFailed("ratelimited", is_permanent=False)
    assert told(stage) == []
    stage.acme.notifier.fails = None
    stage.now += A_SECOND
    assert len(told(stage)) == 1


@pytest.mark.long
def test_each_lead_is_told_and_those_of_another_team_are_not(stage: Stage) -> None:
    for user, team in (("U0FRED", stage.energy), ("U0GINA", stage.water)):
        who: dict[str, Any] = {"slack_user_id": user, "name": user, "role": Role.TEAM_LEAD, "zone": team.zone}
        stage.add(Agent(organisation_id=stage.organisation_id, team_id=team.id, **who))
    _twice(stage)
    assert sorted(user for user, _broken in told(stage)) == ["U0DANA", "U0FRED"]


def test_the_lead_reads_the_history_of_the_call_though_its_card_is_gone(stage: Stage) -> None:
    _twice(stage)
    [(_user, broken)] = told(stage)
    found = history.history_of(stage.acme.deps, stage.acme.dana, broken.lease_id)
    assert [one.outcome for one in found.calls] == [Outcome.NO_ANSWER, Outcome.NO_ANSWER]
    with pytest.raises(AlreadyGone):
        history.history_of(stage.acme.deps, stage.acme.bob, broken.lease_id)


def _goes(stage: Stage, agent: Agent, shift: tuple[time, time]) -> None:
    stage.change(stage.acme.one(Agent, agent.id), shift_from=shift[0], shift_until=shift[1])


def _add_admin(stage: Stage) -> None:
    who: dict[str, Any] = {"slack_user_id": "U0ADA", "name": "Ada", "role": Role.ADMIN, "zone": "UTC"}
    stage.add(Agent(organisation_id=stage.organisation_id, **who))


AWAY, HERE = (time(2), time(3)), (time(6), time(22))


@pytest.mark.long
def test_a_lead_at_lunch_is_told_once_they_are_back_though_every_bot_was_started_again(stage: Stage) -> None:
    attempt_id = _twice(stage)
    _goes(stage, stage.dana, AWAY)
    assert told(stage) == []
    stage.now = NOW + 90 * MINUTE + MICROSECOND  # nothing but the database says what was found
    assert told(stage) == []
    _goes(stage, stage.dana, HERE)
    [(user, broken)] = told(stage)
    assert (user, broken.attempt_id, set(broken.checks)) == ("U0DANA", attempt_id, {IN_LOCK, OVER_CAP})
    assert told(stage) == []


@pytest.mark.long
@pytest.mark.parametrize("down", [6 * MINUTE, 5 * HOUR + MICROSECOND, timedelta(days=6)])
def test_what_broke_before_every_bot_went_down_is_told_when_one_is_back(stage: Stage, down: timedelta) -> None:
    stage.now = NOW - 30 * timedelta(seconds=1)
    assert told(stage) == []
    contact = stage.contact()
    stage.call(contact, stage.alice, NOW - 2 * HOUR, Outcome.NO_ANSWER)
    broken = stage.call(contact, stage.bob, NOW, Outcome.NO_ANSWER)
    _goes(stage, stage.dana, (time(0), time(0)))
    stage.now = NOW + down
    assert [one.attempt_id for _user, one in told(stage)] == [broken.id]
    assert told(stage) == []


def test_a_mark_that_a_fast_clock_set_hides_nothing(stage: Stage) -> None:
    stage.now = NOW + HOUR
    assert told(stage) == []
    stage.now = NOW
    _twice(stage)
    assert len(told(stage)) == 1
    assert [one.until for one in stage.rows(CallsLookedAt)] == [NOW + HOUR]


@pytest.mark.night
def test_what_a_bot_found_or_had_begun_to_send_when_it_died_another_one_tells(stage: Stage) -> None:
    _twice(stage)
    notifier = stage.acme.notifier
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notifier, "tell", _dies)
        with pytest.raises(KeyboardInterrupt):
            broken_promises.tell_due(stage.acme.deps)
    assert told(stage) == [], "the first may yet be sending it"
    stage.now = NOW + TAKEN_FOR - MICROSECOND
    assert told(stage) == []
    stage.now = NOW + TAKEN_FOR
    assert len(told(stage)) == 1
    assert told(stage) == []


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.long
def test_of_two_bots_that_tick_at_once_one_tells(stage: Stage) -> None:
    _twice(stage)
    notifier = stage.acme.notifier
    with ThreadPoolExecutor(2) as bots:
        list(bots.map(lambda _: broken_promises.tell_due(stage.acme.deps), range(2)))
    assert [user for user, _alerts in notifier.alerts_told] == ["U0DANA"]
    assert len(stage.rows(Message)) == 1


@pytest.mark.long
def test_the_admins_hear_of_a_team_without_a_lead(stage: Stage) -> None:
    stage.change(stage.acme.one(Agent, stage.dana.id), role=Role.AGENT)
    attempt_id = _twice(stage)
    _add_admin(stage)
    assert [(user, one.attempt_id) for user, one in told(stage)] == [("U0ADA", attempt_id)]
    assert told(stage) == []


@pytest.mark.long
def test_a_lead_who_leaves_before_it_was_told_leaves_it_to_the_next_or_to_the_admins(stage: Stage) -> None:
    attempt_id = _twice(stage)
    _goes(stage, stage.dana, AWAY)
    assert told(stage) == []
    stage.now = NOW + LOOKED_BACK
    assert told(stage) == []  # after which it is not found again
    stage.change(stage.acme.one(Agent, stage.dana.id), is_active=False)
    _add_admin(stage)
    assert [(user, one.attempt_id) for user, one in told(stage)] == [("U0ADA", attempt_id)]
    assert told(stage) == []


@pytest.mark.long
def test_a_late_opt_out_of_a_call_that_was_told_is_told_too(stage: Stage) -> None:
    attempt_id = _twice(stage)
    assert len(told(stage)) == 1
    attempt = next(one for one in stage.rows(Attempt) if one.id == attempt_id)
    stage.now = NOW + 20 * MINUTE
    assert told(stage) == []
    stage.say(attempt, Outcome.DO_NOT_CALL, NOW + 19 * MINUTE)
    [(user, broken)] = told(stage)
    assert (user, broken.attempt_id, broken.checks) == ("U0DANA", attempt_id, (LATE_OPT_OUTS,))
    assert told(stage) == []


@pytest.mark.long
def test_an_opt_out_taken_back_before_the_lead_is_on_duty_is_no_news(stage: Stage) -> None:
    attempt = stage.call(stage.contact(), stage.alice, NOW - 2 * HOUR, Outcome.NO_ANSWER)
    stage.say(attempt, Outcome.DO_NOT_CALL, NOW - MINUTE)
    _goes(stage, stage.dana, AWAY)
    assert told(stage) == []
    assert len(stage.rows(Message)) == 1
    stage.say(attempt, Outcome.NO_ANSWER, NOW)
    _goes(stage, stage.dana, HERE)
    stage.now = NOW + 10 * MINUTE
    assert told(stage) == []
    assert [one.closed_because for one in stage.rows(Message)] == ["over"]


@pytest.mark.long
def test_more_than_a_message_holds_are_told_by_the_next(stage: Stage) -> None:
    broken = set()
    for _ in range(MOST_A_MESSAGE + 2):
        contact = stage.contact()
        stage.call(contact, stage.alice, NOW - 2 * HOUR, Outcome.NO_ANSWER)
        broken.add(stage.call(contact, stage.bob, NOW - MINUTE, Outcome.NO_ANSWER).id)
    assert {one.attempt_id for _user, one in told(stage)} == broken
    assert [len(alerts) for _user, alerts in stage.acme.notifier.alerts_told] == [MOST_A_MESSAGE, 2]
    assert told(stage) == []
