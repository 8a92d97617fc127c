"""Counts what an agent's work costs: presses for a day of calls, and words on a screen.

A press is one thing the hand does in Slack, typing apart: a command sent; a button; a dialogue confirmed; a menu
opened, and its choice; in a form each field set, and the submission. A text field counts once, for putting the cursor
there. Following the number's link is dialling: it is counted beside, because a telephone would need it too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import Member, VisibleMessage, VisibleView

Screen = VisibleMessage | VisibleView
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_LINK = re.compile(r"<(?:https?|tel|sip|callto):[^|>]*\|([^>]*)>")
_EMOJI = re.compile(r":[a-z0-9_+-]+:")
_WORD = re.compile(r"\w[\w’'.,:/&-]*")
_NUMBER_LINK = re.compile(r"<((?:tel|sip|callto):[^|>]*)\|")


@dataclass
class Hand:
    """An agent at work, whose presses are counted by what they were for."""

    member: Member
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def presses(self) -> int:
        return sum(count for what, count in self.counts.items() if what != "link")

    @property
    def links(self) -> int:
        return self.counts.get("link", 0)

    def type(self, line: str) -> None:
        self._count("command")
        self.member.command(line)

    def press(self, screen: Screen, action_id: str, value: str | None = None) -> None:
        button = screen.element(action_id, value=value)
        self._count("button", 2 if "confirm" in button.json else 1)  # the dialogue is confirmed
        self.member.press(screen, action_id, value=value)

    def choose(self, screen: Screen, action_id: str, value: str) -> None:
        """Opens a menu and chooses in it."""
        self._count("menu", 2)
        self.member.press(screen, action_id, selected=value)

    def write(self, screen: Screen, block_id: str, text: str) -> None:
        """Writes into a field on the screen."""
        self._count("field")
        self.member.fill(screen, {block_id: {"input": text}})

    def submit(self, view: VisibleView, **fields: Any) -> None:
        self._count("field", len(fields))
        self._count("submission")
        assert not self.member.submit(view, {name: {"input": value} for name, value in fields.items()}).errors

    def dial(self, screen: Screen) -> str:
        """Follows the number's link."""
        self._count("link")
        found = _NUMBER_LINK.search(screen.words)
        assert found
        return found.group(1)

    def _count(self, what: str, times: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + times


def words_shown(blocks: Sequence[dict[str, Any]]) -> list[str]:
    """The words on screen: text, labels, placeholders, and what stands on buttons and closed menus."""
    return [word for text in _texts(blocks) for word in _WORD.findall(_plain(text))]


def _texts(blocks: Sequence[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        for key in ("text", "label", "hint", "placeholder"):
            if key in block:
                yield block[key]["text"] if isinstance(block[key], dict) else block[key]
        if block.get("optional"):
            yield "optional"  # Slack's client says so behind the label
        for key in ("accessory", "element"):
            if key in block:
                yield from _texts([block[key]])
        yield from _texts(block.get("fields", ()))
        yield from _texts(block.get("elements", ()))


def _plain(text: str) -> str:
    return _EMOJI.sub(" ", _LINK.sub(r"\1", _DATE.sub(r"\1", text)))
