"""One user's screen as JSON for the page; and what is inside: the calls of Slack's API that drew it."""

from collections.abc import Sequence

from bot.sandbox.delivery import Delivered
from bot.sandbox.seen import VisibleMessage, VisibleView, is_visible, look, show_message, visible_messages
from bot.sandbox.state import Channel, Workspace, state
from bot.sandbox.wire import Call, Json, Notice

MOST = 8  # calls


def overview(workspace: Workspace) -> Json:
    """The part that is the same for every user."""
    return {
        "id": workspace.workspace_id,
        "name": workspace.name,
        "app": workspace.manifest.app_name,
        "has_home": workspace.manifest.home_tab,
        "now": workspace.clock.now().isoformat(),
        "is_frozen": workspace.clock.is_frozen,
        "people": [
            {
                "id": one.user_id,
                "name": one.name,
                "real_name": one.real_name,
                "title": one.title,
                "zone": one.zone or "UTC",
            }
            for one in workspace.people.values()
            if not one.is_deleted and not one.is_bot
        ],
        "channels": [
            {"id": one.channel_id, "name": one.name} for one in workspace.channels.values() if not one.dm_with
        ],
        "commands": [
            {"name": one.name, "description": one.description, "usage_hint": one.usage_hint}
            for one in workspace.manifest.commands
        ],
    }


def screen(workspace: Workspace, user_id: str) -> Json:
    seen = look(workspace, user_id)
    return {
        "revision": workspace.revision,
        "now": workspace.clock.now().isoformat(),
        "is_frozen": workspace.clock.is_frozen,
        "channels": [_channel(workspace, one, user_id) for one in workspace.channels_of(user_id)],
        "modal": seen.modal and _view(seen.modal),
        "home": seen.home and _view(seen.home),
    }


def _channel(workspace: Workspace, channel: Channel, user_id: str) -> Json:
    messages = [
        _message(show_message(workspace, one)) | {"values": state(one.blocks, one.fills.get(user_id, {}))["values"]}
        for one in visible_messages(workspace, user_id)
        if one.channel_id == channel.channel_id
    ]
    notices = [
        _notice(one)
        for one in workspace.notices
        if one.user_id == user_id and (one.channel_id or "") in (channel.channel_id, "")
    ]
    return {
        "id": channel.channel_id,
        "name": channel.name,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_direct": channel.dm_with is not None,
        "bot_is_member": channel.bot_is_member,
        "messages": sorted(messages + notices, key=lambda one: str(one["at"])),
    }


def _message(message: VisibleMessage) -> Json:
    return {
        "ts": message.ts,
        "at": message.at.isoformat(timespec="microseconds"),
        "author_id": message.author_id,
        "author": message.author_name,
        "text": message.text,
        "blocks": list(message.blocks),
        "is_ephemeral": message.is_ephemeral,
        "is_edited": message.is_edited,
        "is_from_app": message.is_from_app,
        "files": [
            {"id": one.file_id, "name": one.name, "title": one.title, "is_image": one.is_image, "size": one.size}
            for one in message.files
        ],
    }


def _notice(notice: Notice) -> Json:
    at = notice.at.isoformat(timespec="microseconds")
    return {"ts": f"notice {at}", "at": at, "author": "Slackbot", "text": notice.text, "is_notice": True}


def _view(view: VisibleView) -> Json:
    return {
        "view_id": view.view_id,
        "hash": view.hash,
        "title": view.title,
        "submit": view.submit,
        "close": view.close,
        "blocks": list(view.blocks),
        "values": view.values,
        "errors": view.errors,
    }


def inside(workspace: Workspace, record: Sequence[Delivered], user_id: str, surface: str) -> Json | None:
    """The newest calls first. None if the user does not see this surface: a message's ts, or a view's id."""
    if not _is_seen(workspace, user_id, surface):
        return None
    calls = [one for one in workspace.calls if surface in one.drew]
    return {"calls": [_call(one, record) for one in calls[: -MOST - 1 : -1]]}


def _is_seen(workspace: Workspace, user_id: str, surface: str) -> bool:
    view = workspace.views.every.get(surface)
    if view is not None:
        return view.user_id == user_id
    return any(one.ts == surface and is_visible(workspace, one, user_id) for one in workspace.messages)


def _call(call: Call, record: Sequence[Delivered]) -> Json:
    return {
        "method": call.method,
        "at": call.at.isoformat(),
        "error": call.error,
        "payload": call.args,
        "answer": call.answer,
        "told": _told(call, record),
    }


def _told(call: Call, record: Sequence[Delivered]) -> Json | None:
    """What the call answers, by its response URL or trigger; else what the app was told last before it."""
    exact = next((one for one in record if call.answers and _carries(one, call.answers)), None)
    before = (one for one in reversed(record) if one.timer <= call.timer)
    told = exact or next(before, None)
    if told is None:
        return None
    return {
        "what": _what(told),
        "at": told.at.isoformat(),
        "ack_ms": round(told.took * 1000, 1) if told.answer.is_acked else None,
        "is_its_cause": exact is not None,
        "payload": told.envelope.payload,
    }


def _carries(told: Delivered, answers: str) -> bool:
    payload = told.envelope.payload
    return payload.get("trigger_id") == answers or str(payload.get("response_url") or "").endswith(answers)


def _what(told: Delivered) -> str:
    payload = told.envelope.payload
    if told.envelope.kind == "slash_commands":
        return f"the command {payload['command']} {payload['text']}".rstrip()
    if told.envelope.kind == "events_api":
        return f"the event {payload['event']['type']}"
    pressed = payload.get("actions")
    return f"the press {pressed[0]['action_id']}" if pressed else str(payload["type"])
