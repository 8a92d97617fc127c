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

from bot.services import agents
from bot.services.agents import admitted
from bot.services.answers.calls import CallOpened, OfferCard, WithHand
from bot.services.calls import calling, outcomes, recording
from bot.services.do_not_call import suppressions
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.hand_out import next_call, releases
from bot.services.hand_out.hand import Press, changed
from bot.services.teams import holds, moves, pauses
from policy.vocabulary import Outcome
from storage.models import Agent, Attempt, Callback, Contact, Lease, Organisation, Suppression
from tests.fakes import SampleOrganisation, lease_to

Reads = Callable[[SampleOrganisation, Session], object]
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite's writers take turns


def is_locked(engine: Engine, kind: type[SQLModel], row_id: int | None) -> bool:
    """Whether another transaction has locked the row."""
    identity = kind.__table__.c.id  # type: ignore[attr-defined]
    with engine.connect() as another:
        found = another.execute(sql_select(identity).where(identity == row_id).with_for_update(skip_locked=True)).all()
        another.rollback()
    return not found


@pytest.fixture
def called(acme: SampleOrganisation) -> SampleOrganisation:
    """Alice calls one contact, holds the card of another, and has a callback to the latter."""
    acme.add_contacts(2)
    first, _ = next_call.hand_out(acme.deps, acme.alice, 2).cards
    assert isinstance(first, OfferCard)
    assert isinstance(calling.call(acme.deps, acme.alice, first.lease_id), CallOpened)
    acme.add_callback(acme.one(Contact, 2), acme.alice.agent_id, acme.clock() + timedelta(days=2))
    return acme


@ON_POSTGRESQL
@pytest.mark.parametrize("number", ["+447700900666", "+447700900667"])
def test_a_claim_waits_for_no_other_claim_of_the_person_or_number(acme: SampleOrganisation, number: str) -> None:
    person = acme.add_person("Cat", "+447700900666", "+447700900667")
    contact = acme.add_contact(person=person, number="+447700900666")
    name = "Ben" if number == contact.number else ""
    second = acme.add_campaign("Energy service", "Bright Energy", acme.energy)
    other = acme.add_contact(name, number, campaign=second, person=None if name else person)
    at, until = acme.clock(), acme.clock() + timedelta(minutes=30)
    with acme.units() as first, acme.units() as later:
        assert lease_to(first.session, contact, acme.alice.agent_id, at, until) is not None
        later.session.execute(text("SET LOCAL lock_timeout = '1s'"))
        assert lease_to(later.session, other, acme.bob.agent_id, at, until) is None


@ON_POSTGRESQL
@pytest.mark.parametrize(
    ("read", "locked"),
    [
        (lambda acme, session: releases.held_by(session, acme.alice, 2), (Contact, Lease)),
        (lambda acme, session: releases.led_lease(session, acme.dana, 2), (Contact, Lease)),
        (lambda acme, session: recording.take(Press(session, acme.alice), 1), (Attempt,)),
        (lambda acme, session: agents.led_contact(session, acme.dana, 2), (Contact,)),
        (lambda acme, session: agents.led_agent(session, acme.dana, 1), (Agent,)),
        (lambda acme, session: moves._led_callback(session, acme.dana, 1), (Callback, Contact)),
    ],
)
def test_rows_to_be_changed_are_locked(
    called: SampleOrganisation, engine: Engine, read: Reads, locked: tuple[type[SQLModel], ...]
) -> None:
    rows: dict[type[SQLModel], int] = {Contact: 2, Lease: 2, Attempt: 1, Agent: called.alice.agent_id, Callback: 1}
    with called.units() as uow:
        read(called, uow.session)
        assert [kind for kind in locked if not is_locked(engine, kind, rows[kind])] == []


