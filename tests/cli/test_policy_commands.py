"""nextcall policy: packs listed, shown and checked; facts decided line by line."""

import json
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from policy import load_rulebook
from policy.loading import shipped_packs

Command = Callable[..., Result]
FACTS = {
    "id": "a",
    "at": "2026-12-01T10:00:00+00:00",
    "call": {"purpose": "service", "principal": "Bright Energy", "campaign": "switch"},
    "contact": {"person": "p", "number": "+442079460001", "places": ["GB"], "zones": ["Europe/London"]},
    "events": [],
}
SUNDAY = {**FACTS, "id": "b", "at": "2026-12-06T10:00:00+00:00"}


def lines(*facts: object) -> str:
    return "".join(json.dumps(one) + "\n" for one in facts)


def test_it_lists_the_packs_with_the_rulebooks_version(nextcall: Command) -> None:
    shown = nextcall("policy", "list")
    assert shown.exit_code == 0
    assert "gb-house" in shown.stdout
    assert f"Rulebook {load_rulebook().version}" in shown.stdout
    found = json.loads(nextcall("policy", "list", "--json").stdout)
    assert {"gb", "gb-house", "base"} <= {pack["pack"] for pack in found["packs"]}
    assert all(pack["in_force"] <= pack["rules"] for pack in found["packs"])


def test_it_shows_a_pack_with_every_rule_and_its_source(nextcall: Command) -> None:
    shown = nextcall("policy", "show", "gb-house").stdout
    for rule in load_rulebook().pack("gb-house").rules:
        assert f"{rule.id}: {rule.title}" in shown
        assert rule.citation.title in shown


def test_it_names_the_packs_there_are(nextcall: Command) -> None:
    shown = nextcall("policy", "show", "atlantis")
    assert (shown.exit_code, "gb-house" in shown.stderr) == (1, True)


def test_it_checks_a_pack_and_tells_every_fault_with_its_file(nextcall: Command, folder: Path) -> None:
    (folder / "mine.toml").write_text('[pack]\nid = "mine"\n')
    shown = nextcall("policy", "check", "mine.toml")
    assert (shown.exit_code, shown.stdout) == (1, "")
    faults = shown.stderr.splitlines()
    assert len(faults) > 2
    assert all("mine.toml" in fault for fault in faults[:-1])
    assert faults[-1] == f"{len(faults) - 1} faults."


def test_it_finds_no_fault_in_a_pack_that_comes_with_the_product(nextcall: Command) -> None:
    (pack,) = [path for path in shipped_packs() if path.name == "gb-house.toml"]
    assert "without fault" in nextcall("policy", "check", pack).stdout


def test_it_prints_the_schema(nextcall: Command) -> None:
    assert json.loads(nextcall("policy", "schema").stdout)["$schema"].startswith("https://json-schema.org/")


def test_it_decides_each_line_in_order(nextcall: Command, folder: Path) -> None:
    (folder / "facts.jsonl").write_text(lines(FACTS, SUNDAY))
    shown = nextcall("policy", "decide", "facts.jsonl")
    first, second = [json.loads(line) for line in shown.stdout.splitlines()]
    assert (shown.exit_code, first["id"], second["id"]) == (0, "a", "b")
    assert (first["verdict"], second["verdict"]) == ("callable", "locked")
    assert second["callable_from"].startswith("2026-12-07T09:00:00")


def test_it_reads_standard_input_and_leaves_out_the_house_when_told_to(nextcall: Command) -> None:
    shown = nextcall("policy", "decide", "--house-pack", "none", input=lines(SUNDAY))
    assert (shown.exit_code, json.loads(shown.stdout)["verdict"]) == (0, "callable")


def test_it_answers_the_other_lines_when_one_is_malformed_and_exits_1(nextcall: Command) -> None:
    shown = nextcall("policy", "decide", input=lines(FACTS) + "{broken\n" + lines(SUNDAY))
    answers = [json.loads(line) for line in shown.stdout.splitlines()]
    assert shown.exit_code == 1
    assert ["error" in answer for answer in answers] == [False, True, False]


def test_it_says_when_there_is_no_such_file(nextcall: Command) -> None:
    shown = nextcall("policy", "decide", "nowhere.jsonl")
    assert (shown.exit_code, "cannot be read" in shown.stderr) == (1, True)
