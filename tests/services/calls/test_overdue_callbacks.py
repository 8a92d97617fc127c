"""A callback that its agent does not make in time goes to the team, and is told to its lead, once."""

from datetime import time, timedelta

import pytest

from bot.services.answers.callbacks import Trouble
from bot.services.answers.calls import OfferCard
from bot.services.calls import callback_watch
from bot.services.hand_out import next_call
from bot.services.ports import DeliveryFailed
from bot.services.teams import holds
from storage.models import Agent, Callback, Message
from tests.fakes import SampleOrganisation
from tests.services.calls.promised_calls import (
    A_MOMENT,
    contact_with_callback,
    on_hold,
    started_again,
    told,
)
from tests.services.stage import MINUTE

pytestmark = pytest.mark.both_engines


@pytest.mark.long
def test_fifteen_minutes_overdue_it_goes_to_the_next_of_the_team_who_asks_and_the_lead_hears_once(
    acme: SampleOrganisation,
) -> None:
    contact = contact_with_callback(acme)
    acme.add_contacts(2)
    due = acme.all(Callback)[0].due_at
    acme.clock.at(due + 15 * MINUTE - A_MOMENT)
    assert told(acme) == []
    others = next_call.hand_out(acme.deps, acme.dana, 2).cards
    assert contact.id not in [one.contact_id for one in others if isinstance(one, OfferCard)]
    acme.clock.at(due + 15 * MINUTE)
    heard = told(acme)
    assert [(user, one.trouble, bool(one.team_id)) for user, one in heard] == [
        ("U0ALICE", Trouble.OVERDUE, False),
        ("U0DANA", Trouble.OVERDUE, True),
    ]
    assert [callback_watch.tell_troubles(deps) for deps in (acme.deps, started_again(acme))] == [0, 0]
    [card] = next_call.hand_out(started_again(acme), acme.bob, 1).cards
    assert isinstance(card, OfferCard)
    assert (card.contact_id, card.callback_due_at) == (contact.id, due)


@pytest.mark.long
def test_a_lead_off_duty_hears_of_it_once_when_they_are_back_and_then_daily(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    due = acme.all(Callback)[0].due_at
    acme.change(Agent, acme.dana.agent_id, paused_at=due)
    acme.clock.at(due + 15 * MINUTE)
    assert [user for user, _ in told(acme)] == ["U0ALICE"]
    acme.clock.tick(minutes=2)
    assert told(acme) == []
    acme.change(Agent, acme.dana.agent_id, paused_at=None, shift_from=time(14), shift_until=time(18))
    assert told(acme) == [], "not on shift yet"
    acme.clock.at(due.replace(hour=14, minute=1))
    assert [user for user, _ in told(acme)] == ["U0DANA"]
    acme.clock.tick(minutes=2)
    assert told(acme) == []
    acme.clock.at(due + 15 * MINUTE + timedelta(days=1) - MINUTE)
    assert told(acme) == []
    acme.change(Agent, acme.dana.agent_id, shift_from=time(8))
    acme.clock.tick(minutes=2)
    assert sorted(user for user, _ in told(acme)) == ["U0ALICE", "U0DANA"]


@pytest.mark.long
def test_what_a_lead_off_duty_is_owed_holds_up_nobody_else_and_ends_with_the_callback(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback_watch, "MOST", 1)
    acme.change(Agent, acme.dana.agent_id, paused_at=acme.clock.now)
    first, second = (acme.add_callback(acme.add_contact(), acme.alice.agent_id, acme.clock.now) for _ in range(2))
    acme.clock.tick(minutes=16)
    assert [user for user, _ in told(acme)] == ["U0ALICE"]
    acme.clock.tick(seconds=20)
    acme.notifier.fails = DeliveryFailed("away", is_permanent=False)
    assert told(acme) == []
    acme.notifier.fails = None
    acme.clock.tick(minutes=2)
    assert [(user, one.callback_id) for user, one in told(acme)] == [("U0ALICE", second.id)]
    acme.change(Callback, first.id, closed_at=acme.clock.now, closed_because="kept")
    acme.change(Callback, second.id, closed_at=acme.clock.now, closed_because="kept")
    for _ in range(2):
        acme.clock.tick(minutes=2)
        assert told(acme) == []


def test_nothing_is_told_of_what_is_over_when_slack_is_back(acme: SampleOrganisation) -> None:
    contact = contact_with_callback(acme)
    on_hold(acme, contact)
    acme.notifier.fails = DeliveryFailed("ratelimited", is_permanent=False)
    assert told(acme) == []
    holds.lift(acme.deps, acme.dana, contact.id or 0, "we have spoken")
    acme.notifier.fails = None
    acme.clock.tick(seconds=60.3)
    assert told(acme) == []
    assert {one.closed_because for one in acme.all(Message)} == {"over"}
