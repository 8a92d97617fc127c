"""The outcomes of an open attempt: frequent ones as buttons, the rest in a menu."""

from collections.abc import Collection
from typing import Final

from bot.services.answers.calls import OfferCard
from bot.slack import ids
from bot.slack.blocks.agent.offer_card import history
from bot.slack.blocks.agent.place_form import elsewhere
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
)
APART: Final = (Outcome.SUCCESS, Outcome.DO_NOT_CALL, Outcome.NOT_DIALLED)  # buttons of their own
AT_ONE_PRESS: Final = (*FREQUENT, *APART)
OTHERS: Final = tuple(one for one in Outcome if one not in AT_ONE_PRESS)


def outcome_menu(attempt_id: int, offer: OfferCard, offered: Collection[Outcome] = ()) -> list[Block]:
    """The outcomes: the frequent ones together, Success apart, and Do not call apart from both.

    `offered`: those the campaign's cards show; empty: all. The form takes any.
    """
    value, choice, name = str(attempt_id), offered or tuple(Outcome), offer.name
    frequent = [_button(outcome, value, name) for outcome in FREQUENT if outcome in choice]
    others = [option(labels.label(one), f"{value}:{one}") for one in OTHERS if one in choice]
    success = [_button(Outcome.SUCCESS, value, name, "primary")] if Outcome.SUCCESS in choice else []
    apart = [*success, select(ids.OUTCOME_MORE, labels.more_outcomes(), others)]
    last = [
        _button(Outcome.DO_NOT_CALL, value, name, "danger"),
        _button(Outcome.NOT_DIALLED, value, name),
        elsewhere(offer.lease_id, name),
        history(offer.lease_id, name),
    ]
    rows = ((f"outcomes:{value}", frequent), (f"others:{value}", apart), (f"last:{value}", last))
    return [actions(row, block_id) for block_id, row in rows if row]


def _button(outcome: Outcome, value: str, name: str, style: str = "") -> Element:
    label = labels.voicemail() if outcome is Outcome.VOICEMAIL_HEARD else labels.label(outcome)
    if outcome is Outcome.CALLBACK_AGREED:
        return button(label, ids.CALLBACK_FORM, value, of=name)
    asks = do_not_call_dialogue() if outcome is Outcome.DO_NOT_CALL else None
    return button(label, ids.outcome_button(outcome), value, style, asks, of=name)


def do_not_call_dialogue() -> Element:
    """The dialogue before a do-not-call, which takes effect at once and everywhere."""
    return confirm(calls.dnc_ask(), calls.dnc_sure(), calls.dnc_yes(), calls.dnc_no())
