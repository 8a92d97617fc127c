"""A test card over the socket: seen by whoever may, with buttons that do nothing."""

from collections.abc import Iterator

import pytest

from bot.sandbox import Member
from bot.slack import ids
from policy.vocabulary import Role
from storage.models import Agent, Attempt, Campaign, Lease, OutcomeRecord
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.town import NUMBER, Town, page_reads
from tests.slack.scenarios.town import town as opened


@pytest.fixture
def town(acme: SampleOrganisation) -> Iterator[Town]:
    acme.change(Campaign, acme.campaign.id, script="Hello {name}, this is {agent}")
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    acme.add_contact("Ada", campaign=acme.water_campaign)
    with opened(acme, "socket") as made:
        yield made


def home(member: Member, *words: str) -> None:
    member.open_home()
    member.wait_for(lambda seen: seen.home and all(one in seen.home.words for one in words))


def test_an_admin_tests_a_card_for_a_made_up_contact_and_for_one_of_the_list(town: Town) -> None:
    grace = town.acme.add_contact("Grace")
    erin = town.erin
    home(erin, "Set-up")
    erin.press(erin.home, ids.ADMIN_CAMPAIGNS)  # type: ignore[arg-type]
    erin.press(page_reads(erin, "Energy switch"), ids.TRIAL_CARD, value=str(town.acme.campaign.id))
    card = page_reads(erin, "A test.", "Hello Alex Example, this is Erin", "A made-up contact of *Energy switch*.")
    assert NUMBER not in card.words
    for action_id in ids.TRIAL_BUTTONS[:2]:
        erin.press(card, action_id)
    erin.press(card, ids.TRIAL_OF, selected=f"{town.acme.campaign.id}:{grace.id}")
    card = page_reads(erin, "Hello Grace, this is Erin", "*Grace* may be called now, until")
    assert NUMBER not in card.words
    erin.submit(card, {})
    page_reads(erin, "Energy switch", without="A test.")
    town.rest()
    assert not [*town.acme.all(Lease), *town.acme.all(Attempt), *town.acme.all(OutcomeRecord)]
    assert town.server.workspace.refusals == ()


def test_a_team_lead_tests_their_own_campaigns_alone(town: Town) -> None:
    dana = town.dana
    home(dana, "Test card")
    dana.press(dana.home, ids.TRIAL_CARD)  # type: ignore[arg-type]
    card = page_reads(dana, "Hello Alex Example, this is Dana")
    assert "Water meters" not in card.words
    dana.press(card, ids.TRIAL_OF, selected=f"{town.acme.campaign.id}:0")
    town.alice.open_home()
    town.alice.wait_for(lambda seen: seen.home and "Alice" in seen.home.words)
    assert "Test card" not in town.alice.home.words  # type: ignore[union-attr]


def test_who_has_no_campaign_is_told(town: Town) -> None:
    town.acme.change(Campaign, town.acme.campaign.id, is_active=False)
    home(town.dana, "Test card")
    town.dana.press(town.dana.home, ids.TRIAL_CARD)  # type: ignore[arg-type]
    page_reads(town.dana, "no campaign to test yet")
