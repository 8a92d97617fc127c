"""One Slack workspace in memory, behind one lock: people, conversations, messages, views and files.

As JSON, to go on with another day: conversations, files, Home tabs and the clock's time. Not kept: modals, which close;
triggers, response URLs and tokens, which expire; the record of calls.
"""

import base64
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from bot.sandbox.blocks.checks import stored
from bot.sandbox.clock import Ids, SandboxClock, Timestamps
from bot.sandbox.state.contents import Channel, File, Files, Manifest, Message, Person, Scheduled, UserGroup
from bot.sandbox.state.faults import Faults, RateLimits
from bot.sandbox.state.views import ResponseUrls, Triggers, View, Views
from bot.sandbox.wire import Call, Emit, Json, Notice, Refusal


class Workspace:
    """The workspace's whole state. Change it only inside ``changing()``; read it under ``lock``."""

    def __init__(
        self,
        *,
        clock: SandboxClock | None = None,
        people: Sequence[Person] = (),
        channels: Sequence[Channel] = (),
        groups: Sequence[UserGroup] = (),
        manifest: Manifest | None = None,
        name: str = "Sandbox",
    ) -> None:
        self.clock = clock or SandboxClock()
        self.manifest = manifest or Manifest()
        self.name = name
        self.workspace_id = secrets.token_hex(8)  # of this workspace and no other, which Slack's team id is not here
        self.domain = "sandbox"
        self.team_id, self.app_id = "T0SANDBOX01", "A0SANDBOX01"
        self.bot_id, self.bot_user_id = "B0SANDBOX01", "U0SANDBOXB0"
        self.bot_token = f"xoxb-sandbox-{secrets.token_hex(12)}"
        self.app_token = f"xapp-1-{self.app_id}-{secrets.token_hex(12)}"
        self.signing_secret = secrets.token_hex(16)
        self.verification_token = secrets.token_hex(12)

        self.people = {one.user_id: one for one in people}
        self.channels = {one.channel_id: one for one in channels}
        self.groups = {one.group_id: one for one in groups}
        self.has_user_groups = True

        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.revision = 0
        self.ids = Ids()
        self.timestamps = Timestamps(self.clock.now)
        self.messages: list[Message] = []
        self.by_ts: dict[str, Message] = {}
        self.scheduled: list[Scheduled] = []
        self.views = Views(self.ids)
        self.files = Files(self.ids)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls()
        self.calls: list[Call] = []
        self.drawn: list[str] = []  # timestamps of the messages that the call in hand has made or changed
        self.notices: list[Notice] = []
        self.events: list[Json] = []
        self.on_event: Emit | None = None
        self.faults = Faults()
        self.rate_limits = RateLimits()
        self.base_url = ""
        self.is_socket_mode_on = True
        self.tickets: set[str] = set()  # of Socket Mode URLs, each valid for one connection

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Holds the lock, then wakes every thread that waits for a change."""
        with self.lock:
            try:
                yield
            finally:
                self.revision += 1
                self.changed.notify_all()

    @property
    def refusals(self) -> tuple[Call, ...]:
        """The app's refused calls."""
        with self.lock:
            return tuple(one for one in self.calls if one.error is not None)

    def calls_of(self, method: str) -> tuple[Call, ...]:
        """The app's calls of one method, oldest first, refused ones included."""
        with self.lock:
            return tuple(one for one in self.calls if one.method == method)

    # -- people and conversations

    def person(self, user_id: str) -> Person:
        """A member of the workspace. Raises Refusal."""
        if user_id not in self.people:
            raise Refusal("user_not_found")
        return self.people[user_id]

    def author_name(self, user_id: str) -> str:
        """The name beside a message: of a user, or of the app."""
        if user_id == self.bot_user_id:
            return self.manifest.app_name
        return self.people[user_id].real_name if user_id in self.people else user_id

    def direct_messages(self, user_id: str) -> Channel:
        """The app's conversation with a user, created if needed."""
        for channel in self.channels.values():
            if channel.dm_with == user_id:
                return channel
        channel = Channel(self.ids.next("D"), "direct message", {user_id}, dm_with=user_id)
        self.channels[channel.channel_id] = channel
        return channel

    def channels_of(self, user_id: str) -> tuple[Channel, ...]:
        """A user's conversations, the app's direct messages last."""
        own = [one for one in self.channels.values() if user_id in one.members and not one.dm_with]
        return (*own, self.direct_messages(user_id))

    def change_person(self, user_id: str, **changes: Any) -> None:
        """Changes a user's profile (``zone``, ``is_deleted`` …), as an admin would. Tells a subscribed app."""
        with self.changing():
            person = replace(self.person(user_id), **changes)
            self.people[user_id] = person
            profile = person.profile(self.team_id, self.clock.now(), with_locale=True)
            self.emit({"type": "user_change", "user": profile, "event_ts": self.timestamps.next()})

    # -- messages

    def post(self, message: Message) -> Message:
        """Puts a message in place. Tells a subscribed app of it, unless one user alone sees it."""
        message.blocks = stored(message.blocks)
        self.messages.append(message)
        self.by_ts[message.ts] = message
        self.drawn.append(message.ts)
        channel = self.channels[message.channel_id]
        if message.only_for is None and channel.bot_is_member:
            event = self.message_json(message)
            event |= {"channel": channel.channel_id, "channel_type": channel.kind, "event_ts": message.ts}
            if message.file_ids:
                event["subtype"] = "file_share"
            self.emit(event)
        return message

    def post_as_app(self, channel: Channel, text: str, blocks: list[Json], **facts: Any) -> Message:
        """Posts a message of the app now. ``facts`` are other fields of the message."""
        at = self.clock.now()
        return self.post(
            Message(self.timestamps.next(), channel.channel_id, self.bot_user_id, text, at, blocks, **facts)
        )

    def find_message(self, channel_id: str, ts: str, *, ephemeral: bool = False) -> Message:
        """A message that is not deleted. ``ephemeral`` includes ephemeral ones. Raises Refusal."""
        message = self.message(channel_id, ts)
        if message is None or message.is_deleted or (message.only_for is not None and not ephemeral):
            raise Refusal("message_not_found")
        return message

    def message(self, channel_id: str, ts: str) -> Message | None:
        """The message with this timestamp, deleted and ephemeral ones included."""
        found = self.by_ts.get(ts)
        return found if found is not None and found.channel_id == channel_id else None

    def edit(self, message: Message, text: str, blocks: list[Json]) -> None:
        """Replaces text and blocks. Tells a subscribed app of it, unless one user alone sees the message."""
        before = self.message_json(message)
        self.drawn.append(message.ts)
        message.edit(text, stored(blocks), self.clock.now(), self.timestamps.next())
        if message.only_for is None:
            self.emit_change(message, "message_changed", {"message": self.message_json(message)}, before)

    def delete(self, message: Message) -> None:
        """Takes a message off every screen. Tells a subscribed app of it, unless one user alone saw it."""
        message.is_deleted = True
        if message.only_for is None:
            gone = {"deleted_ts": message.ts}
            self.emit_change(message, "message_deleted", gone, self.message_json(message))

    def message_json(self, message: Message) -> Json:
        """The message object of payloads and answers."""
        facts: Json = {"user": message.author_id, "team": self.team_id}
        if message.author_id == self.bot_user_id:
            facts |= {"bot_id": self.bot_id, "app_id": self.app_id}
        if message.file_ids:
            facts["files"] = [self.files.every[one].as_json(self.base_url) for one in message.file_ids]
        return message.as_json(facts)

    def view_json(self, view: View, *, with_state: bool = True) -> Json:
        """The view object of payloads and answers."""
        facts = {"team_id": self.team_id, "app_id": self.app_id, "bot_id": self.bot_id}
        return view.as_json({**facts, "app_installed_team_id": self.team_id}, with_state=with_state)

    def post_due(self) -> None:
        """Posts the scheduled messages that are due."""
        with self.lock:
            due = [one for one in self.scheduled if one.post_at <= self.clock.now()]
            if not due:
                return
            with self.changing():
                for one in sorted(due, key=lambda scheduled: scheduled.post_at):
                    self.scheduled.remove(one)
                    channel = self.channels[one.channel_id]
                    self.post_as_app(channel, one.text, one.blocks, thread_ts=one.thread_ts)

    # -- events

    def emit(self, event: Json) -> None:
        """Queues an event for delivery, if the app has subscribed and has its scope."""
        subscription = event["type"]
        if subscription == "message":
            subscription = f"message.{_PLURAL[event['channel_type']]}"
        if self.manifest.is_subscribed(subscription):
            self.events.append(event)
            if self.on_event is not None:
                self.on_event(event)

    def emit_change(self, message: Message, subtype: str, facts: Json, before: Json) -> None:
        """Queues the event of a changed or deleted message, where the app is in the conversation."""
        channel = self.channels[message.channel_id]
        ts = self.timestamps.next()
        event: Json = {"type": "message", "subtype": subtype, "hidden": True, "previous_message": before, **facts}
        event |= {"channel": channel.channel_id, "channel_type": channel.kind, "ts": ts, "event_ts": ts}
        if channel.bot_is_member:
            self.emit(event)

    def notice(self, user_id: str, channel_id: str | None, text: str) -> None:
        """Shows one user a line of Slack itself."""
        self.notices.append(Notice(user_id, channel_id, text, self.clock.now()))


