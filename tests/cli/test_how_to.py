"""The pages on backups and upgrades name commands and options that there are."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
_BLOCK = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(nextcall [^`]+)`")
_COMMAND = re.compile(r"(?:^|[\s/])nextcall (\S.*)$")


def commands(text: str) -> list[list[str]]:
    lines = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
    found = [_COMMAND.search(line.partition(" #")[0]) for line in (*lines, *_INLINE.findall(text))]
    return [shlex.split(one[1]) for one in found if one]


@pytest.mark.parametrize("page", ["back-up.md", "upgrade.md"])
def test_each_command_of_the_page_is_there(page: str) -> None:
    found = commands((PAGES / page).read_text())
    assert len(found) > 5
    for words in found:
        command: Any = get_command(app)
        given = list(words)
        while hasattr(command, "commands") and given and not given[0].startswith("-"):
            command = command.commands[given.pop(0)].load()
        options = {name for one in command.params for name in one.opts}
        assert {one for one in given if one.startswith("--")} <= options, words
