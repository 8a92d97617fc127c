"""Hostile and mistyped setup files: one sentence each, and nothing done."""

import os
from pathlib import Path

import pytest

from bot.cli.demo.stage import SETUP
from tests.cli.conftest import Command, fails

NINES = "9" * 5_000


def refused(nextcall: Command, text: str | bytes) -> str:
    path = Path("setup.toml")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    shown = nextcall("apply", path)
    assert (shown.exit_code, shown.stdout, "incident" in shown.stderr) == (1, "", False), shown.output[:400]
    assert len(shown.stderr) < 2_000
    assert not Path("calls.db").exists()
    return shown.stderr


@pytest.mark.parametrize(
    "text",
    [
        f"[organisation]\nforget_after_months = {NINES}\n",
        f"[organisation]\nforget_after_months = {'9' * 4_000}\n",
        "[organisation]\nforget_after_months = 99999999999999999999999999999\n",
        "[organisation]\nforget_after_months = 100000000\n",
        f"[[campaign]]\npriority = {NINES}\n",
        f"[[campaign]]\npriority = -{'9' * 4_000}\n",
        f"[[campaign]]\nname = {'9' * 4_000}\n",
        f"[[campaign]]\nname = 0x{'f' * 5_000}\n",
        f"[[campaign]]\nname = {NINES}.5e5\n",
        f"x = {'[' * 5_000}{']' * 5_000}\n",
        f"x = {'{a=' * 5_000}1{'}' * 5_000}\n",
        f"{'a.' * 500}a = 1\n",
        f'[[team]]\nname = "{"x" * 50_000}"\n',
        f'[[team]]\nchannel = "{"x" * 50_000}"\n',
        f"{'k' * 50_000} = 1\n",
        '[[team]]\nname = "a\\u0000b"\n',
        '[[team]]\nname = "a\\u001b[2Jb"\n',
        "a = 0001-01-01T00:00:00+23:59\n",
        b"\xff\xfe\x00",
    ],
    ids=range(19),
)
def test_an_impossible_value_is_told_in_a_sentence(nextcall: Command, folder: Path, text: str | bytes) -> None:
    assert refused(nextcall, text)


def test_it_says_which_number_is_too_long(nextcall: Command, folder: Path) -> None:
    assert "a whole number of more than" in refused(nextcall, f"[organisation]\nforget_after_months = {NINES}\n")
    assert "1,200" in refused(nextcall, "[organisation]\nforget_after_months = 1201\n")


def test_it_refuses_an_endless_file(nextcall: Command, folder: Path) -> None:
    Path("large.toml").write_bytes(b"# " + b"x" * (3 << 20))
    for name in ("large.toml", "/dev/zero"):
        assert "larger than 1 MiB" in fails(nextcall("apply", name)).stderr


@pytest.mark.long
def test_it_reads_a_pipe(migrated: Command, folder: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, SETUP.read_bytes())
    os.close(writer)
    shown = migrated("apply", f"/dev/fd/{reader}", "--plan")
    os.close(reader)
    assert shown.exit_code == 0, shown.stderr
