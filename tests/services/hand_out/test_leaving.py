"""An agent who leaves gives back what they hold; a withdrawn list is not handed out; neither loses a fact."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.services.answers.people import Actor
from bot.services.calls import callbacks, calling, outcomes
from bot.services.errors import AlreadyGone, RoleNeeded
from bot.services.hand_out import leaving, next_call
from bot.services.lists import withdrawal
from bot.services.setup import PersonSetup, Setup, changes, overview
from policy.vocabulary import AttemptState, ContactState, LeaseEnd, Outcome, Role
from storage.models import Agent, Attempt, Callback, Contact, Lease
from tests.fakes import House


@pytest.fixture
def admin(house: House) -> Actor:
    house.change(Agent, house.erin.agent_id, role=Role.ADMIN)
    return replace(house.erin, role=Role.ADMIN)


def leaves(house: House, admin: Actor, name: str = "Alice") -> None:
    person = PersonSetup(f"U0{name.upper()}", name, Role.AGENT, "Energy")
    changes.save(house.deps, admin, Setup(people=(replace(person, is_active=False),)))


def promise(house: House, contact: Contact, actor: Actor) -> Callback:
    return house.put(
        Callback(
            organisation_id=house.organisation_id,
            contact_id=contact.id or 0,
            person_id=contact.person_id,
            principal="Bright Energy",
            agent_id=actor.agent_id,
            asked_at=house.clock(),
            due_at=house.clock() + timedelta(days=1),
        )
    )


def test_it_gives_back_the_contacts_of_an_agent_who_leaves(house: House, admin: Actor) -> None:
    one, other, third, fourth = house.add_contacts(4)
    held = next_call.hand_out(house.deps, house.alice, 2)
    calling.call(house.deps, house.alice, held.cards[0].lease_id)  # type: ignore[union-attr]
    theirs, kept = promise(house, third, house.alice), promise(house, fourth, house.bob)
    leaves(house, admin)
    assert [(one.ended_because, one.release_reason) for one in house.all(Lease)] == [
        ("", ""),
        (LeaseEnd.RELEASED, "taken_back"),
    ]
    assert house.all(Attempt)[0].state is AttemptState.OPEN, "the call is theirs to finish"
    assert house.one(Callback, theirs.id).agent_id is None
    assert house.one(Callback, kept.id).agent_id == house.bob.agent_id
    assert [card.contact_id for card in next_call.hand_out(house.deps, house.bob, 1).cards] == [other.id]  # type: ignore[union-attr]
    outcomes.record(house.deps, house.dana, 1, Outcome.SUCCESS)
    assert house.one(Contact, one.id).finished_at is not None


def test_a_call_that_a_leaver_may_finish_is_not_counted_as_given_back(house: House) -> None:
    house.add_contacts(2)
    held = next_call.hand_out(house.deps, house.alice, 2)
    calling.call(house.deps, house.alice, held.cards[0].lease_id)  # type: ignore[union-attr]
    with house.units() as uow:
        alice = uow.session.get_one(Agent, house.alice.agent_id)
        assert leaving.hand_back(uow.session, alice, house.clock()) == 1


def test_it_ends_the_call_of_an_agent_who_is_gone_from_slack(house: House) -> None:
    house.add_contacts(2)
    held = next_call.hand_out(house.deps, house.alice, 2)
    calling.call(house.deps, house.alice, held.cards[0].lease_id)  # type: ignore[union-attr]
    with house.units() as uow:
        alice = uow.session.get_one(Agent, house.alice.agent_id)
        assert leaving.hand_back(uow.session, alice, house.clock(), is_gone=True) == 2
    assert [one.ended_because for one in house.all(Lease)] == [LeaseEnd.LAPSED, LeaseEnd.RELEASED]
    assert house.all(Attempt)[0].state is AttemptState.UNREPORTED


@pytest.mark.parametrize("left", ["switched off", "moved", "on no team", "stays"])
def test_anyone_may_make_a_callback_agreed_in_a_leavers_last_call(house: House, left: str) -> None:
    house.add_contact()
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    calling.call(house.deps, house.alice, card.lease_id)  # type: ignore[union-attr]
    teams = {"moved": house.water.id, "on no team": None}
    house.change(
        Agent, house.alice.agent_id, is_active=left != "switched off", team_id=teams.get(left, house.energy.id)
    )
    house.clock.tick(minutes=1, microseconds=300_001)
    callbacks.agree(house.deps, house.alice, 1, date(2026, 11, 26), time(15), is_mine=True)
    assert [one.agent_id for one in house.all(Callback)] == [house.alice.agent_id if left == "stays" else None]


def test_it_gives_back_once(house: House, admin: Actor) -> None:
    leaves(house, admin)
    first = house.one(Agent, house.alice.agent_id).deactivated_at
    house.clock.tick(hours=1)
    leaves(house, admin)
    assert house.one(Agent, house.alice.agent_id).deactivated_at == first


def test_a_withdrawn_list_is_not_handed_out(house: House, admin: Actor) -> None:
    one, other, third = house.add_contacts(3)
    house.add_contact("Water", campaign=house.water_campaign)
    held = next_call.hand_out(house.deps, house.alice, 2)
    calling.call(house.deps, house.alice, held.cards[0].lease_id)  # type: ignore[union-attr]
    promised = promise(house, third, house.bob)
    done = withdrawal.withdraw(house.deps, admin, one.list_id, "sent by mistake")
    assert (done.contacts, done.cards) == (3, 1)
    assert house.notifier.withdrawn == [("U0ALICE", other.name, "list_withdrawn")]
    assert house.one(Contact, other.id).finished_because == "list withdrawn: sent by mistake"
    assert house.one(Callback, promised.id).closed_at is not None
    assert next_call.hand_out(house.deps, house.bob, 3).cards == ()
    outcomes.record(house.deps, house.alice, 1, Outcome.BUSY)  # a call under way is finished like any other
    assert house.all(Attempt)[0].outcome is Outcome.BUSY
    assert next_call.hand_out(house.deps, house.charlie, 1).cards, "the other list is as it was"
    assert withdrawal.withdraw(house.deps, admin, one.list_id, "again").contacts == 0


def test_a_withdrawn_list_can_be_restored(house: House, admin: Actor) -> None:
    one, other = house.add_contacts(2)
    held = next_call.hand_out(house.deps, house.alice, 1)
    calling.call(house.deps, house.alice, held.cards[0].lease_id)  # type: ignore[union-attr]
    outcomes.record(house.deps, house.alice, 1, Outcome.SUCCESS)
    withdrawal.withdraw(house.deps, admin, one.list_id, "a mistake")
    house.clock.tick(minutes=1)
    assert withdrawal.take_up(house.deps, admin, one.list_id).contacts == 1
    changes.decide_again(house.deps)
    assert house.one(Contact, one.id).finished_because == "success"
    assert [card.name for card in next_call.hand_out(house.deps, house.bob, 2).cards] == [other.name]  # type: ignore[union-attr]


def test_it_counts_every_contact_of_a_list_once(house: House, admin: Actor) -> None:
    contacts = house.add_contacts(5)
    next_call.hand_out(house.deps, house.alice, 2)
    shown = {one.campaign: one for one in overview.lists_now(house.deps, admin)}
    counts = dict(shown["Energy switch"].counts)
    assert (counts[ContactState.LEASED], counts[ContactState.CALLABLE], sum(counts.values())) == (2, 3, 5)
    assert sum(dict(shown["Water meters"].counts).values()) == 0
    withdrawal.withdraw(house.deps, admin, contacts[0].list_id, "why not")
    again = {one.campaign: one for one in overview.lists_now(house.deps, admin)}["Energy switch"]
    assert (again.withdrawn, dict(again.counts)[ContactState.FINISHED]) == (5, 5)


def test_others_may_not_withdraw_a_list(house: House, admin: Actor) -> None:
    contact = house.add_contact()
    with pytest.raises(RoleNeeded):
        withdrawal.withdraw(house.deps, house.dana, contact.list_id, "mine")
    with pytest.raises(AlreadyGone):
        withdrawal.withdraw(house.deps, admin, 99, "nothing")


def test_it_names_the_registers_that_the_rules_require(house: House, admin: Actor) -> None:
    found = {one.key: one for one in overview.registers_now(house.deps, admin)}
    assert (found["tps"].name, found["tps"].max_age_days, found["tps"].newest_at) == ("TPS", 27, None)
    assert "us-dnc" not in found
