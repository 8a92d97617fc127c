"""Two admins at one object: a form changes what its reader changed in it, and leaves what another changed meanwhile."""

from dataclasses import replace

import pytest

from bot.services.lists.in_use import list_terms
from bot.slack import ids
from policy.vocabulary import Outcome, Purpose, Role
from storage.models import Agent, Campaign, Contact, ContactList, Lease, OwnOutcome, Team
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.admin.test_admin import page
from tests.slack.scenarios.town import Town, form, given, home_shows, opens, page_reads, types

MODE = "socket"
pytestmark = [pytest.mark.day, pytest.mark.usefixtures("erin")]
LIST = "*Energy switch list*"


@pytest.fixture
def grace(acme: SampleOrganisation) -> Contact:
    return acme.add_contact("Grace")


def close(town: Town, grace: Contact) -> None:
    """Another admin pauses the list and withdraws it."""
    admin = replace(town.acme.dana, role=Role.ADMIN)
    town.move(seconds=20.4)
    list_terms.pause(town.deps, admin, grace.list_id)
    list_terms.withdraw(town.deps, admin, grace.list_id, "The broker had no right to sell it")
    town.move(seconds=0.7)


def test_a_list_that_was_withdrawn_stays_so(town: Town, grace: Contact) -> None:
    asked = opens(town.erin, page(town.erin, "admin_lists", LIST), "admin_list", ids.UNTIL, value=str(grace.list_id))
    close(town, grace)
    town.erin.submit(asked, given(priority="0"))
    page_reads(town.erin, f"{LIST} changed")
    assert town.acme.one(ContactList, grace.list_id).priority == 0
    assert town.acme.one(Contact, grace.id).finished_at is not None
    types(town.alice, "/nextcall 1", "No contact")
    assert not town.acme.all(Lease)


def test_who_ends_a_pause_ends_no_withdrawal_that_they_have_not_seen(town: Town, grace: Contact) -> None:
    list_terms.pause(town.deps, replace(town.acme.dana, role=Role.ADMIN), grace.list_id)
    asked = opens(town.erin, page(town.erin, "admin_lists", LIST), "admin_list", ids.UNTIL, value=str(grace.list_id))
    close(town, grace)
    town.erin.submit(asked, given(active="yes"))
    home_shows(town.erin, "no longer here")
    assert town.acme.one(Contact, grace.id).finished_at is not None


def test_a_campaign_stays_off_and_under_the_law_of_its_new_purpose(town: Town) -> None:
    town.erin.press(page(town.erin, "admin_campaigns", "*Energy switch*"), "admin_campaign", value="1")
    asked = form(town.erin, "purpose")
    town.acme.change(Campaign, 1, is_active=False, purpose="marketing")
    town.erin.submit(asked, given(priority="3"))
    town.erin.submit(page_reads(town.erin, "These rules apply"))
    home_shows(town.erin, "Campaign *Energy switch* saved")
    one = town.acme.one(Campaign, 1)
    assert (one.is_active, one.purpose, one.priority) == (False, Purpose.MARKETING, 3)


def test_a_person_stays_switched_off_in_their_new_role(town: Town) -> None:
    town.erin.press(page(town.erin, "admin_people", "Bob (Agent)"), "admin_person", selected="U0BOB")
    asked, bob = form(town.erin, ids.ACTIVE), town.acme.bob.agent_id
    town.acme.change(Agent, bob, is_active=False, role=Role.TEAM_LEAD)
    town.erin.submit(asked, given(zone="Europe/Paris"))
    page_reads(town.erin, "*Bob*")
    one = town.acme.one(Agent, bob)
    assert (one.is_active, one.role, one.zone) == (False, Role.TEAM_LEAD, "Europe/Paris")


def test_a_team_keeps_its_new_hour(town: Town) -> None:
    town.erin.press(page(town.erin, "admin_teams", "*Energy*"), "admin_team", value="1")
    asked, at = form(town.erin, ids.CHANNEL), town.acme.one(Team, 1).digest_at.replace(hour=6)
    town.acme.change(Team, 1, digest_at=at)
    town.erin.submit(asked, given(zone="Europe/Paris"))
    page_reads(town.erin, "Team *Energy* saved")
    one = town.acme.one(Team, 1)
    assert (one.digest_at, one.zone) == (at, "Europe/Paris")


def test_an_own_outcome_stays_retired(town: Town) -> None:
    at, acme = town.acme.clock.now, town.acme
    named = {"name": "Gatekeeper", "key": "gatekeeper", "counts_as": Outcome.THIRD_PARTY}
    one = acme.put(OwnOutcome.model_validate({"organisation_id": acme.organisation_id, **named}))
    town.erin.press(page(town.erin, "admin_outcomes", "Your own outcomes"), "admin_outcome", value=str(one.id))
    asked = form(town.erin, ids.ACTIVE)
    acme.change(OwnOutcome, one.id, retired_at=at)
    town.erin.submit(asked, given(name="Reception"))
    page_reads(town.erin, "Outcome *", "saved")
    assert (acme.one(OwnOutcome, one.id).name, acme.one(OwnOutcome, one.id).retired_at) == ("Reception", at)
