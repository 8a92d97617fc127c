"""Simultaneous imports, and imports beside the hand-out: no deadlock, no duplicates."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select

from bot.services.answers.lists import ImportReport
from bot.services.deciding import walk
from bot.services.hand_out import next_call
from bot.services.lists import importing
from bot.services.lists.importing import ListOrder, import_contacts
from policy import Verdict
from storage.database import bulk
from storage.models import Contact, Person, PersonNumber, Screening
from tests.fakes import SampleOrganisation
from tests.orphans import orphans
from tests.services.import_stage import Lists

pytestmark = pytest.mark.both_engines
PEOPLE = 150
SECONDS = 60  # far longer than it takes; a deadlock would be reported sooner


@pytest.fixture
def workers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two imports write at the same moment, as far as the database allows."""
    meeting, reserve = Barrier(2), bulk.reserve_ids

    def meet(session: Session, table: type[SQLModel], count: int) -> list[int]:
        with suppress(BrokenBarrierError):
            meeting.wait(0.5)
        return reserve(session, table, count)

    monkeypatch.setattr(bulk, "reserve_ids", meet)


@pytest.fixture
def in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that two imports may both write are written in one order; otherwise they would, rarely, deadlock."""
    insert = bulk.insert

    def watch(
        session: Session,
        table: type[SQLModel],
        columns: Sequence[str],
        rows: Sequence[bulk.Row],
        *more: Any,
        **unique: Any,
    ) -> int:
        if table is not Contact:  # one import at a time writes to a campaign
            keys = [tuple(row[columns.index(name)] for name in unique.get("unique", ())) for row in rows]
            assert keys == sorted(keys)
        return insert(session, table, columns, rows, *more, **unique)

    monkeypatch.setattr(bulk, "insert", watch)


def rows(order: int) -> list[str]:
    """The same people in either order, each with a screening and a number of its own in each file."""
    found = [
        f"R{one},Name{one},07700 900{one:03d},0117 496 0{one:03d},N,2026-03-01"
        if order > 0
        else f"R{one},Name{one},07700 900{one:03d},0161 496 0{one:03d},N,2026-03-02"
        for one in range(PEOPLE)
    ]
    return found[::order]


def file_of(lists: Lists, name: str, content: list[str]) -> Path:
    heading = "Reference,Name,Mobile,Phone,TPS,TPS screened on\n"
    return lists.write(heading + "\n".join(content) + "\n", name)


@pytest.mark.long
@pytest.mark.parametrize("into", [("Energy switch", "Boiler care"), ("Energy switch", "Energy switch")])
def test_two_imports_of_the_same_people_in_opposite_orders_both_finish(
    lists: Lists, workers: ThreadPoolExecutor, side_by_side: None, in_order: None, into: tuple[str, str]
) -> None:
    files = [file_of(lists, "up.csv", rows(1)), file_of(lists, "down.csv", rows(-1))]
    work: list[Future[ImportReport]] = [
        workers.submit(import_contacts, lists.deps, ListOrder(file, campaign))
        for file, campaign in zip(files, into, strict=True)
    ]
    reports = [one.result(SECONDS) for one in work]
    assert sum(report.imported for report in reports) == PEOPLE * len(set(into))
    with lists.deps.unit_of_work(is_read_only=True) as uow:
        assert len(uow.session.exec(select(Person)).all()) == PEOPLE
        assert len(uow.session.exec(select(PersonNumber)).all()) == 3 * PEOPLE
        assert len(uow.session.exec(select(Screening)).all()) >= 3 * PEOPLE
        assert orphans(uow.session, Contact, Person, PersonNumber) == 0
    before = [contact.model_dump() for contact in lists.contacts()]
    walk.redecide_all(lists.deps)
    assert [contact.model_dump() for contact in lists.contacts()] == before


@pytest.mark.long
def test_the_same_file_twice_at_once_adds_no_person_twice(lists: Lists, workers: ThreadPoolExecutor) -> None:
    file = file_of(lists, "leads.csv", rows(1))
    work = [workers.submit(import_contacts, lists.deps, ListOrder(file, "Energy switch")) for _ in range(2)]
    reports = [one.result(SECONDS) for one in work]
    assert sum(report.imported for report in reports) == PEOPLE
    assert sum(report.duplicates_in_database for report in reports) == PEOPLE
    assert len(lists.contacts()) == PEOPLE


def test_contacts_are_called_in_the_order_of_the_file(lists: Lists) -> None:
    import_contacts(lists.deps, ListOrder(file_of(lists, "leads.csv", rows(-1)), "Energy switch"))
    assert [contact.name for contact in lists.contacts()] == [f"Name{one}" for one in reversed(range(PEOPLE))]
    with lists.deps.unit_of_work(is_read_only=True) as uow:
        people = uow.session.exec(select(Person).order_by(col(Person.id))).all()
        assert [person.name for person in people] == [f"Name{one}" for one in reversed(range(PEOPLE))]


def test_agents_get_contacts_during_an_import(
    acme: SampleOrganisation, tmp_path: Path, workers: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 20)
    file = tmp_path / "leads.csv"
    file.write_text("Name,Phone\n" + "".join(f"Name{one},07700 900{one:03d}\n" for one in range(PEOPLE)))
    handed: list[int] = []

    def ask(_done: int, _of: int) -> None:
        if len(handed) < 3:
            cards = workers.submit(next_call.hand_out, acme.deps, acme.alice, 1 + len(handed)).result(SECONDS).cards
            handed.append(len(cards))

    import_contacts(acme.deps, ListOrder(file, "Energy switch"), ask)
    assert handed == [1, 2, 3]
    assert {one.verdict for one in acme.all(Contact)} == {Verdict.CALLABLE}
