"""The Web API: the methods that the app calls, in one table, each with its scopes, arguments, rate tier and token.

A message is checked as Slack does, also one to a response URL.
"""

import json
import secrets
from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox.blocks.checks import Fault
from bot.sandbox.blocks.surfaces import HEAVIEST, faults_of, weight
from bot.sandbox.state.contents import Channel, File, Message, Scheduled
from bot.sandbox.state.views import View
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Json, Refusal, TokenKind


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of one call as sent: strings from a form, any JSON values from a JSON body."""

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


Handler = Callable[[Workspace, Request], Json]


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
    channel = None if wanted in workspace.people else readable(workspace, wanted)
    if channel is None or channel.dm_with:
        user_id = (channel and channel.dm_with) or wanted
        if workspace.people[user_id].is_deleted:
            raise Refusal("channel_not_found")
        if not workspace.manifest.messages_tab:
            raise Refusal("messages_tab_disabled")
        return workspace.direct_messages(user_id)
    if channel.is_archived:
        raise Refusal("is_archived")
    if not channel.bot_is_member and "chat:write.public" not in workspace.manifest.scopes:
        raise Refusal("not_in_channel")
    return channel


# chat.update refuses what chat.postMessage would cut (docs.slack.dev/reference/methods/chat.update).
LONGEST_UPDATE = 4_000
# Scheduled messages: at most 120 days ahead, and 30 in 5 minutes in one channel.
FURTHEST = timedelta(days=120)
CROWD = 30
CROWD_SPAN = timedelta(minutes=5)


def _content(request: Request, longest: int | None = None) -> tuple[str, list[Json]]:
    text = checked_text(request.text("text"), longest)
    blocks = checked_blocks(request.decoded("blocks", "invalid_blocks_format"))
    require_content(text, blocks, request.args.get("attachments"))
    return text, blocks


@method("chat.postMessage", scopes=("chat:write",), needs=("channel",))
def post_message(workspace: Workspace, request: Request) -> Json:
    channel = postable(workspace, request.text("channel"))
    text, blocks = _content(request)
    message = workspace.post_as_app(channel, text, blocks, thread_ts=request.text("thread_ts") or None)
    return {"ok": True, "channel": channel.channel_id, "ts": message.ts, "message": workspace.message_json(message)}


def _own(workspace: Workspace, request: Request, refusal: str) -> Message:
    """A message of the app. A timestamp does not find an ephemeral message."""
    channel = readable(workspace, request.text("channel"))
    message = workspace.find_message(channel.channel_id, request.text("ts"))
    if message.author_id != workspace.bot_user_id:
        raise Refusal(refusal)
    return message


@method("chat.update", scopes=("chat:write",), needs=("channel", "ts"), tier=3)
def update(workspace: Workspace, request: Request) -> Json:
    message = _own(workspace, request, "cant_update_message")
    text, blocks = _content(request, LONGEST_UPDATE)
    workspace.edit(message, text, blocks)
    answer = workspace.message_json(message)
    return {"ok": True, "channel": message.channel_id, "ts": message.ts, "text": message.text, "message": answer}


@method("chat.delete", scopes=("chat:write",), needs=("channel", "ts"), tier=3)
def delete(workspace: Workspace, request: Request) -> Json:
    message = _own(workspace, request, "cant_delete_message")
    workspace.delete(message)
    return {"ok": True, "channel": message.channel_id, "ts": message.ts}


@method("chat.scheduleMessage", scopes=("chat:write",), needs=("channel", "post_at"), tier=3)
def schedule(workspace: Workspace, request: Request) -> Json:
    now = workspace.clock.now()
    channel = postable(workspace, request.text("channel"))
    try:
        at = datetime.fromtimestamp(int(request.text("post_at")), UTC)
    except (ValueError, OverflowError, OSError):
        raise Refusal("invalid_time") from None
    if at <= now:
        raise Refusal("time_in_past")
    if at > now + FURTHEST:
        raise Refusal("time_too_far")
    times = [one.post_at for one in workspace.scheduled if one.channel_id == channel.channel_id]
    if sum(abs(other - at) < CROWD_SPAN for other in times) >= CROWD:
        raise Refusal("restricted_too_many")
    text, blocks = _content(request)
    thread_ts = request.text("thread_ts") or None
    scheduled = Scheduled(workspace.ids.next("Q"), channel.channel_id, at, text, blocks, thread_ts)
    workspace.scheduled.append(scheduled)
    return {
        "ok": True,
        "channel": channel.channel_id,
        "scheduled_message_id": scheduled.scheduled_id,
        "post_at": int(at.timestamp()),
        "message": {"text": text, "type": "delayed_message", "bot_id": workspace.bot_id},
    }


@method("chat.deleteScheduledMessage", scopes=("chat:write",), needs=("channel", "scheduled_message_id"), tier=3)
def unschedule(workspace: Workspace, request: Request) -> Json:
    channel = readable(workspace, request.text("channel"))
    for one in workspace.scheduled:
        if (one.scheduled_id, one.channel_id) == (request.text("scheduled_message_id"), channel.channel_id):
            workspace.scheduled.remove(one)
            return {"ok": True}
    raise Refusal("invalid_scheduled_message_id")


LONGEST_TEXT = 40_000


def refuse(error: str, faults: list[Fault]) -> None:
    """Raises a Refusal that lists the faults, if there are any."""
    if faults:
        says = tuple(str(one) for one in faults)
        raise Refusal(error, says, errors=[f"{one.says} [json-pointer:{one.pointer}]" for one in faults])


def checked_blocks(blocks: Any, *, is_weighed: bool = True) -> list[Json]:
    """A message's blocks. Raises Slack's Refusal if they have faults."""
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    refuse("invalid_blocks", faults_of("blocks", blocks))
    if is_weighed and weight(blocks) > HEAVIEST:
        raise Refusal("msg_blocks_too_long")
    return blocks


def checked_text(text: str, longest: int | None = None) -> str:
    """The text, cut at 40,000 characters as Slack does. With ``longest`` it refuses longer texts instead."""
    if longest is not None and len(text) > longest:
        raise Refusal("msg_too_long")
    return text[:LONGEST_TEXT]


def require_content(text: str, blocks: list[Json], attachments: Any) -> None:
    if not text.strip() and not blocks and not attachments:
        raise Refusal("no_text")


@method("files.getUploadURLExternal", scopes=("files:write",), needs=("filename", "length"))
def upload_url(workspace: Workspace, request: Request) -> Json:
    if request.number("length", 0) < 1:
        raise Refusal("missing_argument")
    file = workspace.files.announce(request.text("filename"), workspace.bot_user_id, workspace.clock.now())
    file.alt_text = request.text("alt_txt")
    return {"ok": True, "upload_url": f"{workspace.base_url}/upload/v1/{file.file_id}", "file_id": file.file_id}


@method("files.completeUploadExternal", scopes=("files:write",), needs=("files",))
def complete_upload(workspace: Workspace, request: Request) -> Json:
    listed = request.decoded("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise Refusal("invalid_arguments", ("[ERROR] must be an array [json-pointer:/files]",))
    files = []
    for named in listed:
        if not isinstance(named, dict) or "id" not in named:
            raise Refusal("invalid_arguments", ("[ERROR] missing required field: id [json-pointer:/files/0]",))
        file = workspace.files.find(str(named["id"]))
        if file.owner_id != workspace.bot_user_id:
            raise Refusal("access_denied")
        file.title = str(named.get("title") or file.name)
        files.append(file)
    names = request.text("channels").split(",") if request.text("channels") else [request.text("channel_id")]
    channels = [postable(workspace, one) for one in names if one]
    blocks = checked_blocks(request.decoded("blocks", "invalid_blocks_format"))
    for channel in channels:
        share(workspace, files, channel, workspace.bot_user_id)
        thread_ts, ids = request.text("thread_ts") or None, tuple(one.file_id for one in files)
        workspace.post_as_app(channel, request.text("initial_comment"), blocks, thread_ts=thread_ts, file_ids=ids)
    return {"ok": True, "files": [one.as_json(workspace.base_url) for one in files]}


def share(workspace: Workspace, files: list[File], channel: Channel, user_id: str) -> None:
    """Shares files in a conversation, and emits the events."""
    for file in files:
        file.channels.append(channel.channel_id)
        if channel.bot_is_member:
            about = {"file_id": file.file_id, "file": {"id": file.file_id}, "user_id": user_id}
            where = {"channel_id": channel.channel_id, "event_ts": workspace.timestamps.next()}
            workspace.emit({"type": "file_shared", **about, **where})


@method("files.info", scopes=("files:read",), needs=("file",))
def file_info(workspace: Workspace, request: Request) -> Json:
    file = workspace.files.find(request.text("file"))
    if not app_may_read(workspace, file):
        raise Refusal("file_not_found")
    answer = file.as_json(workspace.base_url)
    return {"ok": True, "file": answer, "comments": [], "response_metadata": {"next_cursor": ""}}


def app_may_read(workspace: Workspace, file: File) -> bool:
    """Whether the app may read the file: its own, shared where it is a member, or from a modal's file input."""
    if file.owner_id == workspace.bot_user_id or file.is_given_to_app:
        return True
    return any(workspace.channels[one].bot_is_member for one in file.channels)


