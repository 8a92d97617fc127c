"""An agent says where a person is now: decided anew at once, on every list; the audit keeps what was known before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.services.answers.calls import CardGone, PlaceCorrected
from bot.services.answers.places import KnownBy, KnownPlaces, PlacesView
from bot.services.audit.auditing import Span, audit
from bot.services.calls import calling, outcomes
from bot.services.deps import Request
from bot.services.errors import AlreadyGone, NotYours, PlaceUnknown, RoleNeeded, StaleForm
from bot.services.hand_out import next_call, places
from bot.services.hand_out.places import places_on_card, places_to_lead
from bot.services.numbers.places import Address
from bot.services.teams import team_status
from policy.vocabulary import LeaseEnd, Outcome, Verdict
from storage.models import Attempt, Contact, CorrectedPlace, Lease
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines
NIGHT_IN_DENVER = datetime(2026, 11, 24, 10, tzinfo=UTC)  # three in the morning there, ten in London


def offered(acme: SampleOrganisation) -> int:
    next_call.hand_out(acme.deps, acme.alice, 1)
    return acme.all(Lease)[-1].id or 0


def correct(acme: SampleOrganisation, lease_id: int, **address: Any) -> PlaceCorrected:
    done = places.correct(acme.deps, acme.alice, lease_id, Address(**address))
    assert isinstance(done, PlaceCorrected)
    return done


def test_a_person_who_moved_is_decided_anew_and_their_card_withdrawn(acme: SampleOrganisation) -> None:
    grace = acme.add_contact("Grace")
    lease = offered(acme)
    done = correct(acme, lease, country="US", region="Colorado", zone="Denver")
    kept = acme.one(Contact, grace.id)
    assert kept.zones == "America/Denver"
    assert "US-CO" in kept.places
    assert done.zone == "America/Denver"
    assert done.is_withdrawn
    assert done.refusal is not None
    assert kept.verdict is not Verdict.CALLABLE
    assert acme.one(Lease, lease).ended_because == LeaseEnd.WITHDRAWN
    assert acme.notifier.withdrawn == [], "the agent sees it on the card"


def test_a_form_overwrites_no_place_that_another_set_since_it_was_opened(acme: SampleOrganisation) -> None:
    grace = acme.add_contact("Grace")
    lease = offered(acme)
    deps = replace(acme.deps, request=Request("7.1", "a", acme.clock()))
    acme.clock.tick(milliseconds=300)
    places.correct_as_lead(acme.deps, acme.dana, grace.id or 0, Address("GB", "Scotland"))
    acme.clock.tick(milliseconds=300)
    with pytest.raises(StaleForm):
        places.correct(deps, acme.alice, lease, Address("GB", "Wales"))
    assert acme.one(Contact, grace.id).places == "GB-SCT"
    correct(acme, lease, country="GB", region="Wales")
    assert acme.one(Contact, grace.id).places == "GB-WLS"


def test_who_and_when_and_in_which_words_is_on_record(acme: SampleOrganisation) -> None:
    grace = acme.add_contact("Grace")
    correct(acme, offered(acme), country="GB", region="Scotland", postcode="EH1 1YZ, ring 07700 900123")
    (row,) = acme.all(CorrectedPlace)
    assert (row.contact_id, row.places, row.zones) == (grace.id, "GB-ENG", "Europe/London")
    assert (row.corrected_by, row.until) == (acme.alice.agent_id, acme.clock())
    assert row.said == "Scotland, EH1 1YZ, ring ▮▮▮▮, GB"
    assert acme.one(Contact, grace.id).places == "GB-SCT"


def test_how_the_new_place_and_the_one_before_are_known_is_on_record(acme: SampleOrganisation) -> None:
    grace = acme.add_contact("Grace", known_by="postcode=GB-ENG;Europe/London number=GB")
    lease = offered(acme)
    correct(acme, lease, zone="Berlin")
    kept = acme.one(Contact, grace.id)
    assert (kept.places, kept.zones) == ("GB", "Europe/Berlin")
    assert kept.known_by == "correction=;Europe/Berlin number=GB;Europe/London"
    assert [one.known_by for one in acme.all(CorrectedPlace)] == [grace.known_by]


def test_a_place_that_an_agent_confirms_is_known_by_them_from_then_on(acme: SampleOrganisation) -> None:
    grace = acme.add_contact("Grace", places="GB-WLS", known_by="postcode=GB-WLS;Europe/London number=GB")
    lease = offered(acme)
    assert correct(acme, lease, region="Wales").is_repeat
    assert acme.one(Contact, grace.id).known_by == "correction=GB-WLS;Europe/London number=GB"
    (row,) = acme.all(CorrectedPlace)
    assert (row.places, row.known_by, row.corrected_by) == ("GB-WLS", grace.known_by, acme.alice.agent_id)
    correct(acme, lease, region="Wales")
    assert len(acme.all(CorrectedPlace)) == 1, "the same once more says nothing new"


def test_it_holds_on_every_list_of_the_person(acme: SampleOrganisation) -> None:
    grace = acme.add_contact("Grace")
    with acme.units() as uow:
        there = {**grace.model_dump(exclude={"id"}), "campaign_id": acme.water_campaign.id, "list_id": 2}
        uow.session.add(Contact(**there))
    correct(acme, offered(acme), country="US", zone="Denver")
    assert {one.zones for one in acme.all(Contact)} == {"America/Denver"}
    assert len(acme.all(CorrectedPlace)) == 2


@pytest.mark.parametrize("address", [{"region": "California"}, {"country": "US", "region": "California"}])
def test_the_time_told_is_that_of_the_place_that_was_said(acme: SampleOrganisation, address: dict[str, str]) -> None:
    grace = acme.add_contact("Grace")
    lease = offered(acme)
    done = correct(acme, lease, **address)
    assert done.zone == "America/Los_Angeles"
    kept = acme.one(Contact, grace.id)
    assert kept.places == "GB US-CA"
    assert kept.zones == "America/Los_Angeles Europe/London", "the number may still tell where they are"
    assert done.refusal is not None
    assert places.why_not_there(acme.deps, acme.alice, lease) == done.refusal
    with pytest.raises(AlreadyGone):
        places.why_not_there(acme.deps, acme.bob, lease)


@pytest.mark.parametrize(
    ("address", "part"), [({"region": "Smallville County"}, "region"), ({"postcode": "94105"}, "postcode")]
)
def test_a_state_or_code_that_is_known_nowhere_is_refused_without_a_country(
    acme: SampleOrganisation, address: dict[str, str], part: str
) -> None:
    acme.add_contact("Grace")
    with pytest.raises(PlaceUnknown) as refused:
        correct(acme, offered(acme), **address)
    assert (refused.value.asked, refused.value.part) == (next(iter(address.values())), part)
    assert acme.all(CorrectedPlace) == []


def test_a_country_alone_keeps_every_zone_there(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    done = correct(acme, offered(acme), country="Australia")
    zones = acme.all(Contact)[0].zones.split()
    assert len(zones) > 5
    assert done.zone in zones


def test_a_repeat_changes_nothing(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    lease = offered(acme)
    assert not correct(acme, lease, country="GB", region="Wales").is_repeat
    assert correct(acme, lease, country="GB", region="Wales").is_repeat
    assert len(acme.all(CorrectedPlace)) == 1


def test_a_call_under_way_goes_on_and_says_that_none_is_allowed_there(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    lease = offered(acme)
    calling.call(acme.deps, acme.alice, lease)
    done = correct(acme, lease, country="US", zone="Denver")
    assert done.refusal is not None
    assert not done.is_withdrawn
    assert acme.one(Lease, lease).ended_at is None
    acme.clock.tick(minutes=1)
    outcomes.record(acme.deps, acme.alice, acme.all(Attempt)[0].id or 0, Outcome.CONVERSATION)


def test_a_card_never_outlives_the_lawful_time_of_the_new_place(acme: SampleOrganisation) -> None:
    acme.clock.at(datetime(2026, 11, 24, 16, 40, tzinfo=UTC))
    acme.add_contact("Grace")
    lease = offered(acme)
    before = acme.one(Lease, lease).lawful_until
    correct(acme, lease, country="GB", zone="Europe/Berlin")
    kept = acme.one(Lease, lease)
    assert kept.ended_at is None
    assert kept.leased_until <= kept.lawful_until == before - timedelta(hours=1)
    assert kept.lawful_until == acme.all(Contact)[0].callable_until


def test_the_audit_judges_a_call_by_what_was_known_when_it_was_made(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    lease = offered(acme)
    calling.call(acme.deps, acme.alice, lease)
    acme.clock.tick(minutes=1)
    correct(acme, lease, country="US", region="Colorado", zone="Denver")
    outcomes.record(acme.deps, acme.alice, acme.all(Attempt)[0].id or 0, Outcome.CONVERSATION)

    def broken() -> list[str]:
        with acme.units(is_read_only=True) as uow:
            span = Span(acme.energy, acme.clock() - timedelta(hours=1), acme.clock(), acme.clock())
            found = audit(uow.session, span, acme.deps.rulebook(), acme.deps.house_pack)
        return [check.name for check in found.checks if check.broken]

    acme.clock.tick(minutes=1)
    assert broken() == []
    (row,) = acme.all(CorrectedPlace)
    acme.change(CorrectedPlace, row.id, until=row.until - timedelta(minutes=5))
    assert broken(), "had it been known before the call, the call broke a promise"


def test_an_unknown_place_is_refused_and_nothing_changes(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    lease = offered(acme)
    for address in (Address(country="Atlantis", zone="London"), Address(country="GB", zone="Smallville")):
        with pytest.raises(PlaceUnknown) as refused:
            places.correct(acme.deps, acme.alice, lease, address)
        assert refused.value.asked in ("Atlantis", "Smallville")
        assert refused.value.part == ("country" if refused.value.asked == "Atlantis" else "city")
    assert acme.all(CorrectedPlace) == []


def test_only_the_agent_with_the_card_corrects_and_only_while_they_have_it(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    lease = offered(acme)
    with pytest.raises(NotYours):
        places.correct(acme.deps, acme.bob, lease, Address(country="US"))
    acme.clock.tick(hours=1)
    assert isinstance(places.correct(acme.deps, acme.alice, lease, Address(country="US")), CardGone)
    assert acme.all(CorrectedPlace) == []


def test_a_lead_gives_a_place_to_whom_none_is_known_and_they_leave_the_worklist(acme: SampleOrganisation) -> None:
    grace = acme.add_contact("Grace", places="", zones="")
    acme.add_contact("Ada")

    def unplaced() -> list[str]:
        status = team_status.team_status(acme.deps, acme.dana)
        assert status.waiting is not None
        return [one.name for one in status.waiting.unplaced]

    assert unplaced() == ["Grace"]
    done = places.correct_as_lead(acme.deps, acme.dana, grace.id or 0, Address(country="GB", region="Wales"))
    assert (done.refusal, done.zone) == (None, "Europe/London")
    assert unplaced() == []
    assert acme.one(Contact, grace.id).verdict is Verdict.CALLABLE
    assert [one.corrected_by for one in acme.all(CorrectedPlace)] == [acme.dana.agent_id]
    with pytest.raises(RoleNeeded):
        places.correct_as_lead(acme.deps, acme.alice, grace.id or 0, Address(country="FR"))


def test_a_card_that_the_new_place_forbids_is_withdrawn_from_its_agent_by_the_lead(acme: SampleOrganisation) -> None:
    grace = acme.add_contact("Grace")
    offered(acme)
    places.correct_as_lead(acme.deps, acme.dana, grace.id or 0, Address(country="US", zone="Denver"))
    assert [(user, name) for user, name, _ in acme.notifier.withdrawn] == [("U0ALICE", "Grace")]


def test_the_form_shows_what_is_known_to_the_holder_of_the_card_and_to_their_lead_alone(
    acme: SampleOrganisation,
) -> None:
    grace = acme.add_contact("Grace", places="GB", known_by="number=GB;Europe/London")
    lease, contact_id = offered(acme), grace.id or 0
    seen = places_on_card(acme.deps, acme.alice, lease)
    assert seen == PlacesView((KnownPlaces(KnownBy.NUMBER, ("GB",), ("Europe/London",)),))
    assert places_to_lead(acme.deps, acme.dana, contact_id) == seen
    with pytest.raises(AlreadyGone):
        places_on_card(acme.deps, acme.bob, lease)
    with pytest.raises(RoleNeeded):
        places_to_lead(acme.deps, acme.bob, contact_id)
