"""A move into a list that is withdrawn meanwhile."""

from dataclasses import replace

import pytest

from bot.services.answers.people import Actor
from bot.services.errors import AlreadyGone
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
