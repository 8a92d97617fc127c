"""One of several processes that work the same lists: `python -m tests.services.crowd URL ROUNDS AGENT...`.

One thread for each agent. Each thread is its own witness: it locks what it holds, by contact, person and number,
without the product's knowledge. A lock that another thread has is a double lease. Prints its counts as one line of
JSON.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlmodel import Session

from bot.services.agents import as_actor
from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.deps import Deps
from bot.services.hand_out import next_call, releases
from policy import load_rulebook
from policy.vocabulary import Outcome, ReleaseReason
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from storage.models import Agent, Lease
from tests.fakes import TUESDAY, FakeNotifier

_WANTED = 3


def work(engine: Engine, deps: Deps, witness: Engine, agent_id: int, rounds: int) -> dict[str, int]:
    """Ask, look, give back or call, `rounds` times."""
    with Session(engine) as session:
        actor = as_actor(session.get_one(Agent, agent_id))
    found = {"handed_out": 0, "doubles": 0, "short": 0, "calls": 0}
    random = Random(agent_id)
    with witness.connect() as connection:
        for _ in range(rounds):
            answer = next_call.hand_out(deps, actor, _WANTED)
            cards = [card for card in answer.cards if isinstance(card, OfferCard)]
            keys = [key for card in cards for key in _held(engine, card.lease_id)]
            found["doubles"] += sum(not _lock(connection, "pg_try_advisory_lock", key) for key in keys)
            found["handed_out"] += len(cards)
            found["short"] += answer.short is not None
            connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")
            for card in cards:
                found["calls"] += _finish(deps, actor, card, is_called=random.random() < 0.1)
    return found


def _held(engine: Engine, lease_id: int) -> tuple[str, str, str]:
    with Session(engine) as session:
        lease = session.get_one(Lease, lease_id)
    return f"contact {lease.contact_id}", f"person {lease.person_id}", f"number {lease.number}"


def _lock(connection: Connection, how: str, key: str) -> bool:
    # Another seed than the product's, so that the witness shares no lock with what it watches.
    return bool(connection.exec_driver_sql(f"SELECT {how}(hashtextextended(%s, 77))", (key,)).scalar_one())


def _finish(deps: Deps, actor: Actor, card: OfferCard, *, is_called: bool) -> int:
    if not is_called:
        releases.release(deps, actor, card.lease_id, ReleaseReason.BREAK)
        return 0
    opened = calling.call(deps, actor, card.lease_id)
    assert isinstance(opened, CallOpened)
    outcomes.record(deps, actor, opened.attempt_id, Outcome.NO_ANSWER, is_confirmed=True)
    return 1


def main(url: str, rounds: int, agents: list[int]) -> dict[str, int]:
    begun, rulebook = monotonic(), load_rulebook()
    engine, witness = engines.create(url), create_engine(url, isolation_level="AUTOCOMMIT", pool_size=len(agents))
    deps = Deps(
        lambda: TUESDAY + timedelta(seconds=monotonic() - begun), UnitsOfWork(engine), lambda: rulebook, FakeNotifier()
    )
    with ThreadPoolExecutor(len(agents)) as threads:
        done = list(threads.map(lambda agent_id: work(engine, deps, witness, agent_id, rounds), agents))
    engine.dispose()
    witness.dispose()
    return {name: sum(one[name] for one in done) for name in done[0]}


if __name__ == "__main__":
    arguments: list[Any] = sys.argv[1:]
    print(json.dumps(main(arguments[0], int(arguments[1]), [int(one) for one in arguments[2:]])))
