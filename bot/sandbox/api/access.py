"""The conversations the app may read and post in, by id, name or user."""

from bot.sandbox.state import Channel, Workspace
from bot.sandbox.wire import Refusal


def readable(workspace: Workspace, wanted: str) -> Channel:
    """A conversation the app can see: public, or one it is in. Raises Refusal."""
    channel = _find(workspace, wanted)
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


def _find(workspace: Workspace, wanted: str) -> Channel | None:
    if wanted in workspace.channels:
        return workspace.channels[wanted]
    name = wanted.removeprefix("#")
    return next((one for one in workspace.channels.values() if one.name == name and not one.dm_with), None)
