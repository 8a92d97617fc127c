"""The sample organisation in Slack: its people with their screens, the real app connected, a real database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest
import yaml
from slack_bolt import App
from slack_sdk import WebClient

from bot.sandbox import (
    Channel,
    Envelope,
    Manifest,
    Member,
    Person,
    SandboxClock,
    SandboxServer,
    VisibleMessage,
    VisibleView,
    Workspace,
)
from bot.scheduler.ticks import Messenger
from bot.services import agents, messages, notices
from bot.services.deps import Deps
from bot.services.intake.work import Intake
from bot.slack.api.client import background_client, listener_client
from bot.slack.api.directory import SlackDirectory
from bot.slack.api.files import SlackFiles
from bot.slack.app import build_app
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.desk_drawing import hide_ended
from bot.slack.connection.http import EVENTS, HttpMode
from bot.slack.connection.socket_mode import SocketMode
from bot.slack.delivery.notifier import SlackNotifier
from bot.slack.delivery.second_tries import SecondTries
from storage.models import Agent, ListFile, Message, Organisation
from tests.fakes import SampleOrganisation

MANIFEST = Path(__file__).resolve().parents[3] / "manifest.yml"
CAST = {"alice": "Agent", "bob": "Agent", "charlie": "Agent", "dana": "Team lead", "erin": "Manager", "stranger": ""}
NUMBER = "<tel:+4477"
Screen = VisibleMessage | VisibleView


@dataclass
class Town:
    acme: SampleOrganisation
    server: SandboxServer
    deps: Deps
    app: App
    stop: Callable[[], None]  # hear nothing more
    tries: SecondTries
    intake: Intake
    client: WebClient

    def __getattr__(self, name: str) -> Member:
        """`town.alice`: Alice's actions and screen."""
        if name not in CAST:
            raise AttributeError(name)
        return self.server.person(f"U0{name.upper()}")

    def move(self, **span: float) -> None:
        """Moves both clocks, the bot's and Slack's, once what is due has been sent."""
        self.settle()
        self.acme.clock.tick(**span)
        self.server.workspace.clock.advance(timedelta(**span))

    def cards(self, *names: str, channel: str | None = None) -> VisibleMessage:
        """Alice's cards of these people, who join the list."""
        for name in names:
            self.acme.add_contact(name)
        self.alice.command(f"/nextcall {len(names)}", channel)
        return reads(self.alice, *names)

    def calling(self, *names: str, channel: str | None = None, **later: float) -> VisibleMessage:
        """Alice's call to the first of these people, with the cards of the others, and so much later."""
        self.alice.press(self.cards(*names or ("Grace",), channel=channel), "call")
        shown = reads(self.alice, NUMBER)
        self.move(**later)
        return shown

    def shows(self, name: str, *blocks: dict[str, Any]) -> VisibleMessage:
        """What one of the cast sees of blocks that the app sends them: another's, or those of an older version."""
        workspace = self.server.workspace
        sent = workspace.post_as_app(workspace.direct_messages(f"U0{name.upper()}"), "shown", list(blocks))
        return same(getattr(self, name), sent.ts)

    def last(self, kind: str) -> Envelope:
        """The newest request of this kind that Slack sent."""
        return next(one.envelope for one in reversed(self.server.delivered) if one.envelope.kind == kind)

    def settle(self, within: float = 10.0) -> None:
        """Waits until no message is due: it is sent, or waits for another try."""
        until = monotonic() + within
        while monotonic() < until and self._is_sending():
            sleep(0.01)

    def _is_sending(self) -> bool:
        """Whether a message is on its way, or could go: as one look at the rows has it."""
        at, waiting = self.acme.clock(), set[int]()
        for one in self.acme.all(Message):
            if one.closed_at is not None or one.agent_id in waiting:
                continue
            if one.not_before is not None and one.not_before > at:
                waiting.add(one.agent_id)
            elif one.taken_at is not None or messages.may_hear(one.kind, self.acme.one(Agent, one.agent_id), at):
                return True
        return False

    def tell(self, kind: str, *readers: str, **params: Any) -> None:
        """Lets a message of this kind wait for each of the cast."""
        with self.deps.unit_of_work() as uow:
            agents = [uow.session.get_one(Agent, getattr(self.acme, one).agent_id) for one in readers]
            notices.tell(uow.session, agents, kind, self.acme.clock(), params)

    def rest(self) -> None:
        """Waits until every request has been answered and its work is done. No request is handled after that."""
        self.server.end_events(within=30)
        self.stop()
        self.app.listener_runner.listener_executor.shutdown(wait=True)

    def hear_first(self, boundary: Boundary, register: Callable[[Boundary], None]) -> None:
        """Registers a test's listeners before the app's own, which end with catch-all listeners."""
        listeners = self.app._listeners
        known = len(listeners)
        register(boundary)
        listeners[:] = [*listeners[known:], *listeners[:known]]

    def hide(self) -> int:
        """The tick that hides numbers of calls that are over, by any process of the bot."""
        return hide_ended(self.deps, self.client, self.tries)

    def work(self) -> None:
        """The ticks that read and import list files, until none is left to be read or imported."""
        until = monotonic() + 30
        while any(one.stage in ("reading", "importing") or one.taken_at for one in self.acme.all(ListFile)):
            assert monotonic() < until, "a list file was left over"
            self.intake.read_due(self.deps)
            self.intake.import_due(self.deps)
            sleep(0.01)

    @property
    def notifier(self) -> SlackNotifier:
        notifier = self.deps.notifier
        assert isinstance(notifier, SlackNotifier)
        return notifier


