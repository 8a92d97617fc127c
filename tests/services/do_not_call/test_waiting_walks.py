"""A register's file, or a press about a stop, that waits for a contact acts on what it finds when the wait ends.

On SQLite a writer waits before its transaction begins.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlmodel import Session

from bot.services.agents import as_actor
from bot.services.deciding import refresh
from bot.services.do_not_call import mistaken_stops, suppressions
from policy.vocabulary import Role
from storage.models import Agent, Contact, Screening, Suppression
from tests.fakes import SampleOrganisation
from tests.services.calls.test_waiting_for_rows import after_a_wait, is_as_decided_now
from tests.services.do_not_call.test_suppression_import import imported
from tests.services.marketing import TODAY, TOLD, Marketing

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
ANN, BEA, FILE = "+447700900123", "+447700900456", "07700 900123\n"


def test_what_its_author_took_back_during_the_wait_is_not_ended_again_by_admins(
    acme: SampleOrganisation, engine: Engine
) -> None:
    acme.add_contact("Ann", ANN)
    for agent in (acme.dana, acme.erin):
        acme.change(Agent, agent.agent_id, role=Role.ADMIN)
    dana, erin = (as_actor(acme.one(Agent, one.agent_id)) for one in (acme.dana, acme.erin))
    stop_id = suppressions.add(acme.deps, acme.alice, ANN).stop_id
    mistaken_stops.question(acme.deps, dana, stop_id, "a slip of the finger")
    acme.clock.tick(seconds=0.3)

    def take_back(session: Session) -> None:
        taken = update(Suppression).values(withdrawn_at=acme.clock(), withdrawn_because=suppressions.TAKEN_BACK)
        session.execute(taken)
        acme.clock.tick(seconds=0.3)

    after_a_wait(acme, engine, 1, lambda acme: mistaken_stops.agree(acme.deps, erin, 1), take_back)
    assert {one.withdrawn_because for one in acme.all(Suppression)} == {suppressions.TAKEN_BACK}


def test_whoever_got_a_number_of_the_list_during_the_wait_is_stopped(
    acme: SampleOrganisation, engine: Engine, tmp_path: Path
) -> None:
    ann, added = acme.add_contact("Ann", ANN), list[Contact]()

    def add(session: Session) -> None:
        added.append(acme._contact(session, number=BEA, name="Bea"))
        session.add_all(added)
        acme.clock.tick(seconds=0.3)

    after_a_wait(acme, engine, 1, lambda acme: imported(acme, tmp_path, ANN, BEA), add)
    assert {one.person_id for one in acme.all(Suppression)} == {None, ann.person_id, added[0].person_id}


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    found = Marketing(acme, tmp_path)
    found.take(f"Name,Phone\nAnn,{ANN}\n", TOLD)
    acme.clock.tick(seconds=0.3)
    return found


def test_what_an_import_said_of_a_number_during_the_wait_is_recorded_once(marketing: Marketing, engine: Engine) -> None:
    acme = marketing.acme
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)

    def say(session: Session) -> None:
        same: dict[str, Any] = {"organisation_id": acme.organisation_id, "register_name": "tps", "number": ANN}
        session.add(Screening(**same, obtained_at=midnight, is_listed=True, recorded_at=acme.clock()))

    after_a_wait(acme, engine, 1, lambda _: marketing.screen(FILE), say)
    assert [(one.number, one.is_listed) for one in acme.all(Screening)] == [(ANN, True)]


def test_a_contact_that_appeared_during_the_wait_is_decided_by_the_register_too(
    marketing: Marketing, engine: Engine
) -> None:
    acme, added = marketing.acme, list[Contact]()

    def add(session: Session) -> None:
        added.append(acme._contact(session, number=ANN, name="Ann again"))
        session.add_all(added)
        session.flush()
        refresh.refresh(acme.deps, session, added, acme.clock())

    after_a_wait(acme, engine, 1, lambda _: marketing.screen(FILE), add)
    assert is_as_decided_now(acme, added[0])
