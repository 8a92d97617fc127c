"""One user's actions: what Slack's client lets a user do, and nothing else."""

import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot.sandbox import seen as on_screen
from bot.sandbox.api import share
from bot.sandbox.background import BackgroundLoop
from bot.sandbox.blocks.checks import elements
from bot.sandbox.delivery import envelopes
from bot.sandbox.delivery.envelopes import Delivery, Dispatcher
from bot.sandbox.seen import Seen, VisibleElement, VisibleFile, VisibleMessage, VisibleView
from bot.sandbox.state.contents import Channel, File, Message, Person
from bot.sandbox.state.form import Fill, Given, complaints, fill_in, slot, state_value
from bot.sandbox.state.views import View
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import CannotDo, Json

T = TypeVar("T")
# Of an element, as its action repeats it.
_CARRIED = (
    *("text", "value", "style", "url", "confirm", "placeholder"),
    *("initial_option", "initial_options", "initial_date", "initial_time", "initial_user"),
)


class NeverSeen(AssertionError):
    """The awaited content did not appear. The message shows what was on screen instead."""


class Member:
    """One user's actions.

    Each returns once the app has answered or Slack has given up. Safe from any thread but the server's.
    """

    def __init__(
        self, person: Person, workspace: Workspace, loop: BackgroundLoop, dispatcher: Dispatcher, patience: float
    ) -> None:
        self.user_id = person.user_id
        self.workspace = workspace
        self._loop = loop
        self._dispatcher = dispatcher
        self._patience = patience

    @property
    def person(self) -> Person:
        """The user as the workspace knows them now."""
        return self.workspace.people[self.user_id]

    # -- reading

    @property
    def seen(self) -> Seen:
        """Everything on the user's screen now."""
        return on_screen.look(self.workspace, self.user_id)

    def messages(self, channel: str | None = None) -> tuple[VisibleMessage, ...]:
        """The user's messages, oldest first: channels they are in, direct messages, and ephemerals for them."""
        return tuple(one for one in self.seen.messages if channel in (None, one.channel_id))

    @property
    def direct_messages(self) -> tuple[VisibleMessage, ...]:
        """The conversation between the user and the app."""
        with self.workspace.lock:
            return self.messages(self.workspace.direct_messages(self.user_id).channel_id)

    @property
    def home(self) -> VisibleView | None:
        """The Home tab, if the app has published one for the user."""
        return self.seen.home

    def wait_for(self, wanted: Callable[[Seen], T | None], within: float = 60.0) -> T:
        """The first truthy result of ``wanted`` on the screen. Raises NeverSeen after ``within`` real seconds.

        ``wanted`` must only read: the workspace is locked meanwhile.
        """
        until = time.monotonic() + within
        with self.workspace.changed:
            while True:
                seen = self.seen
                found = wanted(seen)
                if found:
                    return found
                left = until - time.monotonic()
                if left <= 0:
                    raise NeverSeen(f"after {within} s {self.person.real_name} saw:\n{seen}")
                self.workspace.changed.wait(left)

    # -- writing

    def command(self, line: str, channel: str | None = None) -> Delivery:
        """Types a slash command, in the conversation with the app unless ``channel`` names another."""
        name, _, text = line.strip().partition(" ")
        with self.workspace.changing():
            where = self._channel(channel)
            if all(one.name != name for one in self.workspace.manifest.commands):
                said = f"{name} is not a valid command."
                self.workspace.notice(self.user_id, where.channel_id, said)
                return Delivery(failed=True, reason=said, is_sent=False)
            if "commands" not in self.workspace.manifest.scopes:
                raise CannotDo("the app was not granted the scope `commands`")
            payload = envelopes.slash_command(self.workspace, self.person, where, name, text.strip())
        return self._run(self._dispatcher.command(payload))

    def say(self, text: str, channel: str | None = None) -> VisibleMessage:
        """Posts a message as the user."""
        with self.workspace.changing():
            message = self._message(self._channel(channel), text)
            return on_screen.show_message(self.workspace, self.workspace.post(message))

    def upload(self, name: str, content: bytes, channel: str | None = None, comment: str = "") -> VisibleFile:
        """Shares a file in a conversation."""
        with self.workspace.changing():
            where = self._channel(channel)
            file = self._stored_file(name, content)
            share(self.workspace, [file], where, self.user_id)
            message = self._message(where, comment)
            message.file_ids = (file.file_id,)
            return on_screen.show_message(self.workspace, self.workspace.post(message)).files[0]

    def attach(self, name: str, content: bytes) -> Json:
        """Uploads a file for a modal's file input. Put the result into a list as that input's value."""
        with self.workspace.changing():
            file = self._stored_file(name, content)
            file.is_given_to_app = True
            return file.as_json(self.workspace.base_url)

    def delete_file(self, file_id: str) -> None:
        """Deletes an own file. Its messages stay, without it."""
        with self.workspace.changing():
            file = self.workspace.files.every[file_id]
            if file.owner_id != self.user_id:
                raise CannotDo(f"{file.name} is not a file of {self.person.real_name}")
            file.is_deleted = True
            event = {"type": "file_deleted", "file_id": file_id, "event_ts": self.workspace.timestamps.next()}
            self.workspace.emit(event)

    # -- pressing

    def press(
        self,
        surface: VisibleMessage | VisibleView,
        action_id: str | None = None,
        *,
        value: str | None = None,
        label: str | None = None,
        block_id: str | None = None,
        selected: object = None,
        stale: bool = False,
    ) -> Delivery:
        """Presses a button, or chooses ``selected`` in a menu, picker or input. Confirms dialogs.

        The element must be on screen now. With ``stale`` it must only be in the given copy, as if the client had not
        yet received the change.
        """
        with self.workspace.changing():
            shown = surface if stale else self._now(surface)
            element = shown.element(action_id, block_id=block_id, value=value, label=label)
            if isinstance(shown, VisibleMessage):
                message, blocks = self._find(shown), list(shown.blocks)
                entry = self._act(blocks, message.fills.setdefault(self.user_id, {}), element, selected)
                payload = entry and envelopes.message_action(self.workspace, self.person, message, blocks, entry)
            else:
                view = self._open(shown)
                entry = self._act(view.blocks, view.fill, element, selected)
                payload = entry and envelopes.view_action(self.workspace, self.person, view, entry)
        if payload is None:
            return Delivery(is_sent=False)
        return self._run(self._dispatcher.interaction(payload))

    def fill(self, surface: VisibleMessage | VisibleView, given: Given) -> None:
        """Fills inputs without a press: block_id, action_id and a plain value."""
        with self.workspace.changing():
            if isinstance(surface, VisibleView):
                view = self._open(surface)
                fill_in(view.blocks, view.fill, given)
            else:
                message = self._find(surface)
                fill_in(message.blocks, message.fills.setdefault(self.user_id, {}), given)

    def submit(self, view: VisibleView, given: Given | None = None) -> Delivery:
        """Fills and submits a modal. If Slack's client would refuse to send it, ``errors`` says why."""
        with self.workspace.changing():
            opened = self._open(view)
            if opened is not self.workspace.views.top(self.user_id):
                raise CannotDo("another modal is on top of this one")
            fill_in(opened.blocks, opened.fill, given or {})
            opened.errors = complaints(opened.blocks, opened.fill)
            if opened.errors:
                return Delivery(errors=dict(opened.errors), is_sent=False)
            payload = envelopes.view_submission(self.workspace, self.person, opened)
        return self._run(self._dispatcher.submission(payload, opened))

    def close(self, view: VisibleView, *, everything: bool = False) -> None:
        """Presses Cancel, which closes one modal, or the X (``everything``), which closes all."""
        with self.workspace.changing():
            opened = self._open(view)
            clears = everything or opened.body.get("clear_on_close") is True
            self.workspace.views.clear(self.user_id) if clears else self.workspace.views.close(opened)

    def open_home(self) -> None:
        """Opens the app's Home tab. The app is told if it has subscribed."""
        self._open_tab("home", enabled=self.workspace.manifest.home_tab)

    def open_direct_messages(self) -> None:
        """Opens the conversation with the app. Slack reports that as ``app_home_opened`` too."""
        self._open_tab("messages", enabled=self.workspace.manifest.messages_tab)

    # -- internals

    def _open_tab(self, tab: str, *, enabled: bool) -> None:
        if not enabled:
            raise CannotDo(f"the app has no {tab} tab")
        with self.workspace.changing():
            self.workspace.emit(envelopes.home_opened(self.workspace, self.person, tab))

    def _channel(self, channel: str | None) -> Channel:
        if channel is None:
            return self.workspace.direct_messages(self.user_id)
        found = self.workspace.channels.get(channel)
        if found is None or self.user_id not in found.members:
            raise CannotDo(f"{self.person.real_name} is not in {channel}")
        return found

    def _message(self, channel: Channel, text: str) -> Message:
        at = self.workspace.clock.now()
        return Message(self.workspace.timestamps.next(), channel.channel_id, self.user_id, text, at)

    def _stored_file(self, name: str, content: bytes) -> File:
        file = self.workspace.files.announce(name, self.user_id, self.workspace.clock.now())
        file.content = content
        return file

    def _now(self, surface: VisibleMessage | VisibleView) -> VisibleMessage | VisibleView:
        if isinstance(surface, VisibleView):
            return on_screen.show_view(self._open(surface))
        message = self._find(surface)
        if not on_screen.is_visible(self.workspace, message, self.user_id):
            raise CannotDo(f"the message is gone: {surface.words!r}")
        return on_screen.show_message(self.workspace, message)

    def _open(self, surface: VisibleView) -> View:
        view = self.workspace.views.every.get(surface.view_id)
        if view is None or not view.is_open or view.user_id != self.user_id:
            raise CannotDo(f"the view is closed: {surface.title!r}")
        return view

    def _find(self, surface: VisibleMessage) -> Message:
        """The message, even if deleted: a stale client can still press it."""
        message = self.workspace.message(surface.channel_id, surface.ts)
        if message is None:
            raise CannotDo(f"there never was such a message: {surface.words!r}")
        return message

    def _act(self, blocks: list[Json], fill: Fill, pressed: VisibleElement, selected: object) -> Json | None:
        """The action for the payload, None if the app is not told. Stores the user's choice in ``fill``."""
        block = next(
            block
            for block, one in elements(blocks)
            if (block["block_id"], one["action_id"]) == (pressed.block_id, pressed.action_id)
        )
        entry: Json = {"type": pressed.kind, "action_id": pressed.action_id, "block_id": pressed.block_id}
        entry |= {name: pressed.json[name] for name in _CARRIED if name in pressed.json}
        if pressed.kind != "button":
            chosen = state_value(pressed.json, selected)
            fill.setdefault(pressed.block_id, {})[pressed.action_id] = chosen
            entry[slot(pressed.json)] = chosen[slot(pressed.json)]
        if block["type"] == "input":
            return None
        return entry | {"action_ts": self.workspace.timestamps.next()}

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(work, self._patience)
