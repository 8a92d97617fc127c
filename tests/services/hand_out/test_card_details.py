"""The details of a card: what the campaign chose of a list's other columns, in its order, https addresses as links."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from bot.services.answers.calls import CallingCard, Detail, OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import calling
from bot.services.hand_out import next_call
from bot.services.hand_out.hand import held_cards
from bot.services.setup import overview
from policy.vocabulary import Role
from storage.hand_out.search import OnCard
from storage.models import Campaign, ContactDetails
from storage.queries import retention
from tests.fakes import SampleOrganisation
from tests.services.marketing import Marketing

pytestmark = pytest.mark.both_engines
FILE = (
    "Name,Phone,Company,CRM page,Town,Score\n"
    "Ann,07700 900123,Miller & Co,https://crm.example/ann?a=1&b=2,,7\n"
    "Ben,07700 900124,Weber,http://crm.example/ben,Hull,8\n"
)


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    marketing = Marketing(acme, tmp_path)
    marketing.take(FILE)
    return marketing


def choose(acme: SampleOrganisation, details: str, links: str = "") -> None:
    acme.change(Campaign, acme.campaign.id, card_details=details, card_links=links)


def offered(acme: SampleOrganisation) -> dict[str, tuple[Detail, ...]]:
    cards = next_call.hand_out(acme.deps, acme.alice, 2).cards
    return {one.name: one.details for one in cards if isinstance(one, OfferCard)}


def test_a_card_has_every_column_that_is_read_for_it_when_offered_and_when_held(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper")
    [offered] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    [held] = held_cards(acme.deps, acme.alice).cards
    names = [one.name for one in fields(OnCard)]
    assert names
    for card in (offered, held):
        assert [getattr(card, name) for name in names] == [getattr(contact, name) for name in names]


def test_a_card_has_no_details_until_the_campaign_chooses(acme: SampleOrganisation, marketing: Marketing) -> None:
    assert offered(acme) == {"Ann": (), "Ben": ()}


def test_both_cards_show_what_the_campaign_chose_in_its_order(acme: SampleOrganisation, marketing: Marketing) -> None:
    acme.allow_open_calls(2)
    choose(acme, "town\nCRM page\nCompany\nShoe size", "crm page\nScore")
    ann = (Detail("CRM page", "https://crm.example/ann?a=1&b=2", is_link=True), Detail("Company", "Miller & Co"))
    ben = (Detail("Town", "Hull"), Detail("CRM page", "http://crm.example/ben"), Detail("Company", "Weber"))
    assert offered(acme) == {"Ann": ann, "Ben": ben}
    for card in held_cards(acme.deps, acme.alice).cards:
        calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    opened = held_cards(acme.deps, acme.alice).cards
    assert {one.offer.name: one.offer.details for one in opened if isinstance(one, CallingCard)} == {
        "Ann": ann,
        "Ben": ben,
    }


@pytest.mark.long
@pytest.mark.parametrize(
    "address", ["https://a b", "https://a|b", "https://a>b", "javascript:alert(1)", "tel:+1", "https://"]
)
def test_only_a_whole_https_address_is_a_link(acme: SampleOrganisation, tmp_path: Path, address: str) -> None:
    Marketing(acme, tmp_path).take(f"Name,Phone,Page\nAnn,07700 900123,{address}\n")
    choose(acme, "Page", "Page")
    assert offered(acme) == {"Ann": (Detail("Page", address),)}


def test_six_at_most_stand_on_the_card(acme: SampleOrganisation, tmp_path: Path) -> None:
    headings = [f"Field {letter}" for letter in "abcdefgh"]
    Marketing(acme, tmp_path).take(f"Name,Phone,{','.join(headings)}\nAnn,07700 900123,{','.join('stuvwxyz')}\n")
    choose(acme, "\n".join(headings))
    assert [one.text for one in offered(acme)["Ann"]] == list("stuvwx")


def test_another_campaign_shows_none_of_it(acme: SampleOrganisation, marketing: Marketing) -> None:
    acme.change(Campaign, acme.water_campaign.id, card_details="Company")
    assert offered(acme) == {"Ann": (), "Ben": ()}


def test_what_is_forgotten_is_on_no_card(acme: SampleOrganisation, marketing: Marketing) -> None:
    choose(acme, "Company")
    with acme.deps.unit_of_work() as uow:
        retention.forget(uow.session, "people", [one.person_id for one in acme.all(ContactDetails)])
    assert offered(acme) == {"": ()}, "nor their names"


def test_the_form_offers_what_the_lists_hold_and_what_is_chosen(acme: SampleOrganisation, marketing: Marketing) -> None:
    choose(acme, "Gone\nTown")
    admin: Actor = replace(acme.erin, role=Role.ADMIN)
    one = overview.organisation_overview(acme.deps, admin).campaign(acme.campaign.id or 0)
    assert overview.headings_now(acme.deps, one)[:2] == ("Gone", "Town")
    assert set(overview.headings_now(acme.deps, one)) == {"Gone", "Town", "Company", "CRM page", "Score"}
