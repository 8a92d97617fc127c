"""What systemd is told by the bot, as the process says it on a real socket."""

import socket
from pathlib import Path

import pytest

from bot.cli.run import tell_systemd
from bot.sandbox import SandboxServer
from tests.cli.conftest import PATIENCE, spawned, stopped


@pytest.mark.night
def test_systemd_is_told_of_the_wait_for_slack_the_start_each_pulse_and_the_stop(
    server: SandboxServer, environ: dict[str, str], folder: Path
) -> None:
    server.fail_next("auth.test", with_="http_503")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(folder / "notify"))
        listening.settimeout(PATIENCE)
        with spawned(["run"], folder, {**environ, "NOTIFY_SOCKET": str(folder / "notify")}) as process:
            heard = [listening.recv(1_000).decode() for _ in range(4)]
            status, _, err = stopped(process)
        while not heard[-1].startswith("STOPPING"):
            heard.append(listening.recv(1_000).decode())
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.recv(1_000)
    assert (status, "Traceback" in err) == (0, False), err
    waits, started, *pulses, stopping = heard
    assert waits == "STATUS=Waiting for Slack: no answer to auth.test."
    assert started.splitlines()[0] == "READY=1"
    assert set(pulses) == {"WATCHDOG=1"}
    assert stopping == "STOPPING=1"


def test_a_name_in_the_abstract_namespace_is_reached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = str(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        listening.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        tell_systemd("WATCHDOG=1")
        assert listening.recv(1_000) == b"WATCHDOG=1"


@pytest.mark.parametrize("address", ["", "nowhere/notify"])
def test_the_bot_works_where_systemd_does_not_listen(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    tell_systemd("WATCHDOG=1")
