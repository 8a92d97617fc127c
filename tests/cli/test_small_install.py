"""Without its extras the program runs; what needs one says which."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from bot.services.extras import BROUGHT

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = (*BROUGHT, "numpy")
# What is imported only where a feature of an extra is used.
LATE = (
    "bot.cli.demo",  # and bot.cli.demo_bot
    "bot.sandbox",
    "bot.services.do_not_call.register_arrays",
    "bot.services.drawing.charts",
    "bot.services.drawing.pages",
    "bot.services.reports.day_chart",
    "bot.services.reports.activity_charts",
    "bot.services.reports.activity_workbook",
    "bot.watching.metrics",
)
# Imports every module, runs commands one after the other, and prints what failed, and how each ended and what it said.
_PROGRAM = f"""
import sys
sys.modules.update(dict.fromkeys({HIDDEN}))
import contextlib, importlib, io, json, pkgutil
import bot, policy, storage
from bot.cli import main
from bot.database_address import fault_of

failed = []
for top in (bot, policy, storage):
    for found in pkgutil.walk_packages(top.__path__, f"{{top.__name__}}.", onerror=failed.append):
        if not found.name.endswith(("__main__", "migrations.env")) and ".versions." not in found.name:
            try:
                importlib.import_module(found.name)
            except ModuleNotFoundError as missing:
                failed.append(found.name)
print(json.dumps(failed))
print(json.dumps(fault_of("postgresql://nextcall@localhost/calls")))
for command in sys.argv[1:]:
    sys.argv, code = ["nextcall", *command.split()], 0
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()) as wrong:
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    print(json.dumps([code, said.getvalue(), wrong.getvalue()]))
"""
_COMMANDS = ("report", "report --pdf=report.pdf", "report --xlsx=report.xlsx", "demo", "demo --help")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, settled_folder: Path) -> Sequence[Any]:
    """What a small install prints in a folder with an organisation."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copy(settled_folder / "calls.db", folder)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "NEXTCALL_"))}
    places = os.pathsep.join(filter(None, (str(ROOT), environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *_COMMANDS],
        cwd=folder,
        env={**environ, "PYTHONPATH": places, "DATABASE_URL": f"sqlite:///{folder / 'calls.db'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_only_what_draws_compares_or_plays_slack_needs_an_extra(small: Sequence[Any]) -> None:
    assert [name for name in small[0] if not name.startswith(LATE)] == []


def test_an_address_of_postgresql_names_its_extra(small: Sequence[Any]) -> None:
    assert small[1] == "needs the extra postgres, which is not installed: pip install 'nextcall[postgres]'."


def test_a_report_is_printed_and_its_files_name_their_extra(small: Sequence[Any]) -> None:
    (code, said, _), *files = small[2:5]
    assert code == 0
    assert said
    for code, said, wrong in files:
        assert (code, said) == (1, "")
        assert "pip install 'nextcall[reports]'" in wrong
        assert "Traceback" not in wrong


def test_the_demo_names_its_extra(small: Sequence[Any]) -> None:
    needs = "That needs the extra demo, which is not installed: pip install 'nextcall[demo]'.\n"
    assert small[5:] == [[1, "", needs]] * 2


def test_extras_bring_what_they_are_named_for() -> None:
    """The table beside the refusal says of each library the extra that pyproject.toml has it in."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    brought = packages_distributions()
    for library, extra in BROUGHT.items():
        distribution, *_ = (one.casefold().replace("_", "-") for one in brought[library])
        assert any(one.startswith(distribution) for one in project["optional-dependencies"][extra]), library
        assert not any(one.startswith(distribution) for one in project["dependencies"]), library
