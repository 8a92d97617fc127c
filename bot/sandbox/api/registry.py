"""Declares a Web API method: its scopes, required arguments, rate tier, token, and the conversations it may use."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.state.people import Channel
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Json, Refusal, TokenKind


@dataclass(frozen=True, slots=True)
class Request:
    """One call with its arguments as sent: strings from a form, any JSON values from a JSON body."""

    workspace: Workspace
    args: Json

    def text(self, name: str) -> str:
        """An argument as a string; empty if absent."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise Refusal("invalid_arguments", (f"[ERROR] must be an integer [json-pointer:/{name}]",)) from None

    def decoded(self, name: str, refusal: str) -> Any:
        """An object or array, sent as such or as a JSON string."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise Refusal(refusal) from None


Handler = Callable[[Request], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method. ``scopes``: one of them is needed. ``caller``: the kind of token it takes."""

    name: str
    answer: Handler
    scopes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    tier: int = 4
    caller: TokenKind = "bot"


METHODS: dict[str, Method] = {}


def method(
    name: str, *, scopes: tuple[str, ...] = (), needs: tuple[str, ...] = (), tier: int = 4, caller: TokenKind = "bot"
) -> Callable[[Handler], Handler]:
    """Registers a handler."""

    def enter(handler: Handler) -> Handler:
        METHODS[name] = Method(name, handler, scopes, needs, tier, caller)
        return handler

    return enter


def readable(workspace: Workspace, wanted: str) -> Channel:
    """A conversation the app can see: public, or one it is in. Raises Refusal."""
    name = wanted.removeprefix("#")
    named = (one for one in workspace.channels.values() if one.name == name and not one.dm_with)
    channel = workspace.channels.get(wanted) or next(named, None)
    if channel is None or (channel.is_private and not channel.bot_is_member):
        raise Refusal("channel_not_found")
    return channel


def postable(workspace: Workspace, wanted: str) -> Channel:
    """A conversation the app may post in. A user id means the direct messages with that user. Raises Refusal."""
    if wanted in workspace.people:
        return _direct(workspace, wanted)
    channel = readable(workspace, wanted)
    if channel.dm_with:
        return _direct(workspace, channel.dm_with)
    if channel.is_archived:
        raise Refusal("is_archived")
    if not channel.bot_is_member and "chat:write.public" not in workspace.manifest.scopes:
        raise Refusal("not_in_channel")
    return channel


def _direct(workspace: Workspace, user_id: str) -> Channel:
    if workspace.people[user_id].is_deleted:
        raise Refusal("channel_not_found")
    if not workspace.manifest.messages_tab:
        raise Refusal("messages_tab_disabled")
    return workspace.direct_messages(user_id)
