"""A workspace as JSON, to go on with another day: conversations, files, Home tabs and the clock's time.

Not kept: modals, which close; triggers, response URLs and tokens, which expire; the record of calls.
"""

import base64
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, TypeVar

from bot.sandbox.state.messages import File, Message, Scheduled
from bot.sandbox.state.people import Channel
from bot.sandbox.state.views import View
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Json, Notice

FORMAT = 1
T = TypeVar("T")


class NotKept(Exception):
    """The JSON is no workspace of this format."""


def kept(workspace: Workspace) -> Json:
    """The workspace now."""
    with workspace.lock:
        return {
            "format": FORMAT,
            "id": workspace.workspace_id,
            "now": workspace.clock.now().isoformat(),
            "last_id": workspace.ids.last,
            "last_timestamp": workspace.timestamps.last,
            "direct": _all(one for one in workspace.channels.values() if one.dm_with),
            "messages": _all(workspace.messages),
            "scheduled": _all(workspace.scheduled),
            "files": _all(workspace.files.every.values()),
            "homes": _all(workspace.views.homes.values()),
            "notices": _all(workspace.notices),
        }


def time_kept(found: Json) -> datetime:
    """When it was kept, by the workspace's clock. Raises NotKept."""
    try:
        if found["format"] != FORMAT:
            raise NotKept(f"format {found['format']}")
        return datetime.fromisoformat(found["now"])
    except (KeyError, TypeError, ValueError) as fault:
        raise NotKept(str(fault)) from fault


def restore(workspace: Workspace, found: Json) -> None:
    """Fills a workspace that has just been made. Raises NotKept."""
    time_kept(found)
    try:
        with workspace.changing():
            _restore(workspace, found)
    except (KeyError, TypeError, ValueError) as fault:
        raise NotKept(str(fault)) from fault


def _restore(workspace: Workspace, found: Json) -> None:
    workspace.workspace_id = found["id"]
    workspace.ids.last, workspace.timestamps.last = found["last_id"], found["last_timestamp"]
    workspace.channels |= {one.channel_id: one for one in _made(Channel, found["direct"])}
    workspace.files.every |= {one.file_id: one for one in _made(File, found["files"])}
    workspace.load_messages(_made(Message, found["messages"]))
    workspace.scheduled += _made(Scheduled, found["scheduled"])
    workspace.notices += _made(Notice, found["notices"])
    for home in _made(View, found["homes"]):
        workspace.views.homes[home.user_id] = workspace.views.every[home.view_id] = home


def _all(ones: Iterable[Any]) -> list[Json]:
    return [{field.name: _plain(getattr(one, field.name)) for field in fields(one)} for one in ones]


def _made(kind: type[T], ones: list[Json]) -> list[T]:
    """What an earlier version kept besides is left out."""
    assert is_dataclass(kind)
    known = {field.name for field in fields(kind)}
    return [kind(**{name: _rich(value) for name, value in one.items() if name in known}) for one in ones]


_MARKS = {"$at", "$bytes", "$tuple", "$set"}


def _plain(value: Any) -> Any:
    """The value as JSON; what JSON lacks is an object with one marked key."""
    if isinstance(value, datetime):
        return {"$at": value.isoformat()}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, tuple):
        return {"$tuple": [_plain(one) for one in value]}
    if isinstance(value, set):
        return {"$set": sorted(value)}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _rich(value: Any) -> Any:
    if isinstance(value, list):
        return [_rich(one) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1 or not _MARKS & set(value):
        return {name: _rich(one) for name, one in value.items()}
    [(mark, inner)] = value.items()
    if mark == "$at":
        return datetime.fromisoformat(inner)
    if mark == "$bytes":
        return base64.b64decode(inner)
    return tuple(_rich(one) for one in inner) if mark == "$tuple" else set(inner)
