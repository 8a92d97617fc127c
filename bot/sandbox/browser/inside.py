"""Look inside: the calls that drew a message or a view, and what the app was told before each."""

from collections.abc import Sequence

from bot.sandbox.delivery import Delivered
from bot.sandbox.seen import is_visible
from bot.sandbox.state import Workspace
from bot.sandbox.wire import Call, Json

MOST = 8


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
