"""chat.scheduleMessage and related methods: at most 120 days ahead, and 30 in 5 minutes in one channel."""

from datetime import UTC, datetime, timedelta

from bot.sandbox.api.access import postable, readable
from bot.sandbox.api.chat import metadata
from bot.sandbox.api.posting import checked_blocks, checked_text, require_content
from bot.sandbox.api.registry import Request, method, page
from bot.sandbox.state import Channel, Scheduled
from bot.sandbox.wire import Json, Refusal

FURTHEST = timedelta(days=120)
CROWD = 30
CROWD_SPAN = timedelta(minutes=5)


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


def _refuse_a_crowd(request: Request, channel: Channel, at: datetime) -> None:
    times = [one.post_at for one in request.workspace.scheduled if one.channel_id == channel.channel_id]
    if sum(abs(other - at) < CROWD_SPAN for other in times) >= CROWD:
        raise Refusal("restricted_too_many")


@method("chat.scheduleMessage", scopes=("chat:write",), needs=("channel", "post_at"), tier=3)
def schedule(request: Request) -> Json:
    workspace = request.workspace
    channel = postable(workspace, request.text("channel"))
    at = _post_at(request)
    _refuse_a_crowd(request, channel, at)
    text = checked_text(request.text("text") or request.text("markdown_text"))
    blocks = checked_blocks(request.decoded("blocks", "invalid_blocks_format"))
    require_content(text, blocks)
    scheduled = Scheduled(
        workspace.ids.next("Q"),
        channel.channel_id,
        at,
        text,
        blocks,
        workspace.clock.now(),
        has_metadata=metadata(request) is not None,
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


@method("chat.scheduledMessages.list", tier=3)
def listing(request: Request) -> Json:
    wanted = request.text("channel")
    found = [one.as_json() for one in request.workspace.scheduled if not wanted or one.channel_id == wanted]
    shown, metadata_ = page(found, request)
    return {"ok": True, "scheduled_messages": shown, "response_metadata": metadata_}


@method("chat.deleteScheduledMessage", scopes=("chat:write",), needs=("channel", "scheduled_message_id"), tier=3)
def delete(request: Request) -> Json:
    workspace = request.workspace
    channel = readable(workspace, request.text("channel"))
    for one in workspace.scheduled:
        if (one.scheduled_id, one.channel_id) == (request.text("scheduled_message_id"), channel.channel_id):
            workspace.scheduled.remove(one)
            return {"ok": True}
    raise Refusal("invalid_scheduled_message_id")
