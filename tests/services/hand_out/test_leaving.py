"""An agent who leaves gives back what they hold; a withdrawn list is not handed out; neither loses a fact."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.services.answers.people import Actor
from bot.services.calls import callbacks, calling, outcomes
from bot.services.errors import AlreadyGone, RoleNeeded
from bot.services.hand_out import next_call, releases
from bot.services.lists.in_use import list_terms
from bot.services.setup import overview, plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import PersonView, Setup
from policy.vocabulary import AttemptState, ContactState, LeaseEnd, Outcome, Role
from storage.models import Agent, Attempt, Callback, Contact, Lease
from tests.fakes import SampleOrganisation
from tests.rows import a_callback


@pytest.fixture
def admin(acme: SampleOrganisation) -> Actor:
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    return replace(acme.erin, role=Role.ADMIN)


def leaves(acme: SampleOrganisation, admin: Actor, name: str = "Alice") -> None:
    person = entry(PersonView, slack_user_id=f"U0{name.upper()}", name=name, role=Role.AGENT, team="Energy")
    plan.save(acme.deps, admin, Setup(people=({**person, "is_active": False},)))


def agreed_callback(acme: SampleOrganisation, contact: Contact, actor: Actor) -> Callback:
    return acme.put(a_callback(contact, acme.clock() + timedelta(days=1), acme.clock(), agent_id=actor.agent_id))


def test_it_gives_back_the_contacts_of_an_agent_who_leaves(acme: SampleOrganisation, admin: Actor) -> None:
    one, other, third, fourth = acme.add_contacts(4)
    held = next_call.hand_out(acme.deps, acme.alice, 2)
    calling.call(acme.deps, acme.alice, held.cards[0].lease_id)  # type: ignore[union-attr]
    theirs, kept = agreed_callback(acme, third, acme.alice), agreed_callback(acme, fourth, acme.bob)
    leaves(acme, admin)
    assert [(one.ended_because, one.release_reason) for one in acme.all(Lease)] == [
        ("", ""),
        (LeaseEnd.RELEASED, "taken_back"),
    ]
    assert acme.all(Attempt)[0].state is AttemptState.OPEN, "the call is theirs to finish"
    assert acme.one(Callback, theirs.id).agent_id is None
    assert acme.one(Callback, kept.id).agent_id == acme.bob.agent_id
    assert [card.contact_id for card in next_call.hand_out(acme.deps, acme.bob, 1).cards] == [other.id]  # type: ignore[union-attr]
    outcomes.record(acme.deps, acme.dana, 1, Outcome.SUCCESS)
    assert acme.one(Contact, one.id).finished_at is not None


def test_a_call_that_a_leaver_may_finish_is_not_counted_as_given_back(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    held = next_call.hand_out(acme.deps, acme.alice, 2)
    calling.call(acme.deps, acme.alice, held.cards[0].lease_id)  # type: ignore[union-attr]
    with acme.units() as uow:
        alice = uow.session.get_one(Agent, acme.alice.agent_id)
        assert releases.hand_back(uow.session, alice, acme.clock()) == 1


def test_it_ends_the_call_of_an_agent_who_is_gone_from_slack(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    held = next_call.hand_out(acme.deps, acme.alice, 2)
    calling.call(acme.deps, acme.alice, held.cards[0].lease_id)  # type: ignore[union-attr]
    with acme.units() as uow:
        alice = uow.session.get_one(Agent, acme.alice.agent_id)
        assert releases.hand_back(uow.session, alice, acme.clock(), is_gone=True) == 2
    assert [one.ended_because for one in acme.all(Lease)] == [LeaseEnd.LAPSED, LeaseEnd.RELEASED]
    assert acme.all(Attempt)[0].state is AttemptState.UNREPORTED


@pytest.mark.long
@pytest.mark.parametrize("left", ["switched off", "moved", "on no team", "stays"])
def test_anyone_may_make_a_callback_agreed_in_a_leavers_last_call(acme: SampleOrganisation, left: str) -> None:
    acme.add_contact()
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    teams = {"moved": acme.water.id, "on no team": None}
    acme.change(Agent, acme.alice.agent_id, is_active=left != "switched off", team_id=teams.get(left, acme.energy.id))
    acme.clock.tick(minutes=1, microseconds=300_001)
    callbacks.agree(acme.deps, acme.alice, 1, date(2026, 11, 26), time(15), is_mine=True)
    assert [one.agent_id for one in acme.all(Callback)] == [acme.alice.agent_id if left == "stays" else None]


def test_it_gives_back_once(acme: SampleOrganisation, admin: Actor) -> None:
    leaves(acme, admin)
    first = acme.one(Agent, acme.alice.agent_id).deactivated_at
    acme.clock.tick(hours=1)
    leaves(acme, admin)
    assert acme.one(Agent, acme.alice.agent_id).deactivated_at == first


def test_a_withdrawn_list_is_not_handed_out(acme: SampleOrganisation, admin: Actor) -> None:
    one, other, third = acme.add_contacts(3)
    acme.add_contact("Water", campaign=acme.water_campaign)
    held = next_call.hand_out(acme.deps, acme.alice, 2)
    calling.call(acme.deps, acme.alice, held.cards[0].lease_id)  # type: ignore[union-attr]
    later = agreed_callback(acme, third, acme.bob)
    done = list_terms.withdraw(acme.deps, admin, one.list_id, "sent by mistake")
    assert (done.contacts, done.cards) == (3, 1)
    assert acme.notifier.withdrawn == [("U0ALICE", other.name, "list_withdrawn")]
    assert acme.one(Contact, other.id).finished_because == "list withdrawn: sent by mistake"
    assert acme.one(Callback, later.id).closed_at is not None
    assert next_call.hand_out(acme.deps, acme.bob, 3).cards == ()
    outcomes.record(acme.deps, acme.alice, 1, Outcome.BUSY)  # a call under way is finished like any other
    assert acme.all(Attempt)[0].outcome is Outcome.BUSY
    assert next_call.hand_out(acme.deps, acme.charlie, 1).cards, "the other list is as it was"
    assert list_terms.withdraw(acme.deps, admin, one.list_id, "again").contacts == 0


def test_a_withdrawn_list_can_be_restored(acme: SampleOrganisation, admin: Actor) -> None:
    one, other = acme.add_contacts(2)
    held = next_call.hand_out(acme.deps, acme.alice, 1)
    calling.call(acme.deps, acme.alice, held.cards[0].lease_id)  # type: ignore[union-attr]
    outcomes.record(acme.deps, acme.alice, 1, Outcome.SUCCESS)
    list_terms.withdraw(acme.deps, admin, one.list_id, "a mistake")
    acme.clock.tick(minutes=1)
    assert list_terms.take_up(acme.deps, admin, one.list_id).contacts == 1
    plan.decide_again(acme.deps)
    assert acme.one(Contact, one.id).finished_because == "success"
    assert [card.name for card in next_call.hand_out(acme.deps, acme.bob, 2).cards] == [other.name]  # type: ignore[union-attr]


def test_it_counts_every_contact_of_a_list_once(acme: SampleOrganisation, admin: Actor) -> None:
    contacts = acme.add_contacts(5)
    next_call.hand_out(acme.deps, acme.alice, 2)
    shown = {one.campaign: one for one in overview.lists_now(acme.deps, admin)}
    counts = dict(shown["Energy switch"].counts)
    assert (counts[ContactState.LEASED], counts[ContactState.CALLABLE], sum(counts.values())) == (2, 3, 5)
    assert sum(dict(shown["Water meters"].counts).values()) == 0
    list_terms.withdraw(acme.deps, admin, contacts[0].list_id, "why not")
    again = {one.campaign: one for one in overview.lists_now(acme.deps, admin)}["Energy switch"]
    assert (again.withdrawn, dict(again.counts)[ContactState.FINISHED]) == (5, 5)


def test_others_may_not_withdraw_a_list(acme: SampleOrganisation, admin: Actor) -> None:
    contact = acme.add_contact()
    with pytest.raises(RoleNeeded):
        list_terms.withdraw(acme.deps, acme.dana, contact.list_id, "mine")
    with pytest.raises(AlreadyGone):
        list_terms.withdraw(acme.deps, admin, 99, "nothing")


def test_it_names_the_registers_that_the_rules_require(acme: SampleOrganisation, admin: Actor) -> None:
    found = {one.key: one for one in overview.registers_now(acme.deps, admin)}
    assert (found["tps"].name, found["tps"].max_age_days, found["tps"].newest_at) == ("TPS", 27, None)
    assert "us-dnc" not in found
