"""Checks what we send strictly: by slackblocks' constructors, the local workspace's rules, and limits of our own.

Three opinions written by three hands: a payload has to please all of them.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import slackblocks as sb

from bot.sandbox.blocks.surfaces import faults_of
from bot.slack.blocks.kit.kit import Block
from bot.slack.wording.say import units

_TEXT_LIMITS = {"section": 3000, "context": 3000, "header": 150, "button": 75}
_FULL_NUMBER = re.compile(r"\+?\d(?:[\s().-]?\d){8,}")
_NO_NUMBER = re.compile(r"<!date\^[^>]*>|\b(?=\d*[a-f])[0-9a-f]{16}\b")  # a moment; a rulebook's version


def message(blocks: Sequence[Block], text: str = "") -> None:
    """Accepts a valid message, or fails with the rule that it breaks."""
    assert faults_of("blocks", list(blocks)) == []
    assert len(blocks) <= 50
    assert sum(units(one) for one in _texts(list(blocks))) + 30 * len(blocks) <= 13_200
    assert units(text) < 4000
    _common(blocks)
    sb.Message(channel="C1", text=text, blocks=[rebuilt(one) for one in blocks])


def modal(view: Block) -> None:
    assert len(json.dumps(view)) < 20_000, "an ack this large is lost (slack.md section 3)"
    modal_shown(view)


def modal_shown(view: Block) -> None:
    """Checks a modal that is sent only by views.open, push and update, never in an ack."""
    assert faults_of("modal", view) == []
    assert len(view.get("private_metadata", "")) <= 3000
    assert len(json.dumps(view)) < 250_000
    _common(view["blocks"])
    sb.ModalView(
        title=view["title"]["text"],
        blocks=[rebuilt(one) for one in view["blocks"]],
        submit=view.get("submit", {}).get("text"),
        close=view.get("close", {}).get("text"),
        private_metadata=view.get("private_metadata"),
        callback_id=view.get("callback_id"),
    )


def home(view: Block) -> None:
    assert faults_of("home", view) == []
    _common(view["blocks"])
    sb.HomeTabView(blocks=[rebuilt(one) for one in view["blocks"]])


def values(blocks: Iterable[Block]) -> list[str]:
    """Every value that travels with a press."""
    found = [one["value"] for one in elements(blocks) if "value" in one]
    return found + [option["value"] for one in elements(blocks) for option in one.get("options", [])]


def elements(blocks: Iterable[Block]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield from block.get("elements", []) if block["type"] == "actions" else []
        yield from [block[name] for name in ("accessory", "element") if name in block]


def words(blocks: Iterable[Block]) -> str:
    return "\n".join(_texts(list(blocks)))


def shows_no_number(blocks: Iterable[Block]) -> bool:
    """No run of digits that could be dialled, in texts and values; moments in date markup are no numbers."""
    blocks = list(blocks)
    bare = _NO_NUMBER.sub("", ";".join([words(blocks), *values(blocks)]))
    return _FULL_NUMBER.search(bare) is None


def _common(blocks: Iterable[Block]) -> None:
    blocks = list(blocks)
    for one in elements(blocks):
        assert len(one.get("value", "")) <= 2000
    for block in blocks:
        for text in _texts(block):
            assert units(text) <= _TEXT_LIMITS.get(block["type"], 3000)
        for text in _marked(block):
            assert _is_balanced(text), text
    ids = [one["block_id"] for one in blocks if "block_id" in one]
    assert len(ids) == len(set(ids))


def _is_balanced(text: str) -> bool:
    """Whether links and date markup are complete, nothing pings a user, and direction isolates are closed."""
    markup = re.findall(r"<[^<>]*>", text)
    known = all(re.match(r"<(https?://|tel:\+|!date\^\d+\^|#[CG][A-Z0-9]+>)", one) for one in markup)
    torn = re.search(r"[<>]", re.sub(r"<[^<>]*>", "", text))
    return known and not torn and text.count("\u2068") == text.count("\u2069")


def _marked(value: Any) -> Iterator[str]:
    """The texts in which Slack applies markup."""
    if isinstance(value, dict) and value.get("type") == "mrkdwn":
        yield value["text"]
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _marked(one)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            if key in ("text", "alt_text") and isinstance(one, str):
                yield one
            else:
                yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


# -- the same payload, built again by slackblocks, which refuses in its constructors


def rebuilt(block: Block) -> Any:
    return _BLOCKS[block["type"]](block)


def _text(value: dict[str, Any]) -> sb.Text:
    kind = sb.TextType.PLAINTEXT if value["type"] == "plain_text" else sb.TextType.MARKDOWN
    return sb.Text(value["text"], type_=kind)


def _plain(value: dict[str, Any] | None) -> sb.Text | None:
    return None if value is None else _text(value)


def _option(value: dict[str, Any]) -> sb.Option:
    return sb.Option(text=_text(value["text"]), value=value["value"])


def _maybe_option(value: dict[str, Any] | None) -> sb.Option | None:
    return None if value is None else _option(value)


def _confirm(value: dict[str, Any] | None) -> sb.ConfirmationDialogue | None:
    if value is None:
        return None
    title, text, yes, no = (_text(value[name]) for name in ("title", "text", "confirm", "deny"))
    return sb.ConfirmationDialogue(title, text, yes, no)


def _button(value: dict[str, Any]) -> sb.Button:
    return sb.Button(
        text=_text(value["text"]),
        action_id=value["action_id"],
        value=value["value"],
        style=value.get("style"),
        confirm=_confirm(value.get("confirm")),
        accessibility_label=value.get("accessibility_label"),
    )


def _select(value: dict[str, Any]) -> sb.StaticSelectMenu:
    return sb.StaticSelectMenu(
        placeholder=_text(value["placeholder"]),
        action_id=value["action_id"],
        options=[_option(one) for one in value["options"]] if "options" in value else None,
        option_groups=[
            sb.OptionGroup(label=_text(one["label"]), options=[_option(each) for each in one["options"]])
            for one in value.get("option_groups", ())
        ]
        or None,
        initial_option=_maybe_option(value.get("initial_option")),
    )


def _radio(value: dict[str, Any]) -> sb.RadioButtonGroup:
    return sb.RadioButtonGroup(
        action_id=value["action_id"],
        options=[_option(one) for one in value["options"]],
        initial_option=_maybe_option(value.get("initial_option")),
    )


def _boxes(value: dict[str, Any]) -> sb.CheckboxGroup:
    return sb.CheckboxGroup(
        action_id=value["action_id"], options=[_option(one) for one in value["options"]], initial_options=_chosen(value)
    )


def _several(value: dict[str, Any]) -> sb.StaticMultiSelectMenu:
    return sb.StaticMultiSelectMenu(
        placeholder=_text(value["placeholder"]),
        action_id=value["action_id"],
        options=[_option(one) for one in value["options"]],
        initial_options=_chosen(value),
    )


def _chosen(value: dict[str, Any]) -> list[sb.Option] | None:
    return [_option(one) for one in value["initial_options"]] if "initial_options" in value else None


def _typed(value: dict[str, Any]) -> sb.PlainTextInput:
    return sb.PlainTextInput(
        action_id=value["action_id"],
        placeholder=_plain(value.get("placeholder")),
        initial_value=value.get("initial_value"),
        multiline=value["multiline"],
        max_length=value["max_length"],
    )


_ELEMENTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "button": _button,
    "static_select": _select,
    "radio_buttons": _radio,
    "checkboxes": _boxes,
    "multi_static_select": _several,
    "users_select": lambda one: sb.UserSelectMenu(placeholder=_text(one["placeholder"]), action_id=one["action_id"]),
    "multi_users_select": lambda one: sb.UserMultiSelectMenu(
        placeholder=_text(one["placeholder"]), action_id=one["action_id"], max_selected_items=one["max_selected_items"]
    ),
    "conversations_select": lambda one: sb.ConversationSelectMenu(
        placeholder=_text(one["placeholder"]),
        action_id=one["action_id"],
        initial_conversation=one.get("initial_conversation"),
        filter=sb.ConversationFilter(include=one["filter"]["include"], exclude_bot_users=True),
    ),
    "plain_text_input": _typed,
    "number_input": lambda one: sb.NumberInput(
        is_decimal_allowed=one["is_decimal_allowed"], action_id=one["action_id"]
    ),
    "file_input": lambda one: sb.FileInput(one["action_id"], one["filetypes"], one["max_files"]),
    "datepicker": lambda one: sb.DatePicker(action_id=one["action_id"], initial_date=one.get("initial_date")),
    "timepicker": lambda one: sb.TimePicker(action_id=one["action_id"], initial_time=one["initial_time"]),
}


def _element(value: dict[str, Any]) -> Any:
    return _ELEMENTS[value["type"]](value)


def _section(block: Block) -> sb.SectionBlock:
    accessory = _element(block["accessory"]) if "accessory" in block else None
    return sb.SectionBlock(text=_text(block["text"]), accessory=accessory, block_id=block.get("block_id"))


def _input(block: Block) -> sb.InputBlock:
    return sb.InputBlock(
        label=_text(block["label"]),
        element=_element(block["element"]),
        hint=_plain(block.get("hint")),
        optional=block["optional"],
        block_id=block["block_id"],
    )


def _table(block: Block) -> sb.TableBlock:
    """Slack refuses an empty cell."""
    assert all(cell["text"] for row in block["rows"] for cell in row)
    return sb.TableBlock(rows=[[sb.RawText(cell["text"]) for cell in row] for row in block["rows"]])


_BLOCKS: dict[str, Callable[[Block], Any]] = {
    "section": _section,
    "context": lambda one: sb.ContextBlock(elements=[_text(text) for text in one["elements"]]),
    "header": lambda one: sb.HeaderBlock(text=_text(one["text"])),
    "divider": lambda _: sb.DividerBlock(),
    "data_visualization": lambda _: sb.DividerBlock(),  # which slackblocks does not know
    "actions": lambda one: sb.ActionsBlock(
        elements=[_element(each) for each in one["elements"]], block_id=one.get("block_id")
    ),
    "input": _input,
    "table": _table,
}
