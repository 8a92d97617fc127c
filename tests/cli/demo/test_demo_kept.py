"""The demo as a process: its output, its bot killed and started again, its data kept and gone on with."""

import json
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.demo import cast
from tests.cli.conftest import Command, fails, spawned
from tests.sandbox.test_page import Page

WITHIN_S = 120.0
ALICE = f"people/{cast.ALICE}"


class Demo:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process, self.lines = process, list[str]()
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line)
            if "Ctrl-C" in line:
                break
        self.page = Page(next(line.strip() for line in self.lines if line.strip().startswith("http://")))

    def shown(self) -> str:
        return json.dumps(self.page.get(f"sandbox/{ALICE}/screen")["channels"])

    def command(self, line: str) -> Any:
        return self.page.post(f"{ALICE}/command", {"line": line})

    def now(self) -> datetime:
        return datetime.fromisoformat(self.page.get("sandbox/workspace")["now"])


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[Demo]:
    with spawned(["demo", "--port", "0", *options], folder, {"PYTHONUNBUFFERED": "1"}) as process:
        yield Demo(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=WITHIN_S)
        assert (process.returncode, err, "The demo has stopped" in out) == (0, "", True)


def _until(holds: Callable[[], object]) -> None:
    until = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.mark.night
def test_a_kept_demo_outlives_a_killed_bot_and_goes_on_with_data_conversation_and_clock(folder: Path) -> None:
    file = folder / "kept.db"
    with demo(folder, "--keep", str(file)) as first:
        said = "".join(first.lines)
        assert re.findall(r"^\d\.", said, re.M)[:3] == ["1.", "2.", "3."]
        assert f"DATABASE_URL=sqlite:///{file} " in said
        first.command("/nextcall 2")
        _until(lambda: "You hold 2 contacts" in first.shown())
        first.page.post("trouble", {"name": "kill"})
        assert first.command("/nextcall 2")["failed"]
        _until(lambda: not first.command("/nextcall 2")["failed"])
        _until(lambda: first.shown().count("You hold 2 contacts") >= 2 * len({"text", "blocks"}))
        first.page.post("clock", {"advance_seconds": 600})
        stood, cards = first.now(), first.shown()
    kept = json.loads((folder / "kept.db.workspace.json").read_text())
    assert kept["format"] == 1
    assert not (folder / "kept.db.workspace.json").stat().st_mode & 0o077
    with demo(folder, "--keep", str(file)) as second:
        said = "".join(second.lines)
        assert "Going on where this file was left" in said
        assert "imported" not in said
        assert stood <= second.now() < stood + timedelta(minutes=2)
        assert second.shown() == cards
        second.command("/nextcall 2")
        _until(lambda: second.shown().count("You hold 2 contacts") > cards.count("You hold 2 contacts"))


def test_it_takes_no_file_that_it_did_not_keep(settled: Command, folder: Path) -> None:
    before = (folder / "calls.db").read_bytes()
    assert "are not from a demo" in fails(settled("demo", "--keep", folder / "calls.db")).stderr
    assert (folder / "calls.db").read_bytes() == before
    (folder / "calls.db.workspace.json").write_text('{"format": 0}')
    assert settled("demo", "--keep", folder / "calls.db").exit_code == 1
    assert "There is no folder" in settled("demo", "--keep", folder / "nowhere" / "calls.db").stderr
    assert settled("demo", "--tour", "--keep", folder / "new.db").exit_code == 2
