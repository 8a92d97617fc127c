"""Form inputs: lines of text, people, channels, times and choices, each cut to Slack's limits."""

from collections.abc import Sequence
from datetime import date, time

from bot.slack import ids
from bot.slack.blocks.kit.kit import Element, menu, option, plain_text, select
from bot.slack.wording.say import clipped

MOST_OPTIONS = 100
MOST_BOXES = 10


def line(written: str = "", placeholder: str = "", most: int = 80) -> Element:
    """One line of text."""
    made: Element = {"type": "plain_text_input", "action_id": ids.INPUT, "multiline": False, "max_length": most}
    made |= {"placeholder": plain_text(placeholder, 150)} if placeholder else {}
    return made | ({"initial_value": clipped(written, most)} if written else {})


def lines(written: str = "", placeholder: str = "", most: int = 1000) -> Element:
    """Several lines of text."""
    return line(written, placeholder, most) | {"multiline": True}


def number() -> Element:
    return {"type": "number_input", "action_id": ids.INPUT, "is_decimal_allowed": True}


def whole(written: int = 0, most: int = 0) -> Element:
    """A whole number from 1 to `most`; 0: empty, or no bound."""
    made: Element = {"type": "number_input", "action_id": ids.INPUT, "is_decimal_allowed": False, "min_value": "1"}
    made |= {"max_value": str(most)} if most else {}
    return made | ({"initial_value": str(written)} if written else {})


def file(types: Sequence[str]) -> Element:
    """One file, of at most 10 MB. Slack's client offers files of these types; check the content."""
    return {"type": "file_input", "action_id": ids.INPUT, "filetypes": list(types), "max_files": 1}


def clock(at: time) -> Element:
    return {"type": "timepicker", "action_id": ids.INPUT, "initial_time": f"{at:%H:%M}"}


def day(chosen: date | None) -> Element:
    made: Element = {"type": "datepicker", "action_id": ids.INPUT}
    return made | ({"initial_date": chosen.isoformat()} if chosen else {})


def person(action_id: str, placeholder: str) -> Element:
    return menu("users_select", action_id, placeholder)


def people(placeholder: str, most: int) -> Element:
    return menu("multi_users_select", ids.INPUT, placeholder) | {"max_selected_items": most}


def channel(chosen: str, placeholder: str) -> Element:
    """A channel menu. Slack cannot filter it by where the app may post, so that is checked afterwards."""
    made = menu("conversations_select", ids.INPUT, placeholder)
    made |= {"filter": {"include": ["public", "private"], "exclude_bot_users": True}}
    return made | ({"initial_conversation": chosen} if chosen else {})


def boxes(choices: Sequence[tuple[str, str]], chosen: Sequence[str]) -> Element:
    """Checkboxes from (value, label)."""
    options = [option(label, value) for value, label in choices[:MOST_BOXES]]
    ticked = [one for one in options if one["value"] in chosen]
    made: Element = {"type": "checkboxes", "action_id": ids.INPUT, "options": options}
    return made | ({"initial_options": ticked} if ticked else {})


def radio(choices: Sequence[tuple[str, str]], chosen: str = "") -> Element:
    """Radio buttons from (value, label)."""
    options = [option(label, value) for value, label in choices[:MOST_BOXES]]
    picked = next((one for one in options if one["value"] == chosen), None)
    made: Element = {"type": "radio_buttons", "action_id": ids.INPUT, "options": options}
    return made | ({"initial_option": picked} if picked else {})


def yes_or_no(yes: str, no: str, chosen: bool | None) -> Element:
    """Two radio buttons with these labels; None: neither is chosen."""
    return radio([(ids.YES, yes), (ids.NO, no)], "" if chosen is None else ids.YES if chosen else ids.NO)


def several(choices: Sequence[tuple[str, str]], chosen: Sequence[str], placeholder: str, most: int = 0) -> Element:
    """A menu for several of (value, label), for longer lists. `most`: how many may be chosen; 0: all."""
    options = [option(label, value) for value, label in choices[:MOST_OPTIONS]]
    picked = [one for one in options if one["value"] in chosen]
    made = menu("multi_static_select", ids.INPUT, placeholder) | {"options": options}
    made |= {"max_selected_items": most} if most else {}
    return made | ({"initial_options": picked} if picked else {})


def one_of(choices: Sequence[tuple[str, str]], chosen: str, placeholder: str) -> Element:
    """A menu for one of (value, label)."""
    options = [option(label, value) for value, label in choices[:MOST_OPTIONS]]
    picked = next((one for one in options if one["value"] == chosen), None)
    return select(ids.INPUT, placeholder, options, picked)
