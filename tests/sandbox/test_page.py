"""The page, and the JSON it works through."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from importlib import resources
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox import Member, SandboxClock, SandboxServer

Connect = Callable[[], SocketModeHandler]
TEAM = "C0TEAM00001"
ALICE = "people/U0ALICE001"


class Page:
    """What a browser would send."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str, **headers: str) -> Any:
        with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers), timeout=5) as response:
            return json.load(response)

    def post(self, path: str, body: object, **headers: str) -> Any:
        request = urllib.request.Request(
            f"{self.url}sandbox/{path}",
            data=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
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


def test_it_plays_a_whole_turn_through_json(
    app: App, connect: Connect, client: WebClient, page: Page, alice: Member
) -> None:
    menu = {
        "type": "static_select",
        "action_id": "menu",
        "options": [{"text": {"type": "plain_text", "text": "One"}, "value": "1"}],
    }
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    note = {
        "type": "input",
        "block_id": "note",
        "label": {"type": "plain_text", "text": "Note"},
        "element": {"type": "plain_text_input", "action_id": "text"},
    }
    view = {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": "Form"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [note],
    }

    @app.command("/nextcall")
    def nextcall(ack: Ack, respond: Any) -> None:
        ack()
        respond(text="card", blocks=[{"type": "actions", "block_id": "row", "elements": [button, menu]}])

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
    modal = page.get(f"sandbox/{ALICE}/screen")["modal"]
    answer = page.post(f"{ALICE}/submit", {"view_id": modal["view_id"], "given": {"note": {"text": "hm"}}})
    assert answer["errors"] == {"note": "Say more."}
    assert page.get(f"sandbox/{ALICE}/screen")["modal"]["errors"] == {"note": "Say more."}
    page.post(f"{ALICE}/close", {"view_id": modal["view_id"], "everything": True})
    assert page.get(f"sandbox/{ALICE}/screen")["modal"] is None


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


def test_it_tells_the_page_of_changes(server: SandboxServer, client: WebClient, clock: SandboxClock) -> None:
    with urllib.request.urlopen(f"{server.url}sandbox/changes", timeout=5) as stream:
        first = json.loads(stream.readline().removeprefix(b"data: "))
        stream.readline()
        client.chat_postMessage(channel=TEAM, text="news")
        second = json.loads(stream.readline().removeprefix(b"data: "))
        stream.readline()
        clock.advance(timedelta(days=3))
        third = json.loads(stream.readline().removeprefix(b"data: "))
    assert first["revision"] < second["revision"] < third["revision"]
    assert third["now"] > second["now"]


def test_it_shows_files_to_those_who_may_see_them(page: Page, client: WebClient, server: SandboxServer) -> None:
    content = b"\x89PNG\r\n\x1a\nrest"
    client.files_upload_v2(filename="digest.png", content=content, channel=TEAM)
    file = _channel(page.get(f"sandbox/{ALICE}/screen"), TEAM)["messages"][-1]["files"][0]
    with urllib.request.urlopen(f"{server.url}sandbox/{ALICE}/files/{file['id']}") as response:
        assert (response.headers.get_content_type(), response.read()) == ("image/png", content)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{server.url}sandbox/people/U0CHARLIE1/files/{file['id']}")


def test_it_takes_files_from_the_page(page: Page, alice: Member) -> None:
    shared = page.post(f"{ALICE}/upload?name=leads.csv&channel={TEAM}", b"Name\n", **{"Content-Type": "text/csv"})
    assert alice.messages(TEAM)[-1].files[0].file_id == shared["id"]
    attached = page.post(f"{ALICE}/upload?name=leads.csv", b"Name\n", **{"Content-Type": "text/csv"})
    assert attached["name"] == "leads.csv"
    assert len(alice.messages(TEAM)) == 1


def test_it_answers_its_own_page_only(page: Page, alice: Member) -> None:
    say = {"text": "from elsewhere", "channel": TEAM}
    assert page.post(f"{ALICE}/say", say, Origin="http://elsewhere.example")[0] == 403
    assert page.post(f"{ALICE}/say", say, Host="rebound.example:80")[0] == 403
    assert page.post(f"{ALICE}/say", say, **{"Content-Type": "text/plain"})[0] == 415
    assert page.post(f"{ALICE}/upload?name=a&channel={TEAM}", b"x", Origin="http://elsewhere.example")[0] == 403
    assert alice.messages() == ()
    page.post(f"{ALICE}/say", say, Origin=page.url.rstrip("/"))
    assert alice.messages()[-1].text == "from elsewhere"


def test_it_opens_the_home_tab(app: App, connect: Connect, client: WebClient, page: Page, alice: Member) -> None:
    @app.event("app_home_opened")
    def opened(event: dict[str, Any]) -> None:
        blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Home"}}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    connect()
    page.post(f"{ALICE}/home", {})
    alice.wait_for(lambda seen: seen.home)
    assert page.get(f"sandbox/{ALICE}/screen")["home"]["blocks"][0]["text"]["text"] == "Home"
