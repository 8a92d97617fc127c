"""Every command in a block of a document is run, in a folder with the demo's organisation and leads; the tables say
which cannot be, and why."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app
from bot.cli.app_manifest import COMMANDS
from bot.cli.installation import opened_installation
from bot.services.proof import sequencing
from bot.settings import _NAMES
from tests.cli.conftest import Command

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
STARTS = re.compile(r"(?:[A-Z_]+=\S+ )*(make|cp|python3|\.venv/bin/python|(?:\.venv/bin/)?nextcall) ")
# What is not run: only its help is asked, or make is asked what it would do.
ONLY_HELP = {
    "nextcall demo": "it serves a page until Ctrl-C, or plays a whole day",
    ".venv/bin/python -m benchmarks": "it measures for minutes to hours",
    "python3 -S -I verify_proof.py": "its key and its file are placeholders; tests/services/evidence runs it",
    "nextcall backup --force nextcall-$(date": "the shell fills in the day",
    "nextcall restore": "it wants an empty database; tests/cli/test_restore.py puts backups back",
    "make": "each target installs, serves, tests or measures",
}
# What runs to another end than 0: here there is no Slack, and nothing has been called.
ENDS = {
    "nextcall doctor": (1, "no token is filled in"),
    "nextcall explain --decision": (1, "nothing has been decided yet"),
    "nextcall part": (1, "no list gives two people as one"),
    "nextcall withdraw-stop": (1, "nobody has stopped the number"),
}
CALLS = "call_id,direction,external_number,target,date_started,date_connected,date_ended\n"
FILES = {  # what the reader has
    "found.csv": "020 7946 0111\n",
    "stop.csv": "020 7946 0222\n",
    "calls.csv": f"{CALLS}1,outbound,+447700900101,204,1763000000000,,1763000019250\n",
    "nextcall.db.key": "",
    ".env.example": (ROOT / ".env.example").read_text(encoding="utf-8"),
    "leads.csv": (ROOT / "bot/cli/demo/leads.csv").read_text(encoding="utf-8-sig"),
}


def commands_of(document: Path) -> list[str]:
    """The commands in its blocks, without what is said beside them."""
    blocks = re.findall(r"^ *```(?:sh)?\n(.*?)^ *```", document.read_text(encoding="utf-8"), flags=re.M | re.S)
    lines = [line.strip() for block in blocks if STARTS.match(block.strip()) for line in block.splitlines()]
    return [re.split(r"\s+#|\s{2,}", line)[0] for line in lines if STARTS.match(line)]


def plain(command: str) -> str:
    return re.sub(r"^(?:[A-Z_]+=\S+ )+", "", command).replace(".venv/bin/nextcall", "nextcall")


WITH_COMMANDS = [one for one in DOCUMENTS if commands_of(one)]


@pytest.mark.long
@pytest.mark.parametrize("document", WITH_COMMANDS, ids=lambda one: one.relative_to(ROOT).as_posix())
def test_every_command_of_a_document_runs(document: Path, with_leads: Command, folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in ("bot", "policy"):
        (folder / name).symlink_to(ROOT / name)
    with opened_installation() as installation:
        sequencing.sequence_due(installation.deps)  # as a bot does: the log has begun
    for command in commands_of(document):
        only_asked = next((name for name in ONLY_HELP if plain(command).startswith(name)), None)
        if only_asked is not None:
            assert_is_known(plain(command), with_leads)
        elif command.startswith("cp "):
            shutil.copy(*(folder / name for name in shlex.split(command)[1:]))
        else:
            assert_runs(command, with_leads)


def assert_runs(command: str, nextcall: Command) -> None:
    command, _, file = command.partition(" > ")
    words = shlex.split(plain(command))
    done = nextcall(*words[1:])
    if file:
        Path(file).parent.mkdir(exist_ok=True)
        Path(file).write_text(done.output, encoding="utf-8")
    expected = next((end for name, (end, _why) in ENDS.items() if plain(command).startswith(name)), 0)
    assert done.exit_code == expected, f"{command}: {done.output}"
    assert done.exception is None or isinstance(done.exception, SystemExit), command


def assert_is_known(command: str, nextcall: Command) -> None:
    """Its options and targets are known."""
    words = shlex.split(command)
    if words[0] == "make":
        asked = subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
        assert asked.returncode == 0, asked.stderr
        return
    options = [word for word in words if word.startswith("--")]
    if words[0] == "nextcall":
        shown = nextcall(words[1], "--help").output
    else:
        script = ["-m", "benchmarks"] if "benchmarks" in words else [str(ROOT / "docs" / "verify_proof.py")]
        asked = subprocess.run(
            [sys.executable, *script, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        shown = asked.stdout
    assert [one for one in options if one not in shown] == [], command


def test_it_finds_the_commands() -> None:
    found = [plain(command) for document in WITH_COMMANDS for command in commands_of(document)]
    assert len(found) > 50
    for name in (*ONLY_HELP, *ENDS):
        assert any(command.startswith(name) for command in found), f"no document has {name}: take it out of the table"


def test_the_list_of_commands_has_every_command_and_that_of_settings_every_setting() -> None:
    commands = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert [name for name, _, _ in COMMANDS if f"| `{name} " not in commands] == []
    group: Any = get_command(app)
    assert [name for name in group.commands if not re.search(rf"^\| `{name}\b", commands, flags=re.M)] == []
    settings = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in _NAMES if f"| `{name}` |" not in settings] == []
