"""Two transactions that wait for each other: PostgreSQL ends one of them, and nobody who asked is told of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from bot.services import next_call
from bot.services.again import MOST_TRIES, again_if_lost
from policy.vocabulary import Verdict
from storage.errors import DatabaseTrouble, TurnLost
from storage.models import DecisionRecord, Lease
from tests.fakes import House

PATIENCE_S = 20.0


pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def _wait_until_somebody_waits(connection: Connection) -> None:
    until = monotonic() + PATIENCE_S
    while not connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
        assert monotonic() < until, "nobody waits for the agent that the other holds"
        sleep(0.01)


def _hold_the_agent_then_want_the_contact(engine: Engine, house: House, contact_id: Any, holds: Event) -> None:
    """The other way round than a hand-out, which has the contact first and then refers to its agent."""
    with engine.connect() as connection, engine.connect() as watching:
        connection.execute(text("SELECT id FROM agent WHERE id = :id FOR UPDATE"), {"id": house.alice.agent_id})
        holds.set()
        _wait_until_somebody_waits(watching)
        connection.execute(text("UPDATE contact SET name = 'Renamed' WHERE id = :id"), {"id": contact_id})
        connection.commit()


def _deadlocks(engine: Engine) -> int:
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        found = connection.execute(text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
        return int(found.scalar_one())


def test_a_hand_out_that_was_ended_for_another_asks_again_by_itself(house: House, engine: Engine) -> None:
    contact, holds = house.add_contact(), Event()
    with ThreadPoolExecutor(1) as other:
        renaming = other.submit(_hold_the_agent_then_want_the_contact, engine, house, contact.id, holds)
        assert holds.wait(PATIENCE_S)
        found = next_call.hand_out(house.deps, house.alice, 1)
        renaming.result(PATIENCE_S)
    assert [card.name for card in (one.offer if hasattr(one, "offer") else one for one in found.cards)] == ["Renamed"]
    assert _deadlocks(engine) == 1
    assert len(house.all(Lease)) == 1
    assert [one.verdict for one in house.all(DecisionRecord)] == [Verdict.CALLABLE]


def test_it_gives_up_after_a_few_times(house: House) -> None:
    tries = []

    @again_if_lost
    def unlucky() -> None:
        tries.append(1)
        raise TurnLost("deadlock detected")

    with pytest.raises(TurnLost):
        unlucky()
    assert len(tries) == MOST_TRIES


def test_it_does_not_repeat_what_failed_for_another_reason(house: House) -> None:
    tries = []

    @again_if_lost
    def broken() -> None:
        tries.append(1)
        raise DatabaseTrouble("the disk is full")

    with pytest.raises(DatabaseTrouble):
        broken()
    assert tries == [1]
