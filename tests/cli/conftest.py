"""The command line as a person uses it: in its own folder, with a database that does not exist until `apply` makes it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app, logs
from bot.cli.demo.stage import LEADS, SETUP
from bot.clock import system_clock

Command = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder, and an environment that names only the database in it."""
    for name in [one for one in os.environ if one.startswith(("SLACK_", "NEXTCALL_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'calls.db'}")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    logs.close()


@pytest.fixture
def nextcall(folder: Path) -> Command:
    """Runs a command in this process."""

    def run(*arguments: object, **options: object) -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments], **options)  # type: ignore[arg-type]

    return run


@pytest.fixture
def settled(nextcall: Command, folder: Path, migrated_file: Path) -> Command:
    """The same, with the sample organisation set up, in a database that was at the newest revision."""
    (folder / "calls.db").write_bytes(migrated_file.read_bytes())
    assert nextcall("apply", SETUP).exit_code == 0
    return nextcall


@pytest.fixture
def with_leads(settled: Command) -> Command:
    """The same, with its leads imported."""
    proofs = ["--basis", "legitimate_interest", "--told-of-calls", "--screened", f"tps={system_clock().date()}"]
    done = settled("import-contacts", LEADS, "--campaign", "Energy switch", "--rejects", "rejects.csv", *proofs)
    assert done.exit_code == 0
    return settled


def spawn(arguments: list[str], folder: Path, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    """The program itself as `python -m bot`, with its output captured."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_ctrl_c,
    )


def _hear_ctrl_c() -> None:
    """A shell that runs the tests in the background may have set every child process to ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
