"""What a command imports: a person waits for it each time, and so do the tests, which start the program dozens of times."""

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from bot.cli import app
from bot.cli.commands import Listed
from tests.cli.conftest import Command

ROOT = Path(__file__).resolve().parents[2]
# Runs commands one after the other in one process, and prints after each the packages that are loaded by then.
_LOADED = """
import json, sys
from typer.testing import CliRunner
from bot.cli import app

for arguments in json.loads(sys.argv[1]):
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    print(json.dumps(sorted(name for name in sys.modules)))
"""


def listed(group: Any, path: str = "nextcall") -> Iterator[tuple[str, Listed, Any]]:
    """Every command of a group and of the groups in it: its name, its line, and the command itself."""
    for name, line in group.commands.items():
        command = line.load()
        yield f"{path} {name}", line, command
        if hasattr(command, "commands"):
            yield from listed(command, f"{path} {name}")


def test_list_of_commands_says_of_each_what_its_own_help_says_first() -> None:
    found = list(listed(get_command(app)))
    assert len(found) > 30
    for path, line, command in found:
        assert line.help == inspect.cleandoc(command.help).split("\n\n")[0].replace("\n", " "), path


def loaded_after(*commands: list[str], folder: Path = ROOT) -> list[set[str]]:
    """The modules loaded after each command; all run in one new process, in the folder."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, json.dumps(commands)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [set(json.loads(line)) for line in done.stdout.splitlines()]


def test_help_loads_neither_database_nor_slack_nor_rules() -> None:
    groups: list[list[str]] = [[], ["policy"], ["policy", "house"], ["evidence"], ["subject"]]
    [*_, loaded] = loaded_after(*([*group, "--help"] for group in groups))
    heavy = {"sqlalchemy", "sqlmodel", "slack_sdk", "slack_bolt", "aiohttp", "holidays", "numpy", "alembic", "policy"}
    assert not heavy & loaded
    assert "bot.cli.boundary" in loaded


def test_command_on_the_database_loads_nothing_that_only_a_bot_needs(settled: Command, folder: Path) -> None:
    [_, loaded] = loaded_after(["lists"], ["explain", "07700 900123"], folder=folder)
    heavy = {"slack_bolt", "apscheduler", "aiohttp", "waitress", "alembic", "numpy", "matplotlib", "fpdf"}
    assert not heavy & loaded
    assert not [name for name in loaded if name.startswith(("bot.slack.blocks", "bot.slack.listeners"))]
    assert "sqlmodel" in loaded
