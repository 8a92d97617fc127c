"""A request that waited for another's transaction acts when the wait ends, not when it was made."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from threading import Event
from typing import TypeVar

import pytest
from sqlalchemy import Engine

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.hand_out import next_call
from policy.vocabulary import Outcome
from storage.database.unit_of_work import UnitOfWork
from storage.models import Attempt, Lease, OutcomeRecord
from tests.fakes import TUESDAY, SampleOrganisation

CLOSING = TUESDAY.replace(hour=20)  # no call later than this, by house policy
Answer = TypeVar("Answer")


class Queue:
    """Makes one request wait for its turn while time passes."""

    def __init__(self, acme: SampleOrganisation, engine: Engine) -> None:
        self._acme, self._file = acme, str(engine.url.database)
        self.asks = Event()

    def after(self, span: timedelta, ask: Callable[[], Answer]) -> Answer:
        self.asks.clear()
        with self._locked() as release, ThreadPoolExecutor(1) as asking:
            answer: Future[Answer] = asking.submit(ask)
            assert self.asks.wait(60)
            self._acme.clock.now += span
            release()
            return answer.result(timeout=60)

    @contextmanager
    def _locked(self) -> Iterator[Callable[[], None]]:
        with closing(sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield lambda: connection.rollback()


@pytest.fixture
def queue(acme: SampleOrganisation, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Queue:
    made = Queue(acme, engine)
    enter = UnitOfWork.__enter__

    def asks(unit: UnitOfWork) -> UnitOfWork:
        made.asks.set()
        return enter(unit)

    monkeypatch.setattr(UnitOfWork, "__enter__", asks)
    return made


def _card(acme: SampleOrganisation, actor: Actor) -> int:
    [card] = next_call.hand_out(acme.deps, actor, 1).cards
    assert isinstance(card, OfferCard)
    return card.lease_id


def test_it_shows_no_number_when_the_hours_ended_while_it_waited(acme: SampleOrganisation, queue: Queue) -> None:
    acme.clock.at(CLOSING - timedelta(seconds=3))
    acme.add_contact("Grace")
    lease_id = _card(acme, acme.alice)
    answer = queue.after(timedelta(seconds=5), lambda: calling.call(acme.deps, acme.alice, lease_id))
    assert not isinstance(answer, CallOpened)
    assert not acme.all(Attempt)


def test_it_hands_out_no_contact_when_the_hours_ended_while_it_waited(acme: SampleOrganisation, queue: Queue) -> None:
    acme.clock.at(CLOSING - timedelta(seconds=3))
    acme.add_contact("Grace")
    answer = queue.after(timedelta(seconds=5), lambda: next_call.hand_out(acme.deps, acme.alice, 1))
    assert (answer.cards, acme.all(Lease)) == ((), [])


def test_it_dates_an_outcome_by_when_it_is_written(acme: SampleOrganisation, queue: Queue) -> None:
    acme.add_contact("Grace")
    calling.call(acme.deps, acme.alice, _card(acme, acme.alice))
    attempt = acme.all(Attempt)[0]
    queue.after(timedelta(seconds=5), lambda: outcomes.record(acme.deps, acme.alice, attempt.id or 0, Outcome.BUSY))
    assert [one.recorded_at for one in acme.all(OutcomeRecord)] == [TUESDAY + timedelta(seconds=5)]
