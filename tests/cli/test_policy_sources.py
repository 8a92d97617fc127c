"""What nextcall policy says of the sources of the rules: the words, where and when they were read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.policy.small_packs import head, rule

Command = Callable[..., Result]
CAP = 'keys = [["person"]]\nmax = 1\nwindow = "cal_day"'
AT = 'title = "A law", section = "s. 7", url = "https://example.org/law", read_on = 2026-11-24'
WORDS = 'read_in = "official text", quote = "not more than once a day"'
RETOLD = 'read_in = "retelling"'


@pytest.fixture
def pack(folder: Path) -> Path:
    words, retold = (f"{CAP}\ncitation = {{ {AT}, {how} }}" for how in (WORDS, RETOLD))
    others = 'further = [{ title = "A regulator", url = "https://example.org/b" }, { title = "A lawyer" }]'
    path = folder / "small.toml"
    path.write_text(
        head()
        + rule("cap", words, name="words", status='"law"')
        + rule("cap", retold, name="retold", status='"law"', narrows_only="true")
        + rule("cap", f"{CAP}\ncitation = {{ {AT}, {RETOLD}, {others} }}", name="twice", status='"law"')
    )
    return path


def test_show_prints_the_words_of_a_rule_and_where_and_when_they_were_read(nextcall: Command, pack: Path) -> None:
    shown = nextcall("policy", "show", pack.name).stdout.splitlines()
    at = shown.index("  Source: A law, s. 7; read on 2026-11-24 in the official text")
    assert shown[at + 1 : at + 3] == ["  https://example.org/law", "  Its words: “not more than once a day”"]


def test_show_says_on_what_a_retold_rule_rests(nextcall: Command, pack: Path) -> None:
    shown = nextcall("policy", "show", pack.name).stdout
    assert shown.count("read on 2026-11-24 in another text that retells it") == 2
    assert shown.count("Rests on a single retelling: it can only bar a call.") == 1
    assert "  Also told by: A regulator, https://example.org/b\n  Also told by: A lawyer\n" in shown


def test_show_gives_the_words_to_other_programs(nextcall: Command, pack: Path) -> None:
    words, retold, twice = json.loads(nextcall("policy", "show", pack.name, "--json").stdout)["rules"]
    assert words["citation"]["quote"] == "not more than once a day"
    assert (words["citation"]["read_in"], words["confidence"]) == ("official text", "primary")
    assert (retold["narrows_only"], retold["confidence"]) == (True, "secondary")
    assert twice["citation"]["further"][1] == {"title": "A lawyer", "url": ""}
