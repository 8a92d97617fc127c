"""A list that was withdrawn before the upgrade says so itself afterwards."""

import pytest
from sqlalchemy import Engine

from policy import Rulebook
from storage import migrations
from storage.database.unit_of_work import UnitsOfWork
from storage.models import Contact, ListWithdrawal
from tests.fakes import TUESDAY, FakeClock, SampleOrganisation

BEFORE = "0106"


@pytest.mark.long
def test_each_reason_for_which_a_list_was_withdrawn_is_kept(empty: Engine, rulebook: Rulebook) -> None:
    migrations.upgrade(empty, BEFORE)
    acme = SampleOrganisation(UnitsOfWork(empty), rulebook, FakeClock())
    for number, because in enumerate(("list withdrawn: old", "list withdrawn: older than that", "list paused", "")):
        at = acme.clock.tick(seconds=1.3)
        acme.change(Contact, acme.add_contact(f"Contact {number}").id, finished_at=at, finished_because=because)
    acme.add_contact("Ada", campaign=acme.water_campaign)
    migrations.upgrade(empty)
    said = acme.all(ListWithdrawal)
    assert [(one.list_id, one.because, one.taken_up_at) for one in said] == [
        (1, "list withdrawn: old", None),
        (1, "list withdrawn: older than that", None),
    ]
    assert TUESDAY < said[0].at < said[1].at < acme.clock()
