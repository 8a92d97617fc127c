"""The numbers that agents show: read as people write them, shown on the card, and their past kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.services.answers.calls import CallingCard, OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import calling
from bot.services.errors import SetupRefused
from bot.services.hand_out import next_call
from bot.services.hand_out.hand import held_cards
from bot.services.setup import plan, readiness
from bot.services.setup.readiness import Lack
from policy.vocabulary import Purpose, Role
from storage.models import Campaign, EarlierTerms
from tests.fakes import SampleOrganisation
from tests.rows import changed

pytestmark = pytest.mark.both_engines

OURS, OTHER, FOREIGN = "+442079460321", "+442079460322", "+4930901820"
FILE = """
[[campaign]]
name = "Energy switch"
purpose = "service"
principal = "Bright Energy"
country = "GB"
caller_numbers = [{numbers}]
"""


def applied(acme: SampleOrganisation, folder: Path, *numbers: str) -> plan.Plan:
    file = folder / "setup.toml"
    file.write_text(FILE.format(numbers=", ".join(f'"{one}"' for one in numbers)), "utf-8")
    return plan.apply(acme.deps, plan.read_setup(file))


def test_a_file_names_them_as_people_write_them_each_once(acme: SampleOrganisation, tmp_path: Path) -> None:
    done = applied(acme, tmp_path, "020 7946 0321", "+44 (0)20 7946 0321", OTHER)
    assert acme.one(Campaign, acme.campaign.id).caller_numbers == f"{OURS} {OTHER}"
    assert (done.redecides, done.notes) == ((), ()), "no rule reads which number it is"
    assert applied(acme, tmp_path, OURS, OTHER).is_empty
    applied(acme, tmp_path)
    assert acme.one(Campaign, acme.campaign.id).caller_numbers == ""


def test_a_number_of_another_country_is_noted_and_kept(acme: SampleOrganisation, tmp_path: Path) -> None:
    done = applied(acme, tmp_path, OURS, FOREIGN)
    assert done.notes == (f"Energy switch: {FOREIGN} is no number of GB: people there may not ring it back",)
    assert acme.one(Campaign, acme.campaign.id).caller_numbers == f"{OURS} {FOREIGN}"


@pytest.mark.parametrize(
    ("numbers", "fault"),
    [
        (["hello"], '"hello" is no telephone number'),
        ([OURS, "12"], '"12" is no telephone number'),
        ([OURS, OTHER, FOREIGN, "+442079460323"], "has 4 numbers: name 3 at most"),
    ],
)
def test_what_is_no_number_and_too_many_are_refused(
    acme: SampleOrganisation, tmp_path: Path, numbers: list[str], fault: str
) -> None:
    with pytest.raises(SetupRefused) as refused:
        applied(acme, tmp_path, *numbers)
    assert any(fault in one for one in refused.value.faults)
    assert acme.one(Campaign, acme.campaign.id).caller_numbers == ""


def test_what_they_were_before_is_kept_with_its_moment(acme: SampleOrganisation, tmp_path: Path) -> None:
    applied(acme, tmp_path, OURS)
    acme.clock.tick(hours=1, seconds=0.4)
    applied(acme, tmp_path, OTHER)
    first, second = acme.all(EarlierTerms)
    assert (first.caller_numbers, second.caller_numbers) == ("", OURS)
    assert second.until == acme.clock()


def test_the_card_of_a_call_names_them_and_the_offer_does_not(acme: SampleOrganisation, tmp_path: Path) -> None:
    applied(acme, tmp_path, OURS, FOREIGN)
    acme.add_contact("Grace")
    [offer] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(offer, OfferCard)
    calling.call(acme.deps, acme.alice, offer.lease_id)
    [card] = held_cards(acme.deps, acme.alice).cards
    assert isinstance(card, CallingCard)
    assert card.numbers_to_show == ("020 7946 0321", "+49 30 901820")


@pytest.fixture
def admin(acme: SampleOrganisation) -> Actor:
    return replace(acme.erin, role=Role.ADMIN)


def test_checklist_asks_for_them_only_where_a_rule_wants_a_number_shown(acme: SampleOrganisation, admin: Actor) -> None:
    def lacking() -> list[str]:
        return [one.name for one in readiness.gaps(acme.deps, admin) if one.lack is Lack.CALLER_NUMBERS]

    assert lacking() == [], "no rule wants it of a service call"
    acme.change(Campaign, acme.campaign.id, purpose=Purpose.MARKETING)
    assert lacking() == ["Energy switch"]
    acme.change(Campaign, acme.campaign.id, is_number_shown=False)
    assert lacking() == [], "that they are withheld is said first"
    acme.change(Campaign, acme.campaign.id, is_number_shown=True)
    plan.apply(acme.deps, changed(acme.campaign, purpose=Purpose.MARKETING, caller_numbers=OURS))
    assert lacking() == []
