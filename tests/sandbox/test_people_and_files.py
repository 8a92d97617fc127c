"""Look-ups of people, groups, channels and files."""

import http.client
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.sandbox import CannotDo, Member, SandboxClock, SandboxServer, Workspace
from bot.sandbox.state.form import state_value
from tests.sandbox.conftest import TEAM, Connect, asked, modal, refusal

PIXEL = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def test_it_gives_the_offset_in_force_on_the_workspaces_day(client: WebClient, clock: SandboxClock) -> None:
    clock.set(datetime(2026, 7, 1, 12, tzinfo=UTC))
    summer = client.users_info(user="U0ALICE001")["user"]
    clock.set(datetime(2026, 12, 1, 12, tzinfo=UTC))
    winter = client.users_info(user="U0ALICE001", include_locale=True)["user"]
    assert (summer["tz"], summer["tz_label"], summer["tz_offset"]) == ("Europe/London", "BST", 3600)
    assert (winter["tz_offset"], winter["locale"], winter["real_name"]) == (0, "en-GB", "Alice")
    assert "locale" not in summer


def test_it_tells_of_a_deactivated_person_and_of_no_stranger(client: WebClient) -> None:
    gone = client.users_info(user="U0GONE0001")["user"]
    assert gone["deleted"]
    assert "tz" not in gone
    assert refusal(lambda: client.users_info(user="U0NOBODY01")) == "user_not_found"


def test_it_knows_user_groups_on_paid_plans_only(client: WebClient, workspace: Workspace) -> None:
    assert client.usergroups_list(include_users=True)["usergroups"][0]["users"] == ["U0ALICE001", "U0BOB00001"]
    workspace.has_user_groups = False
    assert refusal(client.usergroups_list) == "plan_upgrade_required"


def test_it_takes_an_upload_and_shares_it_in_a_channel(client: WebClient, alice: Member, charlie: Member) -> None:
    answer = client.files_upload_v2(
        filename="digest.png", content=PIXEL, title="Digest", channel=TEAM, initial_comment="Today"
    )
    message = alice.messages(TEAM)[-1]
    assert message.text == "Today"
    assert [(one.name, one.title, one.is_image, one.size) for one in message.files] == [
        ("digest.png", "Digest", True, len(PIXEL))
    ]
    assert charlie.messages() == ()
    info = client.files_info(file=answer["files"][0]["id"])["file"]
    assert (info["name"], info["mimetype"], info["size"]) == ("digest.png", "image/png", len(PIXEL))


def test_sharing_needs_the_bot_in_the_channel(client: WebClient) -> None:
    assert refusal(lambda: client.files_upload_v2(filename="a.txt", content="x", channel="C0ELSEWHERE")) == (
        "not_in_channel"
    )
    assert refusal(lambda: client.files_info(file="F0NOTHING01")) == "file_not_found"


def test_a_file_needs_the_token_and_others_get_a_login_page(
    client: WebClient, alice: Member, workspace: Workspace
) -> None:
    url = _shared(client, alice, b"Name,Phone\n")
    with urllib.request.urlopen(url) as stranger:
        assert (stranger.status, stranger.headers.get_content_type()) == (200, "text/html")
        assert "/signin" in stranger.url
        assert b"Sign in" in stranger.read()
    assert _download(url, workspace) == (200, b"Name,Phone\n")
    workspace.manifest = replace(workspace.manifest, scopes=workspace.manifest.scopes - {"files:read"})
    assert b"Sign in" in _download(url, workspace)[1]


def _shared(client: WebClient, member: Member, content: bytes) -> str:
    """Where a file can be downloaded that the member has shared with the app."""
    shared = member.upload("leads.csv", content, None)
    return str(client.files_info(file=shared.file_id)["file"]["url_private_download"])


def _download(url: str, workspace: Workspace, **headers: str) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {workspace.bot_token}", **headers}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
        return answer.status, answer.read()


def test_a_download_can_resume_from_any_byte(client: WebClient, alice: Member, workspace: Workspace) -> None:
    url = _shared(client, alice, b"Name,Phone\n")
    assert _download(url, workspace, Range="bytes=5-") == (206, b"Phone\n")
    with pytest.raises(urllib.error.HTTPError, match="416"):
        _download(url, workspace, Range="bytes=11-")


def test_a_download_is_cut_on_request(client: WebClient, alice: Member, server: SandboxServer) -> None:
    url = _shared(client, alice, b"Name,Phone\n" * 1000)
    server.fail_next("download", with_="cut")
    with pytest.raises(http.client.IncompleteRead) as cut:
        _download(url, server.workspace)
    assert len(cut.value.partial) == 5500
    assert len(_download(url, server.workspace)[1]) == 11_000


def test_a_deleted_file_is_gone(client: WebClient, alice: Member, bob: Member, workspace: Workspace) -> None:
    shared = alice.upload("leads.csv", b"x", None)
    url = client.files_info(file=shared.file_id)["file"]["url_private_download"]
    with pytest.raises(CannotDo):
        bob.delete_file(shared.file_id)
    alice.delete_file(shared.file_id)
    assert refusal(lambda: client.files_info(file=shared.file_id)) == "file_deleted"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _download(url, workspace)
    assert alice.direct_messages[-1].files == ()


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([("leads.csv", 1), ("more.csv", 1)], "at most 1"),
        ([("leads.csv", 10 * 1024 * 1024 + 1)], "larger than 10 MB"),
        ([("leads.pdf", 1)], "not of a type"),
    ],
)
def test_a_file_input_takes_no_other_files(alice: Member, files: list[tuple[str, int]], why: str) -> None:
    element = {"type": "file_input", "action_id": "csv", "filetypes": ["csv"], "max_files": 1}
    chosen = [alice.attach(name, bytes(size)) for name, size in files]
    with pytest.raises(CannotDo, match=why):
        state_value(element, chosen)


def test_a_file_input_needs_the_scope(client: WebClient, workspace: Workspace) -> None:
    workspace.manifest = replace(workspace.manifest, scopes=workspace.manifest.scopes - {"files:read"})
    view = modal(asked("file", "file_input"))
    trigger = workspace.triggers.make("U0ALICE001", workspace.clock.now())
    assert refusal(lambda: client.views_open(trigger_id=trigger, view=view)) == "missing_scope"


def test_it_tells_of_a_shared_file(alice: Member, workspace: Workspace) -> None:
    shared = alice.upload("leads.csv", b"x", TEAM, "the new list")
    event = next(one for one in workspace.events if one["type"] == "file_shared")
    assert (event["file_id"], event["channel_id"], event["user_id"]) == (shared.file_id, TEAM, alice.user_id)


def test_it_hands_a_file_to_a_modals_file_input(
    app: App, connect: Connect, client: WebClient, alice: Member, workspace: Workspace, tmp_path: Path
) -> None:
    received: list[dict[str, Any]] = []
    form = modal(asked("file", "file_input", filetypes=["csv"], max_files=1))

    @app.command("/nextcall")
    def nextcall(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form)

    @app.view("form")
    def imported(ack: Ack, view: dict[str, Any]) -> None:
        ack()
        received.extend(view["state"]["values"]["file"]["a"]["files"])

    connect()
    alice.command("/nextcall")
    opened = alice.wait_for(lambda seen: seen.modal)
    alice.submit(opened, {"file": {"a": [alice.attach("leads.csv", b"Name\n")]}})
    assert received[0]["name"] == "leads.csv"
    assert client.files_info(file=received[0]["id"])["ok"]
