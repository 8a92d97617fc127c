"""One user's screen.

An edit does not touch the blocks it replaces, so a test can keep a message and press it later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.blocks.checks import elements, words
from bot.sandbox.state.contents import Message
from bot.sandbox.state.form import state
from bot.sandbox.state.views import View
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import CannotDo, Json, Notice


@dataclass(frozen=True, slots=True)
class VisibleElement:
    """A button, menu or input on screen. ``label`` is its text."""

    kind: str
    block_id: str
    action_id: str
    label: str
    value: str | None
    json: Json


class _OnScreen:
    """Common to messages and views: blocks, their text, and their elements."""

    __slots__ = ()
    blocks: tuple[Json, ...]

    def elements(self) -> Iterator[VisibleElement]:
        """Every button, menu and input, in the order of the blocks."""
        for block, element in elements(self.blocks):
            label = " ".join(words(element.get("text") or element.get("placeholder") or {}))
            yield VisibleElement(
                element["type"], block["block_id"], element["action_id"], label, element.get("value"), element
            )

    @property
    def buttons(self) -> tuple[VisibleElement, ...]:
        """The buttons alone, in the order of the blocks."""
        return tuple(one for one in self.elements() if one.kind == "button")

    def element(
        self,
        action_id: str | None = None,
        *,
        block_id: str | None = None,
        value: str | None = None,
        label: str | None = None,
    ) -> VisibleElement:
        """The first element that matches all given values. Raises CannotDo, which lists those on screen."""
        for one in self.elements():
            wanted = ((action_id, one.action_id), (block_id, one.block_id), (value, one.value), (label, one.label))
            if all(asked is None or asked == found for asked, found in wanted):
                return one
        there = ", ".join(f"{one.action_id}[{one.label}]" for one in self.elements())
        raise CannotDo(f"no {label or action_id or value or block_id!r} to press here, only: {there or 'nothing'}")


@dataclass(frozen=True, slots=True)
class VisibleFile:
    """A file shared in a message. ``size`` is in bytes."""

    file_id: str
    name: str
    title: str
    is_image: bool
    size: int


@dataclass(frozen=True, slots=True)
class VisibleMessage(_OnScreen):
    """A message on screen. ``is_ephemeral``: only this user sees it. ``words``: all its text, blocks included."""

    ts: str
    channel_id: str
    channel_name: str
    author_id: str
    author_name: str
    at: datetime
    text: str
    blocks: tuple[Json, ...]
    is_ephemeral: bool
    is_edited: bool
    is_from_app: bool
    thread_ts: str | None
    files: tuple[VisibleFile, ...]

    @property
    def words(self) -> str:
        """The text on screen: that of the blocks, or ``text`` if there are none."""
        said = words(self.blocks) if self.blocks else (self.text,)
        return "\n".join((*said, *(one.title for one in self.files)))


@dataclass(frozen=True, slots=True)
class VisibleView(_OnScreen):
    """A modal or Home tab. ``values``: what it would submit now."""

    view_id: str
    kind: str
    title: str
    submit: str | None
    close: str | None
    callback_id: str
    private_metadata: str
    hash: str
    blocks: tuple[Json, ...]
    values: Json
    errors: dict[str, str]

    @property
    def words(self) -> str:
        """The text on screen: the title, the blocks, and the sentences beside its fields."""
        return "\n".join((self.title, *words(self.blocks), *self.errors.values()))


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything one user can see now."""

    messages: tuple[VisibleMessage, ...]
    modal: VisibleView | None
    home: VisibleView | None
    notices: tuple[Notice, ...]

    def __str__(self) -> str:
        lines = [
            f"#{one.channel_name} {one.author_name}{' (only you)' if one.is_ephemeral else ''}: {one.words}"
            for one in self.messages
        ]
        lines += [f"Slack: {one.text}" for one in self.notices]
        for name, view in (("modal", self.modal), ("home", self.home)):
            if view is not None:
                lines.append(f"[{name}] {view.words}")
        return "\n".join(lines) or "nothing at all"


def look(workspace: Workspace, user_id: str) -> Seen:
    """The user's screen now."""
    with workspace.lock:
        modal, home = workspace.views.top(user_id), workspace.views.homes.get(user_id)
        return Seen(
            messages=tuple(show_message(workspace, one) for one in visible_messages(workspace, user_id)),
            modal=show_view(modal) if modal else None,
            home=show_view(home) if home else None,
            notices=tuple(one for one in workspace.notices if one.user_id == user_id),
        )


def visible_messages(workspace: Workspace, user_id: str) -> Iterator[Message]:
    """The messages that a user sees, oldest first."""
    return (message for message in workspace.messages if is_visible(workspace, message, user_id))


def is_visible(workspace: Workspace, message: Message, user_id: str) -> bool:
    """Whether the user sees the message: not deleted, in a conversation of theirs, and not another user's ephemeral."""
    is_theirs = user_id in workspace.channels[message.channel_id].members and message.only_for in (None, user_id)
    return is_theirs and not message.is_deleted


def show_message(workspace: Workspace, message: Message) -> VisibleMessage:
    """The message as it stands on a screen."""
    channel = workspace.channels[message.channel_id]
    return VisibleMessage(
        ts=message.ts,
        channel_id=message.channel_id,
        channel_name=channel.name,
        author_id=message.author_id,
        author_name=workspace.author_name(message.author_id),
        at=message.at,
        text=message.text,
        blocks=tuple(message.blocks),
        is_ephemeral=message.only_for is not None,
        is_edited=message.edited_at is not None,
        is_from_app=message.author_id == workspace.bot_user_id,
        thread_ts=message.thread_ts,
        files=tuple(
            VisibleFile(one.file_id, one.name, one.title or one.name, one.is_image, len(one.content or b""))
            for one in map(workspace.files.every.__getitem__, message.file_ids)
            if not one.is_deleted
        ),
    )


def show_view(view: View) -> VisibleView:
    """The view as it stands on a screen."""
    body = view.body
    return VisibleView(
        view_id=view.view_id,
        kind=body["type"],
        title=_text(body.get("title")) or "",
        submit=_text(body.get("submit")),
        close=_text(body.get("close")),
        callback_id=body.get("callback_id", ""),
        private_metadata=body.get("private_metadata", ""),
        hash=view.hash,
        blocks=tuple(view.blocks),
        values=state(view.blocks, view.fill)["values"],
        errors=dict(view.errors),
    )


def _text(value: Json | None) -> str | None:
    return None if value is None else str(value["text"])
