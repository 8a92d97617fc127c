"""Where the person may be and which packs answer for it: what is not known holds the call, and says so."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policy import (
    Citation,
    Facts,
    Purpose,
    Verdict,
    decide,
    is_lack_of_rules,
    is_state_missing,
    lack_of_rules,
    load_rulebook,
)
from tests.policy.small_packs import CALL, CONTACT, ask, head, rulebook_of, utc

RULEBOOK = load_rulebook()
NOON = utc("2026-11-24 12:00:00.417003")
PLAIN = Facts(CALL, CONTACT)


def test_an_unknown_zone_is_held_by_a_rule_of_the_engine() -> None:
    decision = decide(Facts(CALL, replace(CONTACT, zones=())), RULEBOOK, NOON)
    [finding] = [one for one in decision.findings if one.rule == "base.unknown"]
    assert finding.citation == Citation("Nextcall's own rule: unknown is not yes", "", "", date(2026, 11, 24))
    assert (finding.pack, finding.kind, finding.status) == ("base", "whereabouts", "house")


@pytest.mark.parametrize(
    ("sector", "meant"), [("claim", "claims"), ("Pensions", "pensions"), ("mortgage", "mortgages")]
)
def test_a_misspelt_sector_is_held_if_the_correct_one_has_rules(sector: str, meant: str) -> None:
    decision = decide(replace(PLAIN, call=replace(CALL, sector=sector)), RULEBOOK, NOON)
    assert (decision.verdict, decision.missing) == (Verdict.HELD, (f"the sector: {meant}?",))


def test_a_sector_that_no_rule_names_is_decided_without_sector_rules() -> None:
    assert decide(replace(PLAIN, call=replace(CALL, sector="travel")), RULEBOOK, NOON).verdict is Verdict.CALLABLE


def test_an_unknown_part_of_a_country_is_held() -> None:
    debt = replace(CALL, purpose=Purpose.DEBT, caller_role="third_party")
    asked = {
        place: decide(Facts(debt, replace(CONTACT, places=(place,), zones=("America/Chicago",))), RULEBOOK, NOON)
        for place in ("US-XX", "US-TX")
    }
    assert asked["US-XX"].missing == ("the part of US the person is in",)
    assert asked["US-TX"].missing == ()


@pytest.mark.parametrize(
    ("place", "zone", "country"),
    [("GB-XXX", "Europe/London", "GB"), ("AU-XX", "Australia/Sydney", "AU"), ("CA-XX", "America/Toronto", "CA")],
)
def test_a_part_that_no_country_has_is_held_wherever_parts_differ(place: str, zone: str, country: str) -> None:
    asked = Facts(CALL, replace(CONTACT, places=(place,), zones=(zone,)))
    held = decide(asked, RULEBOOK, NOON)
    assert held.verdict is Verdict.HELD
    assert f"the part of {country} the person is in" in held.missing
    assert decide(replace(asked, contact=CONTACT), RULEBOOK, NOON).verdict is Verdict.CALLABLE


def test_the_state_is_the_first_thing_to_supply_for_an_american_of_whom_only_the_country_is_known() -> None:
    sale = replace(CALL, purpose=Purpose.MARKETING)
    asked = {
        places: decide(Facts(sale, replace(CONTACT, places=places, zones=("America/New_York",))), RULEBOOK, NOON)
        for places in (("US",), ("US-TX",), ("US-NY",), ("US", "GB"))
    }
    state = "the state or the ZIP code"
    assert asked[("US",)].missing[0] == asked[("US", "GB")].missing[0] == state
    assert "a screening against the Texas no-call list" in asked[("US",)].missing
    assert state not in asked[("US-TX",)].missing + asked[("US-NY",)].missing
    assert is_state_missing(state)
    assert not any(is_state_missing(one) for one in asked[("US",)].missing[1:])


def test_an_american_whom_no_states_rule_holds_is_not_asked_for_a_state() -> None:
    debt = replace(CALL, purpose=Purpose.DEBT, caller_role="third_party")
    held = decide(Facts(debt, replace(CONTACT, places=("US",), zones=())), RULEBOOK, NOON)
    assert held.missing == ("the person's time zone",)


def test_a_pack_answers_from_its_first_local_day_to_its_last(tmp_path: Path) -> None:
    dates = head().replace("from = 2000-01-01", "from = 2026-07-01").replace('until = "open"', "until = 2026-09-30")
    rulebook = rulebook_of(tmp_path, beginning=dates)
    assert ask(rulebook, "2026-07-01 12:00").lawful_until == utc("2026-09-30 23:00")
    for outside in ("2026-06-30 22:59", "2026-09-30 23:00"):  # British summer time
        held = ask(rulebook, outside)
        assert (held.verdict, held.missing) == (Verdict.HELD, ("a pack for GB-ENG in force on the day",))
        assert held.findings[0].says == "The rules that Nextcall has for GB-ENG are not in force on this day"


@pytest.mark.parametrize(
    ("place", "caller", "at"),
    [
        ("FR", "person", "2026-08-01 12:00"),
        ("GB-ENG", "automated", "2026-08-01 12:00"),
        ("GB-ENG", "person", "2026-06-01 12:00"),
    ],
)
def test_a_missing_pack_and_the_sentence_of_its_finding_are_found_from_each_other(
    tmp_path: Path, place: str, caller: str, at: str
) -> None:
    dates = head().replace("from = 2000-01-01", "from = 2026-07-01")
    facts = Facts(replace(CALL, caller=caller), replace(CONTACT, places=(place,)))
    held = decide(facts, rulebook_of(tmp_path, beginning=dates), utc(at))
    [finding], [missing] = held.findings, held.missing
    assert lack_of_rules(missing) == finding.says
    assert is_lack_of_rules(finding.says)


def test_no_other_missing_thing_is_a_lack_of_rules() -> None:
    held = decide(Facts(CALL, replace(CONTACT, zones=())), RULEBOOK, NOON)
    assert [lack_of_rules(missing) for missing in held.missing] == [""]
    assert not any(is_lack_of_rules(finding.says) for finding in held.findings)
