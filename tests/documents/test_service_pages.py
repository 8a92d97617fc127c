"""The pages on container and systemd: each command of Nextcall in them exists, with its options, and each file."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("container", "systemd")


def lines(page: str) -> list[str]:
    text = (ROOT / "docs" / "how-to" / f"{page}.md").read_text()
    return [line.strip() for block in re.findall(r"```\n(.*?)```", text, re.S) for line in block.splitlines()]


def commands(page: str) -> list[list[str]]:
    """The words after `nextcall`, of each command in a block or a sentence."""
    text = (ROOT / "docs" / "how-to" / f"{page}.md").read_text()
    typed = [*lines(page), *re.findall(r"`(?:[\w/.=]*/)?(nextcall [^`]+)`", text)]
    program = r"(?:^|bin/|(?:bot|web|exec nextcall|:/data) )nextcall ((?!=)[a-z].*)|run --rm bot ([a-z].*)"
    found = [re.search(program, one) for one in typed]
    return [shlex.split(one[1] or one[2]) for one in found if one]


@pytest.mark.parametrize("page", PAGES)
def test_each_command_and_option_exists(page: str) -> None:
    known: Any = get_command(app).commands  # type: ignore[attr-defined]  # click's own
    assert len(commands(page)) > 3
    for name, *arguments in commands(page):
        options = {one for param in known[name].load().params for one in param.opts} if name in known else None
        assert options is not None, f"nextcall {name}"
        assert {one for one in arguments if one.startswith("-")} <= options, arguments


@pytest.mark.parametrize("page", PAGES)
def test_each_file_of_this_repository_exists(page: str) -> None:
    words = {word for line in lines(page) for word in shlex.split(line)}
    named = {
        word for word in words if re.fullmatch(r"(?:[\w-]+/)*[\w.-]+\.(?:lock|example|service)|Containerfile", word)
    }
    assert named
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_each_install_is_built_in_a_clean_folder() -> None:
    steps = [
        one.removeprefix("sudo ") for one in lines("systemd") if re.search(r"rm -rf build$|pip install .* \.$", one)
    ]
    assert len(steps) == 4, "the first install and the upgrade"
    assert steps[::2] == ["rm -rf build"] * 2, "setuptools keeps there what a version before had"


def test_docker_and_buildah_leave_out_the_same() -> None:
    first, second = ((ROOT / name).read_text().splitlines()[1:] for name in (".containerignore", ".dockerignore"))
    assert first == second
    assert first[0] == "*", "a secret beside the sources is not sent"
