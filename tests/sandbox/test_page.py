"""The page and its JSON API."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from importlib import resources
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.sandbox import Member, SandboxClock, SandboxServer
from tests.sandbox.conftest import TEAM, Connect, actions, asked, button, modal, option, plain

ALICE = "people/U0ALICE001"


class Page:
    """Sends requests as a browser would, with the token from the page."""

    def __init__(self, url: str) -> None:
        self.url = url
        with urllib.request.urlopen(url, timeout=60) as response:
            found = re.search(r'<meta name="workspace-token" content="([\w-]{20,})">', response.read().decode())
        assert found is not None
        self.token = found[1]

    def get(self, path: str, **headers: str) -> Any:
        headers = {"X-Workspace-Token": self.token, **headers}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers), timeout=60) as response:
            return json.load(response)

    def post(self, path: str, body: object, **headers: str) -> Any:
        request = urllib.request.Request(
            f"{self.url}sandbox/{path}",
            data=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "X-Workspace-Token": self.token, **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as refused:
            return (refused.code, refused.read().decode())


@pytest.fixture
def page(server: SandboxServer) -> Page:
    return Page(server.url)


def _channel(screen: Any, channel_id: str) -> Any:
    return next(one for one in screen["channels"] if one["id"] == channel_id)


def test_it_serves_every_file_the_page_names(server: SandboxServer) -> None:
    with urllib.request.urlopen(server.url) as response:
        html = response.read().decode()
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    files = {one.name: one.read_text("utf-8") for one in (resources.files("bot.sandbox") / "page").iterdir()}
    named = set(re.findall(r"/page/([\w.-]+)", html + "".join(files.values())))
    assert named == set(files) - {"index.html"}
    for name in named:
        with urllib.request.urlopen(f"{server.url}page/{name}") as response:
            assert response.status == 200
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{server.url}page/..%2Fserver.py")


def test_it_loads_nothing_from_elsewhere_and_parses_no_html() -> None:
    for one in (resources.files("bot.sandbox") / "page").iterdir():
        text = one.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://\w", text), one.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text), one.name


def test_it_lists_people_channels_and_commands(page: Page) -> None:
    shown = page.get("sandbox/workspace")
    assert [one["title"] for one in shown["people"]] == ["Agent", "Agent", "Agent elsewhere", "Team lead"]
    assert shown["commands"][0] == {
        "name": "/nextcall",
        "description": "Hand me the next calls",
        "usage_hint": "[how many]",
    }


def test_a_whole_turn_can_be_played_through_the_json_api(
    app: App, connect: Connect, client: WebClient, page: Page, alice: Member
) -> None:
    menu = {"type": "static_select", "action_id": "menu", "options": [option("1")]}
    view = modal(asked("note", "plain_text_input"))

    @app.command("/nextcall")
    def nextcall(ack: Ack, respond: Any) -> None:
        ack()
        respond(text="card", blocks=[actions(button(), menu, block_id="row")])

    @app.action("menu")
    def chosen(ack: Ack) -> None:
        ack()

    @app.action("go")
    def go(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("form")
    def form(ack: Ack) -> None:
        ack(response_action="errors", errors={"note": "Say more."})

    connect()
    assert page.post(f"{ALICE}/command", {"line": "/nextcall", "channel": TEAM})["failed"] is False
    alice.wait_for(lambda seen: seen.messages)
    message = _channel(page.get(f"sandbox/{ALICE}/screen"), TEAM)["messages"][0]
    assert (message["is_ephemeral"], message["author"]) == (True, "Nextcall")
    target = {"channel_id": TEAM, "ts": message["ts"], "block_id": "row"}
    page.post(f"{ALICE}/press", {**target, "action_id": "menu", "selected": "1"})
    message = _channel(page.get(f"sandbox/{ALICE}/screen"), TEAM)["messages"][0]
    assert message["values"]["row"]["menu"]["selected_option"]["value"] == "1"
    page.post(f"{ALICE}/press", {**target, "action_id": "go"})
    alice.wait_for(lambda seen: seen.modal)
    opened = page.get(f"sandbox/{ALICE}/screen")["modal"]
    answer = page.post(f"{ALICE}/submit", {"view_id": opened["view_id"], "given": {"note": {"a": "hm"}}})
    assert answer["errors"] == {"note": "Say more."}
    assert page.get(f"sandbox/{ALICE}/screen")["modal"]["errors"] == {"note": "Say more."}
    page.post(f"{ALICE}/close", {"view_id": opened["view_id"], "everything": True})
    assert page.get(f"sandbox/{ALICE}/screen")["modal"] is None


def test_a_press_reaches_its_button_though_the_message_was_drawn_anew(
    page: Page, app: App, connect: Connect, client: WebClient, alice: Member
) -> None:
    """Blocks without an id of their own get new ones, and the page may still show the old ones."""
    pressed: list[str] = []

    @app.action("go")
    def go(ack: Ack, action: dict[str, Any]) -> None:
        ack()
        pressed.append(action["value"])

    rows = [actions(button(label=one, value=one)) for one in ("first", "second")]
    connect()
    posted = client.chat_postMessage(channel=TEAM, text="Go", blocks=rows)
    before = _channel(page.get(f"sandbox/{ALICE}/screen"), TEAM)["messages"][0]
    client.chat_update(channel=TEAM, ts=posted["ts"], text="Go", blocks=rows)
    after = _channel(page.get(f"sandbox/{ALICE}/screen"), TEAM)["messages"][0]
    shown = before["blocks"][1]["block_id"]
    assert shown not in {one["block_id"] for one in after["blocks"]}
    target = {"channel_id": TEAM, "ts": before["ts"], "block_id": shown}
    page.post(f"{ALICE}/press", {**target, "action_id": "go", "value": "second"})
    assert pressed == ["second"]


def test_it_says_why_something_cannot_be_done(page: Page) -> None:
    assert page.post(f"{ALICE}/command", {"line": "/nextcall", "channel": "C0PRIVATE01"})[0] == 409
    assert page.post(f"{ALICE}/command", {})[0] == 400
    assert page.post(f"{ALICE}/press", {"channel_id": TEAM, "ts": "1.2", "action_id": "go"})[0] == 409
    assert page.post(f"{ALICE}/command", b"[]")[0] == 400
    assert page.post("people/U0NOBODY01/command", {"line": "/nextcall"})[0] == 404


def test_it_shows_failures_as_lines_from_slack_itself(page: Page) -> None:
    page.post(f"{ALICE}/command", {"line": "/nextcall", "channel": TEAM})
    notice = _channel(page.get(f"sandbox/{ALICE}/screen"), TEAM)["messages"][-1]
    assert (notice["author"], notice["is_notice"]) == ("Slackbot", True)
    assert "dispatch_failed" in notice["text"]


def test_it_moves_the_clock(page: Page, clock: SandboxClock) -> None:
    before = clock.now()
    page.post("clock", {"advance_seconds": 600})
    assert timedelta(minutes=10) <= clock.now() - before < timedelta(minutes=11)
    page.post("clock", {"at": "2026-12-01T09:00:00+00:00", "is_frozen": True})
    assert clock.now().isoformat() == "2026-12-01T09:00:00+00:00"
    assert clock.is_frozen
    assert page.post("clock", {"at": "2026-12-01T09:00:00"})[0] == 400
    assert page.post("clock", {"advance_seconds": "soon"})[0] == 400


def test_it_tells_the_page_of_changes(page: Page, client: WebClient, clock: SandboxClock) -> None:
    with urllib.request.urlopen(f"{page.url}sandbox/changes?token={page.token}", timeout=60) as stream:
        first = json.loads(stream.readline().removeprefix(b"data: "))
        stream.readline()
        client.chat_postMessage(channel=TEAM, text="news")
        second = json.loads(stream.readline().removeprefix(b"data: "))
        stream.readline()
        clock.advance(timedelta(days=3))
        third = json.loads(stream.readline().removeprefix(b"data: "))
    assert first["revision"] < second["revision"] < third["revision"]
    assert third["now"] > second["now"]


def test_it_shows_files_to_those_who_may_see_them(page: Page, client: WebClient) -> None:
    content = b"\x89PNG\r\n\x1a\nrest"
    client.files_upload_v2(filename="digest.png", content=content, channel=TEAM)
    file = _channel(page.get(f"sandbox/{ALICE}/screen"), TEAM)["messages"][-1]["files"][0]
    with urllib.request.urlopen(f"{page.url}sandbox/{ALICE}/files/{file['id']}?token={page.token}") as response:
        assert (response.headers.get_content_type(), response.read()) == ("image/png", content)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{page.url}sandbox/people/U0CHARLIE1/files/{file['id']}?token={page.token}")


def test_it_takes_files_from_the_page(page: Page, alice: Member) -> None:
    shared = page.post(f"{ALICE}/upload?name=leads.csv&channel={TEAM}", b"Name\n", **{"Content-Type": "text/csv"})
    assert alice.messages(TEAM)[-1].files[0].file_id == shared["id"]
    attached = page.post(f"{ALICE}/upload?name=leads.csv", b"Name\n", **{"Content-Type": "text/csv"})
    assert attached["name"] == "leads.csv"
    assert len(alice.messages(TEAM)) == 1


def test_requests_of_other_pages_are_refused(page: Page, alice: Member) -> None:
    say = {"text": "from elsewhere", "channel": TEAM}
    port = int(page.url.rstrip("/").rpartition(":")[2])
    for origin in (
        "http://elsewhere.example",
        f"http://127.0.0.1:{port + 1}",
        f"http://localhost:{port + 1}",
        "http://127.0.0.1",
        f"https://127.0.0.1:{port}",
        f"http://localhost:{port}",  # its own host name, but not the one in the request
        f"http://127.0.0.1:{port}.elsewhere.example",
        "null",
        "",
    ):
        assert page.post(f"{ALICE}/say", say, Origin=origin)[0] == 403, origin
        assert page.post(f"{ALICE}/upload?name=a&channel={TEAM}", b"x", Origin=origin)[0] == 403, origin
    for host in ("rebound.example:80", f"rebound.example:{port}", "rebound.example", f"127.0.0.1:{port + 1}"):
        assert page.post(f"{ALICE}/say", say, Host=host)[0] == 403, host
    assert page.post(f"{ALICE}/say", say, **{"Content-Type": "text/plain"})[0] == 415
    assert alice.messages() == ()
    page.post(f"{ALICE}/say", say, Origin=page.url.rstrip("/"))
    assert alice.messages()[-1].text == "from elsewhere"
    by_name = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}
    assert page.post(f"{ALICE}/say", {"text": "by name", "channel": TEAM}, **by_name) == {}


@pytest.mark.parametrize("token", ["", "wrong", "\xfc"])
def test_a_request_without_the_pages_token_is_refused(page: Page, client: WebClient, alice: Member, token: str) -> None:
    given = {"X-Workspace-Token": token}
    for path, body in ((f"{ALICE}/command", {"line": "/nextcall"}), ("clock", {"advance_seconds": 600})):
        assert page.post(path, body, **given)[0] == 403
    assert page.post(f"{ALICE}/upload?name=a&channel={TEAM}", b"x", **given)[0] == 403
    for path in ("workspace", f"{ALICE}/screen", "changes", f"{ALICE}/files/F1"):
        for address in (f"sandbox/{path}", f"sandbox/{path}?token={urllib.parse.quote(token)}"):
            with pytest.raises(urllib.error.HTTPError, match="403") as refused:
                page.get(address, **given)
            refused.value.close()
    assert alice.messages() == ()
    assert client.auth_test()["ok"], "a bot needs its own token alone"


def test_a_token_in_the_url_only_reads(page: Page) -> None:
    """A URL may stay in a browser's history. Streams and pictures cannot send headers, so they use it."""
    say = {"text": "by address", "channel": TEAM}
    assert page.post(f"{ALICE}/say?token={page.token}", say, **{"X-Workspace-Token": ""})[0] == 403


def test_no_other_page_reaches_the_slack_of_the_bot(page: Page, server: SandboxServer, client: WebClient) -> None:
    posted = {"token": client.token or "", "channel": TEAM, "text": "from elsewhere"}
    request = urllib.request.Request(
        f"{server.api_url}chat.postMessage",
        data=urllib.parse.urlencode(posted).encode(),
        headers={"Origin": "http://localhost:1"},
    )
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        urllib.request.urlopen(request, timeout=60)
    refused.value.close()
    rebound = urllib.request.Request(server.url, headers={"Host": "rebound.example"})
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        urllib.request.urlopen(rebound, timeout=60)
    refused.value.close()
    assert client.chat_postMessage(channel=TEAM, text="from the bot")["ok"]


def test_it_opens_the_home_tab(app: App, connect: Connect, client: WebClient, page: Page, alice: Member) -> None:
    @app.event("app_home_opened")
    def opened(event: dict[str, Any]) -> None:
        blocks = [{"type": "header", "text": plain("Home")}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    connect()
    page.post(f"{ALICE}/home", {})
    alice.wait_for(lambda seen: seen.home)
    assert page.get(f"sandbox/{ALICE}/screen")["home"]["blocks"][0]["text"]["text"] == "Home"
