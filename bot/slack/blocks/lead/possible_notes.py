"""Texts of a list that may say no to calls, the most frequent first, each with its answer; and dates of two
readings."""

from collections.abc import Sequence

from bot.services.answers.lists import PossibleNo
from bot.slack import ids
from bot.slack.blocks.kit import Block, actions, button, inputs, section
from bot.slack.wording import and_more, shown
from bot.slack.wording.registers import list_questions as wording

_TEXTS = 8  # of which a message has room


def blocks_of(found: Sequence[PossibleNo], file_id: int) -> list[Block]:
    """The texts, with one answer for all, for each, or none for those that are shown."""
    if not found:
        return []
    texts = found[:_TEXTS]
    head = wording.possible(sum(one.rows for one in found))
    keys = ",".join(one.key for one in texts)
    more = [section(and_more(len(found) - len(texts)))] if len(found) > len(texts) else []
    presses = [
        button(wording.all_stops(), ids.LIST_ALL_STOPS, str(file_id)),
        button(wording.no_stops(len(texts)), ids.LIST_NO_STOPS, f"{file_id}:{keys}"),
    ]
    return [section(head), *(_text(one, file_id) for one in texts), *more, actions(presses)]


def order_of_days(file_id: int) -> list[Block]:
    """Whether the day or the month comes first."""
    key = str(file_id)
    day, month = wording.day_first(), wording.month_first()
    return [actions([button(day, ids.LIST_DAY_FIRST, key), button(month, ids.LIST_MONTH_FIRST, key)])]


def _text(one: PossibleNo, file_id: int) -> Block:
    choices = [
        (f"{file_id}:{one.key}:{ids.NOTE_IS_STOP}", wording.is_stop()),
        (f"{file_id}:{one.key}:{ids.NOTE_IS_NOTHING}", wording.is_nothing()),
    ]
    menu = inputs.one_of(choices, "", wording.choose_answer()) | {"action_id": ids.LIST_NOTE}
    return section(wording.possible_text(shown(one.text, 80), shown(one.heading, 40), one.rows), menu)
