"""Modals and Home tabs: each user's stack, hashes, which views may replace which; trigger ids and response URLs."""

import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.blocks.checks import stored
from bot.sandbox.clock import Ids, random_id
from bot.sandbox.state.form import Fill, kept, state
from bot.sandbox.wire import Json, Refusal

STACK = 3
LARGEST_BYTES = 250_000


@dataclass(slots=True)
class View:
    """One view. ``body``: as stored. ``errors``: the app's answer to the last submission."""

    view_id: str
    user_id: str
    body: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    fill: Fill = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_open: bool = True

    @property
    def blocks(self) -> list[Json]:
        """Its blocks as stored, each with its ids."""
        blocks: list[Json] = self.body["blocks"]
        return blocks

    def as_json(self, facts: Json, *, with_state: bool = True) -> Json:
        """The view object of payloads and answers. ``facts`` name the team and the app."""
        body = {"private_metadata": "", "callback_id": "", "external_id": "", **self.body}
        return {
            "id": self.view_id,
            **body,
            "state": state(self.blocks, self.fill) if with_state else {"values": {}},
            "hash": self.hash,
            "clear_on_close": self.body.get("clear_on_close", False),
            "notify_on_close": self.body.get("notify_on_close", False),
            "close": self.body.get("close"),
            "submit": self.body.get("submit"),
            "title": self.body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
            "previous_view_id": self.previous_view_id,
            "root_view_id": self.root_view_id,
            **facts,
        }


class Views:
    """All views, open and closed."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self.every: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self._stacks: dict[str, list[View]] = {}

    def stack(self, user_id: str) -> list[View]:
        """The user's open modals, the visible one last."""
        return self._stacks.setdefault(user_id, [])

    def top(self, user_id: str) -> View | None:
        """The user's visible modal, if one is open."""
        stack = self.stack(user_id)
        return stack[-1] if stack else None

    def open(self, user_id: str, body: Json, at: datetime) -> View:
        """Opens a modal and closes any other."""
        stored_body = _stored_body(body)
        self.clear(user_id)
        return self._push(user_id, stored_body, at)

    def push(self, user_id: str, body: Json, at: datetime) -> View:
        """Opens a modal above the user's open one. Raises Refusal: none is open, or three are."""
        if not self.stack(user_id):
            raise Refusal("not_found")
        if len(self.stack(user_id)) >= STACK:
            raise Refusal("push_limit_reached")
        return self._push(user_id, _stored_body(body), at)

    def update(self, view: View, body: Json, at: datetime, expected_hash: str | None = None) -> View:
        """Replaces a view's content. Values stay in inputs that are still there."""
        if expected_hash is not None and expected_hash != view.hash:
            raise Refusal("hash_conflict")
        view.body = _stored_body(body)
        view.hash = _hash(at)
        view.fill = kept(view.blocks, view.fill)
        view.errors = {}
        return view

    def publish(self, user_id: str, body: Json, at: datetime, expected_hash: str | None = None) -> View:
        """Sets or replaces the user's Home tab. Raises Refusal: the hash is of an earlier one."""
        home = self.homes.get(user_id)
        if home is not None:
            return self.update(home, body, at, expected_hash)
        if expected_hash is not None:
            raise Refusal("hash_conflict")
        self.homes[user_id] = self._new(user_id, _stored_body(body), at)
        return self.homes[user_id]

    def find(self, view_id: str) -> View:
        """An open modal or a published Home tab."""
        view = self.every.get(view_id)
        if view is None or not view.is_open:
            raise Refusal("not_found")
        return view

    def close(self, view: View) -> None:
        view.is_open = False
        stack = self.stack(view.user_id)
        if view in stack:
            stack.remove(view)

    def clear(self, user_id: str) -> None:
        """Closes every modal of a user."""
        for view in self.stack(user_id)[::-1]:
            self.close(view)

    def _push(self, user_id: str, body: Json, at: datetime) -> View:
        below = self.top(user_id)
        view = self._new(user_id, body, at)
        if below is not None:
            view.previous_view_id, view.root_view_id = below.view_id, below.root_view_id
        self.stack(user_id).append(view)
        return view

    def _new(self, user_id: str, body: Json, at: datetime) -> View:
        view_id = self._ids.next("V")
        view = View(view_id, user_id, body, _hash(at), view_id)
        self.every[view_id] = view
        return view


def _stored_body(body: Json) -> Json:
    """A view's content as stored. Raises Refusal if it is too large."""
    if len(json.dumps(body).encode()) > LARGEST_BYTES:
        raise Refusal("view_too_large")
    return {**body, "blocks": stored(body["blocks"])}


def _hash(at: datetime) -> str:
    return f"{int(at.timestamp())}.{random_id(8)}"


TRIGGER_LIVES = timedelta(seconds=3)
RESPONSE_URL_LIVES = timedelta(minutes=30)
RESPONSE_URL_USES = 5


class Triggers:
    """Trigger ids, valid once within 3 s. Both real time and moves of the clock count."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[str, datetime, float]] = {}  # for whom, and when by both clocks
        self._exchanged: set[str] = set()

    def make(self, user_id: str, at: datetime) -> str:
        trigger_id = f"{len(self._made) + 1}.{int(at.timestamp())}.{secrets.token_hex(8)}"
        self._made[trigger_id] = (user_id, at, time.monotonic())
        return trigger_id

    def exchange(self, trigger_id: str, at: datetime) -> str:
        """The id of the user who pressed. Raises Slack's Refusal."""
        if trigger_id not in self._made:
            raise Refusal("invalid_trigger_id")
        if trigger_id in self._exchanged:
            raise Refusal("exchanged_trigger_id")
        user_id, made_at, timer = self._made[trigger_id]
        if max(timedelta(seconds=time.monotonic() - timer), at - made_at) > TRIGGER_LIVES:
            raise Refusal("expired_trigger_id")
        self._exchanged.add(trigger_id)
        return user_id


@dataclass(slots=True)
class ResponseUrl:
    """One response URL. ``message_ts``: the message that was pressed; None for a command."""

    user_id: str
    channel_id: str
    made_at: datetime
    message_ts: str | None
    uses: int = 0


class ResponseUrls:
    def __init__(self) -> None:
        self._made: dict[str, ResponseUrl] = {}

    def make(self, kind: str, user_id: str, channel_id: str, at: datetime, message_ts: str | None = None) -> str:
        """A new URL's path. ``kind``: ``commands`` or ``actions``, as in Slack."""
        path = f"/{kind}/T0SANDBOX01/{len(self._made) + 1}/{secrets.token_urlsafe(18)}"
        self._made[path] = ResponseUrl(user_id, channel_id, at, message_ts)
        return path

    def use(self, path: str, at: datetime) -> ResponseUrl:
        """Counts one use. Raises Slack's Refusal."""
        found = self._made.get(path)
        if found is None:
            raise Refusal("no_service")
        if at - found.made_at > RESPONSE_URL_LIVES:
            raise Refusal("expired_url")
        if found.uses >= RESPONSE_URL_USES:
            raise Refusal("used_url")
        found.uses += 1
        return found
