"""Checks a message's text and blocks as Slack does. Shared by chat.* and response URLs."""

from typing import Any

from bot.sandbox.blocks import Fault, check_message, weight
from bot.sandbox.blocks.surfaces import HEAVIEST
from bot.sandbox.wire import Json, Refusal

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


def require_content(text: str, blocks: list[Json], attachments: Any = None) -> None:
    if not text.strip() and not blocks and not attachments:
        raise Refusal("no_text")
