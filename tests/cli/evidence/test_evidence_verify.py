"""`nextcall evidence verify` and `checkpoint`: the log at the command line."""

import json
import sqlite3
from pathlib import Path

import pytest

from bot.cli.installation import opened_installation
from bot.services.proof import notes, sequencing
from tests.cli.conftest import Command, fails, succeeds


@pytest.fixture
def with_log(settled: Command) -> Command:
    """The sample organisation, with a log as the bot makes it."""
    with opened_installation() as installation:
        assert sequencing.sequence_due(installation.deps) > 5
    return settled


def _change(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "calls.db") as connection:
        connection.execute(statement)


def test_it_says_that_nothing_was_changed(with_log: Command) -> None:
    assert succeeds(with_log("evidence", "verify")).stdout.splitlines()[-1] == "Nothing was changed."


def test_it_names_what_was_changed_and_fails(with_log: Command, folder: Path) -> None:
    _change(folder, "UPDATE agent SET slack_user_id = 'U0FORGED' WHERE id = 1")
    assert fails(with_log("evidence", "verify")).stdout.startswith("changed: agent 1 (slack_user_id) is not what leaf ")
    found = json.loads(with_log("evidence", "verify", "--json").stdout)["found"]
    assert [(one["fault"], one["table"], one["row_id"], one["columns"]) for one in found] == [
        ("changed", "agent", 1, ["slack_user_id"])
    ]


def test_a_change_past_nextcall_differs_while_no_bot_runs_and_one_by_a_command_waits(
    with_log: Command, folder: Path
) -> None:
    _change(folder, "UPDATE agent SET role = 'admin' WHERE id = 1")
    shown = fails(with_log("evidence", "verify"))
    assert shown.stdout.startswith("differs: agent 1 (role) changed after leaf "), shown.stdout
    _change(folder, "UPDATE agent SET role = 'agent' WHERE id = 1")
    (folder / "more.toml").write_text('[organisation]\nname = "Acme & Sons"\n')
    assert with_log("apply", "more.toml").exit_code == 0
    assert succeeds(with_log("evidence", "verify")).stdout.splitlines()[-2:] == [
        "2 rows wait to be taken into the log: run the bot, then verify again.", "Nothing else was changed."
    ]  # fmt: skip


@pytest.mark.long
def test_a_checkpoint_is_a_signed_note_that_knows_its_log_again(with_log: Command, folder: Path) -> None:
    shown, key = with_log("evidence", "checkpoint"), with_log("evidence", "checkpoint", "--key").stdout.strip()
    assert shown.exit_code == 0
    name, key_id, _ = key.split("+", 2)
    checkpoint = notes.read(shown.stdout)
    assert checkpoint.origin == name
    assert shown.stdout.splitlines()[-1].startswith(f"— {name} ")
    assert len(key_id) == 8
    assert "leaves, as of " in shown.stderr
    (folder / "kept.txt").write_text(shown.stdout)
    assert with_log("evidence", "verify", "--against", "kept.txt").exit_code == 0
    lines = shown.stdout.splitlines()
    assert with_log("evidence", "verify", "--against", f"{lines[1]} {lines[2]}").exit_code == 0
    assert with_log("evidence", "verify", "--against", f"{lines[1]} {'A' * 43}=").exit_code == 1
    _change(folder, "DELETE FROM evidenceleaf")
    _change(folder, "DELETE FROM evidencecheckpoint")
    _change(folder, "DELETE FROM evidencelog")
    with opened_installation() as installation:
        sequencing.sequence_due(installation.deps)
    assert with_log("evidence", "verify").exit_code == 0  # a log written anew is whole in itself
    forked = fails(with_log("evidence", "verify", "--against", "kept.txt"))
    assert "forked: the checkpoint of" in forked.stdout


def test_it_refuses_what_is_no_checkpoint_and_a_log_that_has_not_begun(settled: Command, folder: Path) -> None:
    assert "The log has not begun" in settled("evidence", "verify").stderr
    assert "The log has not begun" in settled("evidence", "checkpoint").stderr
    (folder / "kept.txt").write_text("hello")
    refused = fails(settled("evidence", "verify", "--against", "kept.txt"))
    assert refused.stderr.startswith("That is no checkpoint of this log:")
    assert "cannot be read" in settled("evidence", "verify", "--against", "none.txt").stderr


def test_migrate_makes_a_trigger_that_was_dropped(with_log: Command, folder: Path) -> None:
    _change(folder, "DROP TRIGGER evidence_suppression")
    assert with_log("migrate").exit_code == 0
    assert with_log("evidence", "verify").exit_code == 0


@pytest.mark.long
@pytest.mark.parametrize("damaged", ["''", "x'00ff'", "'a key in words'", "17", "zeroblob(33)"])
def test_a_damaged_signing_key_is_said_in_a_sentence(with_log: Command, folder: Path, damaged: str) -> None:
    _change(folder, f"UPDATE evidencelog SET public_key = {damaged}")
    for command in (("evidence", "checkpoint"), ("evidence", "checkpoint", "--key")):
        shown = fails(with_log(*command))
        assert "The log's public key is damaged" in shown.stderr
        assert "Traceback" not in shown.output
    shown = fails(with_log("evidence", "verify"))
    assert "changed: the log's public key (public_key in evidencelog) is damaged" in shown.stdout
    assert "1 finding." in shown.stdout
    told = with_log("doctor", "--json")
    [check] = [one for one in json.loads(told.stdout) if one["check"] == "log"]
    assert (check["ok"], "put back from a backup" in check["says"]) == (False, True)
    assert "Traceback" not in told.output


def test_the_doctor_says_that_the_key_is_not_the_one_that_signed(with_log: Command, folder: Path) -> None:
    _change(folder, "UPDATE evidencelog SET public_key = randomblob(32)")
    [check] = [one for one in json.loads(with_log("doctor", "--json").stdout) if one["check"] == "log"]
    assert not check["ok"]
    assert "not signed with the key on record" in check["says"]
