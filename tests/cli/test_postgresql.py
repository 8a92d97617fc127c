"""The command line on PostgreSQL: refused until migrated, then as on SQLite."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.demo.stage import LEADS, SETUP
from bot.clock import system_clock
from storage.migrations import head
from tests.cli.conftest import Command, succeeds
from tests.postgres import Server


@pytest.fixture
def address(folder: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """DATABASE_URL of a database without tables, in a form that hosts hand out."""
    with postgres.database(is_migrated=False) as url:
        written = url.replace("postgresql+psycopg", "postgres")
        monkeypatch.setenv("DATABASE_URL", written)
        yield written


def _database(nextcall: Command) -> tuple[bool, str]:
    lines = json.loads(nextcall("doctor", "--json").stdout)
    return next((one["ok"], one["says"]) for one in lines if one["check"] == "database")


@pytest.mark.long
def test_once_migrated_every_command_works(address: str, nextcall: Command) -> None:
    refused = nextcall("apply", SETUP)
    assert (refused.exit_code, refused.stderr) == (
        1,
        f"The database is at revision none; this program needs {head()}: run `nextcall migrate`.\n",
    )
    assert _database(nextcall) == (
        False,
        "The database is empty: run `nextcall migrate`, then `nextcall apply setup.toml`.",
    )
    assert "went from nothing to revision" in nextcall("migrate").stdout
    assert "already" in nextcall("migrate").stdout
    assert nextcall("apply", SETUP).exit_code == 0
    assert _database(nextcall)[0]
    proofs = ["--basis", "legitimate_interest", "--told-of-calls", "--screened", f"tps={system_clock().date()}"]
    succeeds(nextcall("import-contacts", LEADS, "--campaign", "Energy switch", "--rejects", "rejects.csv", *proofs))
    assert nextcall("redecide").exit_code == 0
    assert "every promise kept" in nextcall("digest", "--team", "energy").stdout


@pytest.mark.parametrize("where", ["127.0.0.1:1/nextcall", "/nextcall?host=/no/such/folder"])
def test_it_says_in_one_line_that_the_server_is_away(
    nextcall: Command, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://caller:very-secret@{where}")
    shown = nextcall("explain", "020 7946 0001")
    assert (shown.exit_code, len(shown.stderr.splitlines())) == (1, 1)
    assert "cannot be opened" in shown.stderr
    assert "very-secret" not in shown.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    "address",
    [
        "postgresql://caller@127.0.0.1:1/nextcall?password=very-secret",
        "postgresql://caller:half@very-secret@127.0.0.1:1/nextcall",
        "postgresql://caller:very-secret@127.0.0.1:99999/nextcall",
        "postgresql://caller:very-secret@[::1/nextcall",
    ],
)
def test_no_error_and_no_check_shows_a_password(
    nextcall: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    told = [nextcall("explain", "020 7946 0001"), nextcall("doctor"), nextcall("doctor", "--json"), nextcall("migrate")]
    log = folder / "nextcall.log"
    everything = "".join(one.output for one in told) + (log.read_text() if log.exists() else "")
    assert [one.exit_code for one in told] == [1, 1, 1, 1]
    assert "secret" not in everything
    assert "half" not in everything
    assert "incident" not in everything
