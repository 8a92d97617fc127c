"""An admin names the numbers that agents show; the card of a call says which."""

from collections.abc import Iterator

import pytest

from bot.sandbox import Member
from policy.vocabulary import Role
from storage.models import Agent, Campaign
from tests.fakes import SampleOrganisation
from tests.slack import strict
from tests.slack.scenarios.admin.test_admin import asked_view, home_shows, modal, page
from tests.slack.scenarios.counted import words_shown
from tests.slack.scenarios.town import NUMBER, Town, form, given, reads
from tests.slack.scenarios.town import town as opened

OURS = "020 7946 0321"


@pytest.fixture
def town(acme: SampleOrganisation) -> Iterator[Town]:
    with opened(acme, "socket") as made:
        yield made


@pytest.fixture
def erin(town: Town) -> Member:
    """The manager of the cast, made an admin."""
    town.acme.change(Agent, town.acme.erin.agent_id, role=Role.ADMIN)
    return town.erin


@pytest.mark.night
def test_an_admin_names_them_and_the_agent_reads_on_the_card_which_to_show(town: Town, erin: Member) -> None:
    erin.press(page(erin, "admin_campaigns", "*Energy switch*"), "admin_campaign", value="1")
    asked = form(erin, "caller_numbers")
    erin.submit(asked, given(caller_numbers=f"{OURS}, twelve"))
    refused = erin.wait_for(lambda seen: seen.modal if seen.modal and seen.modal.errors else None)
    assert "twelve is not a telephone number" in str(refused.errors)
    erin.submit(refused, given(caller_numbers=f"{OURS}; +49 30 901820"))
    meant = modal(erin, ":warning: +49 30 901820 is not a number of this country: United Kingdom (GB).")
    strict.modal(asked_view(meant))
    erin.submit(meant)
    home_shows(erin, "*Energy switch* saved")
    assert town.acme.one(Campaign, 1).caller_numbers == "+442079460321 +4930901820"

    erin.press(page(erin, "admin_campaigns", "*Energy switch*"), "admin_campaign", value="1")
    again = form(erin, "caller_numbers")
    assert again.values["caller_numbers"]["input"]["value"] == f"{OURS}, +49 30 901820"
    erin.submit(again, given(caller_numbers=OURS))
    erin.submit(modal(erin, "These rules apply"))
    home_shows(erin, "*Energy switch* saved")

    town.acme.add_contact("Grace", NUMBER)
    town.alice.command("/nextcall 1")
    offered = reads(town.alice, "Grace")
    assert "+44-20-7946-0321" not in str(offered.blocks)
    town.alice.press(offered, "call")
    shown = reads(town.alice, "show +44-20-7946-0321")
    assert len(words_shown(shown.blocks)) <= 45
