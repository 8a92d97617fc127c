"""A list that was withdrawn before the upgrade says so itself afterwards."""

import pytest
from sqlalchemy import Engine

from policy import Rulebook
from storage import migrations
from storage.database.unit_of_work import UnitsOfWork
from storage.models import Contact, ListWithdrawal
from tests.fakes import TUESDAY, FakeClock, SampleOrganisation
from tests.storage.conftest import At

BEFORE = "0106"


@pytest.mark.long
def test_each_reason_for_which_a_list_was_withdrawn_is_kept(empty: Engine, at: At, rulebook: Rulebook) -> None:
    at(empty, BEFORE)
    acme = SampleOrganisation(UnitsOfWork(empty), rulebook, FakeClock())
    for number, because in enumerate(("list withdrawn: old", "list withdrawn: older than that", "list paused", "")):
        ended = acme.clock.tick(seconds=1.3)
        acme.change(Contact, acme.add_contact(f"Contact {number}").id, finished_at=ended, finished_because=because)
    acme.add_contact("Ada", campaign=acme.water_campaign)
    migrations.upgrade(empty)
    said = acme.all(ListWithdrawal)
    assert [(one.list_id, one.because, one.taken_up_at) for one in said] == [
        (1, "list withdrawn: old", None),
        (1, "list withdrawn: older than that", None),
    ]
    assert TUESDAY < said[0].at < said[1].at < acme.clock()


@pytest.mark.long
def test_a_list_to_which_withdrawn_people_moved_is_not_withdrawn(empty: Engine, at: At, rulebook: Rulebook) -> None:
    at(empty, BEFORE)
    acme = SampleOrganisation(UnitsOfWork(empty), rulebook, FakeClock())
    came_at, withdrawn_at = acme.clock.tick(seconds=1.3), acme.clock.tick(seconds=1.3)
    moved, worked = acme.add_contact("Moved"), acme.add_contact("Worked")
    acme.change(Contact, moved.id, finished_at=withdrawn_at, finished_because="list withdrawn: its old list")
    acme.change(Contact, worked.id, added_at=came_at)
    elsewhere = acme.add_contact("Elsewhere", campaign=acme.water_campaign)
    acme.change(Contact, elsewhere.id, finished_at=withdrawn_at, finished_because="list withdrawn: really")
    later = acme.add_contact("Came later", campaign=acme.water_campaign)
    acme.change(Contact, later.id, added_at=acme.clock.tick(seconds=1.3))
    migrations.upgrade(empty)
    assert [one.because for one in acme.all(ListWithdrawal)] == ["list withdrawn: really"]
