"""What an agent promised passes on when they no longer work its campaign; it waits while the campaign is switched
off."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.services.answers.callbacks import Trouble
from bot.services.answers.calls import OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import outcomes
from bot.services.deciding import refresh
from bot.services.hand_out import next_call
from bot.services.reminders import reminders
from bot.services.setup import plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import PersonView, Setup
from bot.services.teams import own_day, team_status
from policy.vocabulary import Outcome, Role
from storage.models import Agent, Callback, Reminder
from storage.queries import reminders as reminder_rows
from tests.fakes import SampleOrganisation
from tests.rows import changed
from tests.services.calls.promised_calls import A_MOMENT, TODAY, called, contact_with_callback, told

pytestmark = pytest.mark.both_engines
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
THURSDAY = TODAY + 2 * DAY


def belongs(acme: SampleOrganisation, actor: Actor, *teams: str) -> None:
    """An admin says which teams an agent is in."""
    person = entry(PersonView, slack_user_id=actor.slack_user_id, name=actor.name, role=Role.AGENT, teams=teams)
    plan.apply(acme.deps, Setup(people=(person,)))


def campaign(acme: SampleOrganisation, **values: object) -> None:
    """An admin changes the campaign of team Energy."""
    plan.apply(acme.deps, changed(acme.campaign, **values))


def keeper(acme: SampleOrganisation) -> int | None:
    [callback] = [one for one in acme.all(Callback) if one.closed_at is None]
    return callback.agent_id


def handed(acme: SampleOrganisation, actor: Actor) -> list[str]:
    cards = next_call.hand_out(acme.deps, actor, 1).cards
    return [card.name for card in cards if isinstance(card, OfferCard)]


def reminded(acme: SampleOrganisation) -> list[tuple[str, str]]:
    """Who is reminded of whom by the next tick."""
    acme.notifier.told.clear()
    reminders.send_due(acme.deps)
    return [(batch.slack_user_id, line.name) for batch in acme.notifier.reminders for line in batch.lines]


def undelivered(acme: SampleOrganisation, reminder: Reminder) -> int:
    """What the admins are told of late reminders, long after it was due."""
    with acme.units() as uow:
        return reminder_rows.undelivered(uow.session, acme.organisation_id, reminder.due_at + DAY)


def goes_to_water(acme: SampleOrganisation) -> None:
    """Alice alone; Bob may work for both teams."""
    belongs(acme, acme.bob, "Energy", "Water")
    belongs(acme, acme.alice, "Water")


def leaves_the_campaign_to_water(acme: SampleOrganisation) -> None:
    campaign(acme, teams=("Water",))


@pytest.mark.parametrize("goes", [goes_to_water, leaves_the_campaign_to_water])
def test_a_callback_is_anyones_once_its_agent_does_not_work_the_campaign(
    acme: SampleOrganisation, goes: object
) -> None:
    contact = contact_with_callback(acme)
    assert keeper(acme) == acme.alice.agent_id
    assert callable(goes)
    goes(acme)
    assert told(acme) == []
    assert keeper(acme) is None
    [callback] = acme.all(Callback)
    for moment in (callback.due_at - 3 * timedelta(minutes=1), callback.due_at + A_MOMENT):
        acme.clock.at(moment)
        assert reminders.remind_ahead(acme.deps) == 0
        assert reminded(acme) == [], "nobody is reminded of what they cannot call"
    other = acme.bob if goes is goes_to_water else acme.charlie
    assert handed(acme, other) == [contact.name]


def test_the_leads_of_the_campaign_hear_that_it_is_overdue(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    goes_to_water(acme)
    assert told(acme) == []
    [callback] = acme.all(Callback)
    acme.clock.at(callback.due_at + HOUR + A_MOMENT)
    assert [(user, one.trouble) for user, one in told(acme)] == [("U0DANA", Trouble.OVERDUE)]
    [overdue] = team_status.team_status(acme.deps, acme.dana).overdue
    assert (overdue.name, overdue.agent_name) == ("Grace", "")


@pytest.mark.parametrize("chosen", ["", "Water"], ids=["works for Energy", "works for Water"])
def test_an_agent_of_several_teams_keeps_it(acme: SampleOrganisation, chosen: str) -> None:
    contact_with_callback(acme)
    belongs(acme, acme.alice, "Energy", "Water")
    if chosen:
        own_day.work_for(acme.deps, acme.alice, acme.water.id or 0)
    campaign(acme, teams=("Energy",))
    assert told(acme) == []
    assert keeper(acme) == acme.alice.agent_id


def test_it_is_anyones_a_day_before_it_is_due(acme: SampleOrganisation) -> None:
    contact_with_callback(acme, on=THURSDAY)
    goes_to_water(acme)
    assert (told(acme), keeper(acme)) == ([], acme.alice.agent_id), "they may come back until then"
    [callback] = acme.all(Callback)
    acme.clock.at(callback.due_at - DAY + A_MOMENT)
    assert (told(acme), keeper(acme)) == ([], None)


def test_a_manager_without_a_team_works_every_campaign(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    acme.add_callback(contact, acme.erin.agent_id, acme.clock() + HOUR)
    assert told(acme) == []
    assert keeper(acme) == acme.erin.agent_id


def test_others_callbacks_stay_theirs(acme: SampleOrganisation) -> None:
    theirs = acme.add_callback(acme.add_contact(), acme.bob.agent_id, acme.clock() + DAY)
    waters = acme.add_callback(
        acme.add_contact(campaign=acme.water_campaign), acme.charlie.agent_id, acme.clock() + DAY
    )
    goes_to_water(acme)
    told(acme)
    assert [acme.one(Callback, one.id).agent_id for one in (theirs, waters)] == [
        acme.bob.agent_id,
        acme.charlie.agent_id,
    ]


def test_an_owner_who_has_moved_is_not_reminded_that_a_contact_opens(acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.alice.agent_id, shift_from=time(0), shift_until=time(0))
    acme.add_contact("Grace")
    outcomes.record(acme.deps, acme.alice, called(acme, acme.alice), Outcome.NO_ANSWER)
    goes_to_water(acme)
    [reminder] = acme.all(Reminder)
    acme.clock.at(reminder.due_at + A_MOMENT)
    assert reminded(acme) == []
    acme.clock.tick(minutes=2)
    assert list(reminders.agent_parts(acme.deps)) == [], "it keeps no other back meanwhile"
    assert undelivered(acme, reminder) == 0
    belongs(acme, acme.alice, "Energy")
    acme.clock.tick(minutes=10)
    assert reminded(acme) == [("U0ALICE", "Grace")], "they are back"


def test_a_callback_waits_while_its_campaign_is_switched_off_and_all_hear_it_once(acme: SampleOrganisation) -> None:
    contact_with_callback(acme, on=THURSDAY)
    campaign(acme, is_active=False)
    assert told(acme) == [], "it may be active again by Thursday"
    acme.clock.tick(days=1, hours=3)
    heard = told(acme)
    assert [(user, one.trouble, one.closed_name) for user, one in heard] == [
        ("U0ALICE", Trouble.CAMPAIGN_INACTIVE, acme.campaign.name),
        ("U0DANA", Trouble.CAMPAIGN_INACTIVE, acme.campaign.name),
    ]
    for _ in range(4):
        acme.clock.tick(days=1, seconds=0.3)
        assert told(acme) == []
        assert reminded(acme) == []
        assert reminders.remind_ahead(acme.deps) == 0
    assert keeper(acme) == acme.alice.agent_id, "it stands"


def test_after_other_news_it_is_told_at_once(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    acme.clock.at(callback.due_at + HOUR)
    assert {one.trouble for _, one in told(acme)} == {Trouble.OVERDUE}
    campaign(acme, is_active=False)
    acme.clock.tick(seconds=0.3)
    assert {one.trouble for _, one in told(acme)} == {Trouble.CAMPAIGN_INACTIVE}


def test_nobody_is_reminded_ahead_in_a_campaign_that_is_switched_off(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    campaign(acme, is_active=False)
    acme.clock.at(callback.due_at - timedelta(minutes=3))
    assert reminders.remind_ahead(acme.deps) == 0
    campaign(acme, is_active=True)
    assert reminders.remind_ahead(acme.deps) == 1


def test_the_callback_goes_on_when_the_campaign_is_switched_on(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    for _ in range(2):  # switched off again, it is told again
        campaign(acme, is_active=False)
        assert [one.trouble for _, one in told(acme)] == [Trouble.CAMPAIGN_INACTIVE] * 2
        campaign(acme, is_active=True)
        assert told(acme) == []
        acme.clock.tick(minutes=2, seconds=0.3)
    acme.clock.at(callback.due_at + A_MOMENT)
    assert reminded(acme) == [("U0ALICE", "Grace")]
    acme.clock.at(callback.due_at + HOUR)
    assert {one.trouble for _, one in told(acme)} == {Trouble.OVERDUE}


def test_a_callback_that_fell_due_meanwhile_is_reminded_of_at_once(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    campaign(acme, is_active=False)
    acme.clock.at(callback.due_at + A_MOMENT)
    assert reminded(acme) == []
    acme.clock.tick(minutes=2)
    campaign(acme, is_active=True)
    told(acme)
    acme.clock.tick(minutes=10)
    assert reminded(acme) == [("U0ALICE", "Grace")]


def test_a_contact_that_opened_meanwhile_is_reminded_of_at_once(acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.alice.agent_id, shift_from=time(0), shift_until=time(0))
    acme.add_contact("Grace")
    outcomes.record(acme.deps, acme.alice, called(acme, acme.alice), Outcome.NO_ANSWER)
    [reminder] = acme.all(Reminder)
    campaign(acme, is_active=False)
    acme.clock.at(reminder.due_at + A_MOMENT)
    assert reminded(acme) == []
    acme.clock.tick(minutes=75)
    assert reminded(acme) == []
    assert undelivered(acme, reminder) == 0
    campaign(acme, is_active=True)
    acme.clock.tick(minutes=10)
    assert reminded(acme) == [("U0ALICE", "Grace")]
    acme.clock.tick(minutes=20)
    assert reminded(acme) == []


@pytest.mark.parametrize("opens", ["on a day to come", "at once"])
def test_a_reminder_comes_earlier_with_a_campaigns_first_day(acme: SampleOrganisation, opens: str) -> None:
    acme.change(Agent, acme.alice.agent_id, shift_from=time(0), shift_until=time(0))
    acme.add_contact("Grace")
    outcomes.record(acme.deps, acme.alice, called(acme, acme.alice), Outcome.NO_ANSWER)
    [reminder] = acme.all(Reminder)
    first = reminder.due_at
    campaign(acme, starts_on=date(2026, 12, 10))
    swept(acme)
    acme.clock.at(first + A_MOMENT)
    assert reminded(acme) == []
    [waits] = [one for one in acme.all(Reminder) if one.closed_at is None]
    assert waits.due_at.date() == date(2026, 12, 10)
    campaign(acme, starts_on=date(2026, 12, 1) if opens == "on a day to come" else "")
    swept(acme)
    if opens == "on a day to come":
        assert reminded(acme) == []
        acme.clock.at(datetime(2026, 12, 1, 15, 0, 0, 300_003, tzinfo=UTC))
    assert reminded(acme) == [("U0ALICE", "Grace")]


def swept(acme: SampleOrganisation) -> None:
    refresh.redecide_stale(acme.deps)
