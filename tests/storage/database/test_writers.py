"""SQLite's queue of writers: fair, all or nothing for each, and done only when on the disk."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import Connection, Engine, event, text

from storage.database import unit_of_work
from storage.database.engine import create
from storage.database.unit_of_work import UnitsOfWork
from storage.errors import DatabaseBusy, DatabaseTrouble
from storage.models import Organisation
from tests.fakes import SampleOrganisation


def _named(name: str) -> Organisation:
    return Organisation(slack_team_id=name, name=name)


def _names(acme: SampleOrganisation) -> list[str]:
    return [one.name for one in acme.all(Organisation)][1:]  # the first is the usual organisation


def _queue_behind(acme: SampleOrganisation, bodies: list[str], failing: str = "") -> None:
    """One writer holds the turn until all others wait, in the given order."""
    holds, may_go = Event(), Event()

    def first() -> None:
        with acme.units() as uow:
            uow.session.add(_named("first"))
            uow.session.flush()
            holds.set()
            assert may_go.wait(60)

    def follow(name: str) -> None:
        with acme.units() as uow:
            uow.session.add(_named(name))
            uow.session.flush()
            if name == failing:
                raise RuntimeError(name)

    with ThreadPoolExecutor(len(bodies) + 1) as pool:
        begun = pool.submit(first)
        assert holds.wait(60)
        waiting = []
        for name in bodies:
            waiting.append(pool.submit(follow, name))
            time.sleep(0.02)  # time to reach the queue; only the order of names below depends on it
        may_go.set()
        begun.result(10)
        for name, one in zip(bodies, waiting, strict=True):
            if name == failing:
                with pytest.raises(RuntimeError):
                    one.result(10)
            else:
                one.result(10)


def _commits(engine: Engine) -> list[int]:
    counted: list[int] = []

    def count(_connection: Connection) -> None:
        counted.append(1)

    event.listen(engine, "commit", count)
    return counted


def test_writers_are_served_in_the_order_they_asked(acme: SampleOrganisation) -> None:
    names = [f"n{index:02d}" for index in range(12)]
    _queue_behind(acme, names)
    assert _names(acme) == ["first", *names]


def test_waiting_writers_share_a_commit(
    acme: SampleOrganisation, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_of_work, "TOGETHER_FOR_S", 10.0)
    commits = _commits(engine)
    _queue_behind(acme, ["a", "b", "c"])
    assert (len(commits), _names(acme)) == (1, ["first", "a", "b", "c"])


def test_a_group_ends_in_time_though_more_wait(
    acme: SampleOrganisation, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_of_work, "TOGETHER_FOR_S", 0.0)
    commits = _commits(engine)
    _queue_behind(acme, ["a", "b", "c"])
    assert (len(commits), _names(acme)) == (4, ["first", "a", "b", "c"])


def test_one_writers_rollback_keeps_the_work_of_the_others(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_of_work, "TOGETHER_FOR_S", 10.0)
    _queue_behind(acme, ["a", "broken", "c"], failing="broken")
    assert _names(acme) == ["first", "a", "c"]


def test_no_writer_is_done_before_the_commit(acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that shares a transaction with one still at work waits for it."""
    monkeypatch.setattr(unit_of_work, "TOGETHER_FOR_S", 10.0)
    holds, may_go, second_waits, is_second_done = Event(), Event(), Event(), Event()
    may_commit = Event()

    def write(name: str, begun: Event, until: Event) -> None:
        with acme.units() as uow:
            uow.session.add(_named(name))
            uow.session.flush()
            begun.set()
            assert until.wait(60)
        if name == "first":
            is_second_done.set()

    threads = [
        Thread(target=write, args=("first", holds, may_go)),
        Thread(target=write, args=("second", second_waits, may_commit)),
    ]
    threads[0].start()
    assert holds.wait(60)
    threads[1].start()
    time.sleep(0.05)
    may_go.set()
    assert second_waits.wait(60)
    assert not is_second_done.wait(0.05)
    assert _names(acme) == []
    may_commit.set()
    for thread in threads:
        thread.join(10)
    assert (is_second_done.is_set(), _names(acme)) == (True, ["first", "second"])


def test_a_full_disk_fails_every_writer_of_the_group_and_work_resumes_afterwards(
    acme: SampleOrganisation, engine: Engine
) -> None:
    """SQLite rolls the shared transaction back itself: no writer may believe that its work was saved."""
    kept = UnitsOfWork(engine)
    with engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def limit(pages: int) -> None:
        def say(raw: object, _record: object, _proxy: object) -> None:
            raw.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

        event.listen(engine, "checkout", say)

    def write(name: str) -> None:
        with kept() as uow:
            uow.session.add(_named(name))
            uow.session.flush()

    limit(pages + 1)
    with pytest.raises(DatabaseTrouble, match="full"):
        write("x" * 200_000)
    limit(pages + 10_000)
    write("small")
    assert _names(acme) == ["small"]


def test_a_transaction_that_sqlite_ended_is_never_taken_for_a_commit(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first writer is done and waits for the commit when the second's fault ends the shared transaction."""
    monkeypatch.setattr(unit_of_work, "TOGETHER_FOR_S", 10.0)
    holds, may_go, heard = Event(), Event(), []

    def first() -> None:
        try:
            with acme.units() as uow:
                uow.session.add(_named("lost"))
                uow.session.flush()
                holds.set()
                assert may_go.wait(60)
        except DatabaseTrouble as trouble:
            heard.append(trouble)

    def second() -> None:
        with acme.units() as uow:
            pages = uow.session.connection().execute(text("PRAGMA page_count")).scalar_one()
            uow.session.connection().execute(text(f"PRAGMA max_page_count={pages}"))
            uow.session.add(_named("x" * 200_000))
            uow.session.flush()

    with ThreadPoolExecutor(2) as pool:
        begun = pool.submit(first)
        assert holds.wait(60)
        ended = pool.submit(second)
        time.sleep(0.05)
        may_go.set()
        begun.result(10)
        with pytest.raises(DatabaseTrouble, match="full"):
            ended.result(10)
    acme.put(_named("kept"))
    assert (len(heard), _names(acme)) == (1, ["kept"])


def test_a_writer_gives_up_after_its_timeout(
    acme: SampleOrganisation, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_of_work, "WAITS_FOR_S", 0.05)
    units, refused = UnitsOfWork(engine), []

    def another() -> None:
        try:
            with units() as uow:
                uow.session.add(_named("late"))
        except DatabaseTrouble as trouble:
            refused.append(trouble)

    with units() as uow:
        uow.session.add(_named("first"))
        thread = Thread(target=another)
        thread.start()
        thread.join(10)
    assert (len(refused), _names(acme)) == (1, ["first"])
    [trouble] = refused
    assert isinstance(trouble, DatabaseBusy), "no other program is in the way"
    assert "another program" not in str(trouble)


def test_two_processes_on_one_file_still_exclude_each_other(tmp_path: Path, migrated_file: Path) -> None:
    """Each process has its own queue; between them SQLite's lock decides."""
    path = tmp_path / "shared.db"
    path.write_bytes(migrated_file.read_bytes())
    engines = [create(f"sqlite:///{path}") for _ in range(2)]
    together = Barrier(2)

    def write(engine: Engine) -> None:
        units = UnitsOfWork(engine)
        together.wait(10)
        for index in range(20):
            with units() as uow:
                uow.session.add(_named(f"{id(engine)}-{index}"))

    threads = [Thread(target=write, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with engines[0].connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM organisation")).scalar_one() == 40
    for engine in engines:
        engine.dispose()
