"""An import keeps every candidate place and zone of a contact, and how each is known."""

from pathlib import Path

import pytest

from bot.services.hand_out import next_call, places
from bot.services.numbers.places import Address, known_places
from storage.models import Contact, CorrectedPlace, Lease
from tests.fakes import SampleOrganisation
from tests.services.import_stage import Lists
from tests.services.merges.stage import BEN, Stage

pytestmark = pytest.mark.both_engines
NEW_YORK = "+1 212 555 0123"


@pytest.mark.long
@pytest.mark.parametrize(
    ("heading", "row", "known_by"),
    [
        ("", NEW_YORK, "number=US;America/New_York"),
        ("Time zone", f"{NEW_YORK},America/Denver", "zone=;America/Denver number=US;America/New_York"),
        ("State", f"{NEW_YORK},NY", "region=US-NY;America/New_York number=US;America/New_York"),
        ("State", f"{NEW_YORK},CO", "region=US-CO;America/Denver number=US;America/New_York"),
        ("Zip", f"{NEW_YORK},80202", "postcode=US-CO;America/Denver number=US;America/New_York"),
        (
            "State,Zip",
            f"{NEW_YORK},NY,80202",
            "region=US-NY;America/New_York postcode=US-CO;America/Denver number=US;America/New_York",
        ),
        (
            "State,Zip",  # the state tells which of the code's two it is; both stay on record
            f"{NEW_YORK},TN,42223",
            "region=US-TN;America/Chicago,America/New_York postcode=US-KY,US-TN;America/Chicago,America/New_York"
            " number=US;America/New_York",
        ),
        ("Country", "+44 7700 900123,Germany", "country=DE;Europe/Berlin,Europe/Busingen number=GB;Europe/London"),
        ("Country", "020 7946 0123,UK", "country=GB;Europe/London number=GB;Europe/London"),
        ("Postcode", "020 7946 0123,EH1 1AA", "postcode=GB-SCT;Europe/London number=GB"),
        ("Time zone,Postcode", "020 7946 0123,,EH1 1AA", "postcode=GB-SCT;Europe/London number=GB"),
        ("State", "+1 203 555 0123,OH", "region=US-OH;America/New_York number=US,US-CT;America/New_York"),
        ("", "+1 800 356 9377", ""),
        ("State", "+1 800 356 9377,Alberta", "region=CA-AB;America/Edmonton"),
    ],
)
def test_each_candidate_is_kept_with_how_it_is_known(lists: Lists, heading: str, row: str, known_by: str) -> None:
    lists.take(f"Name,Phone{heading and ','}{heading}\nAnn,{row}\n")
    assert lists.one().known_by == known_by


def test_a_zone_column_that_contradicts_state_and_number_is_one_candidate_more(lists: Lists) -> None:
    lists.take(f"Name,Phone,Time zone,State\nAnn,{NEW_YORK},Europe/Paris,Colorado\n")
    ann = lists.one()
    assert (ann.places, ann.zones) == ("US-CO", "America/Denver America/New_York Europe/Paris")
    assert ann.known_by == "zone=;Europe/Paris region=US-CO;America/Denver number=US;America/New_York"


@pytest.mark.long
@pytest.mark.parametrize("part", range(7))
def test_a_zone_that_counts_is_always_known_by_something(lists: Lists, part: int) -> None:
    rows = [
        f"{phone},{country},{state},{code},{zone}"
        for phone in (NEW_YORK, "+1 800 356 9377", "+44 7700 900123", "+61 2 5550 0123", "+49 30 1234567")
        for country in ("", "US", "GB", "Australia")
        for state in ("", "CO", "Scotland")
        for code in ("", "80202", "EH1 1AA")
        for zone in ("", "Europe/Rome")
    ][part::7]  # each of two columns' pairs is in each part
    heading = "Name,Phone,Country,State,Zip,Time zone"
    lists.take("\n".join([heading, *(f"Ann {count},{row}" for count, row in enumerate(rows))]))
    contacts = lists.contacts()
    assert len(contacts) > len(rows) / 2
    for one in contacts:
        ways = known_places(one.places, one.zones, one.known_by)
        counting = [way for way in ways if way.counts]
        assert None not in [way.by for way in ways], one.known_by
        assert sorted(place for way in counting for place in way.places) == one.places.split()
        assert sorted(zone for way in counting for zone in way.zones) == one.zones.split()


def test_people_of_two_numbers_are_where_either_points(lists: Lists) -> None:
    lists.take(f"Name,Phone,Mobile\nAnn,{NEW_YORK},+44 7700 900123\n")
    assert lists.one().known_by == "number=GB,US;America/New_York,Europe/London"


def test_a_later_import_leaves_a_correction_and_how_it_is_known(acme: SampleOrganisation, tmp_path: Path) -> None:
    stage = Stage(acme, tmp_path)
    stage.take(f"1001,Ann Lee,{BEN},,EH1 1AA", heading="reference,name,phone,phone 2,postcode")
    (ann,) = acme.all(Contact)
    assert ann.known_by == "postcode=GB-SCT;Europe/London number=GB"
    next_call.hand_out(acme.deps, acme.alice, 1)
    places.correct(acme.deps, acme.alice, acme.all(Lease)[-1].id or 0, Address("GB", "Wales"))
    corrected = acme.one(Contact, ann.id)
    assert corrected.known_by == "correction=GB,GB-WLS;Europe/London number=GB"
    assert [one.known_by for one in acme.all(CorrectedPlace)] == [ann.known_by]
    stage.take(f"1001,Ann Lee,{BEN},,EH1 1AA", heading="reference,name,phone,phone 2,postcode")
    assert acme.one(Contact, ann.id).known_by == corrected.known_by
