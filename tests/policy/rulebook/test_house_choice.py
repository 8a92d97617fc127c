"""A campaign that names no house pack follows that of its country, or the one that the organisation names for all."""

import pytest

from policy import BY_PLACE, house_choice, house_pack_in, load_rulebook

SHIPPED = load_rulebook().packs


@pytest.mark.parametrize(
    ("country", "pack"),
    [
        ("US", "us-house"),
        ("AU", "au-house"),
        ("GB", "gb-house"),
        ("DE", "de-house"),
        ("JP", "gb-house"),
        ("", "gb-house"),
    ],
)
def test_each_country_follows_its_own_house_pack(country: str, pack: str) -> None:
    assert house_pack_in(country, house_choice(BY_PLACE, SHIPPED)) == pack


@pytest.mark.parametrize("country", ["US", "GB", ""])
@pytest.mark.parametrize("named", ["au-house", ""])
def test_a_pack_named_for_all_holds_in_every_country(country: str, named: str) -> None:
    assert house_pack_in(country, house_choice(named, SHIPPED)) == named


def test_each_country_with_rules_has_a_house_pack() -> None:
    choice = house_choice(BY_PLACE, SHIPPED)
    countries = {area[:2] for pack in SHIPPED.values() for area in pack.areas}
    overseas = ("GP", "MQ", "GF", "RE", "YT")
    assert {one: house_pack_in(one, choice) for one in countries} == {
        **{one: f"{one.lower()}-house" for one in countries},
        **dict.fromkeys(overseas, "fr-house"),
    }


def test_an_earlier_day_knows_only_the_house_packs_of_then() -> None:
    then = house_choice(BY_PLACE, ["base", "gb", "gb-house", "us", "us-house"])
    assert then == "place gb-house us-house"
    assert [house_pack_in(country, then) for country in ("US", "AU")] == ["us-house", "gb-house"]


def test_no_house_pack_limits_cards_or_open_calls() -> None:
    """These are the organisation's own limits: an agent may work campaigns of several countries at once."""
    houses = [pack for pack in SHIPPED.values() if pack.kind == "house"]
    given = {name for pack in houses for rule in pack.rules for name in rule.parameters.duty() or ()}
    assert given == {"ring_seconds"}
