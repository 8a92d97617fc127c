"""Rows that are written while the program does something else: told when they fail, and left to themselves by nobody."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from threading import Timer
from threading import enumerate as threads
from time import monotonic, sleep

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, func, select

from storage import bulk
from storage import engine as engines
from storage.models import Person
from storage.unit_of_work import UnitsOfWork
from tests.fakes import House
from tests.postgres import Server

pytestmark = pytest.mark.both_engines
COLUMNS = ("key", "name")
AT_ONCE_S = 8.0  # well below the fifteen seconds for which one waits for another's rows


def people(first: int, count: int) -> list[bulk.Row]:
    return [(f"name:{one:06}", f"Person {one}") for one in range(first, first + count)]


def writing(session: Session, rows: list[bulk.Row]) -> AbstractContextManager[bulk.Inserted]:
    return bulk.inserting(session, Person, COLUMNS, rows, {"organisation_id": 1}, ("key",))


def test_they_are_there_and_counted_when_the_block_is_left(house: House) -> None:
    before = len(house.all(Person))
    with house.units() as uow:
        with writing(uow.session, people(0, 3_000)) as inserted:
            pass
        assert inserted.count == 3_000
        with writing(uow.session, people(2_000, 3_000)) as inserted:
            pass
        assert inserted.count == 2_000  # the others were there
        assert uow.session.scalar(select(func.count(col(Person.id)))) == before + 5_000
    assert len(house.all(Person)) == before + 5_000


def test_what_was_wrong_with_them_is_told_when_the_block_is_left_and_nothing_stays(house: House) -> None:
    before = len(house.all(Person))

    def write() -> None:
        with house.units() as uow:
            with writing(uow.session, people(0, 3_000)):
                pass
            with writing(uow.session, [*people(3_000, 3_000), ("name:x", None)]):
                pass
            raise AssertionError("nothing after it is reached")

    with pytest.raises(DBAPIError):
        write()
    assert len(house.all(Person)) == before
    with house.units() as uow, writing(uow.session, people(0, 10)):
        pass
    assert len(house.all(Person)) == before + 10


@pytest.fixture
def side_by_side(postgres: Server) -> Iterator[UnitsOfWork]:
    """Writers of PostgreSQL: those of SQLite take turns."""
    with postgres.database() as url:
        engine = engines.create(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO organisation (id, slack_team_id, name) VALUES (1, 'T1', 'Acme')")
        yield UnitsOfWork(engine)
        engine.dispose()


def in_the_block() -> None:
    sleep(0.3)  # meanwhile the server has come to the row of the other one, and waits
    raise KeyboardInterrupt


def at_its_end() -> None:
    Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()


@pytest.mark.parametrize("interrupt", [in_the_block, at_its_end])
def test_whoever_is_interrupted_waits_for_nobody_else_and_can_undo_it(
    side_by_side: UnitsOfWork, interrupt: Callable[[], None]
) -> None:
    with side_by_side() as other:
        bulk.insert(other.session, Person, COLUMNS, people(500, 1), {"organisation_id": 1}, ("key",))
        begun = monotonic()
        with pytest.raises(KeyboardInterrupt), side_by_side() as uow, writing(uow.session, people(0, 1_000)):
            interrupt()
        assert monotonic() - begun < AT_ONCE_S
        assert not [one for one in threads() if one.name.startswith("nextcall-copy")]
    with side_by_side() as uow:
        assert [one.key for one in uow.session.exec(select(Person))] == ["name:000500"]
