"""What holds of each limit today and where it comes from, and one choice that makes a wait hold after any attempt."""

from datetime import time, timedelta

import pytest

from bot.services.house_rules import rulebook
from bot.slack.blocks.admin.house_rules import today_holds
from policy.house.limits import WAITS, Asked, HouseLimits, Limit, Origin
from policy.vocabulary import Outcome
from storage.models import Campaign
from tests.fakes import SampleOrganisation
from tests.services.house_rules.stage import MIDNIGHT, TODAY, House

pytestmark = pytest.mark.both_engines


@pytest.fixture
def house(acme: SampleOrganisation) -> House:
    return House(acme)


def test_it_names_the_pack_or_setting_that_asks(house: House) -> None:
    held = rulebook.today(house.bot, None)
    assert held["wait:no_answer"] == Asked("wait:no_answer", 72, Origin.HOUSE_PACK)
    assert held["cap:week"] == Asked("cap:week", 3, Origin.HOUSE_PACK)
    assert held["hours:sat"] == Asked("hours:sat", ((36_000, 61_200),), Origin.HOUSE_PACK)
    assert held["hours:sun"].value == ()
    assert held["ring_seconds"] == Asked("ring_seconds", 15, Origin.HOUSE_PACK)
    assert held["open_calls"] == Asked("open_calls", 1, Origin.SETTING)
    assert held["open_cards"] == Asked("open_cards", 10, Origin.SETTING)
    assert "wait:conversation" not in held
    assert "callbacks_wait" not in held


def test_the_law_is_called_the_law(house: House) -> None:
    house.acme.change(Campaign, house.acme.campaign.id, country="FR", purpose="marketing")
    held = rulebook.today(house.bot, house.acme.campaign.id)
    unasked = Asked("cap:month", 3, Origin.HOUSE_PACK)
    assert held["cap:month"] == Asked("cap:month", 4, Origin.LAW, unasked)


def test_the_form_tells_the_cap_of_cold_calls_from_that_of_calls_asked_for(house: House) -> None:
    house.acme.change(Campaign, house.acme.campaign.id, purpose="marketing")
    ours = house.acme.campaign.id
    said = today_holds(Limit("cap", "week"), rulebook.today(house.bot, ours)["cap:week"])
    assert said == "Today: 2 (house policy); 3 if the person asked for the call (house policy)."
    house.approved(HouseLimits(caps={"month": 4}))
    house.clock.at(MIDNIGHT)
    said = today_holds(Limit("cap", "month"), rulebook.today(house.bot, ours)["cap:month"])
    assert said == "Today: 3 (house policy); 4 if the person asked for the call (own rule)."


def test_an_own_rule_holds_from_its_midnight_on_where_it_is_stricter(house: House) -> None:
    own = HouseLimits(waits={Outcome.NO_ANSWER: 96}, caps={"week": 2}, hours={"sat": ((time(12), time(16)),)})
    house.approved(own)
    assert rulebook.today(house.bot, None)["wait:no_answer"].origin is Origin.HOUSE_PACK
    house.clock.at(MIDNIGHT)
    for scope in (None, house.acme.campaign.id):
        held = rulebook.today(house.bot, scope)
        assert held["wait:no_answer"] == Asked("wait:no_answer", 96, Origin.OWN_RULE)
        assert held["cap:week"] == Asked("cap:week", 2, Origin.OWN_RULE)
        assert held["hours:sat"] == Asked("hours:sat", ((43_200, 57_600),), Origin.OWN_RULE)
        assert held["wait:busy"] == Asked("wait:busy", 24, Origin.HOUSE_PACK)


def test_a_wait_after_any_attempt_sets_those_that_are_shorter_and_is_taken_as_it_is(house: House) -> None:
    typed = HouseLimits(waits={Outcome.BUSY: 30, Outcome.CONVERSATION: 100}, ring_seconds=20)
    limits = rulebook.with_wait(house.bot, None, typed, 72)
    assert limits.ring_seconds == 20
    assert limits.waits[Outcome.BUSY] == 72
    assert limits.waits[Outcome.CONVERSATION] == 100
    assert Outcome.NO_ANSWER not in limits.waits, "the house pack asks for 72 hours already"
    assert Outcome.VOICEMAIL_LEFT not in limits.waits, "it asks for more"
    house.approved(limits, TODAY + timedelta(days=1))
    house.clock.at(MIDNIGHT)
    held = rulebook.today(house.bot, None)
    assert {one: held[f"wait:{one.value}"].value >= 72 for one in WAITS} == dict.fromkeys(WAITS, True)
