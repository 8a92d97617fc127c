"""What a command imports: a person waits for it each time, and so do the tests, which start the program dozens of
times. Without its extras the program runs; what needs one says which."""

import inspect
import json
import os
import pwd
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app, main
from bot.cli.commands import Listed
from bot.services.extras import BROUGHT
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
HIDDEN = (*BROUGHT, "numpy")
# What is imported only where a feature of an extra is used.
LATE = (
    "bot.cli.demo",  # and bot.cli.demo_bot
    "bot.sandbox",
    "bot.services.do_not_call.register_arrays",
    "bot.services.drawing.charts",
    "bot.services.drawing.pages",
    "bot.services.reports.day_chart",
    "bot.slack.wording.activity_files",
    "bot.watching.metrics",
)
NEEDING = ("report", "report --pdf=report.pdf", "report --xlsx=report.xlsx", "demo", "demo --help")
# A small install: without what extras bring. Runs commands one after the other, and prints how each ended, what it said
# and what is loaded by then; and before the last few, which modules fail to be imported.
_PROGRAM = f"""
import sys
sys.modules.update(dict.fromkeys({HIDDEN}))
import contextlib, importlib, io, json, pkgutil
from bot.cli import main

def run(command):
    sys.argv, code = ["nextcall", *command.split()], 0
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()) as wrong:
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    loaded = sorted(name for name, module in sys.modules.items() if module)
    print(json.dumps([code, said.getvalue(), wrong.getvalue(), loaded]))

for command in {COMMANDS}:
    run(command)
import bot, policy, storage
from bot.settings import database_fault

failed = []
for top in (bot, policy, storage):
    for found in pkgutil.walk_packages(top.__path__, f"{{top.__name__}}.", onerror=failed.append):
        if not found.name.endswith(("__main__", "migrations.env")) and ".versions." not in found.name:
            try:
                importlib.import_module(found.name)
            except ModuleNotFoundError as missing:
                failed.append(found.name)
print(json.dumps(failed))
print(json.dumps(database_fault("postgresql://nextcall@localhost/calls")))
for command in {NEEDING}:
    run(command)
"""
DRAWING = {"fpdf", "fontTools", "PIL", "xlsxwriter"}
SLACK = {"slack_sdk", "slack_bolt", "aiohttp", "waitress", "apscheduler"}
DATABASE = {"sqlalchemy", "sqlmodel", "psycopg", "alembic"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, settled_folder: Path) -> Sequence[Any]:
    """What the program prints in a folder with an organisation."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copy(settled_folder / "calls.db", folder)
    (folder / "facts.jsonl").write_text(lines(FACTS))
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "NEXTCALL_"))}
    places = os.pathsep.join(filter(None, (str(ROOT), environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=folder,
        env={**environ, "PYTHONPATH": places, "DATABASE_URL": f"sqlite:///{folder / 'calls.db'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def loaded(small: Sequence[Any]) -> Mapping[str, set[str]]:
    """The modules loaded after each command, of those in a process and no other."""
    assert [wrong for code, _, wrong, _ in small[: len(COMMANDS)] if code] == []
    return {command: {*modules} for command, (*_, modules) in zip(COMMANDS, small, strict=False)}


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


def test_only_what_draws_compares_or_plays_slack_needs_an_extra(small: Sequence[Any]) -> None:
    assert [name for name in small[len(COMMANDS)] if not name.startswith(LATE)] == []


def test_an_address_of_postgresql_names_its_extra(small: Sequence[Any]) -> None:
    assert (
        small[len(COMMANDS) + 1]
        == "needs the extra postgres, which is not installed: pip install 'nextcall[postgres]'."
    )


def test_a_report_is_printed_and_its_files_name_their_extra(small: Sequence[Any]) -> None:
    (code, said, *_), *files = small[-5:-2]
    assert code == 0
    assert said
    for code, said, wrong, _ in files:
        assert (code, said) == (1, "")
        assert "pip install 'nextcall[reports]'" in wrong
        assert "Traceback" not in wrong


def test_the_demo_names_its_extra(small: Sequence[Any]) -> None:
    needs = "That needs the extra demo, which is not installed: pip install 'nextcall[demo]'.\n"
    assert [one[:3] for one in small[-2:]] == [[1, "", needs]] * 2


def test_extras_bring_what_they_are_named_for() -> None:
    """The table beside the refusal says of each library the extra that pyproject.toml has it in."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    brought = packages_distributions()
    for library, extra in BROUGHT.items():
        distribution, *_ = (one.casefold().replace("_", "-") for one in brought[library])
        assert any(one.startswith(distribution) for one in project["optional-dependencies"][extra]), library
        assert not any(one.startswith(distribution) for one in project["dependencies"]), library
