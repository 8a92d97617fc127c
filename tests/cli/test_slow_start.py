"""Slack falters while the bot starts: it waits, says for what, and is not ready; only a refusal ends it."""

import json
import time
import urllib.request
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from bot.sandbox import SandboxServer
from tests.cli.conftest import PATIENCE, free_port, next_line, ran, spawned, stopped

HICCUPS = ("ratelimited", "http_500", "http_503", "reset")


def ready(port: int) -> tuple[int, list[str]]:
    """The status of /ready and its faults; 0 while nothing listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=60) as answer:
            return answer.status, json.load(answer)["faults"]
    except HTTPError as error:
        with error:
            return error.code, json.load(error)["faults"]
    except URLError:
        return 0, []


def ready_once(port: int, status: int) -> list[str]:
    """The faults in the answer of /ready, once it has this status."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found, faults = ready(port)
        if found == status:
            return faults
        time.sleep(0.1)
    raise AssertionError(f"/ready never answered {status}, but {found} {faults}")


@pytest.mark.night
def test_bot_connects_after_every_temporary_failure_of_both_methods(
    server: SandboxServer, environ: dict[str, str], folder: Path
) -> None:
    for method in ("auth.test", "apps.connections.open"):
        for hiccup in HICCUPS[:2]:
            server.fail_next(method, with_=hiccup)
    with spawned(["run"], folder, environ) as process:
        server.wait_for_connections(1, within=PATIENCE)
        status, out, err = stopped(process)
    assert (status, "Traceback" in err) == (0, False), err
    waits = [line for line in out.splitlines() if line.startswith("Waiting for Slack")]
    assert [("auth.test" in line, "connections.open" in line) for line in waits] == [(True, False)] * 2 + [
        (False, True)
    ] * 2
    assert "429" in waits[0]
    assert "500" in waits[1]
    assert "Nextcall is running" in out


@pytest.mark.night
def test_http_mode_is_ready_while_it_waits_for_slack(
    server: SandboxServer, environ: dict[str, str], folder: Path
) -> None:
    """Another process would be no better."""
    server.fail_next("auth.test", with_="http_503", times=1_000)
    port = free_port()
    with spawned(["run", "--http", str(port)], folder, environ) as process:
        assert ready_once(port, 200) == []
        server.end_faults()
        waits, running = next_line(process), next_line(process)
        status, _, err = stopped(process)
    assert "Waiting for Slack: no answer to auth.test" in waits
    assert "Nextcall is running" in running
    assert (status, "Traceback" in err) == (0, False), err


@pytest.mark.night
@pytest.mark.parametrize("mode", ["socket", "http"])
def test_bot_that_waits_for_slack_stops_cleanly_when_told(environ: dict[str, str], folder: Path, mode: str) -> None:
    nowhere = {**environ, "SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/"}
    arguments = ["run"] if mode == "socket" else ["run", "--http", str(free_port())]
    with spawned(arguments, folder, {**nowhere, "PYTHONUNBUFFERED": "1"}) as process:
        first = next_line(process)
        status, out, err = stopped(process)
    assert "Waiting for Slack" in first
    assert "SLACK_API_URL" in first
    assert (status, out.splitlines()[-1], "Traceback" in err) == (0, "Nextcall has stopped.", False), err


@pytest.mark.night
@pytest.mark.parametrize("mode", ["socket", "http"])
def test_a_refused_token_ends_the_bot(server: SandboxServer, environ: dict[str, str], folder: Path, mode: str) -> None:
    server.fail_next("auth.test", with_="http_500")
    arguments = ["run"] if mode == "socket" else ["run", "--http", str(free_port())]
    status, out, err = ran(arguments, folder, {**environ, "SLACK_BOT_TOKEN": "xoxb-not-known"})
    assert (status, "Slack refused SLACK_BOT_TOKEN" in err, "Traceback" in err) == (1, True, False), err
    assert "Waiting for Slack" in out
