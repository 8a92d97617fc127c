"""C7: double leases of a contact, person or number while 32 workers in 4 processes claim and processes are killed.

People are on two lists and share numbers, so claims collide. A claim here is a granted lease. Afterwards the witness's
record is replayed: each taking of what is already taken counts. On both databases.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from multiprocessing import get_context
from random import Random
from threading import Thread
from time import monotonic, sleep, time
from typing import Any

from rich.progress import Progress
from sqlalchemy import Engine, create_engine, text

from benchmarks import goals
from benchmarks.hand_out import witness
from benchmarks.harness.make_contacts import AT, Shape, actor, fill
from benchmarks.harness.servers import server, sqlite_url
from bot.services.answers.calls import OfferCard
from bot.services.deps import Deps
from bot.services.hand_out import next_call, releases
from policy import load_rulebook
from policy.vocabulary import ReleaseReason
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from storage.errors import DatabaseTrouble

_PROCESSES, _THREADS, _WANTED, _CONTACTS = 4, 8, 5, 4_000
_KILLED_EVERY = (300, 1_500)  # leases; by time, a slow machine would kill processes before they work
_SLOWEST = 20  # leases a second, below which the run gives up
_SPAWN = get_context("spawn")
# Two lists of the same people, and two people at each number.
_SHARED = (
    "UPDATE contact SET person_id = (id + 1) / 2",
    "UPDATE contact SET number = (SELECT number FROM personnumber WHERE personnumber.id = (contact.id + 3) / 4)",
)


def main(*, is_quick: bool = False, claims: int = 0) -> int:
    wanted = claims or (3_000 if is_quick else 100_000)
    print(f"exclusivity: {_PROCESSES * _THREADS} workers in {_PROCESSES} processes until {wanted} leases, with kills")
    found = sum(_measure(name, opens, wanted) for name, opens in (("PostgreSQL", _postgresql), ("SQLite", sqlite_url)))
    goals.report("C7", found)
    return 0


def _measure(name: str, opens: Callable[[], Any], wanted: int) -> int:
    with opens() as url:
        fill(url, Shape(_CONTACTS, campaigns=2, campaigns_of_team=2, agents=_PROCESSES * _THREADS))
        engine = create_engine(url)
        with engine.begin() as connection:
            for statement in _SHARED:
                connection.execute(text(statement))
            witness.watch(connection)
        begun = monotonic()
        kills = _work(url, engine, wanted)
        seconds = monotonic() - begun
        with engine.connect() as connection:
            granted, doubles = witness.taken(connection), witness.doubles(connection)
            leases = connection.execute(text("SELECT count(*) FROM lease")).scalar_one()
        engine.dispose()
    assert granted == leases, "the witness missed leases"
    assert kills, "nobody was killed"
    assert granted >= wanted, f"only {granted} leases in the time there was"
    print(f"  {name}: {granted} leases in {seconds:.0f} s, {kills} kills, doubles {doubles}", flush=True)
    return sum(doubles.values())


def _work(url: str, engine: Engine, wanted: int) -> int:
    """Work until `wanted` leases were granted. Returns how many processes were killed."""
    random, begun, kills = Random(7), time(), 0
    children = [_start(url, place, begun) for place in range(_PROCESSES)]
    until, kill_after = monotonic() + 60 + wanted / _SLOWEST, random.randint(*_KILLED_EVERY)
    with Progress(transient=True) as progress:
        task = progress.add_task("leases", total=wanted)
        while monotonic() < until:
            sleep(0.25)
            with engine.connect() as connection:
                about = witness.taken_about(connection)
                if about >= wanted and witness.taken(connection) >= wanted:
                    break
            progress.update(task, completed=about)
            if about >= kill_after:
                place = random.randrange(_PROCESSES)
                children[place].kill()
                children[place].join(10)
                children[place] = _start(url, place, begun)
                kills, kill_after = kills + 1, about + random.randint(*_KILLED_EVERY)
    for child in children:
        child.kill()
        child.join(10)
    return kills


def _start(url: str, place: int, begun: float) -> Any:
    child = _SPAWN.Process(target=_claim_for_ever, args=(url, place, begun), daemon=True)
    child.start()
    return child


def _claim_for_ever(url: str, place: int, begun: float) -> None:
    """One process with one thread for each agent, until it is killed."""
    rulebook, units = load_rulebook(), UnitsOfWork(engines.create(url))
    deps = Deps(lambda: AT + timedelta(seconds=time() - begun), units, lambda: rulebook, None)  # type: ignore[arg-type]
    threads = [Thread(target=_agent, args=(deps, 1 + place * _THREADS + number)) for number in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _agent(deps: Deps, number: int) -> None:
    asking = actor(number)
    while True:
        with suppress(DatabaseTrouble):  # the wait for a turn timed out: ask again
            for card in next_call.hand_out(deps, asking, _WANTED).cards:
                if isinstance(card, OfferCard):
                    releases.release(deps, asking, card.lease_id, ReleaseReason.BREAK)


@contextmanager
def _postgresql() -> Iterator[str]:
    name = server().filled("exclusivity", lambda _: None)
    yield server().url(name)
    server().drop(name)
