"""A callback that an agent agreed keeps its person for them in every campaign of the client; then its card says so."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.services.answers.calls import CallOpened, HandOut, HeldNow, OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.hand_out import next_call
from policy.vocabulary import Outcome
from storage.models import Callback, Contact, Team
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def promised(acme: SampleOrganisation, team: Team, principal: str = "Bright Energy") -> tuple[Contact, Contact]:
    """Grace in Energy switch, where Alice is to call her at noon, and in Boiler care. It is a minute past noon."""
    boiler = acme.add_campaign("Boiler care", principal, team, priority=0)
    grace = acme.add_person("Grace", "+447700900801", "+447700900802")
    first = acme.add_contact(person=grace, number="+447700900801")
    second = acme.add_contact(person=grace, number="+447700900802", campaign=boiler)
    acme.add_callback(first, acme.alice.agent_id, NOON)
    acme.clock.at(NOON.replace(minute=1, microsecond=300_000))
    return first, second


def _ids(answer: HandOut) -> list[int]:
    return [card.contact_id for card in answer.cards if isinstance(card, OfferCard)]


def _asker(acme: SampleOrganisation, *, is_of_other_team: bool) -> tuple[Actor, Team]:
    return (acme.charlie, acme.water) if is_of_other_team else (acme.bob, acme.energy)


@pytest.mark.parametrize("is_of_other_team", [False, True])
def test_another_agent_gets_the_person_through_no_other_campaign_of_the_client(
    acme: SampleOrganisation, is_of_other_team: bool
) -> None:
    other, team = _asker(acme, is_of_other_team=is_of_other_team)
    first, second = promised(acme, team)
    assert _ids(next_call.hand_out(acme.deps, other, 1)) == []
    assert _ids(next_call.hand_out(acme.deps, other, 1, campaign="Boiler care")) == []
    taken = next_call.hand_out_these(acme.deps, other, (first.id or 0, second.id or 0))
    assert _ids(taken) == []
    held = HeldNow("Alice", NOON + timedelta(minutes=15), "promised")
    assert ("Grace", held) in taken.elsewhere
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    assert (card.contact_id, card.callback_due_at) == (first.id, NOON)


def test_agents_who_want_one_contact_after_another_get_others_before_the_person(acme: SampleOrganisation) -> None:
    first, second = promised(acme, acme.energy)
    others = acme.add_contacts(2)
    for actor in (acme.bob, *acme.add_crowd(1)):
        assert _ids(next_call.hand_out(acme.deps, actor, 1))[0] in {one.id for one in others}
    assert {first.id, second.id}.isdisjoint(_ids(next_call.hand_out(acme.deps, acme.bob, 3)))


def test_its_agent_gets_the_person_through_either_campaign(acme: SampleOrganisation) -> None:
    _, second = promised(acme, acme.energy)
    [card] = next_call.hand_out(acme.deps, acme.alice, 1, campaign="Boiler care").cards
    assert isinstance(card, OfferCard)
    assert (card.contact_id, card.callback_due_at) == (second.id, NOON)


def test_its_agent_may_take_the_person_by_name_in_the_other_campaign(acme: SampleOrganisation) -> None:
    _, second = promised(acme, acme.energy)
    assert _ids(next_call.hand_out_these(acme.deps, acme.alice, (second.id or 0,))) == [second.id]


@pytest.mark.parametrize("is_of_other_team", [False, True])
def test_once_overdue_the_card_of_the_other_campaign_says_that_it_is_a_callback(
    acme: SampleOrganisation, is_of_other_team: bool
) -> None:
    other, team = _asker(acme, is_of_other_team=is_of_other_team)
    _, second = promised(acme, team)
    acme.clock.at(NOON.replace(minute=14, second=59, microsecond=700_000))
    assert _ids(next_call.hand_out(acme.deps, other, 1, campaign="Boiler care")) == []
    acme.clock.tick(seconds=0.3)
    [card] = next_call.hand_out(acme.deps, other, 1, campaign="Boiler care").cards
    assert isinstance(card, OfferCard)
    assert (card.contact_id, card.callback_due_at) == (second.id, NOON)
    opened = calling.call(acme.deps, other, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=1)
    outcomes.record(acme.deps, other, opened.attempt_id, Outcome.NO_ANSWER)
    assert [one.closed_because for one in acme.all(Callback)] == ["kept"]


def test_a_callback_of_anyone_is_named_on_the_card_of_the_other_campaign(acme: SampleOrganisation) -> None:
    promised(acme, acme.water)
    [callback] = acme.all(Callback)
    acme.change(Callback, callback.id, agent_id=None)
    [card] = next_call.hand_out(acme.deps, acme.charlie, 1).cards
    assert isinstance(card, OfferCard)
    assert card.callback_due_at == NOON


def test_another_clients_campaign_may_call_the_person_and_is_told_of_no_callback(acme: SampleOrganisation) -> None:
    _, second = promised(acme, acme.energy, principal="Clear Water")
    [card] = next_call.hand_out(acme.deps, acme.bob, 1).cards
    assert isinstance(card, OfferCard)
    assert (card.contact_id, card.callback_due_at) == (second.id, None)


def test_a_callback_whose_campaign_has_since_changed_its_client_stays_with_its_agent(acme: SampleOrganisation) -> None:
    first, _ = promised(acme, acme.water)
    [callback] = acme.all(Callback)
    acme.change(Callback, callback.id, principal="Bright Energie")  # a name corrected after the call
    assert first.id not in _ids(next_call.hand_out(acme.deps, acme.bob, 1))


def test_a_second_callback_that_anyone_may_make_gives_the_person_to_no_other_agent(acme: SampleOrganisation) -> None:
    """Two rows of one person, merged later, were each promised a call."""
    first, second = promised(acme, acme.energy)
    acme.add_callback(second, None, NOON)
    assert _ids(next_call.hand_out(acme.deps, acme.bob, 2)) == []
    assert _ids(next_call.hand_out(acme.deps, acme.alice, 2)) == [first.id]
