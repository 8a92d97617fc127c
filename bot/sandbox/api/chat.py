"""chat.*: posting, editing, deleting, scheduling; and files.*: upload v2 and file information.

A message is checked as Slack does, also one to a response URL.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox.api.registry import Request, method, postable, readable
from bot.sandbox.blocks.checks import Fault
from bot.sandbox.blocks.surfaces import HEAVIEST, check_message, weight
from bot.sandbox.state.messages import File, Message, Scheduled
from bot.sandbox.state.people import Channel
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Json, Refusal

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
def post_message(request: Request) -> Json:
    workspace = request.workspace
    channel = postable(workspace, request.text("channel"))
    text, blocks = _content(request)
    message = workspace.post_as_app(channel, text, blocks, thread_ts=request.text("thread_ts") or None)
    return {"ok": True, "channel": channel.channel_id, "ts": message.ts, "message": workspace.message_json(message)}


def _own(request: Request, refusal: str) -> Message:
    """A message of the app. A timestamp does not find an ephemeral message."""
    channel = readable(request.workspace, request.text("channel"))
    message = request.workspace.find_message(channel.channel_id, request.text("ts"))
    if message.author_id != request.workspace.bot_user_id:
        raise Refusal(refusal)
    return message


@method("chat.update", scopes=("chat:write",), needs=("channel", "ts"), tier=3)
def update(request: Request) -> Json:
    workspace = request.workspace
    message = _own(request, "cant_update_message")
    text, blocks = _content(request, LONGEST_UPDATE)
    workspace.edit(message, text, blocks)
    answer = workspace.message_json(message)
    return {"ok": True, "channel": message.channel_id, "ts": message.ts, "text": message.text, "message": answer}


@method("chat.delete", scopes=("chat:write",), needs=("channel", "ts"), tier=3)
def delete(request: Request) -> Json:
    message = _own(request, "cant_delete_message")
    request.workspace.delete(message)
    return {"ok": True, "channel": message.channel_id, "ts": message.ts}


def _post_at(request: Request) -> datetime:
    try:
        at = datetime.fromtimestamp(int(request.text("post_at")), UTC)
    except (ValueError, OverflowError, OSError):
        raise Refusal("invalid_time") from None
    now = request.workspace.clock.now()
    if at <= now:
        raise Refusal("time_in_past")
    if at > now + FURTHEST:
        raise Refusal("time_too_far")
    return at


@method("chat.scheduleMessage", scopes=("chat:write",), needs=("channel", "post_at"), tier=3)
def schedule(request: Request) -> Json:
    workspace = request.workspace
    channel = postable(workspace, request.text("channel"))
    at = _post_at(request)
    times = [one.post_at for one in request.workspace.scheduled if one.channel_id == channel.channel_id]
    if sum(abs(other - at) < CROWD_SPAN for other in times) >= CROWD:
        raise Refusal("restricted_too_many")
    text, blocks = _content(request)
    scheduled = Scheduled(
        workspace.ids.next("Q"),
        channel.channel_id,
        at,
        text,
        blocks,
        thread_ts=request.text("thread_ts") or None,
    )
    workspace.scheduled.append(scheduled)
    return {
        "ok": True,
        "channel": channel.channel_id,
        "scheduled_message_id": scheduled.scheduled_id,
        "post_at": int(at.timestamp()),
        "message": {"text": text, "type": "delayed_message", "bot_id": workspace.bot_id},
    }


@method("chat.deleteScheduledMessage", scopes=("chat:write",), needs=("channel", "scheduled_message_id"), tier=3)
def unschedule(request: Request) -> Json:
    workspace = request.workspace
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
    refuse("invalid_blocks", check_message(blocks))
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
def upload_url(request: Request) -> Json:
    workspace = request.workspace
    if request.number("length", 0) < 1:
        raise Refusal("missing_argument")
    file = workspace.files.announce(request.text("filename"), workspace.bot_user_id, workspace.clock.now())
    file.alt_text = request.text("alt_txt")
    return {"ok": True, "upload_url": f"{workspace.base_url}/upload/v1/{file.file_id}", "file_id": file.file_id}


@method("files.completeUploadExternal", scopes=("files:write",), needs=("files",))
def complete_upload(request: Request) -> Json:
    workspace = request.workspace
    files = [_titled(workspace, one) for one in _listed(request)]
    names = request.text("channels").split(",") if request.text("channels") else [request.text("channel_id")]
    channels = [postable(workspace, one) for one in names if one]
    blocks = checked_blocks(request.decoded("blocks", "invalid_blocks_format"))
    for channel in channels:
        share(workspace, files, channel, workspace.bot_user_id)
        workspace.post_as_app(
            channel,
            request.text("initial_comment"),
            blocks,
            thread_ts=request.text("thread_ts") or None,
            file_ids=tuple(one.file_id for one in files),
        )
    return {"ok": True, "files": [one.as_json(workspace.base_url) for one in files]}


def _listed(request: Request) -> list[Any]:
    listed = request.decoded("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise Refusal("invalid_arguments", ("[ERROR] must be an array [json-pointer:/files]",))
    return listed


def _titled(workspace: Workspace, named: Any) -> File:
    if not isinstance(named, dict) or "id" not in named:
        raise Refusal("invalid_arguments", ("[ERROR] missing required field: id [json-pointer:/files/0]",))
    file = workspace.files.find(str(named["id"]))
    if file.owner_id != workspace.bot_user_id:
        raise Refusal("access_denied")
    file.title = str(named.get("title") or file.name)
    return file


def share(workspace: Workspace, files: list[File], channel: Channel, user_id: str) -> None:
    """Shares files in a conversation, and emits the events."""
    for file in files:
        file.channels.append(channel.channel_id)
        if channel.bot_is_member:
            workspace.emit(
                {
                    "type": "file_shared",
                    "file_id": file.file_id,
                    "file": {"id": file.file_id},
                    "user_id": user_id,
                    "channel_id": channel.channel_id,
                    "event_ts": workspace.timestamps.next(),
                }
            )


@method("files.info", scopes=("files:read",), needs=("file",))
def file_info(request: Request) -> Json:
    workspace = request.workspace
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
