"""Queries stay fast when PostgreSQL's statistics are older than the newest leases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine
from sqlmodel import Session

from storage.database import engine as engines
from storage.hand_out import leases
from storage.hand_out.search import Candidate
from storage.record.whole_record import on_record
from tests.postgres import Server

CONTACTS, EARLY = 20_000, 50
ALICE = 77


@pytest.fixture(scope="module")
def engine(postgres: Server) -> Iterator[Engine]:
    """The first contacts were leased before the last ANALYZE; since then Alice was handed the last five."""
    with postgres.database() as url:
        engine = engines.create(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # rows without their parents
            connection.exec_driver_sql(
                "INSERT INTO contact (id, organisation_id, campaign_id, list_id, person_id, number, name, places, "
                "zones, priority, verdict, because, rule, finished_because) SELECT n, 1, 1, 1, n, '+44' || n, '', '', "
                f"'', 2, 'callable', '', '', '' FROM generate_series(1, {CONTACTS}) AS n"
            )
            _lease(connection, 1, EARLY, agent_id=1)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE)")
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            _lease(connection, CONTACTS - 4, CONTACTS, agent_id=ALICE)
        yield engine
        engine.dispose()


def _lease(connection: Connection, first: int, last: int, agent_id: int) -> None:
    connection.exec_driver_sql(
        "INSERT INTO lease (organisation_id, contact_id, person_id, number, agent_id, stage, offered_at, leased_until,"
        " lawful_until, ended_because, release_reason, release_words)"
        f" SELECT 1, n, n, '+44' || n, {agent_id}, 'offered', now(), now(), now(), '', '', ''"
        f" FROM generate_series({first}, {last}) AS n"
    )


def _contacts_read(session: Session) -> int:
    """Contacts read so far in this transaction."""
    [(read,)] = session.connection().exec_driver_sql(
        "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'contact'"
    )
    return int(read)


def test_an_agents_leases_are_found_without_reading_others(engine: Engine) -> None:
    with Session(engine) as session:
        held = leases.held_by(session, ALICE)
        assert [contact.id for _, contact in held] == list(range(CONTACTS - 4, CONTACTS + 1))
        assert _contacts_read(session) <= 2 * len(held)


def test_the_record_of_a_few_contacts_is_found_without_reading_others(engine: Engine) -> None:
    batch = [Candidate("", one, 1, 1, 1, one, f"+44{one}", "", "") for one in range(CONTACTS - 4, CONTACTS + 1)]
    with Session(engine) as session:
        on_record(session, batch)
        assert _contacts_read(session) <= 4 * len(batch)
