"""People in several teams, over the socket: an admin says so, an agent chooses, a lead sees each."""

from collections.abc import Iterator

import pytest

from bot.slack import ids
from policy.vocabulary import Role
from storage.models import Agent, Membership
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.town import Town, form, given, home, home_shows, page, page_reads, types
from tests.slack.scenarios.town import town as opened

pytestmark = pytest.mark.long


@pytest.fixture
def town(acme: SampleOrganisation) -> Iterator[Town]:
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    acme.add_contact("Grace")
    acme.add_contact("Ada", campaign=acme.water_campaign)
    with opened(acme, "socket") as made:
        yield made


def put_in_both(town: Town, user: str, name: str) -> None:
    """As an admin does it, by the form."""
    erin = town.erin
    erin.press(page(erin, home(erin, "Set-up"), "admin_people", name), "admin_person", selected=user)
    erin.submit(form(erin, ids.OTHER_TEAMS), given(other_teams=[str(town.acme.water.id)]))
    erin.close(page_reads(erin, f"*{name}* saved"), everything=True)


def test_an_agent_of_two_teams_chooses_on_home(town: Town) -> None:
    put_in_both(town, "U0BOB", "Bob")
    assert {one.team_id for one in town.acme.all(Membership)} == {town.acme.energy.id, town.acme.water.id}
    bob, water = town.bob, str(town.acme.water.id)
    types(bob, "/nextcall 1", "Grace")
    bob.press(home(bob, "You work for *Energy*", "Grace"), "work_for", selected=water)
    assert "1 contact you had not called went back" in home_shows(bob, "You now work for *Water*").words
    card = types(bob, "/nextcall 1", "Ada")

    bob.press(card, "call")
    bob.press(home(bob, "You work for *Water*"), "work_for", selected=str(town.acme.energy.id))
    home_shows(bob, "Your call to *Ada* is open")
    assert town.acme.one(Agent, town.acme.bob.agent_id).team_id == town.acme.water.id
    assert "You work for" not in home(town.alice, "Alice").words


def test_a_team_lead_of_two_teams_sees_and_leads_each(town: Town) -> None:
    types(town.dana, "/teamstatus Water", "manager")
    put_in_both(town, "U0DANA", "Dana")
    types(town.dana, "/teamstatus Water", "Water", "Charlie")
    town.dana.press(home(town.dana, "You work for *Energy*"), "work_for", selected=str(town.acme.water.id))
    home_shows(town.dana, "You now work for *Water*")
    types(town.dana, "/teamstatus", "Charlie")


def test_a_team_that_is_not_theirs_any_more_cannot_be_chosen(town: Town) -> None:
    put_in_both(town, "U0BOB", "Bob")
    shown = home(town.bob, "You work for *Energy*")
    with town.acme.units() as uow:
        for one in town.acme.all(Membership):
            uow.session.delete(uow.session.merge(one))
    town.bob.press(shown, "work_for", selected=str(town.acme.water.id))
    home_shows(town.bob, without="You now work for")
    town.rest()
    assert town.acme.one(Agent, town.acme.bob.agent_id).team_id == town.acme.energy.id
