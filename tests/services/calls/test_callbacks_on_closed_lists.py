"""A callback on a list that is paused, past its last day or withdrawn: agent and lead hear it once, and it goes on
after."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot.services.answers.callbacks import Trouble
from bot.services.answers.people import Actor
from bot.services.lists.in_use import list_terms
from bot.services.ports import DeliveryFailed
from bot.services.reminders import reminders
from bot.services.teams import moves
from policy.vocabulary import Role
from storage.models import Callback, Contact, Person, Reminder
from tests.fakes import SampleOrganisation
from tests.services.calls.promised_calls import A_MOMENT, TODAY, contact_with_callback, decide, on_hold, told
from tests.services.stage import DAY, HOUR

pytestmark = pytest.mark.both_engines
THURSDAY = TODAY + 2 * DAY


@pytest.fixture
def admin(acme: SampleOrganisation) -> Actor:
    return Actor(0, acme.organisation_id, "U0FRANK", "Frank", Role.ADMIN, None, "UTC")


def paused(acme: SampleOrganisation, admin: Actor, contact: Contact) -> None:
    list_terms.pause(acme.deps, admin, contact.list_id)


def expired(acme: SampleOrganisation, admin: Actor, contact: Contact) -> None:
    list_terms.set_last_day(acme.deps, admin, contact.list_id, TODAY)
    acme.clock.tick(days=1, seconds=0.3)
    assert list_terms.close_due(acme.deps) == 1


def given_a_later_day(acme: SampleOrganisation, admin: Actor, contact: Contact) -> None:
    list_terms.set_last_day(acme.deps, admin, contact.list_id, date(2026, 12, 15))


def restored(acme: SampleOrganisation, admin: Actor, contact: Contact) -> None:
    list_terms.take_up(acme.deps, admin, contact.list_id)


Done = Callable[[SampleOrganisation, Actor, Contact], None]


@pytest.mark.long
@pytest.mark.parametrize(("closes", "trouble"), [(paused, Trouble.LIST_PAUSED), (expired, Trouble.LIST_EXPIRED)])
def test_agent_and_lead_are_told_once_that_its_list_is_closed(
    acme: SampleOrganisation, admin: Actor, closes: Done, trouble: Trouble
) -> None:
    contact = contact_with_callback(acme, on=THURSDAY)
    assert told(acme) == []
    closes(acme, admin, contact)
    heard = told(acme)
    assert [user for user, _ in heard] == ["U0ALICE", "U0DANA"]
    for user, one in heard:
        assert (one.trouble, one.name, one.agent_name, one.closed_name) == (
            trouble,
            "Grace",
            "Alice",
            "Energy switch list",
        )
        assert (one.refusal, bool(one.team_id)) == (None, user == "U0DANA")
    for _ in range(4):
        acme.clock.tick(days=1, seconds=0.3)  # past Thursday noon too
        list_terms.close_due(acme.deps)
        assert told(acme) == [], "nobody hears the same twice"
    assert [one.closed_at for one in acme.all(Callback)] == [None]


@pytest.mark.long
@pytest.mark.parametrize(("closes", "opens"), [(paused, restored), (expired, restored), (expired, given_a_later_day)])
def test_it_goes_on_with_its_reminder_once_the_list_is_taken_up_again(
    acme: SampleOrganisation, admin: Actor, closes: Done, opens: Done
) -> None:
    contact = contact_with_callback(acme, on=THURSDAY)
    [callback] = acme.all(Callback)
    closes(acme, admin, contact)
    assert len(told(acme)) == 2
    assert [one.closed_because for one in acme.all(Reminder)] == ["not_callable"]
    acme.clock.tick(hours=1, seconds=0.3)
    opens(acme, admin, contact)
    decide(acme, contact)
    assert told(acme) == []
    assert [(one.agent_id, one.due_at, one.closed_at) for one in acme.all(Reminder)] == [
        (acme.alice.agent_id, callback.due_at, None)
    ]
    acme.clock.at(callback.due_at - A_MOMENT)
    assert reminders.send_due(acme.deps) == 0
    acme.clock.at(callback.due_at + A_MOMENT)
    assert reminders.send_due(acme.deps) == 1
    assert [(one.slack_user_id, one.lines[0].contact_id) for one in acme.notifier.reminders] == [
        ("U0ALICE", contact.id)
    ]
    acme.clock.at(callback.due_at + 2 * HOUR)
    assert {one.trouble for _, one in told(acme)} == {Trouble.OVERDUE}, "the watch goes on too"


def test_a_list_paused_again_is_told_again(acme: SampleOrganisation, admin: Actor) -> None:
    contact = contact_with_callback(acme, on=THURSDAY)
    for _ in range(2):
        paused(acme, admin, contact)
        assert [user for user, _ in told(acme)] == ["U0ALICE", "U0DANA"]
        acme.clock.tick(hours=1, seconds=0.3)
        restored(acme, admin, contact)
        decide(acme, contact)
        assert told(acme) == []
        acme.clock.tick(hours=1, seconds=0.3)


def test_it_is_told_also_right_after_other_news(acme: SampleOrganisation, admin: Actor) -> None:
    contact = contact_with_callback(acme, on=THURSDAY)
    on_hold(acme, contact)
    assert {one.trouble for _, one in told(acme)} == {Trouble.SHUT}
    paused(acme, admin, contact)  # at the same instant
    assert [one.trouble for _, one in told(acme)] == [Trouble.LIST_PAUSED] * 2


def test_a_new_agent_of_the_callback_hears_it_too_and_has_its_reminder_alone(
    acme: SampleOrganisation, admin: Actor
) -> None:
    contact = contact_with_callback(acme, on=THURSDAY)
    [callback] = acme.all(Callback)
    paused(acme, admin, contact)
    assert len(told(acme)) == 2
    acme.clock.tick(minutes=2, seconds=0.3)
    moves.reassign(acme.deps, acme.dana, callback.id or 0, acme.bob.agent_id)
    assert [(user, one.trouble) for user, one in told(acme)] == [
        ("U0BOB", Trouble.LIST_PAUSED),
        ("U0DANA", Trouble.LIST_PAUSED),
    ]
    acme.clock.tick(minutes=2, seconds=0.3)
    restored(acme, admin, contact)
    decide(acme, contact)
    assert told(acme) == []
    assert [one.agent_id for one in acme.all(Reminder) if one.closed_at is None] == [acme.bob.agent_id]


def test_a_callback_agreed_in_the_call_during_which_its_list_was_closed_is_told(
    acme: SampleOrganisation, admin: Actor
) -> None:
    contact = acme.add_contact("Grace")
    list_terms.withdraw(acme.deps, admin, contact.list_id, "bought back")
    acme.add_callback(contact, acme.alice.agent_id, acme.clock() + timedelta(hours=3))
    assert [(user, one.trouble) for user, one in told(acme)] == [
        ("U0ALICE", Trouble.LIST_WITHDRAWN),
        ("U0DANA", Trouble.LIST_WITHDRAWN),
    ]
    assert told(acme) == []


@pytest.mark.parametrize("is_restored", [False, True])
def test_who_could_not_be_told_is_told_later_while_it_is_so(
    acme: SampleOrganisation, admin: Actor, *, is_restored: bool
) -> None:
    contact = contact_with_callback(acme, on=THURSDAY)
    paused(acme, admin, contact)
    acme.notifier.fails = DeliveryFailed("ratelimited", is_permanent=False)
    assert told(acme) == []
    acme.notifier.fails = None
    if is_restored:
        restored(acme, admin, contact)
        decide(acme, contact)
    acme.clock.tick(seconds=60.3)
    heard = [(user, one.trouble) for user, one in told(acme)]
    assert heard == ([] if is_restored else [("U0ALICE", Trouble.LIST_PAUSED), ("U0DANA", Trouble.LIST_PAUSED)])
    acme.clock.tick(seconds=60.3)
    assert told(acme) == []


def test_a_withdrawn_list_brings_back_no_reminder_of_the_callback_that_it_cancelled(
    acme: SampleOrganisation, admin: Actor
) -> None:
    contact = contact_with_callback(acme, on=THURSDAY)
    list_terms.withdraw(acme.deps, admin, contact.list_id, "bought back")
    assert {one.trouble for _, one in told(acme)} == {Trouble.CALLED_OFF}
    restored(acme, admin, contact)
    assert all(one.closed_at is not None for one in acme.all(Reminder))


def test_another_list_waits_no_longer_for_the_callback_that_a_withdrawn_list_calls_off(
    acme: SampleOrganisation, admin: Actor
) -> None:
    contact = contact_with_callback(acme, on=THURSDAY)
    service = acme.add_campaign("Energy service", "Bright Energy", acme.energy)
    person = acme.one(Person, contact.person_id)
    other = acme.add_contact(person=person, number=contact.number or "", campaign=service)
    opens = [other.callable_from]
    list_terms.withdraw(acme.deps, admin, contact.list_id, "bought back")
    opens.append(acme.one(Contact, other.id).callable_from)
    assert [one.date() for one in opens if one is not None] == [THURSDAY, TODAY + DAY]
