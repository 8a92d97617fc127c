"""The Block Kit parts we use, and a reply made of them, with the reader it is written for.

Each part is cut to Slack's limits (docs.slack.dev/reference/block-kit, read November 2026).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.slack.wording.say import clipped, plain, say, units

Block = dict[str, Any]
Element = dict[str, Any]

SECTION: Final = 3000
BUTTON: Final = 75
MOST_BLOCKS: Final = 50
MOST_BLOCKS_IN_VIEW: Final = 100
# Slack refuses a message from about 13,200 characters over all blocks (bolt-js issue 2509) and counts a few extra for
# each block.
MOST_CHARACTERS: Final = 12_500
_EACH_BLOCK: Final = 30
_COUNTED: Final = ("text", "alt_text")


def mrkdwn(text: str, most: int = SECTION) -> Element:
    """Text with Slack's markup. `verbatim` stops Slack from making links and mentions of text that looks like them."""
    if units(text) > most:  # cut between lines where possible, so that links and dates stay whole
        lines = text.split("\n")
        while len(lines) > 1 and units("\n".join(lines)) > most - 2:
            lines.pop()
        whole = "\n".join(lines)
        text = f"{whole}\n…" if units(whole) <= most - 2 else clipped(whole, most)
    return {"type": "mrkdwn", "text": text or " ", "verbatim": True}


def plain_text(text: str, most: int) -> Element:
    return {"type": "plain_text", "text": plain(text, most) or " ", "emoji": True}


def section(text: str, accessory: Element | None = None) -> Block:
    return {"type": "section", "text": mrkdwn(text)} | ({"accessory": accessory} if accessory else {})


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:10]]}


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, 150)}


def divider() -> Block:
    return {"type": "divider"}


def actions(elements: Sequence[Element], block_id: str = "") -> Block:
    return {"type": "actions", "elements": list(elements[:25])} | ({"block_id": block_id} if block_id else {})


def button(
    label: str,
    action_id: str,
    value: str,
    style: str = "",
    confirm: Element | None = None,
    of: str | None = None,
    spoken: str = "",
) -> Element:
    """A button. For screen readers: `of` names its subject (empty: "no name"), or `spoken` replaces the visible
    label."""
    if of is not None:
        spoken = f"{label.rstrip('…')}: {plain(of, BUTTON) or say('labels.no_name')}"
    made: Element = {"type": "button", "text": plain_text(label, BUTTON), "action_id": action_id, "value": value}
    made |= {"style": style} if style else {}
    made |= {"accessibility_label": plain(spoken, BUTTON)} if spoken else {}
    return made | ({"confirm": confirm} if confirm else {})


def table(rows: Sequence[Sequence[str]]) -> Block:
    """A table of plain text; its first row is the heading. Slack takes one a message, of at most 20 columns.

    No cell may be empty.
    """
    cells = [[{"type": "raw_text", "text": plain(cell, 60) or " "} for cell in row[:20]] for row in rows[:100]]
    return {"type": "table", "rows": cells, "column_settings": [{"is_wrapped": True}] * len(cells[0])}


def confirm(title: str, text: str, yes: str, no: str) -> Element:
    return {
        "title": plain_text(title, 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
        "style": "danger",
    }


def option(label: str, value: str) -> Element:
    return {"text": plain_text(label, 75), "value": value}


def menu(kind: str, action_id: str, placeholder: str) -> Element:
    return {"type": kind, "action_id": action_id, "placeholder": plain_text(placeholder, 150)}


def select(action_id: str, placeholder: str, options: Sequence[Element], initial: Element | None = None) -> Element:
    made = menu("static_select", action_id, placeholder) | {"options": list(options[:100])}
    return made | ({"initial_option": initial} if initial else {})


def grouped_select(action_id: str, placeholder: str, groups: Sequence[tuple[str, Sequence[Element]]]) -> Element:
    """A menu whose options stand under headings: (heading, options)."""
    under = [{"label": plain_text(heading, 75), "options": list(options[:100])} for heading, options in groups[:100]]
    return menu("static_select", action_id, placeholder) | {"option_groups": under}


def field(block_id: str, label: str, element: Element, hint: str = "", *, is_optional: bool = False) -> Block:
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, 150),
        "element": element,
        "optional": is_optional,
    }
    return made | ({"hint": plain_text(hint, 300)} if hint else {})


