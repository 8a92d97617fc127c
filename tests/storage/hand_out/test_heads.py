"""A report keeps dead rows of handed-out contacts: searches continue from where the last one stopped."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from time import monotonic

import pytest
from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from storage.database import engine as engines
from storage.hand_out import search as searching
from storage.hand_out.ready import Asking, next_up
from storage.hand_out.search import ResumePoints
from tests.postgres import Server

Search = Callable[[], tuple[list[int], int]]

AT = datetime(2026, 11, 24, 10, 0, 0, 208_009, tzinfo=UTC)
CONTACTS, TAKEN = 12_000, 8_000
ALICE = Asking(organisation_id=1, team_id=1, wanted={1: 5}, at=AT)
# In the order in which they opened: the first few, the first few that are left, and the last few.
FIRST, NEXT, LAST = [1, 2, 3, 4, 5], list(range(TAKEN + 1, TAKEN + 6)), list(range(CONTACTS - 2, CONTACTS + 1))


@pytest.fixture
def engine(postgres: Server) -> Iterator[Engine]:
    """One campaign. Contacts are numbered in the order in which they opened, and stored in random order."""
    with postgres.database() as url:
        engine = engines.create(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # rows without their parents
            connection.exec_driver_sql(
                "INSERT INTO campaign (id, organisation_id, name, purpose, sector, principal, subject, country, "
                "priority, house_pack, caller_role, authorised_for, codes, script, is_active) VALUES (1, 1, 'Energy', "
                "'service', '', '', '', 'GB', 2, '', '', '', '', '', true)"
            )
            connection.exec_driver_sql("INSERT INTO campaignteam (campaign_id, team_id) VALUES (1, 1)")
            connection.exec_driver_sql(
                "INSERT INTO agent (id, organisation_id, slack_user_id, name, role, team_id, zone, shift_from, "
                "shift_until, is_active) VALUES (1, 1, 'U1', 'Alice', 'agent', 1, 'Europe/London', '08:00', '20:00', "
                "true)"
            )
            connection.exec_driver_sql(
                "INSERT INTO contact (id, organisation_id, campaign_id, list_id, person_id, number, name, places, "
                "zones, priority, verdict, because, rule, callable_from, callable_until, finished_because) SELECT n, "
                "1, 1, 1, n, '+44' || n, '', '', '', 2, 'callable', '', '', timestamptz '2026-11-24 04:00Z' + n * "
                f"interval '1 s', timestamptz '2026-11-24 20:00Z', '' FROM generate_series(1, {CONTACTS}) AS n ORDER "
                f"BY n * 7919 %% {CONTACTS}"
            )
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE)")
        yield engine
        engine.dispose()


@pytest.fixture
def report(engine: Engine) -> Iterator[Connection]:
    """A transaction stays open while eight thousand contacts are handed out."""
    with engines.read_only(engine).connect() as reading:
        reading.execute(text("SELECT count(*) FROM organisation"))
        _lease(engine, 1, TAKEN)
        yield reading


def _lease(engine: Engine, first: int, last: int, until: str = "timestamptz '2026-11-24 11:00Z'") -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE contact SET leased_until = {until} WHERE id BETWEEN {first} AND {last}")


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock of the resume points stands still at the last one, however slow the machine."""
    told = [monotonic()]
    monkeypatch.setattr(searching, "monotonic", lambda: told[-1])
    return told


@pytest.fixture
def points(seconds: list[float]) -> ResumePoints:
    return ResumePoints()


@pytest.fixture
def search(engine: Engine, points: ResumePoints) -> Search:
    return partial(_search, engine, points)


def _search(engine: Engine, points: ResumePoints) -> tuple[list[int], int]:
    """The next five contacts, and how many pages of contacts were read to find them."""
    with Session(engine) as session:
        before = _read(session)
        found = next_up(session, ALICE, (), points, whatever_comes_first=False)
        pages = _read(session) - before
        session.rollback()
    return [one.id for one in found.candidates], pages


def _read(session: Session) -> int:
    asked = text("SELECT pg_stat_get_xact_blocks_fetched(CAST('contact' AS regclass))")
    return int(session.execute(asked).scalar_one())


def test_dead_rows_are_read_once_a_second_and_not_by_every_search(
    engine: Engine, report: Connection, search: Search
) -> None:
    found, pages = search()
    assert found == NEXT
    assert pages > TAKEN  # at least one for each contact taken
    for _ in range(3):
        found, pages = search()
        assert found == NEXT
        assert pages < 100


def test_it_reads_little_without_a_long_transaction(engine: Engine, points: ResumePoints, search: Search) -> None:
    for taken in range(0, 100, 5):
        found, pages = search()
        assert found == list(range(taken + 1, taken + 6))
        assert pages < 100
        _lease(engine, taken + 1, taken + 5)
    assert points.of((ALICE.team_id, None)) is None


def test_a_returned_contact_waits_at_most_that_second(
    engine: Engine, report: Connection, search: Search, seconds: list[float]
) -> None:
    search()
    _lease(engine, 1, 5, until="NULL")
    assert search()[0] == NEXT
    seconds.append(seconds[0] + searching.GOOD_FOR_S)
    assert search()[0] == FIRST


def test_further_long_searches_do_not_extend_that_second(
    engine: Engine, report: Connection, search: Search, seconds: list[float]
) -> None:
    search()
    _lease(engine, 1, 5, until="NULL")
    _lease(engine, TAKEN + 1, TAKEN + 2_000)
    seconds.append(seconds[0] + searching.GOOD_FOR_S / 2)
    found, pages = search()
    assert found[0] == TAKEN + 2_001
    assert pages > searching.PAGES
    seconds.append(seconds[0] + searching.GOOD_FOR_S)
    assert search()[0] == FIRST


def test_everything_is_searched_when_too_few_are_left(engine: Engine, report: Connection, search: Search) -> None:
    search()
    _lease(engine, TAKEN + 1, CONTACTS - 3)
    _lease(engine, 1, 5, until="NULL")
    assert search()[0] == FIRST
    _lease(engine, 1, 5)
    assert search()[0] == LAST


def test_a_campaign_that_ends_is_left_at_once(engine: Engine, report: Connection, search: Search) -> None:
    search()
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE campaign SET is_active = false")
    assert search()[0] == []
