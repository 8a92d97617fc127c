"""One user's screen as JSON for the page."""

from bot.sandbox.seen import VisibleMessage, VisibleView, look, show_message, visible_messages
from bot.sandbox.state import Channel, Workspace, state
from bot.sandbox.wire import Json, Notice


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
