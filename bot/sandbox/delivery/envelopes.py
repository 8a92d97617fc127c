"""Envelopes, what they carry, and their delivery, with redeliveries: failures become notices, acknowledgements act."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from bot.sandbox.api import checked_blocks, checked_view
from bot.sandbox.clock import random_id
from bot.sandbox.state.contents import Channel, Message, Person
from bot.sandbox.state.form import state
from bot.sandbox.state.views import View
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Json, Refusal

EnvelopeKind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message to the app. ``retry_attempt`` counts redeliveries of an event."""

    kind: EnvelopeKind
    payload: Json
    accepts_response: bool = True
    retry_attempt: int = 0
    retry_reason: str = ""
    envelope_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def as_json(self) -> Json:
        """The envelope as Socket Mode sends it."""
        message: Json = {
            "envelope_id": self.envelope_id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.accepts_response,
        }
        if self.kind == "events_api":
            message |= {"retry_attempt": self.retry_attempt, "retry_reason": self.retry_reason}
        return message


@dataclass(frozen=True, slots=True)
class Answer:
    """The app's answer.

    ``reason`` is Slack's word for a failure: timeout, connection_failed, http_error. ``is_heard``: false if no client
    was connected, or had left when the answer was due.
    """

    is_acked: bool
    payload: Json = field(default_factory=dict)
    reason: str = ""
    may_retry: bool = True
    is_heard: bool = True


Send = Callable[[Envelope], Awaitable[Answer]]
"""Sends an envelope by Socket Mode or HTTP, and waits for the answer as long as Slack does."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The result of a user's action.

    ``payload`` is the app's acknowledgement. ``reason`` is set if it failed. ``errors`` are sentences beside a modal's
    fields, from the app or from Slack itself (``is_sent`` is then false).
    """

    payload: Json = field(default_factory=dict)
    failed: bool = False
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    is_sent: bool = True
    took: float = 0.0

    @property
    def text(self) -> str:
        """The acknowledgement's text; empty if none."""
        return str(self.payload.get("text") or "")


@dataclass(frozen=True, slots=True)
class Delivered:
    """One entry of the record: what was sent when, by the workspace's clock, and the answer.

    ``timer``: when it was sent, by the machine's monotonic clock. ``took``: until the answer. Both in seconds.
    """

    envelope: Envelope
    answer: Answer
    at: datetime
    timer: float = field(default_factory=time.monotonic)
    took: float = 0.0


def slash_command(workspace: Workspace, person: Person, channel: Channel, name: str, text: str) -> Json:
    """A command. Every value is a string, ``is_enterprise_install`` included."""
    at = workspace.clock.now()
    path = workspace.response_urls.make("commands", person.user_id, channel.channel_id, at)
    return {
        "token": workspace.verification_token,
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel.channel_id,
        "channel_name": channel.name_in_payloads,
        "user_id": person.user_id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": workspace.base_url + path,
        "trigger_id": workspace.triggers.make(person.user_id, at),
    }


def _interaction(workspace: Workspace, person: Person, kind: str) -> Json:
    return {
        "type": kind,
        "user": {"id": person.user_id, "username": person.name, "name": person.name, "team_id": workspace.team_id},
        "api_app_id": workspace.app_id,
        "token": workspace.verification_token,
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": workspace.triggers.make(person.user_id, workspace.clock.now()),
    }


def message_action(workspace: Workspace, person: Person, message: Message, shown: list[Json], action: Json) -> Json:
    """A press in a message. ``shown``: the blocks on screen. The payload omits the message if it is ephemeral."""
    channel_id, is_ephemeral = message.channel_id, message.only_for is not None
    channel, at = workspace.channels[channel_id], workspace.clock.now()
    path = workspace.response_urls.make("actions", person.user_id, channel_id, at, message.ts)
    payload = _interaction(workspace, person, "block_actions") | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "is_ephemeral": is_ephemeral,
            "channel_id": channel_id,
        },
        "channel": {"id": channel_id, "name": channel.name_in_payloads},
        "state": state(shown, message.fills.get(person.user_id, {})),
        "response_url": workspace.base_url + path,
        "actions": [action],
    }
    if not is_ephemeral:
        payload["message"] = workspace.message_json(message) | {"blocks": shown}
    return payload


def view_action(workspace: Workspace, person: Person, view: View, action: Json) -> Json:
    """A press in a modal or Home tab, without channel or response_url."""
    return _interaction(workspace, person, "block_actions") | {
        "container": {"type": "view", "view_id": view.view_id},
        "view": workspace.view_json(view),
        "actions": [action],
    }


def view_submission(workspace: Workspace, person: Person, view: View) -> Json:
    return _interaction(workspace, person, "view_submission") | {"view": workspace.view_json(view), "response_urls": []}


