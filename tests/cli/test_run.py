"""The program started as a process: it connects, answers, and stops cleanly when told."""

import json
import re
import signal
import socket
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest

from bot.cli.demo import cast
from bot.cli.demo.stage import LEADS, SETUP
from bot.sandbox import SandboxServer
from tests.cli.conftest import PATIENCE, Command, free_port, next_line, page, ran, spawn, spawned, stopped

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
def test_it_connects_answers_and_stops_on_a_signal(
    server: SandboxServer, environ: dict[str, str], folder: Path, settled: Command
) -> None:
    port = free_port()
    with spawned(["run", "--log", "json"], folder, {**environ, "NEXTCALL_WATCH": str(port)}) as process:
        assert next_line(process) == "Nextcall is running. Ctrl-C stops it.\n"
        alice = server.person(cast.ALICE)
        alice.command("/nextcall 2")
        assert alice.wait_for(lambda seen: seen.messages, within=PATIENCE)
        assert json.loads(page(port, "live")) == {"is_live": True}
        assert json.loads(page(port, "ready")) == {"is_ready": True, "faults": []}
        found = json.loads(page(port, "status"))
        assert found["slack"] == {**found["slack"], "mode": "socket", "is_connected": True, "waits_for": ""}
        assert {one["name"] for one in found["ticks"]} >= {"messages", "log", "digest", "hide"}
        assert 'nextcall_presses_total{action="/nextcall",came="done",kind="command"} 1.0' in page(port, "metrics")
        status, out, err = stopped(process)
    assert (status, out) == (0, "Nextcall has stopped.\n"), err
    lines = {line["event"]: line for line in map(json.loads, err.splitlines())}
    assert lines["started"]["mode"] == "socket"
    assert lines["answered"]["action"] == "/nextcall"
    assert len(lines["answered"]["request"]) == 8
    assert "Traceback" not in err
    assert environ["SLACK_BOT_TOKEN"] not in out + err


@pytest.mark.night
def test_it_serves_http_with_signed_requests_and_a_readiness_route(
    server: SandboxServer, environ: dict[str, str], folder: Path, settled: Command
) -> None:
    port = free_port()
    with spawned(["run", "--http", str(port)], folder, environ) as process:
        assert "is running" in next_line(process)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=60) as answer:
            assert answer.status == 200
        for private in ("status", "metrics"):
            with pytest.raises(HTTPError, match="404"):
                page(port, private)
        server.use_http(f"http://127.0.0.1:{port}/slack/events")
        dana = server.person(cast.DANA)
        dana.command("/teamstatus")
        assert dana.wait_for(lambda seen: "where the contacts stand" in str(seen), within=PATIENCE)
        status, _, err = stopped(process, signal.SIGINT)
    assert (status, "Traceback" in err) == (0, False), err


@pytest.mark.night
def test_it_says_in_one_sentence_why_it_cannot_start(folder: Path) -> None:
    status, out, err = ran(["run"], folder, {})
    assert (status, out) == (1, "")
    assert [line.split()[0] for line in err.splitlines()] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "2"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-not-known"}, "Slack refused SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-not-known"}, "Slack refused SLACK_APP_TOKEN (invalid_auth)"),
    ],
)
def test_it_says_in_one_sentence_which_token_slack_refuses(
    nextcall: Command, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], told: str
) -> None:
    for name, value in {**environ, **wrong}.items():
        monkeypatch.setenv(name, value)
    shown = nextcall("run")
    assert (shown.exit_code, told in shown.stderr, "Traceback" in shown.stderr) == (1, True, False), shown.stderr


@pytest.mark.night
def test_it_says_that_the_port_is_taken(environ: dict[str, str], folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, _, err = ran(["run", "--http", str(port)], folder, environ)
    assert (status, f"Port {port} cannot be used" in err) == (1, True)


@pytest.mark.night
def test_it_imports_when_run_as_a_process(folder: Path) -> None:
    assert ran(["apply", str(SETUP)], folder, {})[0] == 0
    rejects = ["--rejects", str(folder / "no.csv")]
    status, out, err = ran(["import-contacts", str(LEADS), "--campaign", "Energy switch", *rejects], folder, {})
    assert (status, "191 imported" in out, err) == (0, True, "")


@pytest.mark.night
def test_it_stops_silently_when_its_output_is_closed(folder: Path) -> None:
    process = spawn(["policy", "show", "gb"], folder, {"PYTHONUNBUFFERED": "1"})
    next_line(process)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=PATIENCE)
    assert err == ""
    assert not (folder / "nextcall.log").exists()


def test_it_plays_the_whole_tour(folder: Path) -> None:
    with spawned(["demo", "--tour"], folder, {}) as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, out[-3000:] + err
    assert re.search(r"All \d+ steps passed\.\n$", out)
    assert "The callback is due  (Wed 2 Dec, 14:31, London)" in out, "a heading tells when its step happens"
    assert not re.findall(r":[a-z_]+:", out), "signs, not the names that Slack has for them"
    assert err == ""


@pytest.mark.night
def test_it_starts_the_demo_and_stops_it_on_ctrl_c(folder: Path) -> None:
    with spawned(["demo", "--port", "0"], folder, {"PYTHONUNBUFFERED": "1"}) as process:
        assert process.stdout is not None
        imported = next(line for line in process.stdout if "imported" in line)
        assert "191 leads" in imported, imported
        assert "3 duplicates and 6 faulty rows left out" in imported
        url = next(line.strip() for line in process.stdout if "http://127.0.0.1:" in line)
        with urllib.request.urlopen(url, timeout=60) as page:
            assert b"<html" in page.read().lower()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, "The demo has stopped" in out) == (0, True), err
