"""The command line as a person uses it: in its own folder, with a database that does not exist until `apply` makes
it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import collector
from bot.cli import app, logs
from bot.cli.demo import cast
from bot.cli.demo.stage import LEADS, SETUP
from bot.clock import system_clock
from bot.sandbox import SandboxClock, SandboxServer
from tests.postgres import Server
from tests.workers import made_once

Command = Callable[..., Result]
PATIENCE = 120.0  # real seconds; a start takes two or three, or thirty on a busy machine


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder, and an environment that names only the database in it."""
    _enter(tmp_path, monkeypatch)
    yield tmp_path
    logs.close()


def _enter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in os.environ if one.startswith(("SLACK_", "NEXTCALL_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder / 'calls.db'}")
    monkeypatch.setenv("NEXTCALL_WATCH", "off")  # its usual port is one for all tests
    monkeypatch.setenv("COLUMNS", "200")
    # A program may unfreeze all at its end. Here the next file's sweep would look through everything.
    monkeypatch.setattr(collector, "_seldom", lambda _objects: nullcontext())
    monkeypatch.chdir(folder)


def _run(*arguments: object, **options: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], **options)  # type: ignore[arg-type]


@pytest.fixture
def nextcall(folder: Path) -> Command:
    """Runs a command in this process."""
    return _run


def succeeds(shown: Result) -> Result:
    assert shown.exit_code == 0, shown.output
    return shown


def fails(shown: Result) -> Result:
    """In words, as a person can read them."""
    assert (shown.exit_code, "Traceback" in shown.output) == (1, False), shown.output
    return shown


@pytest.fixture
def migrated(nextcall: Command, folder: Path, migrated_file: Path) -> Command:
    """The same, with a database that holds nothing yet."""
    shutil.copy(migrated_file, folder / "calls.db")
    return nextcall


@pytest.fixture
def settled(nextcall: Command, folder: Path, settled_folder: Path) -> Command:
    """The same, with the sample organisation set up."""
    _copy(settled_folder, folder)
    return nextcall


@pytest.fixture
def with_leads(nextcall: Command, folder: Path, leads_folder: Path) -> Command:
    """The same, with its leads imported."""
    _copy(leads_folder, folder)
    return nextcall


@pytest.fixture(scope="session")
def settled_folder(pytestconfig: pytest.Config) -> Path:
    """A folder in which the sample organisation was set up, to be copied: most tests begin with it."""
    return made_once(pytestconfig, "settled", lambda folder: _succeed(folder, "apply", SETUP))


@pytest.fixture(scope="session")
def leads_folder(pytestconfig: pytest.Config, settled_folder: Path) -> Path:
    """The same, in which its leads were imported."""

    def bring_in(folder: Path) -> None:
        _copy(settled_folder, folder)
        proofs = ["--basis", "legitimate_interest", "--told-of-calls", "--screened", f"tps={system_clock().date()}"]
        campaign = ["--campaign", "Energy switch", "--rejects", "rejects.csv"]
        _succeed(folder, "import-contacts", LEADS, *campaign, *proofs)

    return made_once(pytestconfig, "leads", bring_in)


def _succeed(folder: Path, *arguments: object) -> None:
    with pytest.MonkeyPatch.context() as patched:
        _enter(folder, patched)
        done = _run(*arguments)
        logs.close()
    assert done.exit_code == 0, done.output
    assert not (folder / "calls.db-wal").exists(), "not all is in the file"


def _copy(made: Path, folder: Path) -> None:
    for file in made.iterdir():
        shutil.copy(file, folder)  # with its permissions


@pytest.fixture
def server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with SandboxServer(cast.workspace(SandboxClock())) as server:
        yield server


@pytest.fixture
def environ(server: SandboxServer) -> dict[str, str]:
    return connected_to(server)


def connected_to(server: SandboxServer) -> dict[str, str]:
    """The settings with which a bot works in this workspace."""
    workspace = server.workspace
    return {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "SLACK_API_URL": server.api_url,
    }


@pytest.fixture
def postgresql(folder: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the database, which is on a server."""
    with postgres.database() as url:
        monkeypatch.setenv("DATABASE_URL", url)
        yield url


def spawn(
    arguments: Sequence[str], folder: Path, environ: Mapping[str, str], stdin: int | None = None
) -> subprocess.Popen[str]:
    """The program itself as `python -m bot`, with its output captured."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environ},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_ctrl_c,
    )


def _hear_ctrl_c() -> None:
    """A shell that runs the tests in the background may have set every child process to ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def spawned(arguments: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The same, killed where it has not ended by then."""
    process = spawn(arguments, folder, environ)
    try:
        yield process
    finally:
        process.kill()


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit status and output of a process that ends by itself."""
    try:
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    return process.returncode, out, err


def ran(arguments: Sequence[str], folder: Path, environ: Mapping[str, str]) -> tuple[int, str, str]:
    return finished(spawn(arguments, folder, environ))


def stopped(process: subprocess.Popen[str], how: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
    process.send_signal(how)
    return finished(process)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def page(port: int, name: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{name}", timeout=60) as answer:
        return str(answer.read().decode())
