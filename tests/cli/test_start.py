"""What a command imports: a person waits for it each time, and so do the tests, which start the program dozens of
times."""

import inspect
import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app, main
from bot.cli.commands import Listed
from tests.cli.policy.test_policy_decide import FACTS, lines

ROOT = Path(__file__).resolve().parents[2]
# Each loads more than those before it, so that one process can run them all.
COMMANDS = (
    "--help",
    "policy --help",
    "policy house --help",
    "evidence --help",
    "subject --help",
    "policy list",
    "policy decide facts.jsonl",
    "explain 07700900123",
    "lists",
    "run --help",
)
# Runs commands one after the other, and prints after each what is loaded by then.
_LOADED = """
import json, sys
from typer.testing import CliRunner
from bot.cli import app, main

for command in json.loads(sys.argv[1]):
    done = CliRunner().invoke(app, command.split())
    assert done.exit_code == 0, done.output
    print(json.dumps(sorted(sys.modules)))
"""
DRAWING = {"fpdf", "fontTools", "PIL", "xlsxwriter"}
SLACK = {"slack_sdk", "slack_bolt", "aiohttp", "waitress", "apscheduler"}
DATABASE = {"sqlalchemy", "sqlmodel", "psycopg", "alembic"}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, settled_folder: Path) -> Mapping[str, set[str]]:
    """The modules loaded after each command, of those in a process and no other."""
    folder = tmp_path_factory.mktemp("loaded")
    shutil.copy(settled_folder / "calls.db", folder)
    (folder / "facts.jsonl").write_text(lines(FACTS))
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "NEXTCALL_"))}
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, json.dumps(COMMANDS)],
        cwd=folder,
        env={**environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{folder / 'calls.db'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return {command: set(json.loads(line)) for command, line in zip(COMMANDS, done.stdout.splitlines(), strict=True)}


def test_help_loads_neither_database_nor_slack_nor_rules(loaded: Mapping[str, set[str]]) -> None:
    found = loaded["subject --help"]
    assert "bot.cli.commands" in found
    assert not found & {*DATABASE, *SLACK, *DRAWING, "holidays", "phonenumbers", "numpy", "policy"}


def test_rules_are_listed_and_decided_without_database_and_slack(loaded: Mapping[str, set[str]]) -> None:
    """Another program asks `policy decide` again and again: to import the rest takes four times as long as to
    answer."""
    found = loaded["policy decide facts.jsonl"]
    assert "policy.engine" in found
    assert not found & {*DATABASE, *SLACK, *DRAWING, "phonenumbers", "numpy", "bot.wiring"}


def test_command_on_the_database_loads_nothing_that_only_a_bot_needs(loaded: Mapping[str, set[str]]) -> None:
    found = loaded["lists"]
    assert "sqlmodel" in found
    assert not found & {*DRAWING, "slack_bolt", "aiohttp", "waitress", "apscheduler", "alembic", "numpy"}
    assert not [name for name in found if name.startswith(("bot.running", "bot.slack.blocks", "bot.slack.listeners"))]


def test_bot_loads_what_draws_compares_and_migrates_only_when_it_does(loaded: Mapping[str, set[str]]) -> None:
    """These take longer to import than the bot takes to connect."""
    found = loaded["run --help"]
    assert "slack_bolt" in found
    assert not found & {*DRAWING, "numpy", "alembic", "aiohttp"}


def listed(group: Any, path: str = "nextcall") -> Iterator[tuple[str, Listed, Any]]:
    """Every command of a group and of the groups in it: its name, its line, and the command itself."""
    for name, line in group.commands.items():
        command = line.load()
        yield f"{path} {name}", line, command
        if hasattr(command, "commands"):
            yield from listed(command, f"{path} {name}")


def test_list_of_commands_has_each_and_says_what_its_own_help_says_first() -> None:
    found = list(listed(get_command(app)))
    marks = sum(path.read_text().count("\n@command\n") for path in (ROOT / "bot/cli").rglob("*.py"))
    assert len([one for _, _, one in found if not hasattr(one, "commands")]) == marks > 30
    for path, line, command in found:
        assert line.help == inspect.cleandoc(command.help).split("\n\n")[0].replace("\n", " "), path


def test_a_user_without_a_name_and_a_home_starts_it(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def nameless(_user: int) -> object:
        raise KeyError

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", nameless)
    monkeypatch.setattr(sys, "argv", ["nextcall", "--help"])
    with pytest.raises(SystemExit):
        main()
    assert Path.home().is_dir()