def modal(title: str, blocks: Sequence[Block], close: str = "") -> Block:
    """A modal to read and close."""
    return {
        "type": "modal",
        "title": plain_text(title, 24),
        "blocks": list(blocks[:MOST_BLOCKS_IN_VIEW]),
        "close": plain_text(close or say("labels.close"), 24),
    }


def loading_modal(title: str) -> Block:
    """The modal to open at once, because a trigger lives 3 seconds. The real form replaces it."""
    return modal(title, [section(say("labels.loading"))], say("labels.cancel"))


def message_modal(title: str, sentence: str) -> Block:
    return modal(title, [section(sentence)])


def form(
    title: str, blocks: Sequence[Block], callback_id: str, metadata: str, submit: str = "", close: str = ""
) -> Block:
    """A modal to fill in. Its buttons are Save and Cancel, if no others are named."""
    made = modal(title, blocks, close or say("labels.cancel"))
    return made | {
        "submit": plain_text(submit or say("labels.save"), 24),
        "callback_id": callback_id,
        "private_metadata": metadata,
    }


def home(blocks: Sequence[Block]) -> Block:
    return {"type": "home", "blocks": list(blocks[:MOST_BLOCKS_IN_VIEW])}


def weight(blocks: Iterable[Block]) -> int:
    """The characters Slack counts against MOST_CHARACTERS: all texts, nested too, and a few for each block."""
    return sum(_characters(block) + _EACH_BLOCK for block in blocks)


def fitted(
    groups: Iterable[Sequence[Block]], rest: str = "labels.and_more", most_blocks: int = MOST_BLOCKS
) -> list[Block]:
    """As many whole groups, in order, as one message takes; an empty one is none.

    `rest`: the sentence that says how many were left out.
    """
    groups = [one for one in groups if one]
    kept: list[Block] = []
    weighs = 0
    for at, group in enumerate(groups):
        left = len(groups) - at
        room = most_blocks - (left > 1)  # for the sentence
        weighs += weight(group)
        if len(kept) + len(group) > room or weighs > MOST_CHARACTERS - 200:
            return [*kept, section(say(rest, count=left))]
        kept.extend(group)
    return kept


def page_of(title: str, groups: Iterable[Sequence[Block]]) -> Block:
    """A modal of as many whole groups as it takes."""
    return modal(title, fitted(groups, most_blocks=MOST_BLOCKS_IN_VIEW))


def and_more(left: int) -> list[Block]:
    """How many were left out; nothing where none was."""
    return [section(say("labels.and_more", count=left))] if left > 0 else []


def lines_in_sections(
    lines: Sequence[str], rest: Callable[[int], str] = lambda left: say("labels.and_more", count=left), most: int = 2
) -> list[Block]:
    """The lines in at most `most` sections. The last line counts the lines left out."""
    made: list[Block] = []
    packed: list[str] = []
    for at, line in enumerate(lines):
        line = clipped(line, SECTION - 200)
        if units("\n".join([*packed, line])) > SECTION - 200:
            if len(made) + 1 == most:
                packed.append(rest(len(lines) - at))
                break
            made.append(section("\n".join(packed)))
            packed = []
        packed.append(line)
    return [*made, section("\n".join(packed))] if packed else made


def _characters(value: object) -> int:
    if isinstance(value, list):
        return sum(map(_characters, value))
    if not isinstance(value, dict):
        return 0
    is_text = {key: key in _COUNTED and isinstance(one, str) for key, one in value.items()}
    return sum(units(one) if is_text[key] else _characters(one) for key, one in value.items())


@dataclass(frozen=True, slots=True)
class CardPlace:
    """The card a press came from, by its lease or its attempt. What happened is shown there."""

    lease_id: int = 0
    attempt_id: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """One message. `text` is for notifications and holds no number. `calling`: leases whose numbers the blocks show."""

    text: str
    blocks: tuple[Block, ...] = ()
    calling: tuple[int, ...] = ()

    def as_message(self) -> Block:
        """As Slack's methods for messages take it."""
        return {"text": self.text, "blocks": list(self.blocks)}


def message_of(said: str, press: Element | None = None) -> Reply:
    """A message of one sentence, perhaps with a button."""
    return Reply(said, (section(said, press),))
