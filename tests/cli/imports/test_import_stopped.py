"""An import stopped half-way by Ctrl-C or a kill: what was written is consistent, and the same command resumes."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import create_engine, make_url
from typer.testing import Result

from bot.cli.demo.stage import SETUP
from tests.cli.conftest import spawn

LINES = 3_000  # enough that no machine finishes before the stop
COUNTS = "SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM person), (SELECT count(*) FROM personnumber)"

Counts = Callable[[], tuple[int, int, int]]


@pytest.fixture(params=["sqlite", "postgresql"])
def counts(
    request: pytest.FixtureRequest, folder: Path, nextcall: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Counts]:
    """How many contacts, people and numbers an organisation now has."""
    if request.param == "sqlite":
        yield from _counted(f"sqlite:///{folder / 'calls.db'}", nextcall)
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


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_import_keeps_what_it_wrote_and_resumes(
    nextcall: Callable[..., Result], folder: Path, counts: Counts, how: signal.Signals
) -> None:
    people = "".join(f"Person {one},07400 {one:06}\n" for one in range(LINES))
    (folder / "leads.csv").write_text(f"Name,Phone\n{people}")
    work = spawn(["import-contacts", "leads.csv", "--campaign", "Energy switch"], folder, {})
    until = monotonic() + 90
    while not counts()[0] and monotonic() < until:
        sleep(0.005)
    work.send_signal(how)
    said = work.communicate(timeout=180)[1]
    stands = -1
    while stands != (stands := counts()[0]):
        sleep(0.5)  # a server notices a moment later that its client was killed
    assert 0 < stands < LINES
    assert counts() == (stands, stands, stands)
    if how is signal.SIGINT:
        assert (said.count("Stopped."), "Traceback" in said) == (1, False)
        # Where it came while a text was run by exec(), Python itself ends by the signal, whatever was caught.
        assert work.returncode in (130, -signal.SIGINT)
    done = json.loads(nextcall("import-contacts", "leads.csv", "--campaign", "Energy switch", "--json").stdout)
    assert (done["imported"], done["duplicates_in_database"]) == (LINES - stands, stands)