_PLURAL = {"channel": "channels", "group": "groups", "im": "im"}

FORMAT = 1
T = TypeVar("T")


class NotKept(Exception):
    """The JSON is no workspace of this format."""


def kept(workspace: Workspace) -> Json:
    """The workspace now."""
    with workspace.lock:
        return {
            "format": FORMAT,
            "id": workspace.workspace_id,
            "now": workspace.clock.now().isoformat(),
            "last_id": workspace.ids.last,
            "last_timestamp": workspace.timestamps.last,
            "direct": _all(one for one in workspace.channels.values() if one.dm_with),
            "messages": _all(workspace.messages),
            "scheduled": _all(workspace.scheduled),
            "files": _all(workspace.files.every.values()),
            "homes": _all(workspace.views.homes.values()),
            "notices": _all(workspace.notices),
        }


def time_kept(found: Json) -> datetime:
    """When it was kept, by the workspace's clock. Raises NotKept."""
    try:
        if found["format"] != FORMAT:
            raise NotKept(f"format {found['format']}")
        return datetime.fromisoformat(found["now"])
    except (KeyError, TypeError, ValueError) as fault:
        raise NotKept(str(fault)) from fault


def restore(workspace: Workspace, found: Json) -> None:
    """Fills a workspace that has just been made. Raises NotKept."""
    time_kept(found)
    try:
        with workspace.changing():
            workspace.workspace_id = found["id"]
            workspace.ids.last, workspace.timestamps.last = found["last_id"], found["last_timestamp"]
            workspace.channels |= {one.channel_id: one for one in _made(Channel, found["direct"])}
            workspace.files.every |= {one.file_id: one for one in _made(File, found["files"])}
            workspace.messages += _made(Message, found["messages"])
            workspace.by_ts |= {one.ts: one for one in workspace.messages}
            workspace.scheduled += _made(Scheduled, found["scheduled"])
            workspace.notices += _made(Notice, found["notices"])
            for home in _made(View, found["homes"]):
                workspace.views.homes[home.user_id] = workspace.views.every[home.view_id] = home
    except (KeyError, TypeError, ValueError) as fault:
        raise NotKept(str(fault)) from fault


