"""Only their owner may read files with names and numbers, whatever the machine's defaults."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app
from bot.cli.demo.stage import LEADS, SETUP
from bot.services.proof import notes
from bot.wiring import KeyFile
from storage.database import engine as engines
from tests.cli.conftest import Command, fails


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """The default of most machines: every user may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def readable_by_others(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if stat.S_IMODE(one.stat().st_mode) & 0o077)


@pytest.mark.long
def test_only_the_owner_may_read_database_log_rejects_and_copies(
    nextcall: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nextcall("apply", SETUP)
    nextcall("import-contacts", LEADS, "--campaign", "Energy switch", "--rejects", "rejects.csv")
    nextcall("backup", "copy.db")
    monkeypatch.setattr("bot.services.setup.plan.read_setup", lambda _path: 1 / 0)
    nextcall("apply", SETUP)
    engine = engines.create(f"sqlite:///{folder / 'calls.db'}")
    engines.copy_file(engine, ".before-0001")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE organisation SET name = name")
        assert readable_by_others(folder) == []
        assert {one.name for one in folder.iterdir()} == {
            "calls.db",
            "calls.db-wal",
            "calls.db-shm",
            "calls.db.before-0001",
            "nextcall.log",
            "rejects.csv",
            "copy.db",
        }
    engine.dispose()


def test_only_the_owner_may_read_the_key_of_the_log(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "nextcall.key")
    keys = [notes.new_private_key(), notes.new_private_key()]
    for one in keys:
        file.add(one)
    assert readable_by_others(tmp_path) == []
    file.drop(keys[0])
    assert (file.kept(), readable_by_others(tmp_path)) == (keys[1:], [])


@pytest.mark.long
def test_an_overwritten_file_becomes_private(settled: Command, folder: Path) -> None:
    for name in ("rejects.csv", "copy.db"):
        (folder / name).write_text("")
        (folder / name).chmod(0o644)
    settled("import-contacts", LEADS, "--campaign", "Energy switch", "--rejects", "rejects.csv")
    assert settled("backup", "copy.db", "--force").exit_code == 0
    assert readable_by_others(folder) == []


def test_reports_are_private(settled: Command, folder: Path) -> None:
    assert settled("report", "--xlsx", "report.xlsx").exit_code == 0
    assert (folder / "report.xlsx").exists()
    assert readable_by_others(folder) == []


def test_no_command_takes_a_secret_as_an_argument() -> None:
    """Every user of the machine sees the arguments of a running program."""
    found = [*taken(get_command(app), "nextcall")]
    assert ("nextcall run", "http") in found
    assert ("nextcall evidence checkpoint", "key") in found, "the public one, and it takes none"
    secrets = re.compile("token|secret|password|credential|dsn|database_url")
    assert [one for one in found if secrets.search(one[1])] == []


def taken(command: Any, name: str) -> Iterator[tuple[str, str]]:
    """Each command with each of its arguments and options."""
    yield from ((name, one.name) for one in command.params)
    for sub in getattr(command, "commands", ()):
        yield from taken(command.commands[sub].load(), f"{name} {sub}")


@pytest.mark.night
def test_doctor_names_files_of_an_earlier_version_that_every_user_may_read(settled: Command, folder: Path) -> None:
    assert "every user of this machine can read them" not in settled("doctor").stdout
    (folder / "calls.db").chmod(0o644)
    (folder / "nextcall.log").touch()
    (folder / "nextcall.log").chmod(0o644)
    (folder / "calls.db.before-0011").touch(0o644)
    shown = fails(settled("doctor"))
    told = next(line for line in shown.stdout.splitlines() if "every user of this machine can read them" in line)
    assert told.startswith("FAIL  files: ")
    names = told.partition(" chmod 600 ")[2].split()
    assert {str(folder / "calls.db"), str(folder / "calls.db.before-0011"), "nextcall.log"} <= set(names)
    for name in names:
        Path(name).chmod(0o600) if Path(name).exists() else None
    assert "every user of this machine can read them" not in settled("doctor").stdout
