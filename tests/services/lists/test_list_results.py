"""What came of each list: figures by contact, for those who may see the list."""

import pytest

from bot.services.answers.people import Actor
from bot.services.errors import RoleNeeded
from bot.services.lists.in_use import list_move, list_results
from policy.vocabulary import Outcome, Role
from tests.fakes import SampleOrganisation
from tests.services.lists.test_managing_lists import rung

pytestmark = pytest.mark.both_engines


@pytest.fixture
def admin(acme: SampleOrganisation) -> Actor:
    return Actor(0, acme.organisation_id, "U0FRANK", "Frank", Role.ADMIN, None, "UTC")


@pytest.mark.long
def test_each_contact_counts_once_for_what_its_calls_came_to(acme: SampleOrganisation, admin: Actor) -> None:
    acme.add_contacts(6)
    for outcome in (Outcome.SUCCESS, Outcome.NO_ANSWER, Outcome.COMPLAINT, Outcome.DO_NOT_CALL, Outcome.NOT_DIALLED):
        rung(acme, outcome)
    energy = next(one for one in list_results.of_lists(acme.deps, admin) if one.campaign == "Energy switch")
    counts = (energy.contacts, energy.called, energy.reached, energy.won, energy.opted_out, energy.complaints)
    assert counts == (6, 4, 3, 1, 1, 1)


def test_a_call_counts_for_the_list_it_was_made_from(acme: SampleOrganisation, admin: Actor) -> None:
    grace = acme.add_contact("Grace")
    rung(acme, Outcome.NO_ANSWER)
    boiler = acme.add_campaign("Boiler care", "Bright Energy", acme.energy)
    list_move.move(acme.deps, admin, grace.list_id, boiler.id or 0)
    found = {(one.campaign, one.contacts, one.called) for one in list_results.of_lists(acme.deps, admin) if one.called}
    assert found == {("Energy switch", 0, 1)}


def test_a_lead_sees_the_lists_of_their_own_campaigns(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    acme.add_contact("Ada", campaign=acme.water_campaign)
    assert [one.campaign for one in list_results.of_lists(acme.deps, acme.dana)] == ["Energy switch"]
    assert len(list_results.of_lists(acme.deps, acme.erin)) == 2
    with pytest.raises(RoleNeeded):
        list_results.of_lists(acme.deps, acme.alice)
