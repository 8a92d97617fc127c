"""chat.*: posting, editing, deleting."""

from typing import Any

from bot.sandbox.api.access import postable, readable
from bot.sandbox.api.posting import checked_blocks, checked_text, require_content
from bot.sandbox.api.registry import Request, method
from bot.sandbox.state import Message
from bot.sandbox.wire import Json, Refusal

# chat.update refuses what chat.postMessage would cut (docs.slack.dev/reference/methods/chat.update).
LONGEST_UPDATE = 4_000
_METADATA_FIELDS = {"event_type", "event_payload", "entities"}


def _content(request: Request, longest: int | None = None) -> tuple[str, list[Json]]:
    markdown = request.text("markdown_text")
    if markdown and (request.text("text") or request.args.get("blocks")):
        raise Refusal("markdown_text_conflict")
    text = checked_text(request.text("text") or markdown, longest)
    blocks = checked_blocks(request.decoded("blocks", "invalid_blocks_format"))
    require_content(text, blocks, request.args.get("attachments"))
    return text, blocks


def metadata(request: Request) -> Json | None:
    value: Any = request.decoded("metadata", "invalid_metadata_format")
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) - _METADATA_FIELDS or not value:
        raise Refusal("invalid_metadata_format")
    return value


@method("chat.postMessage", scopes=("chat:write",), needs=("channel",))
def post_message(request: Request) -> Json:
    workspace = request.workspace
    channel = postable(workspace, request.text("channel"))
    text, blocks = _content(request)
    message = workspace.post_as_app(
        channel, text, blocks, thread_ts=request.text("thread_ts") or None, metadata=metadata(request)
    )
    return {"ok": True, "channel": channel.channel_id, "ts": message.ts, "message": workspace.message_json(message)}


@method("chat.postEphemeral", scopes=("chat:write",), needs=("channel", "user"))
def post_ephemeral(request: Request) -> Json:
    workspace = request.workspace
    channel = postable(workspace, request.text("channel"))
    user_id = request.text("user")
    if user_id not in channel.members:
        raise Refusal("user_not_in_channel")
    text, blocks = _content(request)
    message = workspace.post_as_app(
        channel, text, blocks, thread_ts=request.text("thread_ts") or None, only_for=user_id
    )
    return {"ok": True, "message_ts": message.ts}


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
    if "metadata" in request.args:
        message.metadata = metadata(request)
    answer = workspace.message_json(message)
    return {"ok": True, "channel": message.channel_id, "ts": message.ts, "text": message.text, "message": answer}


@method("chat.delete", scopes=("chat:write",), needs=("channel", "ts"), tier=3)
def delete(request: Request) -> Json:
    message = _own(request, "cant_delete_message")
    request.workspace.delete(message)
    return {"ok": True, "channel": message.channel_id, "ts": message.ts}


@method("chat.getPermalink", needs=("channel", "message_ts"))
def permalink(request: Request) -> Json:
    workspace = request.workspace
    channel = readable(workspace, request.text("channel"))
    message = workspace.find_message(channel.channel_id, request.text("message_ts"))
    link = f"{workspace.base_url}/archives/{channel.channel_id}/p{message.ts.replace('.', '')}"
    return {"ok": True, "channel": channel.channel_id, "permalink": link}
