"""An import, or a change of a list, that waits for a contact acts on what it finds when the wait ends.

On SQLite a writer waits before its transaction begins.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from sqlmodel import Session, col

from bot.services.answers.people import Actor
from bot.services.deciding import refresh
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.in_use import list_move, list_terms
from policy.vocabulary import Role, Verdict
from storage.models import Campaign, Contact, Suppression
from tests.fakes import SampleOrganisation
from tests.rows import a_stop
from tests.services.calls.test_waiting_for_rows import ANN, after_a_wait, is_as_decided_now

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def leads(acme: SampleOrganisation, tmp_path: Path) -> Path:
    """Ann is on record; a list says that she is not to be called."""
    acme.add_contact("Ann", ANN)
    acme.clock.tick(seconds=0.3)
    path = tmp_path / "leads.csv"
    path.write_text(f"Name,Phone,Do not call\nAnn,{ANN},yes\n")
    return path


def test_a_stop_that_another_import_recorded_during_the_wait_is_recorded_once(
    acme: SampleOrganisation, engine: Engine, leads: Path
) -> None:
    person_id = acme.one(Contact, 1).person_id

    def say(session: Session) -> None:
        for number, person in (("", person_id), (ANN, None)):
            session.add(a_stop(acme, acme.clock(), number=number, person_id=person, principal="Bright Energy"))

    after_a_wait(acme, engine, 1, lambda acme: import_contacts(acme.deps, ListOrder(leads, "Energy switch", "GB")), say)
    assert len(acme.all(Suppression)) == 2


def test_a_contact_that_appeared_during_the_wait_is_stopped_too(
    acme: SampleOrganisation, engine: Engine, leads: Path
) -> None:
    acme.change(Campaign, acme.water_campaign.id, principal="Bright Energy")
    added = list[Contact]()

    def add(session: Session) -> None:
        added.append(acme._contact(session, number=ANN, name="Ann again", campaign=acme.water_campaign))
        added[0].person_id = acme.one(Contact, 1).person_id
        session.add_all(added)
        session.flush()
        refresh.refresh(acme.deps, session, added, acme.clock())

    after_a_wait(acme, engine, 1, lambda acme: import_contacts(acme.deps, ListOrder(leads, "Energy switch", "GB")), add)
    assert is_as_decided_now(acme, added[0])
    assert acme.one(Contact, 1).verdict is Verdict.SUPPRESSED


@pytest.mark.parametrize(
    "press",
    [
        lambda acme, frank: list_terms.withdraw(acme.deps, frank, acme.one(Contact, 1).list_id, "an old file"),
        lambda acme, frank: list_move.move(acme.deps, frank, acme.one(Contact, 1).list_id, acme.water_campaign.id or 0),
    ],
    ids=["withdraw", "move"],
)
def test_whom_a_call_finished_during_the_wait_stays_finished_by_it(
    acme: SampleOrganisation, engine: Engine, press: Callable[[SampleOrganisation, Actor], object]
) -> None:
    acme.change(Campaign, acme.water_campaign.id, principal="Bright Energy")
    acme.add_contact("Ann", ANN)
    other = acme.add_contact("Ben")
    frank = Actor(0, acme.organisation_id, "U0FRANK", "Frank", Role.ADMIN, None, "UTC")

    def finish(session: Session) -> None:
        session.execute(
            update(Contact).where(col(Contact.id) == 1).values(finished_at=acme.clock(), finished_because="refused")
        )
        acme.clock.tick(seconds=0.3)

    after_a_wait(acme, engine, 1, lambda acme: press(acme, frank), finish)
    ann = acme.one(Contact, 1)
    assert (ann.finished_because, ann.campaign_id) == ("refused", acme.campaign.id)
    ben = acme.one(Contact, other.id)
    assert ben.finished_at is not None or ben.campaign_id == acme.water_campaign.id, "those behind are reached"
