"""People in several teams, over the socket: an admin says so, an agent chooses, a lead sees each."""

from collections.abc import Iterator

import pytest

from bot.sandbox import Member, VisibleView
from bot.slack import ids
from policy.vocabulary import Role
from storage.models import Agent, Membership
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.town import Town, form, given, page_reads, reads
from tests.slack.scenarios.town import town as opened


@pytest.fixture
def town(acme: SampleOrganisation) -> Iterator[Town]:
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    acme.add_contact("Grace")
    acme.add_contact("Ada", campaign=acme.water_campaign)
    with opened(acme, "socket") as made:
        yield made


def home(member: Member, *words: str) -> VisibleView:
    member.open_home()
    return member.wait_for(
        lambda seen: seen.home if seen.home and all(one in seen.home.words for one in words) else None
    )


def put_in_both(town: Town, user: str, name: str) -> None:
    """As an admin does it, by the form."""
    erin = town.erin
    erin.press(home(erin, "Set-up"), "admin_people")
    erin.press(page_reads(erin, name), "admin_person", selected=user)
    erin.submit(form(erin, ids.OTHER_TEAMS), given(other_teams=[str(town.acme.water.id)]))
    erin.close(page_reads(erin, f"*{name}* saved"), everything=True)


def works_for(member: Member, team: str) -> VisibleView:
    return member.wait_for(
        lambda seen: seen.home if seen.home and f"You now work for *{team}*" in seen.home.words else None
    )


@pytest.mark.long
def test_an_agent_of_two_teams_chooses_on_home(town: Town) -> None:
    put_in_both(town, "U0BOB", "Bob")
    assert {one.team_id for one in town.acme.all(Membership)} == {town.acme.energy.id, town.acme.water.id}
    bob, water = town.bob, str(town.acme.water.id)
    bob.command("/nextcall 1")
    reads(bob, "Grace")
    bob.press(home(bob, "You work for *Energy*", "Grace"), "work_for", selected=water)
    assert "1 contact you had not called went back" in works_for(bob, "Water").words
    bob.command("/nextcall 1")
    card = reads(bob, "Ada")

    bob.press(card, "call")
    bob.press(home(bob, "You work for *Water*"), "work_for", selected=str(town.acme.energy.id))
    bob.wait_for(lambda seen: seen.home if seen.home and "Your call to *Ada* is open" in seen.home.words else None)
    assert town.acme.one(Agent, town.acme.bob.agent_id).team_id == town.acme.water.id
    assert "You work for" not in home(town.alice, "Alice").words


@pytest.mark.long
def test_a_team_lead_of_two_teams_sees_and_leads_each(town: Town) -> None:
    town.dana.command("/teamstatus Water")
    reads(town.dana, "manager")
    put_in_both(town, "U0DANA", "Dana")
    town.dana.command("/teamstatus Water")
    reads(town.dana, "Water", "Charlie")
    town.dana.press(home(town.dana, "You work for *Energy*"), "work_for", selected=str(town.acme.water.id))
    works_for(town.dana, "Water")
    town.dana.command("/teamstatus")
    reads(town.dana, "Charlie")


@pytest.mark.long
def test_a_team_that_is_not_theirs_any_more_cannot_be_chosen(town: Town) -> None:
    put_in_both(town, "U0BOB", "Bob")
    shown = home(town.bob, "You work for *Energy*")
    with town.acme.units() as uow:
        for one in town.acme.all(Membership):
            uow.session.delete(uow.session.merge(one))
    town.bob.press(shown, "work_for", selected=str(town.acme.water.id))
    town.bob.wait_for(lambda seen: seen.home and "You now work for" not in seen.home.words)
    town.rest()
    assert town.acme.one(Agent, town.acme.bob.agent_id).team_id == town.acme.energy.id
