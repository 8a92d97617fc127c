"""Units of work on a real database: all or nothing, no lost updates, readers never wait, values return unchanged."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from policy.vocabulary import Outcome, Role
from storage.models import Agent, Attempt, Organisation, OutcomeRecord
from tests.fakes import SampleOrganisation
from tests.rows import a_call

pytestmark = pytest.mark.both_engines

ROOT = Path(__file__).resolve().parents[3]


class Broken(Exception):
    pass


def test_it_writes_all_or_nothing(acme: SampleOrganisation) -> None:
    def write_two_and_break() -> None:
        with acme.units() as uow:
            uow.session.add(Organisation(slack_team_id="T1", name="One"))
            uow.session.flush()
            raise Broken

    with pytest.raises(Broken):
        write_two_and_break()
    assert [one.name for one in acme.all(Organisation)] == ["Acme Calls"]


def test_one_that_has_ended_begins_anew(acme: SampleOrganisation) -> None:
    unit = acme.units()
    unit.__enter__()
    with unit as uow:  # goes on
        uow.session.add(Organisation(slack_team_id="T1", name="One"))
    with unit as uow:
        uow.session.add(Organisation(slack_team_id="T2", name="Two"))
    assert [one.name for one in acme.all(Organisation)] == ["Acme Calls", "One", "Two"]


@pytest.mark.night
def test_it_leaves_nothing_half_done_when_the_process_is_killed(acme: SampleOrganisation, engine: Engine) -> None:
    program = f"""
import os
from storage.database import engine
from storage.models import Organisation
from storage.database.unit_of_work import UnitsOfWork
units = UnitsOfWork(engine.create({engine.url.render_as_string(hide_password=False)!r}))
with units() as uow:
    uow.session.add(Organisation(slack_team_id="T1", name="Committed"))
with units() as uow:
    uow.session.add(Organisation(slack_team_id="T2", name="Half done"))
    uow.session.flush()
    os._exit(9)
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=120, check=False)
    assert ended.returncode == 9
    assert [one.name for one in acme.all(Organisation)] == ["Acme Calls", "Committed"]
    acme.put(Organisation(slack_team_id="T3", name="Afterwards"))


def test_it_lets_readers_read_while_a_writer_writes(acme: SampleOrganisation) -> None:
    is_writing, may_end, seen = Event(), Event(), []

    def write() -> None:
        with acme.units() as uow:
            uow.session.add(Organisation(slack_team_id="T1", name="One"))
            uow.session.flush()
            is_writing.set()
            may_end.wait(10)

    writer = Thread(target=write)
    writer.start()
    assert is_writing.wait(60)
    seen.append(len(acme.all(Organisation)))
    may_end.set()
    writer.join(10)
    assert (seen, len(acme.all(Organisation))) == ([1], 2)


def test_two_updates_of_the_same_row_are_both_kept(acme: SampleOrganisation) -> None:
    """What was read for update is still true when it is written: two threads make twenty increments and lose none."""

    def increment() -> None:
        for _ in range(10):
            with acme.units() as uow:
                agent = uow.session.get_one(Agent, acme.alice.agent_id, with_for_update=True)
                agent.name = f"{int(agent.name) + 1}"

    acme.change(Agent, acme.alice.agent_id, name="0")
    threads = [Thread(target=increment) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert acme.one(Agent, acme.alice.agent_id).name == "20"


def test_a_reader_sees_one_snapshot(acme: SampleOrganisation) -> None:
    with acme.units(is_read_only=True) as uow:
        before = len(uow.session.exec(select(Organisation)).all())
        acme.put(Organisation(slack_team_id="T1", name="One"))
        uow.session.expire_all()
        assert len(uow.session.exec(select(Organisation)).all()) == before == 1
    assert len(acme.all(Organisation)) == 2


def test_it_stores_words_as_text_and_instants_as_aware_utc(acme: SampleOrganisation, engine: Engine) -> None:
    attempt = acme.put(
        a_call(
            acme.alice, "+447700900123", datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=UTC), outcome=Outcome.NO_ANSWER
        )
    )
    acme.put(
        OutcomeRecord(
            organisation_id=acme.organisation_id,
            attempt_id=attempt.id or 0,
            outcome=None,
            recorded_at=attempt.opened_at,
            recorded_by=acme.alice.agent_id,
        )
    )
    with engine.connect() as connection:
        assert connection.execute(text("SELECT state, outcome FROM attempt")).one() == ("reported", "no_answer")
        assert set(connection.execute(text("SELECT role FROM agent")).scalars()) == {"agent", "team_lead", "manager"}
    read = acme.one(Attempt, attempt.id)
    assert (read.opened_at, read.outcome) == (attempt.opened_at, Outcome.NO_ANSWER)
    assert read.opened_at.tzinfo is UTC
    assert acme.one(Agent, acme.dana.agent_id).role is Role.TEAM_LEAD


def test_it_refuses_a_naive_instant(acme: SampleOrganisation) -> None:
    naive = datetime(2026, 11, 24, 10)  # noqa: DTZ001 - the fault under test
    with pytest.raises(Exception, match="timezone"):
        acme.change(Agent, acme.alice.agent_id, deactivated_at=naive)
