"""One user's screen as JSON for the page, what is inside (the calls of Slack's API that drew it), and the page's tools.

Those are buttons beside Slack's: moves of the clock, a guide, and faults on purpose.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.sandbox.delivery.envelopes import Delivered
from bot.sandbox.seen import VisibleMessage, is_visible, look, show_message, visible_messages
from bot.sandbox.state.contents import Channel
from bot.sandbox.state.form import state
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Call, Json

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
            {"id": one.user_id, "zone": one.zone or "UTC"}
            | {name: getattr(one, name) for name in ("name", "real_name", "title")}
            for one in workspace.people.values()
            if not one.is_deleted and not one.is_bot
        ],
        "channels": [
            {"id": one.channel_id, "name": one.name} for one in workspace.channels.values() if not one.dm_with
        ],
        "commands": [asdict(one) for one in workspace.manifest.commands],
    }


def screen(workspace: Workspace, user_id: str) -> Json:
    seen = look(workspace, user_id)
    return {
        "revision": workspace.revision,
        "now": workspace.clock.now().isoformat(),
        "is_frozen": workspace.clock.is_frozen,
        "channels": [_channel(workspace, one, user_id) for one in workspace.channels_of(user_id)],
        "modal": seen.modal and asdict(seen.modal),
        "home": seen.home and asdict(seen.home),
    }


def _channel(workspace: Workspace, channel: Channel, user_id: str) -> Json:
    messages = [
        _message(show_message(workspace, one)) | {"values": state(one.blocks, one.fills.get(user_id, {}))["values"]}
        for one in visible_messages(workspace, user_id)
        if one.channel_id == channel.channel_id
    ]
    notices = []
    for one in workspace.notices:
        if one.user_id == user_id and (one.channel_id or "") in (channel.channel_id, ""):
            at = one.at.isoformat(timespec="microseconds")
            notices.append({"ts": f"notice {at}", "at": at, "author": "Slackbot", "text": one.text, "is_notice": True})
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
    said = ("ts", "author_id", "text", "blocks", "is_ephemeral", "is_edited", "is_from_app")
    return {
        **{name: getattr(message, name) for name in said},
        "at": message.at.isoformat(timespec="microseconds"),
        "author": message.author_name,
        "files": [
            {"id": one.file_id, "name": one.name, "title": one.title, "is_image": one.is_image, "size": one.size}
            for one in message.files
        ],
    }


def inside(workspace: Workspace, record: Sequence[Delivered], user_id: str, surface: str) -> Json | None:
    """The newest calls first. None if the user does not see this surface: a message's ts, or a view's id."""
    view, messages = workspace.views.every.get(surface), workspace.messages
    is_seen = any(one.ts == surface and is_visible(workspace, one, user_id) for one in messages if view is None)
    if not (is_seen or (view is not None and view.user_id == user_id)):
        return None
    calls = [one for one in workspace.calls if surface in one.drew]
    return {
        "calls": [
            {
                "method": one.method,
                "at": one.at.isoformat(),
                "error": one.error,
                "payload": one.args,
                "answer": one.answer,
                "told": _told(one, record),
            }
            for one in calls[: -MOST - 1 : -1]
        ]
    }


def _told(call: Call, record: Sequence[Delivered]) -> Json | None:
    """What the call answers, by its response URL or trigger; else what the app was told last before it."""

    def is_cause(payload: Json) -> bool:
        url = str(payload.get("response_url") or "")
        return payload.get("trigger_id") == call.answers or url.endswith(call.answers)

    exact = next((one for one in record if call.answers and is_cause(one.envelope.payload)), None)
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


def _what(told: Delivered) -> str:
    payload = told.envelope.payload
    if told.envelope.kind == "slash_commands":
        return f"the command {payload['command']} {payload['text']}".rstrip()
    if told.envelope.kind == "events_api":
        return f"the event {payload['event']['type']}"
    pressed = payload.get("actions")
    return f"the press {pressed[0]['action_id']}" if pressed else str(payload["type"])


@dataclass(frozen=True, slots=True)
class Jump:
    """A button that moves the clock. ``to``: from the time now to the one wanted, None if there is none.

    ``otherwise``: the sentence for None.
    """

    name: str
    label: str
    title: str
    to: Callable[[datetime], datetime | None]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the guide: what ``user_id`` does next.

    ``kind`` and ``target`` say what is done: ``command`` (its line), ``action`` (an action_id, or the beginning of
    several, which ends in "_"), ``jump`` (its name), ``upload`` or ``inside``. ``mark``: the one action of several that
    the page points at. ``place``: the channel to be in; else the conversation with the app.
    """

    user_id: str
    title: str
    says: str
    kind: str
    target: str = ""
    mark: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class PageTools:
    """``sample``: name and text of a file that a step of the guide can share. ``restart``: kills and starts the bot."""

    jumps: tuple[Jump, ...] = ()
    guide: tuple[Step, ...] = ()
    sample: tuple[str, str] | None = None
    restart: Callable[[], None] | None = None

    def as_json(self) -> Json:
        """What the page needs to draw the tools."""
        return {
            "jumps": [{"name": one.name, "label": one.label, "title": one.title} for one in self.jumps],
            "guide": [asdict(one) for one in self.guide],
            "sample": self.sample and {"name": self.sample[0], "text": self.sample[1]},
        }


RETRY_AFTER = 3
# By name: the button, and what a user sees then.
TROUBLES: Mapping[str, tuple[str, str]] = {
    "drop": (
        "Drop the socket",
        "The bot notices within half a minute and connects again. Until then a command says “dispatch_failed” and a "
        "press “We had some trouble connecting”. Do it again later: nothing is lost.",
    ),
    "twice": (
        "Deliver twice",
        "The next command, press or event reaches the bot twice. It counts once: the same cards come twice, a call "
        "opens one attempt, an outcome “was already recorded”.",
    ),
    "limit": (
        "Answer 429",
        f"Slack refuses the bot’s next call and says “retry after {RETRY_AFTER} s”. Its answer comes {RETRY_AFTER} s "
        "late; a form does not open, and the bot says when to press again.",
    ),
    "kill": (
        "Kill the bot",
        "The bot’s process is killed and started again; that takes about 5 s. Until then a command says "
        "“dispatch_failed” and a press “We had some trouble connecting”. Nothing recorded is lost.",
    ),
}


def offered(acts: Mapping[str, Callable[[], None] | None]) -> list[Json]:
    """The faults that can be made here."""
    return [
        {"name": name, "label": label, "says": says}
        for name, (label, says) in TROUBLES.items()
        if acts.get(name) is not None
    ]
