"""SIGTERM in the middle of work: the process ends within ten seconds, and what was said to it is kept."""

import ctypes
import os
import signal
import sqlite3
import time
from pathlib import Path
from subprocess import Popen

import pytest

from bot.cli.demo import cast
from bot.sandbox import SandboxServer
from tests.cli.conftest import PATIENCE, Command, finished, next_line, spawn, stopped

WITHIN_S = 10.0
NUMBER = "07700 900457"


def stops(folder: Path) -> int:
    with sqlite3.connect(folder / "calls.db") as database:
        return int(database.execute("SELECT count(*) FROM suppression").fetchone()[0])


def running(folder: Path, environ: dict[str, str], server: SandboxServer) -> "Popen[str]":
    process = spawn(["run"], folder, environ)
    server.wait_for_connections(1, within=PATIENCE)
    assert "is running" in next_line(process)
    return process


def ended(process: "Popen[str]") -> tuple[int, str, float]:
    began = time.monotonic()
    status, _, err = stopped(process)
    return status, err, time.monotonic() - began


@pytest.mark.night
def test_a_stop_that_waits_for_the_database_is_kept_and_answered(
    server: SandboxServer, environ: dict[str, str], folder: Path, settled: Command
) -> None:
    process, before = running(folder, environ, server), stops(folder)
    alice = server.person(cast.ALICE)
    try:
        with sqlite3.connect(folder / "calls.db") as other:
            other.execute("BEGIN IMMEDIATE")
            assert not alice.command(f"/dnc {NUMBER}").failed
            process.send_signal(signal.SIGTERM)
            time.sleep(2.0)  # nothing tells from outside how far the bot is
            assert stops(folder) == before
        status, _, err = finished(process)
    finally:
        process.kill()
    assert (status, "Traceback" in err) == (0, False), err
    assert stops(folder) > before
    assert any("457" in one.words for one in alice.messages())


@pytest.mark.night
def test_a_slack_that_hangs_does_not_keep_the_bot_from_ending(
    server: SandboxServer, environ: dict[str, str], folder: Path, settled: Command
) -> None:
    process, before = running(folder, environ, server), stops(folder)
    try:
        server.fail_next("*", with_="timeout", times=1_000)
        server.fail_next("response_url", with_="timeout", times=1_000)
        assert not server.person(cast.ALICE).command(f"/dnc {NUMBER}").failed
        until = time.monotonic() + PATIENCE
        while stops(folder) == before:
            assert time.monotonic() < until
            time.sleep(0.05)
        status, err, took = ended(process)
    finally:
        process.kill()
    assert took < WITHIN_S, err
    assert (status, "Timeout (0:00:09)!" in err, "Traceback" in err) == (1, True, False), err


@pytest.mark.night
def test_a_signal_that_another_thread_receives_ends_the_bot(
    server: SandboxServer, environ: dict[str, str], folder: Path, settled: Command
) -> None:
    """The kernel may choose any thread of a process: without a look now and then the main thread would sleep on."""
    process = running(folder, environ, server)
    try:
        alice = server.person(cast.ALICE)
        alice.command(f"/dnc {NUMBER}")
        alice.wait_for(lambda seen: seen.messages, within=PATIENCE)  # by then the main thread has nothing to do
        others = [int(one) for one in os.listdir(f"/proc/{process.pid}/task") if int(one) != process.pid]
        ctypes.CDLL(None).tgkill(process.pid, others[0], int(signal.SIGTERM))
        status, _, err = finished(process)
    finally:
        process.kill()
    assert (status, "event=stopping" in err, "Traceback" in err) == (0, True, False), err
