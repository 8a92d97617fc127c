"""A writer locks the row it changes until the commit; a reader waits for no writer and locks nothing."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col

from bot.services import permissions
from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.calls import calling, outcomes, recording
from bot.services.do_not_call import SuppressionOrder, import_list, suppressions
from bot.services.hand_out import next_call, releases
from bot.services.teams import holds, moves, pauses
from policy.vocabulary import Outcome
from storage.models import Agent, Attempt, Callback, Contact, Lease, Suppression
from tests.fakes import House, lease_to

Reads = Callable[[House, Session], object]
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite's writers take turns


def is_locked(engine: Engine, kind: type[SQLModel], row_id: int | None) -> bool:
    """Whether another transaction has locked the row."""
    identity = kind.__table__.c.id  # type: ignore[attr-defined]
    with engine.connect() as another:
        found = another.execute(sql_select(identity).where(identity == row_id).with_for_update(skip_locked=True)).all()
        another.rollback()
    return not found


@pytest.fixture
def called(house: House) -> House:
    """Alice calls one contact, holds the card of another, and has a callback to the latter."""
    house.add_contacts(2)
    first, _ = next_call.hand_out(house.deps, house.alice, 2).cards
    assert isinstance(first, OfferCard)
    assert isinstance(calling.call(house.deps, house.alice, first.lease_id), CallOpened)
    house.add_promise(house.one(Contact, 2), house.alice.agent_id, house.clock() + timedelta(days=2))
    return house


@ON_POSTGRESQL
@pytest.mark.parametrize("number", ["+447700900666", "+447700900667"])
def test_a_claim_waits_for_no_other_claim_of_the_person_or_number(house: House, number: str) -> None:
    person = house.add_person("Cat", "+447700900666", "+447700900667")
    contact = house.add_contact(person=person, number="+447700900666")
    name = "Ben" if number == contact.number else ""
    second = house.add_campaign("Energy service", "Bright Energy", house.energy)
    other = house.add_contact(name, number, campaign=second, person=None if name else person)
    at, until = house.clock(), house.clock() + timedelta(minutes=30)
    with house.units() as first, house.units() as later:
        assert lease_to(first.session, contact, house.alice.agent_id, at, until) is not None
        later.session.execute(text("SET LOCAL lock_timeout = '1s'"))
        assert lease_to(later.session, other, house.bob.agent_id, at, until) is None


@ON_POSTGRESQL
@pytest.mark.parametrize(
    ("read", "locked"),
    [
        (lambda house, session: releases.held_by(session, house.alice, 2), (Contact, Lease)),
        (lambda house, session: releases.led_lease(session, house.dana, 2), (Contact, Lease)),
        (lambda house, session: recording.find(session, house.alice, 1), (Attempt,)),
        (lambda house, session: permissions.led_contact(session, house.dana, 2), (Contact,)),
        (lambda house, session: permissions.led_agent(session, house.dana, 1), (Agent,)),
        (lambda house, session: moves._promise(session, house.dana, 1), (Callback, Contact)),
    ],
)
def test_rows_to_be_changed_are_locked(
    called: House, engine: Engine, read: Reads, locked: tuple[type[SQLModel], ...]
) -> None:
    rows: dict[type[SQLModel], int] = {Contact: 2, Lease: 2, Attempt: 1, Agent: called.alice.agent_id, Callback: 1}
    with called.units() as uow:
        read(called, uow.session)
        assert [kind for kind in locked if not is_locked(engine, kind, rows[kind])] == []


@ON_POSTGRESQL
@pytest.mark.parametrize(
    "read",
    [
        lambda house, session: releases.led_lease(session, house.dana, 2, is_only_read=True),
        lambda house, session: recording.find(session, house.alice, 1, is_only_read=True),
        lambda house, session: permissions.led_contact(session, house.dana, 2, is_only_read=True),
        lambda house, session: moves._promise(session, house.dana, 1, is_only_read=True),
    ],
)
def test_rows_only_read_are_not_locked(called: House, engine: Engine, read: Reads) -> None:
    with called.units() as uow:
        read(called, uow.session)
        for kind, row_id in ((Contact, 2), (Lease, 2), (Attempt, 1), (Callback, 1)):
            assert not is_locked(engine, kind, row_id)


@ON_POSTGRESQL
def test_rows_may_refer_to_an_agent_who_is_being_changed(called: House, engine: Engine) -> None:
    """A hand-out records the agent of the lease, which takes a key-share lock on the agent's row."""
    with called.units() as uow:
        permissions.led_agent(uow.session, called.dana, called.alice.agent_id)
        identity = col(Agent.id)
        shared = sql_select(identity).where(identity == called.alice.agent_id)
        with engine.connect() as another:
            lock = shared.with_for_update(read=True, key_share=True, skip_locked=True)
            assert another.execute(lock).all()
            another.rollback()


READERS: list[Callable[[House], object]] = [
    lambda house: moves.who_may_take(house.deps, house.dana, 2),
    lambda house: moves.who_may_promise(house.deps, house.dana, 1, house.energy.id or 0),
    lambda house: outcomes.open_attempts(house.deps, house.alice),
    lambda house: outcomes.standing(house.deps, house.alice, 1),
    lambda house: outcomes.is_waiting_on(house.deps, house.alice, "07700900001"),
    lambda house: holds.asked_about(house.deps, house.dana, 2),
    lambda house: pauses.who_may_be_paused(house.deps, house.dana, house.energy.id or 0),
]


@pytest.mark.parametrize("read", READERS)
def test_a_reader_waits_for_no_writer(called: House, engine: Engine, read: Callable[[House], object]) -> None:
    """On SQLite an import holds the only write lock for seconds."""
    assert engine.url.database is not None
    writer = sqlite3.connect(engine.url.database, timeout=0.1, isolation_level=None)
    try:
        writer.execute("BEGIN IMMEDIATE")
        assert read(called) is not None
    finally:
        writer.close()


@ON_POSTGRESQL
@pytest.mark.parametrize("read", READERS)
def test_a_reader_locks_nothing(called: House, read: Callable[[House], object]) -> None:
    """PostgreSQL refuses a lock in a read-only transaction."""
    assert read(called) is not None


@ON_POSTGRESQL
@pytest.mark.parametrize(
    "stop",
    [
        lambda house, _: suppressions.add(house.deps, house.alice, "07700 900001"),
        lambda house, file: import_list(house.deps, SuppressionOrder(file, "Bright Energy")),
        lambda house, _: outcomes.record(house.deps, house.alice, 1, Outcome.DO_NOT_CALL),
        lambda house, _: outcomes.record_spoken(house.deps, house.alice, "07700 900001", "do not call"),
    ],
)
def test_a_stop_is_dated_after_a_call_that_is_just_being_opened(
    called: House, engine: Engine, tmp_path: Path, stop: Callable[[House, Path], object]
) -> None:
    """Otherwise the audit finds a call opened after a stop that its agent could not see."""
    (file := tmp_path / "stops.csv").write_text("+447700900001\n")
    with engine.connect() as opening:
        opening.execute(sql_select(col(Contact.id)).where(col(Contact.id) == 1).with_for_update())
        thread = Thread(target=stop, args=(called, file))
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "it waits for the call that is being opened"
        opened_at = called.clock.tick(seconds=7.3)
        opening.rollback()
    thread.join(20)
    assert {one.since for one in called.all(Suppression)} == {opened_at}