def reads(member: Member, *words: str, without: str = "\x00") -> VisibleMessage:
    """The newest message on screen that says all of these; waits for it."""
    return member.wait_for(
        lambda seen: next((one for one in reversed(seen.messages) if _says(one, words, without)), None)
    )


def same(member: Member, ts: str) -> VisibleMessage:
    """The message as it is on this person's screen now."""
    return next(one for one in member.messages() if one.ts == ts)


def home(member: Member, *words: str, without: str = "\x00") -> VisibleView:
    """Home, opened, once it says all of these."""
    member.open_home()
    return home_shows(member, *words, without=without)


def home_shows(member: Member, *words: str, without: str = "\x00") -> VisibleView:
    """The same without opening it, which would remove the line of a press or form."""
    return member.wait_for(lambda seen: seen.home if _says(seen.home, words, without) else None)


def _says(screen: Screen | None, words: tuple[str, ...], without: str) -> bool:
    said = screen.words if screen else without
    return all(one in said for one in words) and without not in said


def logs(caplog: pytest.LogCaptureFixture, words: str) -> None:
    """Waits until the bot's log has these words: what it does after an answer changes no screen."""
    give_up_at = monotonic() + 20
    while words not in caplog.text:
        assert monotonic() < give_up_at, f"the log never said {words}"
        sleep(0.01)


def form(member: Member, field: str) -> VisibleView:
    """The modal that asks for this field; waits until the loading one has given way."""
    return member.wait_for(
        lambda seen: (
            seen.modal if seen.modal and any(block.get("block_id") == field for block in seen.modal.blocks) else None
        )
    )


def types(member: Member, line: str, *words: str, without: str = "\x00", channel: str | None = None) -> VisibleMessage:
    """The message that says all of these after this command."""
    member.command(line, channel)
    return reads(member, *words, without=without)


def presses(
    member: Member, screen: Screen, action_id: str, *words: str, without: str = "\x00", **how: Any
) -> VisibleMessage:
    """The message that says all of these after a press on this button, or a choice in this menu."""
    member.press(screen, action_id, **how)
    return reads(member, *words, without=without)


def opens(member: Member, screen: Screen, action_id: str, field: str, **how: Any) -> VisibleView:
    """The modal with this field, opened by this button."""
    member.press(screen, action_id, **how)
    return form(member, field)


def page(member: Member, screen: Screen, action_id: str, *words: str, **how: Any) -> VisibleView:
    """The page that says all of these, opened by this button."""
    member.press(screen, action_id, **how)
    return page_reads(member, *words)


def page_reads(member: Member, *words: str, without: str = "\x00") -> VisibleView:
    """The page on screen, once it says all of these."""
    return member.wait_for(lambda seen: seen.modal if _says(seen.modal, words, without) else None)


