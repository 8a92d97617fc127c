"""/callcheck: shows the decision for each campaign of the actor, and changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.services.answers.calls import CallCheck
from bot.services.answers.places import KnownBy, KnownPlaces, PlaceCorrection, PlacesView
from bot.services.calls import outcomes
from bot.services.errors import BadNumber
from bot.services.hand_out import next_call, places
from bot.services.lists.in_use import list_terms
from bot.services.numbers.places import Address
from bot.services.teams import call_check
from policy.vocabulary import Role, Verdict
from storage.models import Contact, DecisionRecord, Lease
from tests.fakes import SampleOrganisation


def test_it_says_until_when_a_number_may_be_called(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    checked = call_check.check_number(acme.deps, acme.alice, "<tel:+447700900123|07700 900123>")
    [check] = checked.checks
    assert (checked.masked_number, checked.suppressed_since) == ("•••• 123", None)
    assert (check.name, check.campaign, check.verdict) == ("Grace Hopper", "Energy switch", Verdict.CALLABLE)
    assert check.lawful_until == datetime(2026, 11, 24, 20, tzinfo=UTC)
    assert check.rulebook == acme.deps.rulebook().version


def test_it_says_why_not_and_when(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "no answer")
    [check] = call_check.check_number(acme.deps, acme.alice, "07700 900123").checks
    assert (check.verdict, check.callable_from) == (Verdict.LOCKED, datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC))
    assert check.findings[0].rule == "gb-house.cool_off"


def test_it_answers_for_another_moment_when_asked(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    sunday = datetime(2026, 11, 29, 12, tzinfo=UTC)
    [check] = call_check.check_number(acme.deps, acme.alice, "07700 900123", at=sunday).checks
    assert (check.verdict, check.at) == (Verdict.LOCKED, sunday)
    assert check.callable_from == datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_it_has_one_line_for_each_campaign_of_the_team_and_none_of_others(acme: SampleOrganisation) -> None:
    person = acme.add_person("Grace Hopper", "+447700900123")
    second = acme.add_campaign("Energy service", "Bright Energy", acme.energy)
    for campaign in (acme.campaign, second, acme.water_campaign):
        acme.add_contact(person=person, number="+447700900123", campaign=campaign)
    asked = call_check.check_number(acme.deps, acme.alice, "07700 900123")
    assert [check.campaign for check in asked.checks] == ["Energy switch", "Energy service"]
    assert len(call_check.check_number(acme.deps, acme.erin, "07700 900123").checks) == 3


def test_it_knows_the_contacts_of_a_campaign_that_is_not_active_and_says_so(acme: SampleOrganisation) -> None:
    resting = acme.add_campaign("Energy service", "Bright Energy", acme.energy, is_active=False)
    acme.add_contact("Grace Hopper", "+447700900123", campaign=resting)
    checked = call_check.check_number(acme.deps, acme.alice, "07700 900123")
    assert [(one.name, one.campaign, one.is_active) for one in checked.checks] == [
        ("Grace Hopper", "Energy service", False)
    ]


def test_it_decides_a_number_on_no_list_by_its_own_place(acme: SampleOrganisation) -> None:
    [check] = call_check.check_number(acme.deps, acme.alice, "07700 900999").checks
    assert (check.name, check.verdict, check.zone) == ("", Verdict.CALLABLE, "Europe/London")
    acme.add_contact("Ann", "+447700900998", campaign=acme.water_campaign)
    [other] = call_check.check_number(acme.deps, acme.alice, "07700 900998").checks
    assert other.name == ""  # another team's people have no names here


@pytest.mark.parametrize(("places", "is_unknown"), [("US", True), ("US-DC", False), ("GB", False), ("US US-DC", True)])
def test_it_says_that_every_states_rules_apply_when_the_state_is_unknown(
    acme: SampleOrganisation, places: str, is_unknown: bool
) -> None:
    """An area code names no state: an agent who calls Washington would wonder at the rules of Massachusetts."""
    contact = acme.add_contact("Ada", "+12025550123")
    acme.change(Contact, contact.id or 0, places=places, zones="America/New_York")
    [check] = call_check.check_number(acme.deps, acme.alice, "+1 202 555 0123").checks
    assert check.is_state_unknown is is_unknown


def test_it_says_since_when_a_number_is_on_do_not_call(acme: SampleOrganisation) -> None:
    said_at = acme.clock()
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "do not call")
    acme.clock.tick(days=3)
    checked = call_check.check_number(acme.deps, acme.alice, "07700 900123")
    assert (checked.suppressed_since, checked.checks[0].verdict) == (said_at, Verdict.SUPPRESSED)


def test_it_answers_for_the_number_asked_even_if_the_person_has_another(acme: SampleOrganisation) -> None:
    person = acme.add_person("Grace Hopper", "+447700900123", "+447700900124")
    acme.add_contact(person=person, number="+447700900123")
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "wrong number")
    assert acme.all(Contact)[0].number == "+447700900124"
    [check] = call_check.check_number(acme.deps, acme.alice, "07700 900123").checks
    assert check.verdict is Verdict.SUPPRESSED
    [check] = call_check.check_number(acme.deps, acme.alice, "07700 900124").checks
    assert check.verdict is Verdict.CALLABLE


def test_it_changes_nothing_by_asking(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    next_call.hand_out(acme.deps, acme.bob, 1)
    before = [acme.all(kind) for kind in (Contact, DecisionRecord, Lease)]
    acme.clock.tick(days=1)
    call_check.check_number(acme.deps, acme.alice, "07700 900123")
    assert [acme.all(kind) for kind in (Contact, DecisionRecord, Lease)] == before


def test_it_refuses_an_invalid_number(acme: SampleOrganisation) -> None:
    with pytest.raises(BadNumber):
        call_check.check_number(acme.deps, acme.alice, "call me")


@pytest.mark.both_engines
def test_it_says_how_each_place_is_known_and_what_does_not_count(acme: SampleOrganisation) -> None:
    known_by = "zone=;America/Denver postcode=US-CO;America/Denver number=US;America/New_York"
    acme.add_contact("Grace", "+447700900123", places="US-CO", zones="America/Denver", known_by=known_by)
    [check] = call_check.check_number(acme.deps, acme.alice, "07700 900123").checks
    assert check.places == PlacesView(
        (
            KnownPlaces(KnownBy.ZONE, (), ("America/Denver",)),
            KnownPlaces(KnownBy.POSTCODE, ("US-CO",), ()),
            KnownPlaces(KnownBy.NUMBER, (), ("America/New_York",), counts=False),
        )
    )


@pytest.mark.both_engines
def test_it_says_who_corrected_a_place_last_and_when(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", "+447700900123", known_by="number=GB;Europe/London")
    next_call.hand_out(acme.deps, acme.alice, 1)
    lease = acme.all(Lease)[-1].id or 0
    places.correct(acme.deps, acme.alice, lease, Address(region="Scotland"))
    acme.clock.tick(minutes=3)
    places.correct_as_lead(acme.deps, acme.dana, acme.all(Contact)[0].id or 0, Address(region="Wales"))
    at = acme.clock()
    acme.clock.tick(minutes=3)
    [check] = call_check.check_number(acme.deps, acme.alice, "07700 900123").checks
    assert check.places == PlacesView(
        (KnownPlaces(KnownBy.CORRECTION, ("GB-WLS",), ("Europe/London",)),), PlaceCorrection("Dana", at)
    )


def test_a_finished_contact_says_why_it_is_finished_and_offers_no_override(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    before = acme.clock()
    acme.clock.tick(seconds=90.4)
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "success")

    def check_at(at: datetime | None) -> CallCheck:
        return call_check.check_number(acme.deps, acme.dana, "07700 900123", at).checks[0]

    acme.clock.tick(seconds=0.2)
    assert (check_at(None).finished_because, check_at(None).may_be_overridden) == ("success", False)
    assert check_at(acme.clock() + timedelta(days=30)).finished_because == "success"
    assert check_at(before).finished_because == "", "it was open then"


def test_a_contact_of_a_withdrawn_list_says_so(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    list_terms.withdraw(acme.deps, replace(acme.dana, role=Role.ADMIN), contact.list_id, "sent by mistake")
    acme.clock.tick(seconds=0.2)
    [check] = call_check.check_number(acme.deps, acme.alice, "07700 900123").checks
    assert check.finished_because == "list withdrawn: sent by mistake"


def test_a_contact_of_before_says_that_nothing_was_recorded(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", "+447700900123", places="GB-ENG", zones="Europe/London")
    [check] = call_check.check_number(acme.deps, acme.alice, "07700 900123").checks
    assert check.places == PlacesView((KnownPlaces(None, ("GB-ENG",), ("Europe/London",)),))


def test_a_number_on_no_list_is_where_it_points(acme: SampleOrganisation) -> None:
    [check] = call_check.check_number(acme.deps, acme.alice, "020 7946 0999").checks
    assert check.places == PlacesView((KnownPlaces(KnownBy.NUMBER, ("GB",), ("Europe/London",)),))


def test_what_an_earlier_version_wrote_over_a_place_is_not_said_to_be_known(acme: SampleOrganisation) -> None:
    """It wrote the new place and left how the old one was known."""
    known_by = "postcode=GB-SCT;Europe/London"
    acme.add_contact("Grace", "+447700900123", places="US-CO", zones="America/Denver", known_by=known_by)
    [check] = call_check.check_number(acme.deps, acme.alice, "07700 900123").checks
    assert [(one.by, one.places, one.counts) for one in check.places.known] == [
        (None, ("US-CO",), True),
        (KnownBy.POSTCODE, ("GB-SCT",), False),
    ]
