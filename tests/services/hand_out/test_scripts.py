"""The script of a card: its variables filled in for the call, left out where nothing is known, and never read twice."""

from pathlib import Path

import pytest

from bot.services.answers.calls import CallingCard, OfferCard
from bot.services.calls import calling
from bot.services.hand_out import cards, next_call
from bot.services.hand_out.hand import held_cards
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.reading import Reading
from bot.services.setup.checks import script_fault
from storage.models import Campaign
from storage.queries import contacts
from tests.fakes import SampleOrganisation
from tests.services.marketing import PROVED, Marketing

WHOLE = {"name": "Ann", "company": "Acme", "agent": "Alice"}


@pytest.mark.parametrize(
    ("script", "known", "said"),
    [
        ("Hello {name} of {company}, {agent} here.", WHOLE, "Hello Ann of Acme, Alice here."),
        ("Hello { Name }!", WHOLE, "Hello Ann!"),
        ("Hello {name}, this is {agent}.", WHOLE | {"name": " "}, "Hello, this is Alice."),
        ("Good day, {name}! I am {agent}.", WHOLE | {"name": ""}, "Good day! I am Alice."),
        ("{name}, good day from {company}.", WHOLE | {"name": "", "company": ""}, "good day from."),
        ("Is {name} {company} there?", WHOLE | {"company": ""}, "Is Ann there?"),
        ("Is {name} {company} there?", WHOLE | {"name": "", "company": ""}, "Is there?"),
        ("From {company}s desk", WHOLE | {"company": ""}, "From s desk"),
        ("Hello {name}", WHOLE | {"name": "{agent} \\1"}, "Hello {agent} \\1"),
        ("An old {brace} and {a", WHOLE, "An old {brace} and {a"),
    ],
)
def test_variables_are_filled_in_or_left_out(script: str, known: dict[str, str], said: str) -> None:
    assert cards.spoken(script, **known) == said


def test_an_unknown_variable_is_refused_with_those_there_are() -> None:
    assert script_fault("Hello {name}, {AGENT} here. { 50 %") == ""
    assert script_fault("Hello {first name}") == (
        "{first name} is not a variable: use {name}, {company}, {agent}, or leave out the braces"
    )
    assert cards.unknown_variables("{a} {name} {b} {a} {}") == ("a", "b", "")


def script_in_a_call(acme: SampleOrganisation) -> str:
    (card,) = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    calling.call(acme.deps, acme.alice, card.lease_id)
    (opened,) = held_cards(acme.deps, acme.alice).cards
    assert isinstance(opened, CallingCard)
    return opened.script


@pytest.mark.long
@pytest.mark.parametrize(
    ("headings", "meanings", "spoken"),
    [
        ("Kunde bei,Phone,Account", {"Kunde bei": "company"}, "Hello Ann of Miller & Co"),
        ("Kunde bei,Phone,Account", {"Kunde bei": "company", "Account": "detail"}, "Hello Ann of Miller & Co"),
        ("Empresa,Phone,Firma", {"Firma": "detail"}, "Hello Ann of Miller & Co"),
        ("Firma,Phone,Shoes", {"Firma": "detail"}, "Hello Ann of"),
    ],
)
def test_the_company_is_the_column_that_means_one(
    acme: SampleOrganisation, tmp_path: Path, headings: str, meanings: dict[str, str], spoken: str
) -> None:
    marketing = Marketing(acme, tmp_path)
    path = marketing.write(f"{headings},Name\nMiller & Co,07700 900123,41-B,Ann\n", "leads.csv")
    import_contacts(acme.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=Reading(meanings)))
    acme.change(Campaign, acme.campaign.id, script="Hello {name} of {company}")
    assert script_in_a_call(acme) == spoken
    with acme.units(is_read_only=True) as uow:
        assert "" not in contacts.headings_of(uow.session, acme.campaign.id or 0, 10), "no heading to choose for cards"


def test_a_company_beyond_the_twentieth_column_is_kept(acme: SampleOrganisation, tmp_path: Path) -> None:
    marketing = Marketing(acme, tmp_path)
    others = [f"Column {number}" for number in range(25)]
    marketing.take(f"Name,Phone,{','.join(others)},Company\nAnn,07700 900123,{','.join('x' for _ in others)},Miller\n")
    acme.change(Campaign, acme.campaign.id, script="{company}")
    assert script_in_a_call(acme) == "Miller"


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize("heading", ["Company", "Firma", "Account Name", "Raison sociale"])
def test_the_card_says_who_is_called_of_which_company_and_by_whom(
    acme: SampleOrganisation, tmp_path: Path, heading: str
) -> None:
    marketing = Marketing(acme, tmp_path)
    marketing.take(f"Name,Phone,{heading}\nAnn,07700 900123,Miller & Co\nBen,07700 900124,\n")
    acme.change(Campaign, acme.campaign.id, script="Hello {name} of {company}, {agent} here.")
    acme.allow_open_calls(2)
    for card in next_call.hand_out(acme.deps, acme.alice, 2).cards:
        calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    opened = held_cards(acme.deps, acme.alice).cards
    assert {one.script for one in opened if isinstance(one, CallingCard)} == {
        f"Hello Ann of Miller & Co, {acme.alice.name} here.",
        f"Hello Ben of, {acme.alice.name} here.",
    }