def checked_view(view: Any, kind: str, scopes: Set[str]) -> Json:
    """A modal or Home tab as given. Raises a Refusal that lists its faults. A file input needs ``files:read``."""
    if not isinstance(view, dict):
        raise Refusal("invalid_arguments", ("[ERROR] must provide an object [json-pointer:/view]",))
    refuse("invalid_arguments", faults_of("home" if kind == "home" else "modal", view))
    takes_files = any((block.get("element") or {}).get("type") == "file_input" for block in view["blocks"])
    if takes_files and "files:read" not in scopes:
        raise Refusal("missing_scope", needed="files:read", provided=",".join(sorted(scopes)))
    return view


def _view(workspace: Workspace, request: Request, kind: str) -> Json:
    return checked_view(request.decoded("view", "invalid_arguments"), kind, workspace.manifest.scopes)


def _answer(workspace: Workspace, view: View) -> Json:
    return {"ok": True, "view": workspace.view_json(view, with_state=False)}


@method("views.open", needs=("view",))
def open_view(workspace: Workspace, request: Request) -> Json:
    return _shown(workspace, request, workspace.views.open)


@method("views.push", needs=("view",))
def push_view(workspace: Workspace, request: Request) -> Json:
    return _shown(workspace, request, workspace.views.push)


def _shown(workspace: Workspace, request: Request, show: Callable[[str, Json, datetime], View]) -> Json:
    body = _view(workspace, request, "modal")
    trigger_id = request.text("trigger_id")
    if not trigger_id:
        raise Refusal("invalid_arguments", ("[ERROR] missing required field: trigger_id [json-pointer:/]",))
    now = workspace.clock.now()
    return _answer(workspace, show(workspace.triggers.exchange(trigger_id, now), body, now))


