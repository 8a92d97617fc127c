"""An admin names the numbers that agents show; the card of a call says which."""

import pytest

from bot.sandbox import Member
from storage.models import Campaign
from tests.slack import strict
from tests.slack.scenarios.admin.test_admin import page
from tests.slack.scenarios.counted import words_shown
from tests.slack.scenarios.sent import as_sent
from tests.slack.scenarios.town import NUMBER, Town, faulty, given, home_shows, opens, page_reads, presses, types

MODE = "socket"
OURS = "020 7946 0321"


@pytest.mark.night
def test_an_admin_names_them_and_the_agent_reads_on_the_card_which_to_show(town: Town, erin: Member) -> None:
    asked = opens(erin, page(erin, "admin_campaigns", "*Energy switch*"), "admin_campaign", "caller_numbers", value="1")
    erin.submit(asked, given(caller_numbers=f"{OURS}, twelve"))
    refused = faulty(erin)
    assert "twelve is not a telephone number" in str(refused.errors)
    erin.submit(refused, given(caller_numbers=f"{OURS}; +49 30 901820"))
    meant = page_reads(erin, ":warning: +49 30 901820 is not a number of this country: United Kingdom (GB).")
    strict.modal(as_sent(meant))
    erin.submit(meant)
    home_shows(erin, "*Energy switch* saved")
    assert town.acme.one(Campaign, 1).caller_numbers == "+442079460321 +4930901820"

    again = opens(erin, page(erin, "admin_campaigns", "*Energy switch*"), "admin_campaign", "caller_numbers", value="1")
    assert again.values["caller_numbers"]["input"]["value"] == f"{OURS}, +49 30 901820"
    erin.submit(again, given(caller_numbers=OURS))
    erin.submit(page_reads(erin, "These rules apply"))
    home_shows(erin, "*Energy switch* saved")

    town.acme.add_contact("Grace", NUMBER)
    offered = types(town.alice, "/nextcall 1", "Grace")
    assert "020 7946 0321" not in str(offered.blocks)
    shown = presses(town.alice, offered, "call", "show 020 7946 0321")
    assert len(words_shown(shown.blocks)) <= 45
