"""import-suppressions beside people at work on PostgreSQL: it retries after a deadlock."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from bot.cli.demo.stage import SETUP
from bot.clock import system_clock
from tests.cli.conftest import Command

PATIENCE_S = 120.0
NUMBERS = [f"+4477009{serial:05d}" for serial in range(600)]  # several transactions of 250 and the rest
TWO = (NUMBERS[400], NUMBERS[401])  # the other transaction locks these too, in the opposite order


@pytest.fixture
def server(postgresql: str) -> Iterator[Engine]:
    engine = create_engine(postgresql)
    yield engine
    engine.dispose()


@pytest.fixture
def leads(server: Engine, nextcall: Command, folder: Path) -> Command:
    """Six hundred people on a list."""
    assert nextcall("apply", SETUP).exit_code == 0
    rows = [f"Person {place},{number}" for place, number in enumerate(NUMBERS)]
    (folder / "leads.csv").write_text("\n".join(["Name,Phone", *rows]))
    (folder / "stops.csv").write_text("\n".join(NUMBERS))
    proofs = ["--basis", "legitimate_interest", "--told-of-calls"]
    assert nextcall("import-contacts", "leads.csv", "--campaign", "Energy switch", *proofs).exit_code == 0
    return nextcall


def _locked(connection: Connection, number: str) -> None:
    connection.execute(text("UPDATE contact SET name = 'Renamed' WHERE number = :number"), {"number": number})


def _wait_until_somebody_waits(server: Engine) -> None:
    with server.connect() as watching:
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        _wait_until(lambda: bool(watching.execute(waiting).scalar_one()))


def _wait_until(happened: Callable[[], bool]) -> None:
    until = monotonic() + PATIENCE_S
    while not happened():
        assert monotonic() < until
        sleep(0.01)


def _other(server: Engine, begins: Event) -> None:
    """Lock the second contact, and ask for the first once the import has that one and waits for the second."""
    with server.connect() as connection:
        # so that PostgreSQL ends the import and not this
        connection.execute(text("SET LOCAL deadlock_timeout = '60s'"))
        _locked(connection, TWO[1])
        begins.set()
        _wait_until_somebody_waits(server)
        _locked(connection, TWO[0])
        connection.commit()


def _deadlocks(server: Engine) -> int:
    with server.connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        found = connection.execute(text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
        return int(found.scalar_one())


@pytest.mark.night
@pytest.mark.parametrize("kind", ["own list", "register"])
def test_it_retries_after_a_deadlock_and_finishes_the_list(leads: Command, server: Engine, kind: str) -> None:
    today = system_clock().date().isoformat()
    options = [] if kind == "own list" else ["--register", "tps", "--obtained", today]
    begins, before = Event(), _deadlocks(server)
    with ThreadPoolExecutor(1) as beside:
        other = beside.submit(_other, server, begins)
        assert begins.wait(PATIENCE_S)
        shown = leads("import-suppressions", "stops.csv", *options, "--json")
        other.result(PATIENCE_S)
    assert shown.exit_code == 0, shown.stderr
    _wait_until(lambda: _deadlocks(server) > before)  # a server counts a deadlock up to a second later
    assert _deadlocks(server) == before + 1
    done = json.loads(shown.stdout)
    counted = (done["added"], done["known"], done["contacts"]) if kind == "own list" else (done["listed"],)
    assert counted == ((600, 0, 600) if kind == "own list" else (600,))
    with server.connect() as connection:
        stopped = "SELECT count(*) FROM contact WHERE verdict = 'suppressed'"
        assert connection.execute(text(stopped)).scalar_one() == 600
        said = {"own list": "suppression WHERE person_id IS NULL", "register": "screening"}[kind]
        assert connection.execute(text(f"SELECT count(*) FROM {said}")).scalar_one() == 600, "each once"
