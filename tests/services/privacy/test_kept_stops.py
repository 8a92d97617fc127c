"""A stop outlives the erasure: later lists, words and checks of the number meet it, by its hash."""

from pathlib import Path
from typing import Any

import pytest

from bot.services.calls import outcomes
from bot.services.do_not_call import suppressions
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.lists import erased_rows
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.privacy import erasing
from bot.services.teams import call_check
from policy.vocabulary import Verdict
from storage.models import (
    Attempt,
    Contact,
    Organisation,
    Person,
    PersonNumber,
    Suppression,
)
from tests.fakes import SampleOrganisation
from tests.services.privacy.stage import (
    LANDLINE,
    MOBILE,
    REFERENCE,
    admin_of,
    everything,
    freya,
    listed,
    stopped,
)

pytestmark = pytest.mark.both_engines


@pytest.mark.long
@pytest.mark.parametrize("bound", ["number", "person"])
def test_a_later_list_with_the_number_is_refused(acme: SampleOrganisation, tmp_path: Path, bound: str) -> None:
    contact = freya(acme)
    of_person: dict[str, Any] = {"number": "", "person_id": contact.person_id}
    stopped(acme, contact, **({} if bound == "number" else of_person))
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    people = len(acme.all(Person))
    faults = listed(acme, tmp_path, f"Frey Evans,{MOBILE},\nOther,{LANDLINE},x1\nBen,07700900877,")
    assert faults == [erased_rows.REFUSED] * (1 if bound == "number" else 2)
    assert len(acme.all(Person)) == people + 3 - len(faults)
    assert MOBILE not in everything(acme)


@pytest.mark.long
def test_the_reference_alone_is_enough_to_refuse_a_person_who_said_stop(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    contact = freya(acme)
    stopped(acme, contact, number="", person_id=contact.person_id)
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    assert listed(acme, tmp_path, f"Freya E,07700900871,{REFERENCE.upper()}") == [erased_rows.REFUSED]


@pytest.mark.long
def test_a_stop_for_one_principal_refuses_no_list_of_another(acme: SampleOrganisation, tmp_path: Path) -> None:
    stopped(acme, freya(acme))
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    assert listed(acme, tmp_path, f"Freya,{MOBILE},", "Water meters") == []
    (again,) = [one for one in acme.all(Contact) if one.number == MOBILE]
    assert again.verdict is not Verdict.SUPPRESSED
    assert listed(acme, tmp_path, f"Freya,{MOBILE},") == []
    energy = next(one for one in acme.all(Contact) if one.number == MOBILE and one.id != again.id)
    assert energy.verdict is Verdict.SUPPRESSED, "the stop came back with the number"


@pytest.mark.long
def test_a_withdrawn_stop_refuses_nothing(acme: SampleOrganisation, tmp_path: Path) -> None:
    stopped(acme, freya(acme), withdrawn_at=acme.clock())
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    assert listed(acme, tmp_path, f"Freya,{MOBILE},") == []


@pytest.mark.long
def test_a_number_without_a_stop_comes_back_with_the_calls_that_count(acme: SampleOrganisation, tmp_path: Path) -> None:
    freya(acme)
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    acme.clock.tick(minutes=5)
    assert listed(acme, tmp_path, f"Freya,{MOBILE},") == []
    again = next(one for one in acme.all(Contact) if one.number == MOBILE)
    assert again.verdict is Verdict.LOCKED, "the call five minutes ago still counts"
    assert [one.number for one in acme.all(Attempt)] == [MOBILE]


@pytest.mark.long
def test_a_stop_asked_for_with_the_erasure_binds_every_list(acme: SampleOrganisation, tmp_path: Path) -> None:
    freya(acme)
    done = erasing.erase(acme.deps, admin_of(acme), MOBILE, with_stop=True)
    assert done.is_stop_added
    for campaign in ("Energy switch", "Water meters"):
        assert listed(acme, tmp_path, f"F,{LANDLINE},", campaign) == [erased_rows.REFUSED]


@pytest.mark.long
def test_what_is_said_of_an_erased_number_is_kept_under_its_hash(acme: SampleOrganisation, tmp_path: Path) -> None:
    freya(acme)
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    acme.clock.tick(days=1)
    outcomes.record_spoken(acme.deps, acme.alice, MOBILE, "no answer")
    suppressions.add(acme.deps, acme.alice, MOBILE)
    (tmp_path / "stops.csv").write_text(f"{LANDLINE}\n")
    assert import_list(acme.deps, SuppressionOrder(tmp_path / "stops.csv")).added == 1
    assert MOBILE not in everything(acme)
    assert LANDLINE not in everything(acme)
    checked = call_check.check_number(acme.deps, acme.alice, MOBILE)
    assert checked.suppressed_since == acme.clock()
    assert [one.verdict for one in checked.checks] == [Verdict.SUPPRESSED]
    assert [one.name for one in checked.checks] == [""]
    assert call_check.check_number(acme.deps, acme.alice, LANDLINE).checks[0].verdict is Verdict.SUPPRESSED


@pytest.mark.long
def test_the_hash_needs_the_organisations_key(acme: SampleOrganisation) -> None:
    freya(acme)
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    key = acme.one(Organisation, acme.organisation_id).erasure_key
    assert len(bytes.fromhex(key)) == 32
    numbers = {one.number for one in acme.all(PersonNumber)}
    assert all(len(bytes.fromhex(one.removeprefix("erased:"))) == 32 for one in numbers)


@pytest.mark.long
def test_a_lists_own_stop_on_an_erased_number_is_kept_under_its_hash(acme: SampleOrganisation, tmp_path: Path) -> None:
    """From a row that makes no contact, for it has no name."""
    freya(acme)
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    (tmp_path / "list.csv").write_text(f"name,phone,Do Not Call\n,{MOBILE},Yes\nBen,07700900877,No\n")
    import_contacts(acme.deps, ListOrder(tmp_path / "list.csv", "Energy switch", "GB"))
    assert MOBILE not in everything(acme)
    assert [one.number[:7] for one in acme.all(Suppression)] == ["erased:"]
    assert listed(acme, tmp_path, f"Freya,{MOBILE},") == [erased_rows.REFUSED]


@pytest.mark.long
def test_a_stop_said_later_of_the_reference_alone_binds_the_erased_person(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    """By a row that makes no contact: whoever comes back under the reference has said stop."""
    freya(acme)
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    (tmp_path / "list.csv").write_text(
        f"reference,name,phone,Do Not Call\n{REFERENCE},,none,Yes\n,Ben,07700900877,No\n"
    )
    import_contacts(acme.deps, ListOrder(tmp_path / "list.csv", "Energy switch", "GB"))
    assert listed(acme, tmp_path, f"Freya E,07700900871,{REFERENCE}") == [erased_rows.REFUSED]
    assert REFERENCE not in everything(acme)


@pytest.mark.long
def test_whoever_typed_the_stop_may_still_take_it_back(acme: SampleOrganisation, tmp_path: Path) -> None:
    """An erasure of before has bound the person's other number with the same words: both are free again."""
    freya(acme)
    stop_id = suppressions.add(acme.deps, acme.alice, MOBILE).stop_id
    said = acme.one(Suppression, stop_id).model_dump(exclude={"id", "number"})
    acme.put(Suppression(**said, number=LANDLINE))
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    acme.clock.tick(minutes=2)
    assert not suppressions.take_back(acme.deps, acme.alice, stop_id).is_still_stopped
    assert listed(acme, tmp_path, f"Freya,{MOBILE},\nBen,{LANDLINE},") == []