def event_callback(workspace: Workspace, event: Json) -> Json:
    """The envelope of an event. ``event_id`` is the same in redeliveries."""
    return {
        "token": workspace.verification_token,
        "team_id": workspace.team_id,
        "context_team_id": workspace.team_id,
        "context_enterprise_id": None,
        "api_app_id": workspace.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.ids.next("Ev"),
        "event_time": int(workspace.clock.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team_id,
                "user_id": workspace.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{random_id(24)}",
    }


def home_opened(workspace: Workspace, person: Person, tab: str) -> Json:
    event: Json = {
        "type": "app_home_opened",
        "user": person.user_id,
        "channel": workspace.direct_messages(person.user_id).channel_id,
        "tab": tab,
        "event_ts": workspace.timestamps.next(),
    }
    home = workspace.views.homes.get(person.user_id)
    if home is not None and tab == "home":
        event["view"] = workspace.view_json(home)
    return event


TROUBLE = "We had some trouble connecting. Try again?"


class Dispatcher:
    """Delivers from the server's event loop. ``retry_delays``: seconds before each redelivery of an event.

    ``repeats_next``: the next delivery is followed by the same one again, as if its acknowledgement had been lost.
    """

    def __init__(self, workspace: Workspace, transport: Send, retry_delays: Sequence[float]) -> None:
        self.transport = transport
        self.record: list[Delivered] = []
        self.repeats_next = False
        self._workspace = workspace
        self._retry_delays = tuple(retry_delays)
        self._tasks: set[asyncio.Task[object]] = set()

    async def send(self, envelope: Envelope) -> Answer:
        is_repeated, self.repeats_next = self.repeats_next, False
        at, timer = self._workspace.clock.now(), time.monotonic()
        answer = await self.transport(envelope)
        if is_repeated:
            again = replace(envelope, envelope_id=str(uuid.uuid4()))
            if envelope.kind == "events_api":
                again = replace(again, retry_attempt=envelope.retry_attempt + 1, retry_reason="timeout")
            self._begin(self.send(again))
        if envelope.kind == "events_api" and not answer.is_heard:  # an event that no connected app received
            return answer
        with self._workspace.changing():
            self.record.append(Delivered(envelope, answer, at, timer, time.monotonic() - timer))
        return answer

    def _begin(self, work: Coroutine[None, None, object]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- events

    def emit(self, event: Json) -> None:
        """Delivers an event, with up to three redeliveries until it is acknowledged."""
        self._begin(self._deliver(event))

    async def _deliver(self, event: Json) -> None:
        with self._workspace.lock:
            payload = event_callback(self._workspace, event)
        answer = await self.send(Envelope("events_api", payload, accepts_response=False))
        for attempt, delay in enumerate(self._retry_delays, start=1):
            if answer.is_acked or not answer.may_retry:
                return
            await asyncio.sleep(delay)
            again = Envelope("events_api", payload, False, retry_attempt=attempt, retry_reason=answer.reason)
            answer = await self.send(again)

    async def settled(self) -> None:
        """Returns when every event, with its redeliveries, has been answered or given up."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- users' actions

    async def command(self, payload: Json) -> Delivery:
        started = time.monotonic()
        answer = await self.send(Envelope("slash_commands", payload))
        user_id, channel_id, name = payload["user_id"], payload["channel_id"], payload["command"]
        with self._workspace.changing():
            reason, reply = _why_failed(answer), answer.payload
            try:
                blocks = [] if reason else checked_blocks(reply.get("blocks"), is_weighed=False)
            except Refusal as refusal:
                reason = f"invalid_command_response: {refusal.messages or refusal.error}"
            text = str(reply.get("text") or "")
            if reason:
                self._workspace.notice(user_id, channel_id, f"{name} failed with the error “{reason}”")
            elif text or blocks:
                only_for = None if reply.get("response_type") == "in_channel" else user_id
                self._workspace.post_as_app(self._workspace.channels[channel_id], text, blocks, only_for=only_for)
        return Delivery(reply, bool(reason), reason, took=time.monotonic() - started)

    async def interaction(self, payload: Json) -> Delivery:
        """Delivers a press. Without an acknowledgement Slack shows a warning beside the button."""
        started = time.monotonic()
        answer = await self.send(Envelope("interactive", payload, accepts_response=False))
        reason = _why_failed(answer)
        if reason:
            self._trouble(payload)
        return Delivery(answer.payload, bool(reason), reason, took=time.monotonic() - started)

    async def submission(self, payload: Json, view: View) -> Delivery:
        started = time.monotonic()
        answer = await self.send(Envelope("interactive", payload))
        reason = _why_failed(answer)
        errors: dict[str, str] = {}
        if not reason:
            with self._workspace.changing():
                try:
                    errors = self._respond(view, answer.payload)
                except Refusal as refusal:
                    reason = f"{refusal.error}: {'; '.join(refusal.messages)}"
        if reason:
            self._trouble(payload)
        return Delivery(answer.payload, bool(reason), reason, errors, took=time.monotonic() - started)

    def _respond(self, view: View, payload: Json) -> dict[str, str]:
        """Applies the acknowledgement of a submission. Returns the errors to show."""
        views, at, scopes = self._workspace.views, self._workspace.clock.now(), self._workspace.manifest.scopes
        action = payload.get("response_action")
        if action is None:
            views.close(view)
        elif action == "clear":
            views.clear(view.user_id)
        elif action == "update":
            views.update(view, checked_view(payload.get("view"), "modal", scopes), at)
        elif action == "push":
            views.push(view.user_id, checked_view(payload.get("view"), "modal", scopes), at)
        elif action == "errors":
            # The errors to show, which must name input blocks of the view.
            errors, inputs = payload.get("errors"), {one["block_id"] for one in view.blocks if one["type"] == "input"}
            if not isinstance(errors, dict) or not errors:
                raise Refusal("invalid_errors", ("errors must be an object of sentences by block_id",))
            if strangers := sorted(set(errors) - inputs):
                raise Refusal("invalid_errors", tuple(f"{one} is no input block of this view" for one in strangers))
            view.errors = {str(block_id): str(sentence) for block_id, sentence in errors.items()}
            return view.errors
        else:
            raise Refusal("invalid_response_action", (str(action),))
        return {}

    def _trouble(self, payload: Json) -> None:
        with self._workspace.changing():
            channel = payload.get("channel") or {}
            self._workspace.notice(payload["user"]["id"], channel.get("id"), TROUBLE)


def _why_failed(answer: Answer) -> str:
    if answer.is_acked:
        return ""
    return "operation_timeout" if answer.reason in ("timeout", "http_timeout") else "dispatch_failed"
