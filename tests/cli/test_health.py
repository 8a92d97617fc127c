"""`nextcall health`, asked of the program started as a process."""

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from bot import running
from bot.sandbox import SandboxServer
from bot.settings import Need, read_settings
from bot.wiring import open_installation
from tests.cli.conftest import Command, spawn
from tests.cli.test_run import PATIENCE, environ, server
from tests.cli.test_slow_start import free_port, stopped

__all__ = ["environ", "server"]  # fixtures


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
def test_socket_mode_is_ready_while_connected_and_tells_only_this_machine(
    server: SandboxServer, environ: dict[str, str], folder: Path, nextcall: Command
) -> None:
    port = free_port()
    server.fail_next("auth.test", with_="http_503", times=2)
    process = spawn(["run", "--health", str(port)], folder, environ)
    try:
        assert told(nextcall, port, "Not ready: Slack does not answer auth.test") == 1
        assert told(nextcall, port, "Ready.") == 0
        server.fail_next("apps.connections.open", with_="http_503", times=1_000)
        server.drop_connections()
        assert told(nextcall, port, "Not ready: Slack is not connected.") == 1
        server.end_faults()
        assert told(nextcall, port, "Ready.") == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port))  # as good as an address of the network
        assert stopped(process)[0] == 0
    finally:
        process.kill()
    assert told(nextcall, port, "No bot answers") == 1


@pytest.mark.night
def test_http_mode_is_asked_on_its_own_port(
    server: SandboxServer, environ: dict[str, str], folder: Path, nextcall: Command
) -> None:
    port = free_port()
    process = spawn(["run", "--http", str(port)], folder, environ)
    try:
        assert told(nextcall, port, "Ready.") == 0
        assert stopped(process)[0] == 0
    finally:
        process.kill()


@pytest.mark.night
def test_a_pulse_comes_while_ticks_run_and_a_stop_of_them_is_a_fault(
    server: SandboxServer,
    environ: dict[str, str],
    folder: Path,
    settled: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "PULSE_EVERY_S", 1)
    settings, pulses = read_settings(Need.SOCKET_MODE, {**os.environ, **environ}), threading.Semaphore(0)
    with open_installation(settings) as installation:
        bot = running.Bot(installation, pulse=pulses.release)
        bot.start_socket_mode()
        try:
            assert pulses.acquire(timeout=PATIENCE)
            assert bot.faults() == ()
            bot._scheduler.pause()
            monkeypatch.setattr(running, "STILL_AFTER_S", 0.0)
            assert bot.faults() == ("timed work stands still",)
        finally:
            bot.stop()


def test_another_server_is_not_the_bot(nextcall: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        other.listen()
        with socket.create_connection(("127.0.0.1", port)):
            pass
        other.close()
        shown = nextcall("health", "--port", port)
    assert (shown.exit_code, f"nextcall run --health {port}" in shown.output) == (1, True)


def test_http_mode_needs_no_second_port(nextcall: Command) -> None:
    shown = nextcall("run", "--http", "8081", "--health", "8080")
    assert (shown.exit_code, "nextcall health --port 8081" in shown.output.replace("\n", " ")) == (2, True)
