"""What one bot reads another changes before it writes: on PostgreSQL, where readers wait for nobody.

Each test lets somebody else act and commit between two statements of a service, which chance seldom does.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, QueuePool, event

from bot.services import calling, leaving, next_call
from bot.services.results import CallingCard, OfferCard
from policy import Rulebook
from policy.vocabulary import AttemptState, LeaseStage
from storage import engine as engines
from storage.errors import DatabaseTrouble
from storage.models import Agent, Attempt, Lease
from storage.unit_of_work import UnitsOfWork
from tests.fakes import FakeClock, House
from tests.postgres import Server


@pytest.fixture
def engine(postgres: Server) -> Iterator[Engine]:
    with postgres.database() as url:
        engine = engines.create(url)
        yield engine
        engine.dispose()


@pytest.fixture
def house(engine: Engine, rulebook: Rulebook) -> House:
    return House(UnitsOfWork(engine), rulebook, FakeClock())


@contextmanager
def meanwhile(engine: Engine, acts: Callable[[], object]) -> Iterator[None]:
    """As soon as the block has read which leases somebody holds, `acts` is done by somebody else."""
    done: list[object] = []

    def read(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not done and "FROM lease JOIN contact" in " ".join(statement.split()):
            done.append("begun")
            other = Thread(target=lambda: done.append(acts()))
            other.start()
            other.join(10)

    event.listen(engine, "after_cursor_execute", read)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", read)
    assert len(done) == 2, "somebody else has acted"


def _offered(house: House) -> int:
    house.add_contact("Grace")
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    return card.lease_id


def test_it_keeps_the_call_that_began_while_the_agent_asked_for_more(house: House, engine: Engine) -> None:
    """The call is on record by then, and forbids another one: that must not take away the card it is made from."""
    lease_id = _offered(house)
    with meanwhile(engine, lambda: calling.call(house.deps, house.alice, lease_id)):
        answer = next_call.hand_out(house.deps, house.alice, 1)
    [card] = answer.cards
    assert isinstance(card, CallingCard), "the number stays in sight of whoever is ringing it"
    assert answer.dropped == ()
    [lease], [attempt] = house.all(Lease), house.all(Attempt)
    assert (lease.stage, lease.ended_at, attempt.state) == (LeaseStage.CALLING, None, AttemptState.OPEN)


def test_it_asks_for_the_outcome_of_a_call_that_began_while_the_agent_was_leaving(house: House, engine: Engine) -> None:
    lease_id = _offered(house)
    alice = house.one(Agent, house.alice.agent_id)
    with (
        meanwhile(engine, lambda: calling.call(house.deps, house.alice, lease_id)),
        house.units() as uow,
    ):
        assert leaving.hand_back(uow.session, alice, house.clock()) == 1
    [lease], [attempt] = house.all(Lease), house.all(Attempt)
    assert lease.ended_at is not None
    assert attempt.state is AttemptState.UNREPORTED, "it counts, and wants an outcome"


def test_it_is_told_of_trouble_when_others_keep_every_connection(house: House, engine: Engine) -> None:
    """Not of a fault in the program: whoever waited too long is to try again."""
    assert isinstance(engine.pool, QueuePool)
    engine.pool._timeout = 0.05
    with ExitStack() as others:
        for _ in range(engine.pool.size()):
            others.enter_context(engine.connect())
        with pytest.raises(DatabaseTrouble):
            next_call.hand_out(house.deps, house.alice, 1)
    assert next_call.hand_out(house.deps, house.alice, 1).cards == ()
