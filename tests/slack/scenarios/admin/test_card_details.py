"""An admin chooses which columns of a list stand on a campaign's cards, and its agents see them."""

import pytest

from policy.vocabulary import Role
from storage.models import Agent, Campaign
from tests.fakes import SampleOrganisation
from tests.slack import strict
from tests.slack.scenarios.admin.test_admin import page
from tests.slack.scenarios.list_desk import imported, previewed
from tests.slack.scenarios.sent import as_sent
from tests.slack.scenarios.town import NUMBER, form, given, opens, page_reads, reads, types
from tests.slack.scenarios.town import town as opened

LEADS = (
    "Name,Phone,Company,CRM page,Score\n"
    "Grace Hopper,07700900111,*Miller* & Co,https://crm.example/grace,7\n"
    "Ada Lovelace,07700900222,Weber,https://crm.example/ada,8\n"
)


@pytest.mark.long
def test_an_admin_puts_columns_of_a_list_on_the_cards(acme: SampleOrganisation) -> None:
    with opened(acme, "socket") as town:
        imported(town, previewed(town, LEADS.encode()))
        acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
        campaigns = page(town.erin, "admin_campaigns", "*Energy switch*")
        asked = opens(town.erin, campaigns, "admin_card", "card_details", value=str(acme.campaign.id))
        strict.modal_shown(as_sent(asked))
        rest = {"script": "Hello {name} of {company}.", "offered": [], "offered_too": []}
        town.erin.submit(asked, given(**rest, card_details=["Company"], card_links=["CRM page"]))
        assert "A link must be on the card" in form(town.erin, "card_links").errors["card_links"]
        assert acme.one(Campaign, acme.campaign.id).card_details == ""
        town.erin.submit(
            form(town.erin, "card_links"), given(**rest, card_details=["CRM page", "Company"], card_links=["CRM page"])
        )
        page_reads(town.erin, "Campaign *Energy switch* saved")

        offered = types(town.alice, "/nextcall 2", "Grace Hopper", "Ada Lovelace")
        assert "*Grace Hopper* · ∗Miller∗ &amp; Co   •••• 111" in offered.words
        assert "<https://crm.example/grace|CRM page>\n" in offered.words, "the company stands beside the name"
        assert "Score" not in offered.words
        card = next(one for one in offered.buttons if one.action_id == "call")
        town.alice.press(offered, "call", value=card.value)
        reads(town.alice, NUMBER, "Hello Grace Hopper of ∗Miller∗", "https://crm.example/grace|CRM page")
        assert town.server.workspace.refusals == ()
