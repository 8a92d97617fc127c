"""The outcomes of an open attempt: frequent ones as buttons, the rest in a menu, and a button for a note."""

from collections.abc import Collection
from typing import Final

from bot.slack import ids
from bot.slack.blocks.kit import Block, Element, actions, button, confirm, option, select
from bot.slack.wording import calls, labels
from policy.vocabulary import Outcome

FREQUENT: Final = (
    Outcome.NO_ANSWER,
    Outcome.VOICEMAIL_HEARD,
    Outcome.BUSY,
    Outcome.CONVERSATION,
    Outcome.CALLBACK_AGREED,
    Outcome.NOT_NOW,
    Outcome.REFUSED,
    Outcome.SUCCESS,
    Outcome.DO_NOT_CALL,
)
OTHERS: Final = tuple(one for one in Outcome if one not in FREQUENT and one is not Outcome.NOT_DIALLED)


def outcome_menu(attempt_id: int, name: str, offered: Collection[Outcome] = ()) -> list[Block]:
    """The outcome buttons and menu. `offered`: those the campaign's cards show; empty: all. The form takes any."""
    value, choice = str(attempt_id), offered or tuple(Outcome)
    buttons = [_button(outcome, value, name) for outcome in FREQUENT if outcome in choice]
    others = [option(labels.label(one), f"{value}:{one}") for one in OTHERS if one in choice]
    with_note = button(labels.with_note(), ids.OUTCOME_FORM, value, of=name)
    # Not dialled asks for a reason: the attempt is void, and counted per agent.
    void = f"{value}:{Outcome.NOT_DIALLED}"
    not_dialled = button(labels.not_dialled(), ids.NOT_DIALLED_FORM, void, of=name)
    menu = [select(ids.OUTCOME_MORE, labels.more_outcomes(), others), with_note, not_dialled]
    return [actions(buttons, f"outcomes:{value}"), actions(menu, f"others:{value}")]


def _button(outcome: Outcome, value: str, name: str) -> Element:
    label = labels.label(outcome)
    if outcome is Outcome.CALLBACK_AGREED:
        return button(label, ids.CALLBACK_FORM, value, of=name)
    if outcome is Outcome.DO_NOT_CALL:
        return button(label, ids.outcome_button(outcome), value, "danger", do_not_call_dialogue(), name)
    style = "primary" if outcome is Outcome.SUCCESS else ""
    return button(label, ids.outcome_button(outcome), value, style, of=name)


def do_not_call_dialogue() -> Element:
    """The dialogue before a do-not-call, which takes effect at once and everywhere."""
    return confirm(calls.dnc_ask(), calls.dnc_sure(), calls.dnc_yes(), calls.dnc_no())
