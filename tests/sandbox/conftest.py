"""The sandbox with its users, and a real Bolt app connected to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Channel, Command, Manifest, Member, Person, SandboxClock, SandboxServer, UserGroup, Workspace
from bot.slack.connection.socket_mode import close_for_good
from screens.browser import Browser, NoBrowser, browser

TEAM = "C0TEAM00001"
PRIVATE = "C0PRIVATE01"
ELSEWHERE = "C0ELSEWHERE"
OLD = "C0ARCHIVED1"

SCOPES = {
    "commands",
    "chat:write",
    "users:read",
    "files:read",
    "files:write",
    "im:history",
    "channels:history",
    "usergroups:read",
}
EVENTS = {"app_home_opened", "message.im", "message.channels", "file_shared", "user_change"}
COMMANDS = (
    Command("/nextcall", "Hand me the next calls", "[how many]"),
    Command("/outcome", "Record the outcome of a call", "[number] [outcome]"),
)


Connect = Callable[[], SocketModeHandler]
Json = dict[str, Any]


def plain(text: str = "text") -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str = "*text*") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "*text*", **facts: Any) -> Json:
    return {"type": "section", "text": marked(text), **facts}


def button(action_id: str = "go", label: str = "Go", **facts: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(label), **facts}


def actions(*elements: Json, **facts: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **facts}


def option(value: str) -> Json:
    return {"text": plain(value.title()), "value": value}


def asked(block_id: str, kind: str, *, optional: bool = False, **facts: Any) -> Json:
    element = {"type": kind, "action_id": "a", **facts}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, "optional": optional}


def modal(*blocks: Json, **facts: Any) -> Json:
    shown = list(blocks) or [{"type": "divider"}]
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Save"), "blocks": shown}
    return {**view, **facts}


def refusal(call: Callable[[], object]) -> str:
    """The code with which Slack refuses this."""
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK picks these up for loopback too."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def window() -> Iterator[Browser]:
    """A headless Chromium. Its tests are skipped where there is none."""
    try:
        with browser() as window:
            yield window
    except NoBrowser as missing:
        pytest.skip(str(missing))


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock()


@pytest.fixture
def workspace(clock: SandboxClock) -> Workspace:
    everyone = {"U0ALICE001", "U0BOB00001", "U0DANA0001"}
    return Workspace(
        clock=clock,
        people=[
            Person("U0ALICE001", "alice", "Alice", "Europe/London", "Agent"),
            Person("U0BOB00001", "bob", "Bob", "America/New_York", "Agent"),
            Person("U0CHARLIE1", "charlie", "Charlie", "Europe/Berlin", "Agent elsewhere"),
            Person("U0DANA0001", "dana", "Dana", "Europe/London", "Team lead"),
            Person("U0GONE0001", "gone", "Gone", is_deleted=True),
        ],
        channels=[
            Channel(TEAM, "energy-team", set(everyone)),
            Channel(PRIVATE, "leads-only", {"U0DANA0001"}, bot_is_member=False, is_private=True),
            Channel(ELSEWHERE, "elsewhere", {"U0CHARLIE1", "U0ALICE001"}, bot_is_member=False),
            Channel(OLD, "last-year", set(everyone), is_archived=True),
        ],
        groups=[UserGroup("S0ENERGY01", "energy", "Energy", ("U0ALICE001", "U0BOB00001"))],
        manifest=Manifest(scopes=frozenset(SCOPES), commands=COMMANDS, events=frozenset(EVENTS)),
    )


@pytest.fixture
def ack_within() -> float:
    """Real seconds: more than a busy machine needs. Tests of an app that does not answer give one."""
    return 20.0


@pytest.fixture
def server(workspace: Workspace, ack_within: float) -> Iterator[SandboxServer]:
    with SandboxServer(workspace, ack_within=ack_within, retry_delays=(0.0, 0.05, 0.05)) as server:
        yield server


@pytest.fixture
def client(server: SandboxServer) -> WebClient:
    return WebClient(token=server.workspace.bot_token, base_url=server.api_url)


@pytest.fixture
def app(client: WebClient, workspace: Workspace) -> App:
    # Without a name Bolt reads the sources of all its callers.
    return App(name="of a test", client=client, signing_secret=workspace.signing_secret)


@pytest.fixture
def connect(app: App, server: SandboxServer) -> Iterator[Connect]:
    """Opens one more Socket Mode connection for the app, and waits until the sandbox has it."""
    opened: list[SocketModeHandler] = []

    def one_more() -> SocketModeHandler:
        handler = SocketModeHandler(app, server.workspace.app_token)
        opened.append(handler)
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        server.wait_for_connections(len(opened))
        return handler

    yield one_more
    # The SDK's close() waits for a three-second read unless the other end has gone already.
    for handler in opened:
        handler.client.auto_reconnect_enabled = False
    server.drop_connections()
    for handler in opened:
        close_for_good(handler.client)


@pytest.fixture
def alice(server: SandboxServer) -> Member:
    return server.person("U0ALICE001")


@pytest.fixture
def bob(server: SandboxServer) -> Member:
    return server.person("U0BOB00001")


@pytest.fixture
def charlie(server: SandboxServer) -> Member:
    return server.person("U0CHARLIE1")


@pytest.fixture
def dana(server: SandboxServer) -> Member:
    return server.person("U0DANA0001")