def faulty(member: Member) -> VisibleView:
    """The form on screen, once it names what is wrong with its fields."""
    return member.wait_for(lambda seen: seen.modal if seen.modal and seen.modal.errors else None)


def owed(member: Member) -> VisibleMessage:
    """The calls that need an outcome, each with the form for any: typed."""
    member.command("/outcome")
    return reads(member, "an outcome. Until you record it")


@cache
def _manifest() -> Manifest:
    return Manifest.from_app_manifest(yaml.safe_load(MANIFEST.read_text()))


def workspace(clock: SandboxClock) -> Workspace:
    everyone = [f"U0{name.upper()}" for name in CAST]
    return Workspace(
        clock=clock,
        people=[Person(f"U0{name.upper()}", name, name.title(), title=title) for name, title in CAST.items()],
        channels=[
            Channel("C0ENERGY001", "energy", set(everyone)),
            Channel("C0WATER0001", "water", set(everyone), bot_is_member=False),
        ],
        manifest=_manifest(),
        name="Acme Calls",
    )


@contextmanager
def town(acme: SampleOrganisation, mode: str = "socket") -> Iterator[Town]:
    clock = SandboxClock(acme.clock.now, frozen=True)
    # Slack gives three seconds; a machine with much else to do may take them and is not what is tested here.
    with SandboxServer(workspace(clock), ack_within=30.0, retry_delays=(0.0, 0.05, 0.05)) as server:
        acme.change(Organisation, acme.organisation_id, slack_team_id=server.workspace.team_id)
        token, url = server.workspace.bot_token, server.api_url
        client = background_client(token, url)
        news = Event()
        deps = replace(
            acme.deps,
            notifier=_notifier(acme, client),
            files=SlackFiles(client),
            directory=SlackDirectory(client),
            has_news=lambda _deps: news.set(),
        )
        tries = SecondTries(acme.clock)
        listening = listener_client(token, url)
        app = build_app(deps, listening, server.workspace.signing_secret, tries=tries)
        connected = _by_socket(app, server) if mode == "socket" else _by_http(app, server)
        messenger = Messenger(deps, news)
        messenger.start()
        try:
            with connected as stop:
                yield Town(acme, server, deps, app, stop, tries, Intake(deps), listening)
                assert all(one.answer.is_acked for one in server.delivered), "all is acknowledged, whatever it was"
            app.listener_runner.listener_executor.shutdown(wait=True)
            tries.finish(0)
        finally:
            messenger.stop(2)
    # On a busy machine what is under way takes longer; the database is removed next.
    messenger._thread.join(30)
    with tries._changed:
        tries._changed.wait_for(lambda: not tries._tried, 30)


def _notifier(acme: SampleOrganisation, client: WebClient) -> SlackNotifier:
    opens = acme.deps.unit_of_work
    return SlackNotifier(client, acme.clock, partial(agents.spoken_by, opens))


@contextmanager
def _by_socket(app: App, server: SandboxServer) -> Iterator[Callable[[], None]]:
    mode = SocketMode(app, server.workspace.app_token)
    mode.start()
    server.wait_for_connections(1)
    assert mode.is_ready

    def stop() -> None:
        server.drop_connections()  # a socket that is gone spares the client its last three-second read
        mode.stop()

    try:
        yield stop
    finally:
        stop()


@contextmanager
def _by_http(app: App, server: SandboxServer) -> Iterator[Callable[[], None]]:
    mode = HttpMode(app, 0, {}, server.workspace.signing_secret, host="127.0.0.1")
    serving = Thread(target=mode.run, daemon=True)
    serving.start()
    server.use_http(f"http://127.0.0.1:{mode.port}{EVENTS}")
    try:
        yield mode.stop
    finally:
        mode.stop()
        serving.join(5)


def button(action_id: str, value: str | None = None, label: str = "?") -> dict[str, Any]:
    """A block with one button."""
    told = {"type": "button", "text": {"type": "plain_text", "text": label}, "action_id": action_id}
    return {"type": "actions", "elements": [told if value is None else told | {"value": value}]}


def given(**fields: Any) -> dict[str, dict[str, Any]]:
    """The values to fill into a form, by field."""
    return {name: {"input": value} for name, value in fields.items()}
