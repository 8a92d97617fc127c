"""What nextcall policy says of the sources of rules: the words, and where and when they were read."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from policy import ReadIn, Rule, load_rulebook
from tests.cli.conftest import Command
from tests.policy.small_packs import head, rule

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


def test_show_names_the_texts_that_a_retold_rule_rests_on(nextcall: Command, pack: Path) -> None:
    shown = nextcall("policy", "show", pack.name).stdout
    assert shown.count("read on 2026-11-24 in another text that retells it") == 2
    assert shown.count("Rests on a single retelling: it can only bar a call.") == 1
    assert "  Also told by: A regulator, https://example.org/b\n  Also told by: A lawyer\n" in shown


@pytest.mark.long
def test_list_counts_the_rules_that_were_read_at_the_source(nextcall: Command) -> None:
    shown = nextcall("policy", "list", "--on", "2026-11-28").stdout
    found = {one["pack"]: one for one in json.loads(nextcall("policy", "list", "--json").stdout)["packs"]}
    rules = [rule for rule in load_rulebook().pack("us-pa").rules if rule.is_enabled and rule.effective_until is None]
    at_source = sum(rule.wording.read_in in (ReadIn.OFFICIAL_TEXT, ReadIn.VERBATIM_COPY) for rule in rules)
    assert 0 < at_source <= found["us-pa"]["cited"]
    assert found["us-pa"]["read_at_source"] == at_source
    assert f"read at the source: {at_source} of {found['us-pa']['cited']} cited rule" in shown
    total = sum(one["read_at_source"] for one in found.values())
    assert f"{total} of {sum(one['cited'] for one in found.values())} cited rules read at the source." in shown


def test_list_names_the_rules_whose_source_was_read_more_than_180_days_ago(nextcall: Command) -> None:
    rule = min(
        (rule for rule in load_rulebook().pack("fr").rules if in_use(rule)), key=lambda rule: rule.citation.read_on
    )
    read_on = rule.citation.read_on
    line = f"READ MORE THAN 180 DAYS AGO, {read_on}: {rule.id}"
    on, after = (nextcall("policy", "list", "--on", str(read_on + timedelta(days=days))).stdout for days in (180, 181))
    assert line not in on
    assert line in after
    assert "last read more than 180 days ago: read the sources again." in after
    day = str(read_on + timedelta(days=181))
    found = json.loads(nextcall("policy", "list", "--on", day, "--json").stdout)["packs"]
    (french,) = (one for one in found if one["pack"] == "fr")
    assert {"rule": rule.id, "read_on": str(read_on)} in french["old_readings"]


def in_use(rule: Rule) -> bool:
    return rule.is_enabled and rule.effective_until is None and bool(rule.citation.url)


def test_show_prints_the_words_as_json(nextcall: Command, pack: Path) -> None:
    words, retold, twice = json.loads(nextcall("policy", "show", pack.name, "--json").stdout)["rules"]
    assert words["citation"]["quote"] == "not more than once a day"
    assert (words["citation"]["read_in"], words["confidence"]) == ("official text", "primary")
    assert (retold["narrows_only"], retold["confidence"]) == (True, "secondary")
    assert twice["citation"]["further"][1] == {"title": "A lawyer", "url": ""}