@method("views.update", needs=("view",))
def update_view(workspace: Workspace, request: Request) -> Json:
    view_id = request.text("view_id")
    if not view_id:
        raise Refusal("invalid_arguments", ("[ERROR] missing required field: view_id [json-pointer:/]",))
    view = workspace.views.find(view_id)
    body = _view(workspace, request, view.body["type"])
    expected = request.text("hash") or None
    return _answer(workspace, workspace.views.update(view, body, workspace.clock.now(), expected))


@method("views.publish", needs=("user_id", "view"))
def publish_view(workspace: Workspace, request: Request) -> Json:
    if not workspace.manifest.home_tab:
        raise Refusal("not_enabled")
    user_id = request.text("user_id")
    if user_id not in workspace.people:
        raise Refusal("invalid_arguments", ("[ERROR] invalid `user_id` [json-pointer:/user_id]",))
    body = _view(workspace, request, "home")
    expected = request.text("hash") or None
    return _answer(workspace, workspace.views.publish(user_id, body, workspace.clock.now(), expected))


@method("users.info", scopes=("users:read",), needs=("user",))
def user_info(workspace: Workspace, request: Request) -> Json:
    person, with_locale = workspace.person(request.text("user")), request.flag("include_locale")
    return {"ok": True, "user": person.profile(workspace.team_id, workspace.clock.now(), with_locale=with_locale)}


@method("usergroups.list", scopes=("usergroups:read",), tier=2)
def group_list(workspace: Workspace, request: Request) -> Json:
    if not workspace.has_user_groups:
        raise Refusal("plan_upgrade_required")
    with_users, with_count = request.flag("include_users"), request.flag("include_count")
    shown = [
        one.as_json(workspace.team_id, with_users=with_users, with_count=with_count)
        for one in workspace.groups.values()
        if request.flag("include_disabled") or not one.is_disabled
    ]
    return {"ok": True, "usergroups": shown}


@method("auth.test")
def auth_test(workspace: Workspace, _request: Request) -> Json:
    return {
        "ok": True,
        "url": f"{workspace.base_url}/",
        "team": workspace.name,
        "user": workspace.manifest.app_name.lower(),
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", tier=3, caller="app")
def open_connection(workspace: Workspace, _request: Request) -> Json:
    if not workspace.is_socket_mode_on:
        raise Refusal("socket_mode_not_enabled")
    ticket = secrets.token_urlsafe(24)
    workspace.tickets.add(ticket)
    socket_url = workspace.base_url.replace("http://", "ws://")
    return {"ok": True, "url": f"{socket_url}/link/?ticket={ticket}&app_id={workspace.app_id}"}
