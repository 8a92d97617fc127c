"""Settings of each engine, and how PostgreSQL's connections and locks behave where the product relies on it."""

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import InternalError
from sqlmodel import Session

from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from storage.errors import DatabaseTrouble
from storage.models import Agent, Organisation
from tests.fakes import SampleOrganisation
from tests.postgres import Server


@pytest.fixture
def shared(postgres: Server) -> Iterator[Engine]:
    """An engine on PostgreSQL."""
    with postgres.database() as url:
        engine = engines.create(url)
        yield engine
        engine.dispose()


def test_sqlite_enforces_foreign_keys_uses_a_write_ahead_log_and_syncs(engine: Engine) -> None:
    names, full = ("foreign_keys", "journal_mode", "synchronous"), 2
    with engine.connect() as connection:
        settings = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]
    assert settings == [1, "wal", full]


def test_sqlite_writers_exclude_each_other_from_their_first_read(acme: SampleOrganisation) -> None:
    """What a writer has read is still true when it writes: two threads make twenty increments and lose none."""

    def increment() -> None:
        for _ in range(10):
            with acme.units() as uow:
                agent = uow.session.get_one(Agent, acme.alice.agent_id)
                agent.name = f"{int(agent.name) + 1}"

    acme.change(Agent, acme.alice.agent_id, name="0")
    threads = [Thread(target=increment) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert acme.one(Agent, acme.alice.agent_id).name == "20"


def test_it_limits_how_long_a_session_may_block_others(shared: Engine) -> None:
    names = ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout", "transaction_isolation")
    with shared.connect() as connection:
        said = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in (*names, "timezone")]
    assert said == ["1min", "1min", "15s", "read committed", "UTC"]


def test_options_in_the_url_override_its_own(shared: Engine) -> None:
    address = shared.url.update_query_dict({"options": "-c statement_timeout=5s"})
    theirs = engines.create(address.render_as_string(hide_password=False))
    with theirs.connect() as connection:
        said = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("statement_timeout", "timezone")]
    theirs.dispose()
    assert said == ["5s", "UTC"]


def test_it_resumes_after_every_connection_was_lost(shared: Engine, postgres: Server) -> None:
    units = UnitsOfWork(shared)

    def write(*names: str, then: Callable[[], None] = lambda: None) -> None:
        with units() as uow:
            for name in names:
                uow.session.add(Organisation(slack_team_id=f"T{name}", name=name))
                uow.session.flush()
                then()

    write("Before")
    with pytest.raises(DatabaseTrouble):
        write("Lost", "Lost too", then=postgres.disconnect_all)
    write("After")
    postgres.disconnect_all()  # while no request was running, so none fails
    write("Later")
    with shared.connect() as connection:
        names = connection.execute(text("SELECT name FROM organisation ORDER BY id")).scalars().all()
    assert names == ["Before", "After", "Later"]


def test_a_read_only_unit_refuses_to_write(shared: Engine) -> None:
    units = UnitsOfWork(shared)

    def write(*, is_read_only: bool) -> None:
        with units(is_read_only=is_read_only) as uow:
            uow.session.add(Organisation(slack_team_id="T1", name="One"))
            uow.session.flush()

    with pytest.raises(InternalError, match="read-only"):
        write(is_read_only=True)
    write(is_read_only=False)  # the connection returned to the pool unchanged


def test_one_transaction_at_a_time_is_first_and_none_waits(shared: Engine) -> None:
    with Session(shared) as first, Session(shared) as second:
        assert engines.is_first(first, "1 person 7", "1 number +447700900001")
        assert engines.is_first(first, "1 person 7")
        assert not engines.is_first(second, "1 person 8", "1 number +447700900001")
        assert engines.is_first(second, "1 person 9", "1 number +447700900009")
        first.commit()
        assert engines.is_first(second, "1 person 7", "1 number +447700900001")
