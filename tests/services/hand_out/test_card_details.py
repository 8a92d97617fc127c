"""The details of a card: what the campaign chose of a list's other columns, in its order, https addresses as links."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.services.answers.calls import CallingCard, Detail, OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import calling
from bot.services.hand_out import next_call
from bot.services.setup import overview
from policy.vocabulary import Role
from storage.models import Campaign, ContactDetails
from storage.queries import retention
from tests.fakes import House
from tests.services.marketing import Marketing

pytestmark = pytest.mark.both_engines
FILE = (
    "Name,Phone,Company,CRM page,Town,Score\n"
    "Ann,07700 900123,Miller & Co,https://crm.example/ann?a=1&b=2,,7\n"
    "Ben,07700 900124,Weber,http://crm.example/ben,Hull,8\n"
)


@pytest.fixture
def marketing(house: House, tmp_path: Path) -> Marketing:
    marketing = Marketing(house, tmp_path)
    marketing.take(FILE)
    return marketing


def choose(house: House, details: str, links: str = "") -> None:
    house.change(Campaign, house.campaign.id, card_details=details, card_links=links)


def offered(house: House) -> dict[str, tuple[Detail, ...]]:
    cards = next_call.hand_out(house.deps, house.alice, 2).cards
    return {one.name: one.details for one in cards if isinstance(one, OfferCard)}


def test_a_card_has_no_details_until_the_campaign_chooses(house: House, marketing: Marketing) -> None:
    assert offered(house) == {"Ann": (), "Ben": ()}


def test_both_cards_show_what_the_campaign_chose_in_its_order(house: House, marketing: Marketing) -> None:
    choose(house, "town\nCRM page\nCompany\nShoe size", "crm page\nScore")
    ann = (Detail("CRM page", "https://crm.example/ann?a=1&b=2", is_link=True), Detail("Company", "Miller & Co"))
    ben = (Detail("Town", "Hull"), Detail("CRM page", "http://crm.example/ben"), Detail("Company", "Weber"))
    assert offered(house) == {"Ann": ann, "Ben": ben}
    for card in next_call.held_cards(house.deps, house.alice).cards:
        calling.call(house.deps, house.alice, card.lease_id)  # type: ignore[union-attr]
    opened = next_call.held_cards(house.deps, house.alice).cards
    assert {one.offer.name: one.offer.details for one in opened if isinstance(one, CallingCard)} == {
        "Ann": ann,
        "Ben": ben,
    }


@pytest.mark.parametrize(
    "address", ["https://a b", "https://a|b", "https://a>b", "javascript:alert(1)", "tel:+1", "https://"]
)
def test_only_a_whole_https_address_is_a_link(house: House, tmp_path: Path, address: str) -> None:
    Marketing(house, tmp_path).take(f"Name,Phone,Page\nAnn,07700 900123,{address}\n")
    choose(house, "Page", "Page")
    assert offered(house) == {"Ann": (Detail("Page", address),)}


def test_six_at_most_stand_on_the_card(house: House, tmp_path: Path) -> None:
    headings = [f"Field {letter}" for letter in "abcdefgh"]
    Marketing(house, tmp_path).take(f"Name,Phone,{','.join(headings)}\nAnn,07700 900123,{','.join('stuvwxyz')}\n")
    choose(house, "\n".join(headings))
    assert [one.text for one in offered(house)["Ann"]] == list("stuvwx")


def test_another_campaign_shows_none_of_it(house: House, marketing: Marketing) -> None:
    house.change(Campaign, house.water_campaign.id, card_details="Company")
    assert offered(house) == {"Ann": (), "Ben": ()}


def test_what_is_forgotten_is_on_no_card(house: House, marketing: Marketing) -> None:
    choose(house, "Company")
    with house.deps.unit_of_work() as uow:
        retention.forget_people(uow.session, [one.person_id for one in house.all(ContactDetails)])
    assert offered(house) == {"": ()}, "nor their names"


def test_the_form_offers_what_the_lists_hold_and_what_is_chosen(house: House, marketing: Marketing) -> None:
    choose(house, "Gone\nTown")
    admin: Actor = replace(house.erin, role=Role.ADMIN)
    one = overview.organisation_overview(house.deps, admin).campaign(house.campaign.id or 0)
    assert overview.headings_now(house.deps, one)[:2] == ("Gone", "Town")
    assert set(overview.headings_now(house.deps, one)) == {"Gone", "Town", "Company", "CRM page", "Score"}
