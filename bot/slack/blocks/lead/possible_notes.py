"""Texts of a list that may say no to calls, the most frequent first, each with its answer; and dates of two
readings."""

from collections.abc import Sequence

from bot.services.answers.lists import PossibleNo
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, actions, button, section
from bot.slack.wording import say, shown

_TEXTS = 8  # of which a message has room


def blocks_of(found: Sequence[PossibleNo], file_id: int) -> list[Block]:
    """The texts, with one answer for all, for each, or none for those that are shown."""
    if not found:
        return []
    texts = found[:_TEXTS]
    head = say("list_questions.possible", count=sum(one.rows for one in found))
    keys = ",".join(one.key for one in texts)
    more = [section(say("labels.and_more", count=len(found) - len(texts)))] if len(found) > len(texts) else []
    presses = [
        button(say("list_questions.all_stops"), "list_all_stops", str(file_id)),
        button(say("list_questions.no_stops", count=len(texts)), "list_no_stops", f"{file_id}:{keys}"),
    ]
    return [section(head), *(_text(one, file_id) for one in texts), *more, actions(presses)]


def order_of_days(file_id: int) -> list[Block]:
    """Whether the day or the month comes first."""
    key = str(file_id)
    day, month = say("list_questions.day_first"), say("list_questions.month_first")
    return [actions([button(day, "list_day_first", key), button(month, "list_month_first", key)])]


def _text(one: PossibleNo, file_id: int) -> Block:
    choices = [
        (f"{file_id}:{one.key}:{ids.NOTE_IS_STOP}", say("list_questions.is_stop")),
        (f"{file_id}:{one.key}:{ids.NOTE_IS_NOTHING}", say("list_questions.is_nothing")),
    ]
    menu = inputs.one_of(choices, "", say("list_questions.choose_answer")) | {"action_id": "list_note"}
    return section(
        say("list_questions.possible_text", count=one.rows, text=shown(one.text, 80), heading=shown(one.heading, 40)),
        menu,
    )