def _all(ones: Iterable[Any]) -> list[Json]:
    return [{field.name: _plain(getattr(one, field.name)) for field in fields(one)} for one in ones]


def _made(kind: type[T], ones: list[Json]) -> list[T]:
    assert is_dataclass(kind)
    known = {field.name for field in fields(kind)}  # what an earlier version kept besides is left out
    return [kind(**{name: _rich(value) for name, value in one.items() if name in known}) for one in ones]


_MARKS = {"$at", "$bytes", "$tuple", "$set"}


def _plain(value: Any) -> Any:
    """The value as JSON; what JSON lacks is an object with one marked key."""
    if isinstance(value, datetime):
        return {"$at": value.isoformat()}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, tuple):
        return {"$tuple": [_plain(one) for one in value]}
    if isinstance(value, set):
        return {"$set": sorted(value)}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _rich(value: Any) -> Any:
    if isinstance(value, list):
        return [_rich(one) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1 or not _MARKS & set(value):
        return {name: _rich(one) for name, one in value.items()}
    [(mark, inner)] = value.items()
    if mark == "$at":
        return datetime.fromisoformat(inner)
    if mark == "$bytes":
        return base64.b64decode(inner)
    return tuple(_rich(one) for one in inner) if mark == "$tuple" else set(inner)
