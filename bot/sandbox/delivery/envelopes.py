"""Envelopes, what they carry, and their delivery by Socket Mode or HTTP, with Slack's deadlines and redeliveries."""

import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from bot.sandbox.clock import random_id
from bot.sandbox.state.form import state
from bot.sandbox.state.messages import Message
from bot.sandbox.state.people import Channel, Person
from bot.sandbox.state.views import View
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Json

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


class Transport(Protocol):
    """Socket Mode or HTTP."""

    async def send(self, envelope: Envelope) -> Answer:
        """Sends the envelope and waits for the answer, as long as Slack does."""


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
    }


def message_action(workspace: Workspace, person: Person, message: Message, shown: list[Json], action: Json) -> Json:
    """A press in a message. ``shown``: the blocks on screen. The payload omits the message if it is ephemeral."""
    at = workspace.clock.now()
    channel = workspace.channels[message.channel_id]
    is_ephemeral = message.only_for is not None
    path = workspace.response_urls.make("actions", person.user_id, channel.channel_id, at, message.ts)
    payload = _interaction(workspace, person, "block_actions") | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.channel_id,
            "is_ephemeral": is_ephemeral,
        },
        "trigger_id": workspace.triggers.make(person.user_id, at),
        "channel": {"id": channel.channel_id, "name": channel.name_in_payloads},
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
        "trigger_id": workspace.triggers.make(person.user_id, workspace.clock.now()),
        "view": workspace.view_json(view),
        "actions": [action],
    }


def view_submission(workspace: Workspace, person: Person, view: View) -> Json:
    return _interaction(workspace, person, "view_submission") | {
        "trigger_id": workspace.triggers.make(person.user_id, workspace.clock.now()),
        "view": workspace.view_json(view),
        "response_urls": [],
    }


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
