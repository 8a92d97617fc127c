"""The contenders: the shipped hand-out, and a hand-written claim with raw psycopg. Each process opens its own."""

import gc
from dataclasses import replace
from functools import cache
from itertools import count
from threading import Lock

import psycopg
from sqlalchemy import Engine

from benchmarks.harness.make_contacts import AT, PRIORITIES, actor
from benchmarks.harness.servers import plain
from benchmarks.harness.workers import Claim
from bot.services.answers.calls import OfferCard
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.hand_out import next_call, releases
from policy import load_rulebook
from policy.vocabulary import ReleaseReason
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork

WANTED = 5
AGENTS = 20_000
MOST_WORKERS = 32

# A plain table with the index that this claim needs: contacts without the columns that the law needs.
_RAW_TABLE = f"""
CREATE TABLE contact (
  id bigint PRIMARY KEY, campaign_id int NOT NULL, agent_id int NOT NULL, priority smallint NOT NULL,
  phone_e164 bigint NOT NULL, state smallint NOT NULL DEFAULT 0,
  callable_from timestamptz NOT NULL, callable_until timestamptz NOT NULL, leased_by int, leased_until timestamptz
) WITH (fillfactor = 90);
SELECT setseed(0.5);
INSERT INTO contact
SELECT n, n % 20, n % 500, n % {PRIORITIES}, 447400000000 + n, 0,
       now() - interval '6 hours' + random() * interval '10 hours', now() + interval '8 hours'
  FROM generate_series(1, %(rows)s) n;
CREATE INDEX contact_claim ON contact (callable_from, id) WHERE state = 0;
"""
_RAW_CLAIM = """
WITH chosen AS MATERIALIZED (
  SELECT id FROM contact
   WHERE state = 0 AND callable_from <= now() AND callable_until > now()
   ORDER BY callable_from, id LIMIT 5 FOR UPDATE SKIP LOCKED)
UPDATE contact SET state = 1, leased_by = %s, leased_until = least(now() + interval '30 minutes', callable_until)
  FROM chosen WHERE contact.id = chosen.id RETURNING contact.*
"""


def fill_raw(url: str, rows: int) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        for statement in _RAW_TABLE.strip().split(";\n"):
            connection.execute(statement.replace("%(rows)s", str(rows)).replace("%%", "%").encode())


def open_raw(url: str, number: int) -> Claim:
    """Open the worker's own connection: prepared, autocommit."""
    connection = psycopg.connect(plain(url), autocommit=True, prepare_threshold=0)

    def claim() -> int:
        return len(connection.execute(_RAW_CLAIM, (number,)).fetchall())

    return claim


_opening = Lock()


def deps(url: str) -> Deps:
    """The dependencies of the services, one pool and one rulebook for all threads of the process. Sends no messages."""
    with _opening:
        return _deps(url)


def engine(url: str) -> Engine:
    """The engine behind `deps`."""
    with _opening:
        return _engine(url)


@cache
def _engine(url: str) -> Engine:
    return engines.create(url)


@cache
def _deps(url: str) -> Deps:
    rulebook = load_rulebook()
    gc.collect()
    gc.freeze()  # as the bot does when it has started
    return Deps(lambda: AT, UnitsOfWork(_engine(url)), lambda: rulebook, None)  # type: ignore[arg-type]


class Desk:
    """Claims by the shipped service, each by an agent who holds no contact yet. One desk for each worker."""

    def __init__(self, url: str, number: int = 0, workers: int = 1) -> None:
        self._deps, self._number, self._workers, self._serial = deps(url), number, workers, count()
        self._somebody, self._held = actor(1), list[tuple[Actor, int]]()

    def claim(self, wanted: int = WANTED) -> int:
        asking = replace(self._somebody, agent_id=1 + (self._number + self._workers * next(self._serial)) % AGENTS)
        cards = next_call.hand_out(self._deps, asking, wanted).cards
        self._held += [(asking, card.lease_id) for card in cards if isinstance(card, OfferCard)]
        return len(cards)

    def give_back(self) -> None:
        """Give back every claim, so that the next one finds the same queue."""
        for asking, lease_id in self._held:
            releases.release(self._deps, asking, lease_id, ReleaseReason.BREAK)
        self._held.clear()


def open_hand_out(url: str, number: int) -> Claim:
    return Desk(url, number, MOST_WORKERS).claim
