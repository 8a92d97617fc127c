"""An import stopped in the middle, by Ctrl-C or a kill: what was written is whole, and the same command goes on."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from click.testing import Result
from sqlalchemy import create_engine, make_url

from bot.cli.demo.stage import SETUP
from tests.cli.conftest import spawn

LINES = 10_000  # enough that none is fast enough to be done before it is stopped
COUNTS = "SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM person), (SELECT count(*) FROM personnumber)"

Counts = Callable[[], tuple[int, int, int]]


@pytest.fixture(params=["sqlite", "postgresql"])
def counts(
    request: pytest.FixtureRequest, folder: Path, nextcall: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Counts]:
    """How many contacts, people and numbers there are just now, in a house that is set up."""
    if request.param == "sqlite":
        yield from _counted(f"sqlite:///{folder / 'house.db'}", nextcall)
        return
    with request.getfixturevalue("postgres").database() as url:
        monkeypatch.setenv("DATABASE_URL", url)
        yield from _counted(url, nextcall)


def _counted(url: str, nextcall: Callable[..., Result]) -> Iterator[Counts]:
    assert nextcall("apply", SETUP).exit_code == 0
    engine = create_engine(make_url(url))

    def count() -> tuple[int, int, int]:
        with engine.connect() as connection:
            contacts, people, numbers = connection.exec_driver_sql(COUNTS).one()
        return contacts, people, numbers

    yield count
    engine.dispose()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_import_that_was_stopped_stands_and_goes_on(
    nextcall: Callable[..., Result], folder: Path, counts: Counts, how: signal.Signals
) -> None:
    people = "".join(f"Person {one},07400 {one:06}\n" for one in range(LINES))
    (folder / "leads.csv").write_text(f"Name,Phone\n{people}")
    work = spawn(["import-contacts", "leads.csv", "--campaign", "Energy switch"], folder, {})
    until = monotonic() + 90
    while not counts()[0] and monotonic() < until:
        sleep(0.005)
    work.send_signal(how)
    said = work.communicate(timeout=90)[1]
    sleep(0.5)  # a server that is at work for whoever was killed has noticed by then
    stands = counts()[0]
    assert 0 < stands < LINES
    assert counts() == (stands, stands, stands)
    if how is signal.SIGINT:
        assert (work.returncode, said.count("Stopped."), "Traceback" in said) == (130, 1, False)
    done = json.loads(nextcall("import-contacts", "leads.csv", "--campaign", "Energy switch", "--json").stdout)
    assert (done["imported"], done["duplicates_in_database"]) == (LINES - stands, stands)
