"""`nextcall health`, asked of the program started as a process."""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bot import running
from bot.sandbox import SandboxServer
from bot.settings import Need, read_settings
from bot.wiring import Installation, open_installation
from policy import load_rulebook
from storage.database.engine import create
from storage.migrations import head
from tests.cli.conftest import PATIENCE, Command, free_port, page, spawned, stopped


def told(nextcall: Command, port: int, *words: str) -> int:
    """The exit status of the first answer with these words."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        shown = nextcall("health", "--port", port)
        if all(word in shown.output for word in words):
            return shown.exit_code
        time.sleep(0.1)
    raise AssertionError(shown.output)


@pytest.mark.night
def test_socket_mode_tells_only_this_machine(
    server: SandboxServer, environ: dict[str, str], folder: Path, nextcall: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("NEXTCALL_WATCH", str(port))
    with spawned(["run", "--health", str(port)], folder, {**environ, "NEXTCALL_WATCH": "off"}) as process:
        assert told(nextcall, port, "Ready.") == 0
        assert nextcall("health").output == "Ready.\n"
        assert page(port, "live") == page(port, "alive")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port))  # as good as an address of the network
        assert stopped(process)[0] == 0
    assert told(nextcall, port, "No bot answers") == 1


@pytest.mark.night
def test_status_says_whether_slack_is_connected_and_what_the_bot_waits_for(
    server: SandboxServer, environ: dict[str, str], folder: Path
) -> None:
    port = free_port()
    server.fail_next("auth.test", with_="http_503", times=1_000)
    with spawned(["run"], folder, {**environ, "NEXTCALL_WATCH": str(port)}) as process:
        assert connected(port, waits_for="auth.test (HTTP 503)") is False
        server.end_faults()
        server.wait_for_connections(1, within=PATIENCE)
        assert connected(port, is_connected=True)
        server.fail_next("apps.connections.open", with_="http_503", times=1_000)
        server.drop_connections()
        assert connected(port, is_connected=False) is False
        assert stopped(process)[0] == 0


def connected(port: int, **says: object) -> bool:
    """Whether /status says that Slack is connected, once it says this of Slack."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError):
            slack = json.loads(page(port, "status"))["slack"]
            if slack == {**slack, **says}:
                return bool(slack["is_connected"])
        time.sleep(0.1)
    raise AssertionError(f"/status never said {says}")


@pytest.mark.night
def test_http_mode_is_asked_on_its_own_port(
    server: SandboxServer, environ: dict[str, str], folder: Path, nextcall: Command
) -> None:
    port = free_port()
    with spawned(["run", "--http", str(port)], folder, environ) as process:
        assert told(nextcall, port, "Ready.") == 0
        assert stopped(process)[0] == 0


@pytest.mark.night
def test_a_pulse_comes_while_ticks_run(
    server: SandboxServer, environ: dict[str, str], folder: Path, settled: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PULSE_EVERY_S", 1)
    settings, pulses = read_settings(Need.SOCKET_MODE, {**os.environ, **environ}), threading.Semaphore(0)
    with open_installation(settings) as installation:
        bot = running.Bot(installation, pulse=pulses.release)
        bot.start_socket_mode()
        try:
            assert pulses.acquire(timeout=PATIENCE)
            assert bot.faults() == ()
        finally:
            bot.stop()
        assert bot.faults() == ("the bot is stopping",)


def test_another_server_is_not_the_bot(nextcall: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        other.listen()
        with socket.create_connection(("127.0.0.1", port)):
            pass
        other.close()
        shown = nextcall("health", "--port", port)
    assert (shown.exit_code, "No bot answers" in shown.output) == (1, True)


@pytest.mark.parametrize(("named", "says"), [("off", "is off"), ("localhost:1", "must be a port")])
def test_health_says_what_is_wrong_with_the_setting(
    nextcall: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, named: str, says: str
) -> None:
    monkeypatch.delenv("NEXTCALL_WATCH")
    (folder / ".env").write_text(f"NEXTCALL_WATCH={named}\n")
    shown = nextcall("health")
    assert (shown.exit_code, says in shown.output) == (1, True), shown.output


@pytest.fixture
def installed(settled: Command) -> Iterator[Installation]:
    with open_installation(read_settings(Need.DATABASE, os.environ)) as installation:
        yield installation


def test_ready_fails_for_the_schema_but_not_for_that_of_a_newer_version(installed: Installation) -> None:
    """PostgreSQL is migrated while bots of the version before still work."""
    found = {}
    for revision in (head(), "0099", "9999", "unknown"):
        with installed.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
        found[revision] = " ".join(installed.faults())
    assert (found.pop(head()), found.pop("9999")) == ("", "")
    assert all("the database is at revision" in fault for fault in found.values()), found


def test_ready_fails_for_rules_and_for_the_database(installed: Installation) -> None:
    broken = replace(installed.deps, rulebook=lambda: load_rulebook([Path("no such.toml")]))
    assert replace(installed, deps=broken).faults() == ("the packs and house rules cannot be read",)
    away = create(f"sqlite:///{Path('no/such/folder')}/calls.db")
    assert replace(installed, engine=away).faults() == ("the database does not answer",)
    away.dispose()
