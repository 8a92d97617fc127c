"""Through the real app: an agent writes on a card that the person is elsewhere."""

import pytest

from bot.slack import ids
from storage.models import Contact, CorrectedPlace
from tests.slack.scenarios.town import Town, faulty, given, opens, page, presses, reads, types

NUMBER = "+447700900123"


def test_a_new_place_closes_the_card_and_an_unknown_one_is_a_field_error(town: Town) -> None:
    grace = town.acme.add_contact("Grace", NUMBER, known_by="postcode=GB-ENG;Europe/London number=GB")
    asked = opens(town.alice, types(town.alice, "/nextcall 1", "Grace"), "place_form", ids.CITY)
    assert ":round_pushpin: England (from the postcode)." in str(asked.blocks)
    town.alice.submit(asked, given(city="Smallville"))
    refused = faulty(town.alice)
    assert list(refused.errors) == [ids.CITY]
    assert "We do not know a city called “Smallville”. Write the largest city" in refused.errors[ids.CITY]
    town.alice.submit(refused, given(country="US", region="Colorado", city="Denver"))
    reads(town.alice, "*Grace*: place noted, ", "there now (Denver)", "No call is allowed there now")
    kept = town.acme.one(Contact, grace.id)
    assert (kept.zones, kept.known_by) == (
        "America/Denver",
        "correction=US,US-CO;America/Denver number=GB;Europe/London",
    )
    (before,) = town.acme.all(CorrectedPlace)
    assert (before.known_by, before.corrected_by) == (grace.known_by, town.acme.alice.agent_id)
    town.alice.command(f"/callcheck {NUMBER}")
    reads(town.alice, "United States (US-CO), Denver (corrected by Alice, ", "United Kingdom (from the number)")


def test_an_agent_on_the_line_reads_one_line_with_the_time_there_and_the_rules_at_a_press(town: Town) -> None:
    town.acme.add_contact("Grace", NUMBER, known_by="postcode=GB-ENG;Europe/London number=GB")
    calling = presses(town.alice, types(town.alice, "/nextcall 1", "Grace"), "call", "07700 900123")
    town.alice.submit(opens(town.alice, calling, "place_form", ids.CITY), given(region="California"))
    line = reads(town.alice, "*Grace*: place noted, ", "there now (Los Angeles). No call is allowed there now.")
    assert "•" not in str(line).split("place noted")[1].split("\n")[0]
    page(town.alice, line, "place_why", "•")


@pytest.mark.long
def test_a_lead_sets_an_unknown_place(town: Town) -> None:
    grace = town.acme.add_contact("Grace", places="", zones="")
    asked = opens(town.dana, types(town.dana, "/teamstatus", "Grace"), "lead_place_form", ids.CITY)
    town.dana.submit(asked, given(country="Atlantis", city="London"))
    refused = faulty(town.dana)
    assert list(refused.errors) == [ids.COUNTRY]
    assert "“Atlantis” is not a country" in refused.errors[ids.COUNTRY]
    town.dana.submit(refused, given(country="Vereinigtes Königreich", postcode="EH1 1YZ"))
    reads(town.dana, "*Grace*: place noted, ", "there now (London)")
    assert town.acme.one(Contact, grace.id).places == "GB-SCT"
