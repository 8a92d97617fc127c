"""An agent's own break: no new contacts, no reminders, what was offered goes back; counted until they are back."""

from datetime import timedelta

import pytest

from bot.services import agents
from bot.services.answers.calls import CallOpened
from bot.services.answers.people import Actor, BreakReason
from bot.services.calls import calling
from bot.services.errors import Paused
from bot.services.hand_out import next_call
from bot.services.reminders import reminders
from bot.services.teams import own_day, pauses
from policy.vocabulary import LeaseEnd, LeaseStage
from storage.models import Agent, BreakTaken, Lease
from tests.fakes import SampleOrganisation
from tests.rows import a_reminder

pytestmark = pytest.mark.both_engines


def alice(acme: SampleOrganisation) -> Actor:
    """Alice, as she is stored now."""
    return agents.as_actor(acme.one(Agent, acme.alice.agent_id))


def test_what_was_offered_goes_back_and_a_call_under_way_stays(acme: SampleOrganisation) -> None:
    acme.add_contacts(3)
    next_call.hand_out(acme.deps, acme.alice, 3)
    first = acme.all(Lease)[0].id or 0
    assert isinstance(calling.call(acme.deps, acme.alice, first), CallOpened)
    done = pauses.begin_break(acme.deps, acme.alice, BreakReason.LUNCH)
    assert (done.is_repeat, done.returned) == (False, 2)
    held, *back = acme.all(Lease)
    assert (held.stage, held.ended_at) == (LeaseStage.CALLING, None)
    assert {(one.ended_because, one.release_reason) for one in back} == {(LeaseEnd.RELEASED, "break")}
    with pytest.raises(Paused) as refused:
        next_call.hand_out(acme.deps, alice(acme), 3)
    assert refused.value.is_own
    assert refused.value.reason == "lunch"


def test_break_is_counted_once_however_often_it_is_pressed(acme: SampleOrganisation) -> None:
    pauses.begin_break(acme.deps, acme.alice, BreakReason.LUNCH)
    acme.clock.tick(minutes=20, seconds=0.4)
    assert pauses.begin_break(acme.deps, acme.alice, BreakReason.TRAINING).is_repeat
    acme.clock.tick(minutes=10)
    assert not pauses.end_break(acme.deps, alice(acme)).is_repeat
    assert pauses.end_break(acme.deps, alice(acme)).is_repeat
    acme.clock.tick(hours=1)
    [one] = acme.all(BreakTaken)
    assert one.reason == "lunch"
    assert one.ended_at is not None
    assert one.ended_at - one.began_at == timedelta(minutes=30, seconds=0.4)
    figures = own_day.own_day(acme.deps, alice(acme)).figures
    assert figures is not None
    assert figures.breaks == timedelta(minutes=30, seconds=0.4)


def test_break_of_yesterday_is_no_break_of_today(acme: SampleOrganisation) -> None:
    pauses.begin_break(acme.deps, acme.alice, BreakReason.OTHER)
    acme.clock.tick(minutes=5)
    pauses.end_break(acme.deps, alice(acme))
    acme.clock.tick(days=1)
    figures = own_day.own_day(acme.deps, alice(acme)).figures
    assert figures is not None
    assert figures.breaks == timedelta()


def test_nobody_is_reminded_during_a_break(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    acme.put(a_reminder(acme.alice, contact, acme.clock()))
    pauses.begin_break(acme.deps, acme.alice, BreakReason.LUNCH)
    acme.clock.tick(seconds=1)
    assert reminders.send_due(acme.deps) == 0
    pauses.end_break(acme.deps, alice(acme))
    assert reminders.send_due(acme.deps) == 1


def test_lead_ends_a_break_and_a_leads_pause_is_no_break(acme: SampleOrganisation) -> None:
    pauses.begin_break(acme.deps, acme.alice, BreakReason.LUNCH)
    acme.clock.tick(minutes=3)
    pauses.end(acme.deps, acme.dana, acme.alice.agent_id)
    assert acme.all(BreakTaken)[0].ended_at == acme.clock()
    pauses.pause(acme.deps, acme.dana, acme.alice.agent_id, "training")
    with pytest.raises(Paused) as refused:
        pauses.end_break(acme.deps, alice(acme))
    assert not refused.value.is_own
    assert len(acme.all(BreakTaken)) == 1
