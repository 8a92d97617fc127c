"""The doctor against the local workspace: everything that can be wrong, and what to do about it."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.demo import cast
from bot.cli.demo.stage import LEADS, SETUP
from bot.cli.installation import opened_installation
from bot.sandbox import Manifest, SandboxServer
from bot.services.proof import sequencing
from tests.cli.conftest import Command, connected_to, fails, succeeds


@pytest.fixture
def server(server: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> SandboxServer:
    for name, value in connected_to(server).items():
        monkeypatch.setenv(name, value)
    return server


def found(nextcall: Command, *options: str) -> tuple[int, dict[str, tuple[bool, str]]]:
    shown = nextcall("doctor", "--json", *options)
    return shown.exit_code, {one["check"]: (one["ok"], one["says"]) for one in json.loads(shown.stdout)}


def test_it_finds_all_well_leaves_no_message_in_the_channel_and_prints_no_token(
    settled: Command, server: SandboxServer
) -> None:
    shown = succeeds(settled("doctor"))
    assert (server.workspace.messages, server.workspace.scheduled) == ([], [])
    assert server.workspace.bot_token not in shown.output
    assert server.workspace.app_token not in shown.output
    supply = "nextcall import-contacts FILE --campaign 'Energy switch'"
    assert f"todo  before agents can work: Energy switch has no contacts: {supply}" in shown.stdout.splitlines()
    assert shown.stdout.splitlines()[-2:] == ["All is well.", "Still to do: 1 thing."]
    _, checks = found(settled)
    assert {"settings", "packs", "time zones", "database", "setup", "SLACK_BOT_TOKEN", "scopes", "people"} <= set(
        checks
    )
    assert {"SLACK_APP_TOKEN", "channel of Energy"} <= set(checks)


def test_in_http_mode_it_checks_the_signing_secret_and_not_the_socket(
    settled: Command, server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_APP_TOKEN")
    assert found(settled, "--http")[0] == 0
    status, checks = found(settled)
    assert (status, checks["settings"][0]) == (1, False)
    assert checks["settings"][1].startswith("SLACK_APP_TOKEN is missing")


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_it_says_which_token_slack_does_not_know(
    settled: Command, server: SandboxServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "xoxb-not-known" if "BOT" in name else "xapp-not-known")
    status, checks = found(settled)
    assert (status, checks[name][0]) == (1, False)
    assert "copy" in checks[name][1]


def test_it_names_missing_scopes(settled: Command, server: SandboxServer) -> None:
    server.workspace.manifest = Manifest(scopes=frozenset({"commands", "chat:write", "users:read"}))
    _, checks = found(settled)
    assert checks["scopes"] == (
        False,
        "files:read, files:write not granted: update the app from manifest.yml and install it again",
    )
    assert checks["messages to the bot"] == (True, "im:history is not granted, so the bot does not answer them")


def test_it_says_that_the_app_must_join_the_channel(settled: Command, server: SandboxServer) -> None:
    server.workspace.channels[cast.CHANNEL].bot_is_member = False
    status, checks = found(settled)
    assert (status, checks["channel of Energy"][0]) == (1, False)
    assert "/invite @Nextcall" in checks["channel of Energy"][1]


@pytest.mark.long
def test_it_names_a_missing_channel(migrated: Command, server: SandboxServer, folder: Path) -> None:
    (folder / "setup.toml").write_text(SETUP.read_text().replace(cast.CHANNEL, "C0NOWHERE01"))
    migrated("apply", "setup.toml")
    assert "no such channel" in found(migrated)[1]["channel of Energy"][1]


@pytest.mark.long
def test_it_names_people_who_are_not_in_the_workspace(migrated: Command, server: SandboxServer, folder: Path) -> None:
    (folder / "setup.toml").write_text(SETUP.read_text().replace(cast.BOB, "U0NOBODY01"))
    migrated("apply", "setup.toml")
    assert found(migrated)[1]["people"][1].startswith("not in this workspace: Bob (U0NOBODY01)")


def test_it_says_that_slack_cannot_be_reached(
    settled: Command, server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    status, checks = found(settled)
    assert (status, "cannot be reached" in checks["Slack"][1]) == (1, True)


def test_it_checks_what_it_can_without_any_settings(nextcall: Command, folder: Path) -> None:
    shown = fails(nextcall("doctor"))
    assert "FAIL  settings: SLACK_BOT_TOKEN is missing" in shown.stdout
    assert "ok    packs: " in shown.stdout
    assert "will be created at the first start" in shown.stdout
    assert shown.stdout.splitlines()[-1] == "3 problems to fix."
    assert not (folder / "calls.db").exists()


@pytest.mark.long
def test_before_the_set_up_all_is_well_and_the_team_is_to_do(
    migrated: Command, server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEXTCALL_ADMINS", cast.ADMIN)
    shown = succeeds(migrated("doctor"))
    lines = shown.stdout.splitlines()
    supply = "open Nextcall's Home, or run `nextcall apply setup.toml`"
    assert f"todo  before agents can work: there is no team yet: {supply}" in lines
    assert lines[-2:] == ["All is well.", "Still to do: 1 thing."]


@pytest.mark.long
def test_it_says_that_nobody_can_set_anything_up(
    nextcall: Command, server: SandboxServer, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    status, checks = found(nextcall)
    assert (status, checks["admins"][0]) == (1, False)
    assert "into NEXTCALL_ADMINS" in checks["admins"][1]
    nextcall("migrate")
    assert found(nextcall)[1]["admins"] == checks["admins"]
    (folder / "setup.toml").write_text(SETUP.read_text().replace('role = "admin" ', 'role = "manager" '))
    nextcall("apply", "setup.toml")
    assert found(nextcall)[1]["admins"] == checks["admins"]
    monkeypatch.setenv("NEXTCALL_ADMINS", "U0NEW00001")
    assert "admins" not in found(nextcall)[1]
    monkeypatch.delenv("NEXTCALL_ADMINS")
    nextcall("apply", SETUP)
    assert "admins" not in found(nextcall)[1]


def test_it_says_when_an_admin_of_the_environment_has_another_role(
    settled: Command, server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEXTCALL_ADMINS", f"{cast.ALICE}, U0NEW00001")
    status, checks = found(settled)
    assert (status, checks["admins"][0]) == (1, False)
    assert f"{cast.ALICE} (agent)" in checks["admins"][1]
    assert "U0NEW00001" not in checks["admins"][1]


@pytest.mark.long
def test_it_says_that_reminders_do_not_arrive(settled: Command, server: SandboxServer, folder: Path) -> None:
    settled("import-contacts", LEADS, "--campaign", "Energy switch")
    with sqlite3.connect(folder / "calls.db") as database:
        database.execute(
            "INSERT INTO message (organisation_id, once, agent_id, kind, params, written_at, tries, closed_because)"
            " VALUES (1, '', 1, 'callable_again', '{}', '2026-01-01 10:00:00', 3, '')"
        )
    status, checks = found(settled)
    assert (status, checks["reminders"][0]) == (1, False)
    assert "turn on the app's Messages tab" in checks["reminders"][1]


@pytest.mark.long
def test_it_says_that_the_log_stands_still(settled: Command, server: SandboxServer, folder: Path) -> None:
    with opened_installation() as installation:
        sequencing.sequence_due(installation.deps)
    assert found(settled)[1]["log"][0]
    with sqlite3.connect(folder / "calls.db") as database:
        database.execute("UPDATE evidencecheckpoint SET at = '2026-01-01 10:00:00.000000'")
        database.execute(
            "INSERT INTO erasure (organisation_id, at, erased_by, people, numbers, rows, stops)"
            " VALUES (1, '2026-01-01 10:00:00.417003', '', 0, 0, 0, 0)"
        )
    status, checks = found(settled)
    assert (status, checks["log"][0]) == (1, False)
    assert "1 row waits" in checks["log"][1]
    assert "Start it (nextcall run)" in checks["log"][1]


@pytest.mark.night
def test_it_says_why_a_team_cannot_follow_its_group(migrated: Command, server: SandboxServer, folder: Path) -> None:
    followed = SETUP.read_text().replace('name = "Energy"\n', 'name = "Energy"\nagents_group = "S0ENERGY01"\n', 1)
    (folder / "setup.toml").write_text(followed)
    migrated("apply", "setup.toml")
    assert "the group of Energy was deleted" in found(migrated)[1]["user groups"][1]
    server.workspace.has_user_groups = False
    assert "plan has no user groups" in found(migrated)[1]["user groups"][1]


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "value", "unseen"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-somebody", {"SLACK_BOT_TOKEN", "channel of Energy", "people", "messages"}),
        ("SLACK_APP_TOKEN", "xoxb-the-other-one", {"SLACK_APP_TOKEN"}),
        (
            "DATABASE_URL",
            "mysql://localhost/nextcall",
            {"database", "setup", "before agents can work", "channel of Energy", "people", "messages"},
        ),
        ("SLACK_API_URL", "http://example.org", {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "scopes", "channel of Energy"}),
        ("NEXTCALL_ADMINS", "alice", set()),
        ("NEXTCALL_LOG_LEVEL", "loud", set()),
    ],
)
def test_it_names_a_wrong_setting_and_checks_everything_else(
    settled: Command, server: SandboxServer, monkeypatch: pytest.MonkeyPatch, name: str, value: str, unseen: set[str]
) -> None:
    _, before = found(settled)
    monkeypatch.setenv(name, value)
    status, checks = found(settled)
    assert (status, checks["settings"][0]) == (1, False)
    assert checks["settings"][1].startswith(name)
    assert set(before) - set(checks) <= unseen | {"scopes", "messages", "people"}
    assert not unseen & set(checks)
    assert all(checks[one] == before[one] for one in checks if one != "settings"), "of our own database and workspace"


def test_it_says_that_the_messages_tab_is_off(settled: Command, server: SandboxServer) -> None:
    assert found(settled)[1]["messages"] == (True, "the app may write to people")
    server.workspace.manifest = replace(server.workspace.manifest, messages_tab=False)
    status, checks = found(settled)
    assert (status, checks["messages"][0]) == (1, False)
    assert "switch the Messages Tab on" in checks["messages"][1]


def test_it_checks_messages_with_a_person_whose_account_is_active(settled: Command, server: SandboxServer) -> None:
    person = server.workspace.people[cast.ALICE]
    server.workspace.people[cast.ALICE] = replace(person, is_deleted=True)
    status, checks = found(settled)
    assert (status, checks["people"][0], checks["messages"][0]) == (1, False, True)
    assert f"Alice ({cast.ALICE})" in checks["people"][1]


@pytest.mark.long
@pytest.mark.parametrize(
    ("code", "says"), [("token_revoked", "it was revoked"), ("account_inactive", "the app was removed")]
)
def test_it_says_why_slack_refuses_a_token(settled: Command, server: SandboxServer, code: str, says: str) -> None:
    server.fail_next("auth.test", with_=code)
    assert says in found(settled)[1]["SLACK_BOT_TOKEN"][1]


def test_it_says_that_a_channel_is_archived(settled: Command, server: SandboxServer) -> None:
    server.workspace.channels[cast.CHANNEL].is_archived = True
    assert "the channel is archived: restore it" in found(settled)[1]["channel of Energy"][1]


@pytest.mark.long
def test_it_names_what_agents_wait_for_until_it_is_supplied(
    migrated: Command, server: SandboxServer, folder: Path
) -> None:
    (folder / "setup.toml").write_text(SETUP.read_text().replace('teams = ["Energy"]', "teams = []"))
    migrated("apply", "setup.toml")
    said = [line for line in migrated("doctor").stdout.splitlines() if line.startswith("todo")]
    assert any("Energy has no campaign: write [[campaign]]" in line for line in said), said
    assert any("no team works Energy switch" in line for line in said), said
    migrated("apply", SETUP)
    migrated("import-contacts", LEADS, "--campaign", "Energy switch")
    said = [line for line in migrated("doctor").stdout.splitlines() if line.startswith("todo")]
    assert "186 contacts on hold; screen them against TPS: nextcall import-suppressions FILE --register tps" in said[0]
    assert "186 contacts on hold; missing: lawful basis on record" in said[1]
    assert not any("has no contacts" in line for line in said)
