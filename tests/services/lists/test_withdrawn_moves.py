"""Moves of contacts, by an admin or by a better list, while one of the two lists is closed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.answers.lists import Basis, ListProofs
from bot.services.answers.people import Actor
from bot.services.calls import outcomes
from bot.services.errors import AlreadyGone
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.in_use import list_move, list_terms
from policy.vocabulary import Role
from storage.database.unit_of_work import UnitOfWork
from storage.models import Contact, ListMove
from tests.fakes import SampleOrganisation
from tests.services.lists.test_managing_lists import held

pytestmark = pytest.mark.both_engines


@pytest.fixture
def admin(acme: SampleOrganisation) -> Actor:
    return Actor(0, acme.organisation_id, "U0FRANK", "Frank", Role.ADMIN, None, "UTC")


def test_nobody_moves_to_a_list_that_is_withdrawn_during_the_move(
    acme: SampleOrganisation, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    grace, ada = acme.add_contact("Grace"), acme.add_contact("Ada")
    boiler = acme.add_campaign("Boiler care", "Bright Energy", acme.energy)
    monkeypatch.setattr(list_move, "_AT_ONCE", 1)

    def opened(*, is_read_only: bool = False) -> UnitOfWork:
        acme.clock.tick(seconds=0.3)
        moved = acme.one(Contact, grace.id)
        if moved.campaign_id == boiler.id and moved.finished_at is None:
            list_terms.withdraw(acme.deps, admin, moved.list_id, "wrong campaign")
        return acme.deps.unit_of_work(is_read_only=is_read_only)

    with pytest.raises(AlreadyGone):
        list_move.move(replace(acme.deps, unit_of_work=opened), admin, grace.list_id, boiler.id or 0)
    assert acme.one(Contact, grace.id).finished_because == "list withdrawn: wrong campaign"
    assert (acme.one(Contact, ada.id).campaign_id, held(acme)) == (acme.campaign.id, ["Ada"])


@pytest.mark.parametrize("basis", [Basis.CONTRACT, None])
@pytest.mark.parametrize("closes", ["withdrawn", "ended", "paused"])
def test_a_list_that_names_whom_another_list_closed_takes_them_over_unless_that_is_paused(
    acme: SampleOrganisation, admin: Actor, tmp_path: Path, closes: str, basis: Basis | None
) -> None:
    grace = acme.add_contact("Grace", "+447700900321")
    before = grace.list_id
    if closes == "withdrawn":
        list_terms.withdraw(acme.deps, admin, before, "bought by mistake")
    elif closes == "ended":
        list_terms.set_last_day(acme.deps, admin, before, acme.clock().date() - timedelta(days=1))
    else:
        list_terms.pause(acme.deps, admin, before)
    acme.clock.tick(minutes=5.3)
    (tmp_path / "newer.csv").write_text("name,phone\nGrace,+447700900321\nAda,+447700900322\n")
    order = ListOrder(tmp_path / "newer.csv", "Energy switch", "GB", proofs=ListProofs(basis=basis))
    assert import_contacts(acme.deps, order).imported == 1
    is_taken_over = closes != "paused"
    assert sorted(held(acme)) == ["Ada", "Grace"][: 1 + is_taken_over]
    assert (acme.one(Contact, grace.id).list_id == before) is not is_taken_over
    assert [(one.contact_id, one.list_id) for one in acme.all(ListMove)] == [(grace.id, before)] * is_taken_over
    acme.clock.tick(minutes=5.3)
    assert list_terms.take_up(acme.deps, admin, before).contacts == (not is_taken_over)
    assert sorted(held(acme)) == ["Ada", "Grace"]


def test_a_list_takes_over_nobody_whom_a_call_finished_or_who_is_on_it_already(
    acme: SampleOrganisation, admin: Actor, tmp_path: Path
) -> None:
    (tmp_path / "leads.csv").write_text("name,phone\nGrace,+447700900321\nAda,+447700900322\n")
    order = ListOrder(tmp_path / "leads.csv", "Energy switch", "GB", list_name="Leads")
    import_contacts(acme.deps, order)
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900321", "not interested")
    list_id = acme.one(Contact, 1).list_id
    list_terms.set_last_day(acme.deps, admin, list_id, acme.clock().date() - timedelta(days=1))
    acme.clock.tick(minutes=5.3)
    import_contacts(acme.deps, order)
    assert not acme.all(ListMove)
    assert not held(acme)
    import_contacts(acme.deps, replace(order, list_name="Others"))
    told = {one.name: (one.finished_because, one.list_id == list_id) for one in acme.all(Contact)}
    assert told == {"Grace": ("refused", True), "Ada": ("", False)}
