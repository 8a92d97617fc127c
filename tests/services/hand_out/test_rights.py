"""Whatever takes the right to call away takes the cards away with it; Call and hand-out ask again."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.services.answers.calls import CallOpened, CardGone
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.errors import Deactivated, NoTeam, Paused
from bot.services.hand_out import next_call, releases
from bot.services.lists.in_use import list_terms
from bot.services.setup import plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import CampaignView, PersonView, Setup
from policy.vocabulary import AttemptState, LeaseStage, Outcome, Purpose, Role
from storage.models import Agent, Attempt, Campaign, CampaignTeam, ContactList, Lease
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines
Change = Callable[[SampleOrganisation, Actor], object]


@pytest.fixture
def admin(acme: SampleOrganisation) -> Actor:
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    return replace(acme.erin, role=Role.ADMIN)


def person(**values: object) -> Change:
    alice = entry(PersonView, slack_user_id="U0ALICE", name="Alice", role=Role.AGENT)
    wanted = Setup(people=({**alice, **values},))
    return lambda acme, admin: plan.save(acme.deps, admin, wanted)


def campaign(**values: object) -> Change:
    energy = entry(CampaignView, name="Energy switch", purpose=Purpose.SERVICE, principal="Bright Energy", country="GB")
    wanted = Setup(campaigns=({**energy, **values},))
    return lambda acme, admin: plan.save(acme.deps, admin, wanted)


def pause_list(acme: SampleOrganisation, admin: Actor) -> None:
    [listed] = [one for one in acme.all(ContactList) if one.campaign_id == acme.campaign.id]
    list_terms.pause(acme.deps, admin, listed.id or 0)


TAKES: dict[str, Change] = {
    "another team": person(team="Water"),
    "no team": person(team=""),
    "several teams, not this one": person(teams=("Water",)),
    "switched off": person(is_active=False),
    "campaign off": campaign(is_active=False),
    "campaign of another team": campaign(teams=("Water",)),
    "another client": campaign(principal="Dark Energy"),
    "list paused": pause_list,
}


@pytest.mark.parametrize("what", TAKES)
def test_what_takes_the_right_away_takes_the_offered_cards(what: str, acme: SampleOrganisation, admin: Actor) -> None:
    acme.add_contacts(3)
    first, second = next_call.hand_out(acme.deps, acme.alice, 2).cards
    calling.call(acme.deps, acme.alice, first.lease_id)  # type: ignore[union-attr]
    acme.clock.tick(seconds=0.3)
    TAKES[what](acme, admin)
    stood = {one.id: one for one in acme.all(Lease)}
    assert stood[second.lease_id].ended_at == acme.clock(), "with the change, not a minute later"  # type: ignore[union-attr]
    assert stood[first.lease_id].ended_at is None, "a call under way stays theirs to finish"  # type: ignore[union-attr]
    told = [(who, name) for who, name, _ in acme.notifier.withdrawn]
    assert told == ([] if what == "switched off" else [("U0ALICE", second.name)])  # type: ignore[union-attr]
    assert isinstance(calling.call(acme.deps, acme.alice, second.lease_id), CardGone)  # type: ignore[union-attr]
    outcomes.record(acme.deps, acme.alice, 1, Outcome.BUSY)
    assert [one.outcome for one in acme.all(Attempt)] == [Outcome.BUSY]


def test_a_change_that_leaves_the_right_leaves_the_cards(acme: SampleOrganisation, admin: Actor) -> None:
    acme.add_contact()
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    person(role=Role.TEAM_LEAD)(acme, admin)
    person(teams=("Energy", "Water"))(acme, admin)
    campaign(teams=("Energy", "Water"), script="Hello")(acme, admin)
    assert isinstance(calling.call(acme.deps, acme.alice, card.lease_id), CallOpened)  # type: ignore[union-attr]


def moved(acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.alice.agent_id, team_id=acme.water.id)


def off(acme: SampleOrganisation) -> None:
    acme.change(Campaign, acme.campaign.id, is_active=False)


def given_away(acme: SampleOrganisation) -> None:
    with acme.units() as uow:
        uow.session.delete(uow.session.get_one(CampaignTeam, (acme.campaign.id, acme.energy.id)))


def switched_off(acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.alice.agent_id, is_active=False)


def paused(acme: SampleOrganisation) -> None:
    [listed] = [one for one in acme.all(ContactList) if one.campaign_id == acme.campaign.id]
    acme.change(ContactList, listed.id, paused_at=acme.clock())


@pytest.mark.parametrize("change", [moved, off, given_away, switched_off, paused])
def test_call_asks_again_for_a_card_that_was_claimed_beside_the_change(
    change: Callable[[SampleOrganisation], None], acme: SampleOrganisation
) -> None:
    acme.add_contacts(2)
    one, other = next_call.hand_out(acme.deps, acme.alice, 2).cards
    change(acme)
    acme.clock.tick(seconds=0.3)
    for answer in (
        calling.call(acme.deps, acme.alice, one.lease_id),  # type: ignore[union-attr]
        releases.keep(acme.deps, acme.alice, other.lease_id),  # type: ignore[union-attr]
    ):
        assert isinstance(answer, CardGone)
        assert answer.because == "not_theirs"
    assert acme.all(Attempt) == []
    assert [lease.ended_at for lease in acme.all(Lease)] == [acme.clock()] * 2


def test_a_call_opened_before_the_change_is_opened_again(acme: SampleOrganisation) -> None:
    acme.add_contact()
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    moved(acme)
    again = calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    assert isinstance(again, CallOpened)
    assert again.is_repeat
    assert [(one.state, one.agent_id) for one in acme.all(Attempt)] == [(AttemptState.OPEN, acme.alice.agent_id)]
    assert [one.stage for one in acme.all(Lease)] == [LeaseStage.CALLING]


@pytest.mark.parametrize("named", ["", "Energy"])
def test_a_hand_out_asked_for_before_a_move_gives_the_new_teams_contacts(named: str, acme: SampleOrganisation) -> None:
    acme.add_contact("Old")
    acme.add_contact("New", campaign=acme.water_campaign)
    moved(acme)  # acme.alice is still who asked
    if not named:
        assert [card.name for card in next_call.hand_out(acme.deps, acme.alice, 1).cards] == ["New"]  # type: ignore[union-attr]
    else:
        assert next_call.hand_out_these(acme.deps, acme.alice, (1,)).cards == ()


@pytest.mark.parametrize(
    ("values", "refused"),
    [({"is_active": False}, Deactivated), ({"team_id": None}, NoTeam), ({}, Paused)],
)
def test_a_hand_out_asked_for_before_a_change_is_refused(
    values: dict[str, object], refused: type[Exception], acme: SampleOrganisation
) -> None:
    acme.add_contact()
    pause = {"paused_at": acme.clock(), "paused_by": acme.dana.agent_id}
    acme.change(Agent, acme.alice.agent_id, **(pause if refused is Paused else values))
    with pytest.raises(refused):
        next_call.hand_out(acme.deps, acme.alice, 1)
    assert acme.all(Lease) == []
