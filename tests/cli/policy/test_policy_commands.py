"""nextcall policy list, show, check, schema and countries: packs listed, explained and checked."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from policy import load_rulebook, shipped_packs
from policy.guide.countries import pages
from policy.rulebook.likeness import SHIPPED
from tests.cli.conftest import Command, fails, succeeds

ROOT = Path(__file__).parents[3]


def test_it_lists_the_packs_with_their_versions(nextcall: Command) -> None:
    shown = succeeds(nextcall("policy", "list"))
    for pack in load_rulebook().packs.values():
        assert f"{pack.id} " in shown.stdout
        assert f"version {pack.digest}" in shown.stdout
    assert f"Rulebook {load_rulebook().version}" in shown.stdout


def test_it_lists_packs_as_json(nextcall: Command) -> None:
    found = json.loads(nextcall("policy", "list", "--json").stdout)
    packs = {pack["pack"]: pack for pack in found["packs"]}
    assert found["rulebook"] == load_rulebook().version
    assert set(packs) == set(load_rulebook().packs)
    assert all(pack["in_force"] + pack["switched_off"] <= pack["rules"] for pack in packs.values())
    assert (packs["fr"]["kind"], packs["fr"]["areas"][0], packs["gb-house"]["kind"]) == ("law", "FR", "house")


def test_it_says_what_changes_next_on_the_eve_of_a_change_and_not_on_the_day(nextcall: Command) -> None:
    eve, day = (nextcall("policy", "list", "--on", on).stdout for on in ("2026-08-10", "2026-08-11"))
    changes = "fr.hours changes, fr.cap4 changes, fr.refusal60 changes, fr.ban.energy changes, fr.optin begins, "
    changes += "fr.optin.works begins, fr.optin.record begins"
    assert f"changes on 2026-08-11: {changes}, fr.bloctel ends" in eve
    assert "changes on 2026-08-11" not in day
    found = json.loads(nextcall("policy", "list", "--on", "2026-06-30", "--json").stdout)
    (dutch,) = (pack for pack in found["packs"] if pack["pack"] == "nl")
    assert dutch["next_change"]["on"] == "2026-07-01"
    assert [(one["rule"], one["what"]) for one in dutch["next_change"]["changes"]] == [("nl.optin", "changes")]


def test_it_says_that_a_pack_is_past_review_from_the_day_after(nextcall: Command) -> None:
    by = load_rulebook().pack("fr").review_by
    on, after = (nextcall("policy", "list", "--on", day).stdout for day in (by, by + timedelta(days=1)))
    assert f"PAST ITS REVIEW DATE, {by}" not in on
    assert f"PAST ITS REVIEW DATE, {by}" in after


def test_it_refuses_an_invalid_date(nextcall: Command) -> None:
    assert nextcall("policy", "list", "--on", "soon").exit_code == 2
    assert nextcall("policy", "show", "gb", "--on", "2026-02-30").exit_code == 2


@pytest.mark.long
@pytest.mark.parametrize("pack", sorted(load_rulebook().packs))
def test_it_reads_a_pack_aloud_with_every_rule_and_its_source(nextcall: Command, pack: str) -> None:
    shown = succeeds(nextcall("policy", "show", pack))
    words = " ".join(shown.stdout.split())
    for rule in load_rulebook().pack(pack).rules:
        assert f"{rule.id}: {rule.title}" in words
        assert rule.citation.title in words
        assert rule.citation.url in words
        assert " ".join(rule.note.split()) in words
        assert rule.disabled_because in words
    assert f"version {load_rulebook().pack(pack).digest}" in words


@pytest.mark.long
def test_it_says_whether_each_rule_is_in_force_today(nextcall: Command) -> None:
    words = " ".join(nextcall("policy", "show", "fr").stdout.split())
    assert "Status: law; bars; from 2023-03-01 to 2026-08-10: no longer in force" in words
    assert "Status: law; bars; from 2026-08-11, with no end: in force" in words
    assert "SWITCHED OFF: " in nextcall("policy", "show", "ie").stdout


@pytest.mark.long
def test_it_shows_only_what_was_in_force_on_a_day(nextcall: Command) -> None:
    before, after = (nextcall("policy", "show", "fr", "--on", day).stdout for day in ("2026-08-10", "2026-08-11"))
    assert ("fr.bloctel:" in before, "fr.optin:" in before) == (True, False)
    assert ("fr.bloctel:" in after, "fr.optin:" in after) == (False, True)


def test_it_shows_a_pack_as_json(nextcall: Command) -> None:
    found = json.loads(nextcall("policy", "show", "gb", "--on", "2026-11-24", "--json").stdout)
    rules = {rule["rule"]: rule for rule in found["rules"]}
    assert (found["pack"], found["version"]) == ("gb", load_rulebook().pack("gb").digest)
    assert rules["gb.pecr.tps"]["citation"]["url"].startswith("https://www.legislation.gov.uk/")
    assert rules["gb.pecr.tps"]["is_in_force"]
    assert "at most 27 days old" in rules["gb.pecr.tps"]["asks"]
    assert not any(rule["disabled_because"] for rule in found["rules"])


def test_it_names_the_existing_packs(nextcall: Command) -> None:
    assert "gb-house" in fails(nextcall("policy", "show", "atlantis")).stderr


def test_it_shows_a_pack_from_its_file(nextcall: Command, folder: Path) -> None:
    text = (SHIPPED / "nl.toml").read_text(encoding="utf-8").replace("The Netherlands: telemarketing", "Mine: a draft")
    (folder / "draft.toml").write_text(text, encoding="utf-8")
    assert nextcall("policy", "show", "draft.toml").stdout.startswith("Mine: a draft\n")
    (folder / "draft.toml").write_text("[pack]\n")
    assert "draft.toml, line 1: pack.kind" in fails(nextcall("policy", "show", "draft.toml")).stderr


def test_it_reports_every_fault_of_a_pack_with_file_key_and_line(nextcall: Command, folder: Path) -> None:
    text = (SHIPPED / "nl.toml").read_text(encoding="utf-8")
    faulty = text.replace('kind = "basis"', 'kind = "bases"', 1).replace('mode = "block"', 'mode = "blocks"', 1)
    (folder / "nl.toml").write_text(faulty, encoding="utf-8")
    (folder / "mine.toml").write_text('[pack]\nid = "mine"\n')
    shown = nextcall("policy", "check", "nl.toml", SHIPPED / "fr.toml", "mine.toml")
    assert (shown.exit_code, shown.stdout) == (1, "")
    faults = shown.stderr.splitlines()
    line = faulty.splitlines().index('kind = "bases"') + 1
    assert any(fault.startswith(f"nl.toml, line {line}: rule[1](nl.optin).kind: ") for fault in faults)
    assert any("rule[1](nl.optin).mode" in fault for fault in faults)
    assert any(fault.startswith("mine.toml, line 1: pack.title") for fault in faults)
    assert not any("fr.toml" in fault for fault in faults)
    assert faults[-1] == f"{len(faults) - 1} faults."


UNREADABLE = {
    "not-toml.toml": b"this is no TOML\n",
    "binary.toml": bytes(range(256)),
    "nul.toml": b"\0\0\0",
    "deep.toml": b"a = " + b"[" * 100_000,
    "digits.toml": b"a = " + b"9" * 10_000,
    "empty.toml": b"",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_it_reports_a_file_that_is_not_a_pack(nextcall: Command, folder: Path, name: str) -> None:
    (folder / name).write_bytes(UNREADABLE[name])
    shown = fails(nextcall("policy", "check", name))
    assert shown.stderr.startswith(name)
    assert "Something broke" not in shown.stderr
    assert len(shown.stderr) < 3000


def test_it_reports_a_missing_file_and_a_folder_and_still_checks_the_others(nextcall: Command, folder: Path) -> None:
    (folder / "packs").mkdir()
    (folder / "mine.toml").write_text("x = 1\n")
    shown = fails(nextcall("policy", "check", "nowhere.toml", "packs", "mine.toml"))
    assert "nowhere.toml: cannot be read: No such file or directory" in shown.stderr
    assert "packs: cannot be read: Is a directory" in shown.stderr
    assert "mine.toml" in shown.stderr
    assert nextcall("policy", "check").exit_code == 2


@pytest.mark.long
def test_it_finds_no_fault_in_the_shipped_packs(nextcall: Command) -> None:
    shown = nextcall("policy", "check", *shipped_packs())
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith(f"{len(shipped_packs())} files without faults")


def test_it_finds_two_files_with_one_id(nextcall: Command, folder: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (folder / name).write_bytes((SHIPPED / "nl.toml").read_bytes())
    shown = nextcall("policy", "check", "a.toml", "b.toml")
    assert (shown.exit_code, "b.toml: pack.id: 'nl' is also the id of another of these files" in shown.stderr) == (
        1,
        True,
    )


def test_it_prints_the_schema(nextcall: Command) -> None:
    assert json.loads(nextcall("policy", "schema").stdout)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.long
def test_it_writes_a_page_for_each_country_and_reports_one_that_differs(nextcall: Command, folder: Path) -> None:
    shown = nextcall("policy", "countries", "rules")
    assert (shown.exit_code, shown.stdout) == (0, "Wrote 15 pages to rules.\n")
    assert {one.name: one.read_text(encoding="utf-8") for one in folder.glob("rules/*")} == pages(load_rulebook())
    assert nextcall("policy", "countries", "rules", "--check").stdout == "rules agrees with the packs.\n"
    page = folder / "rules" / "france.md"
    page.write_text(page.read_text(encoding="utf-8").replace("72 hours", "48 hours", 1), encoding="utf-8")
    shown = nextcall("policy", "countries", "rules", "--check")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "france.md differ from the packs: write them again" in shown.stderr
    assert nextcall("policy", "countries", "nowhere", "--check").exit_code == 1
    assert "cannot be written" in nextcall("policy", "countries", str(page)).stderr


def test_it_counts_the_rules_in_force_on_the_given_day(nextcall: Command) -> None:
    found = json.loads(nextcall("policy", "list", "--on", "1990-01-01", "--json").stdout)
    assert {pack["pack"]: pack["in_force"] for pack in found["packs"]}["gb"] == 0
    assert found["on"] == date(1990, 1, 1).isoformat()


@pytest.mark.long
def test_diff_says_what_each_rule_asked_before_and_asks_now(nextcall: Command, folder: Path) -> None:
    shipped = next(one for one in shipped_packs() if one.stem == "gb-house")
    text = shipped.read_text("utf-8")
    changed = folder / "gb-house.toml"
    changed.write_text(text.replace("[[09:00:00, 20:00:00]]", "[[10:00:00, 20:00:00]]"), "utf-8")
    shown = fails(nextcall("policy", "diff", "gb-house", changed))
    assert "gb-house.hours: House calling hours" in shown.stdout
    assert "  was: Monday to Friday 09:00 to 20:00, " in shown.stdout
    assert "  now: Monday to Friday 10:00 to 20:00, " in shown.stdout
    found = json.loads(nextcall("policy", "diff", shipped.parent, changed, "--json").stdout)
    assert [one["rule"] for one in found["rules"]] == ["gb-house.hours"]
    assert found["rules"][0]["says"][1].startswith("now: Monday to Friday 10:00 to 20:00, ")


@pytest.mark.long
def test_diff_of_the_same_packs_says_so(nextcall: Command) -> None:
    same = nextcall("policy", "diff", "gb-house", "gb-house")
    assert (same.exit_code, same.stdout) == (0, "No rule differs.\n")
    folders = nextcall("policy", "diff", SHIPPED, SHIPPED)
    assert (folders.exit_code, folders.stdout) == (0, "No rule differs.\n")


def test_diff_refuses_what_it_cannot_read(nextcall: Command, folder: Path) -> None:
    assert "neither a file, a folder nor a shipped pack" in nextcall("policy", "diff", "atlantis", "gb-house").stderr
    (folder / "empty").mkdir()
    assert "There is no pack (*.toml) in empty" in nextcall("policy", "diff", "empty", "gb-house").stderr
