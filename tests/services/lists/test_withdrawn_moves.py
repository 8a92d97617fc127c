"""Moves of contacts, by an admin or by a better list, while one of the two lists is closed."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.services.answers.lists import Basis, ListProofs
from bot.services.answers.people import Actor
from bot.services.errors import AlreadyGone
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.in_use import list_move, list_terms
from policy.vocabulary import Role
from storage.database.unit_of_work import UnitOfWork
from storage.models import Contact
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


@pytest.mark.parametrize("is_paused", [True, False])
def test_whom_a_better_list_names_meanwhile_comes_back_with_the_list_that_closed_them(
    acme: SampleOrganisation, admin: Actor, tmp_path: Path, is_paused: bool
) -> None:
    grace = acme.add_contact("Grace", "+447700900321")
    if is_paused:
        list_terms.pause(acme.deps, admin, grace.list_id)
    else:
        list_terms.withdraw(acme.deps, admin, grace.list_id, "bought by mistake")
    acme.clock.tick(minutes=5.3)
    (tmp_path / "better.csv").write_text("name,phone\nGrace,+447700900321\nAda,+447700900322\n")
    order = ListOrder(tmp_path / "better.csv", "Energy switch", "GB", proofs=ListProofs(basis=Basis.CONTRACT))
    assert import_contacts(acme.deps, order).imported == 1
    assert held(acme) == ["Ada"]
    acme.clock.tick(minutes=5.3)
    list_terms.take_up(acme.deps, admin, grace.list_id)
    assert sorted(held(acme)) == ["Ada", "Grace"]