@ON_POSTGRESQL
@pytest.mark.parametrize(
    "read",
    [
        lambda acme, session: releases.led_lease(session, acme.dana, 2, is_only_read=True),
        lambda acme, session: recording.find(session, acme.alice, 1),
        lambda acme, session: agents.led_contact(session, acme.dana, 2, is_only_read=True),
        lambda acme, session: moves._led_callback(session, acme.dana, 1, is_only_read=True),
    ],
)
def test_rows_only_read_are_not_locked(called: SampleOrganisation, engine: Engine, read: Reads) -> None:
    with called.units() as uow:
        read(called, uow.session)
        for kind, row_id in ((Contact, 2), (Lease, 2), (Attempt, 1), (Callback, 1)):
            assert not is_locked(engine, kind, row_id)


@ON_POSTGRESQL
def test_rows_may_refer_to_an_agent_who_is_being_changed(called: SampleOrganisation, engine: Engine) -> None:
    """A hand-out records the agent of the lease, which takes a key-share lock on the agent's row."""
    with called.units() as uow:
        agents.led_agent(uow.session, called.dana, called.alice.agent_id)
        identity = col(Agent.id)
        shared = sql_select(identity).where(identity == called.alice.agent_id)
        with engine.connect() as another:
            lock = shared.with_for_update(read=True, key_share=True, skip_locked=True)
            assert another.execute(lock).all()
            another.rollback()


@ON_POSTGRESQL
def test_presses_of_one_agent_take_turns_from_their_admission(called: SampleOrganisation, engine: Engine) -> None:
    """So an agent never has more calls open than the house allows, however fast they press."""
    slack = called.one(Organisation, called.organisation_id).slack_team_id
    called.change(Agent, called.alice.agent_id, language="en")  # it need not be looked up in Slack first
    with admitted(called.deps, slack, called.alice.slack_user_id) as (deps, alice):
        assert is_locked(engine, Agent, called.alice.agent_id)
        with deps.unit_of_work() as uow:
            assert uow.is_continued
            assert not is_locked(engine, Agent, called.bob.agent_id)
        assert alice.agent_id == called.alice.agent_id
    assert not is_locked(engine, Agent, called.alice.agent_id)
    turns: list[bool] = []

    def press(_press: Press) -> WithHand:
        turns.append(is_locked(engine, Agent, called.alice.agent_id))
        return WithHand()

    changed(called.deps, called.alice, press)
    assert turns == [True], "so does a press whose admission was a transaction of its own"


READERS: list[Callable[[SampleOrganisation], object]] = [
    lambda acme: moves.who_may_take(acme.deps, acme.dana, 2),
    lambda acme: moves.callback_takers(acme.deps, acme.dana, 1, acme.energy.id or 0),
    lambda acme: outcomes.open_attempts(acme.deps, acme.alice),
    lambda acme: outcomes.standing_outcome(acme.deps, acme.alice, 1),
    lambda acme: outcomes.is_waiting_on(acme.deps, acme.alice, "07700900001"),
    lambda acme: holds.asked_about(acme.deps, acme.dana, 2),
    lambda acme: pauses.who_may_be_paused(acme.deps, acme.dana, acme.energy.id or 0),
]


@pytest.mark.parametrize("read", READERS)
def test_a_reader_waits_for_no_writer(
    called: SampleOrganisation, engine: Engine, read: Callable[[SampleOrganisation], object]
) -> None:
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
def test_a_reader_locks_nothing(called: SampleOrganisation, read: Callable[[SampleOrganisation], object]) -> None:
    """PostgreSQL refuses a lock in a read-only transaction."""
    assert read(called) is not None


@pytest.mark.long
@ON_POSTGRESQL
@pytest.mark.parametrize(
    "stop",
    [
        lambda acme, _: suppressions.add(acme.deps, acme.alice, "07700 900001"),
        lambda acme, file: import_list(acme.deps, SuppressionOrder(file, "Bright Energy")),
        lambda acme, _: outcomes.record(acme.deps, acme.alice, 1, Outcome.DO_NOT_CALL),
        lambda acme, _: outcomes.record_spoken(acme.deps, acme.alice, "07700 900001", "do not call"),
    ],
)
def test_a_stop_is_dated_after_a_call_that_is_just_being_opened(
    called: SampleOrganisation, engine: Engine, tmp_path: Path, stop: Callable[[SampleOrganisation, Path], object]
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
    thread.join(60)
    assert {one.since for one in called.all(Suppression)} == {opened_at}
