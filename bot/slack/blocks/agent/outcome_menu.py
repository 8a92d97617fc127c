"""The outcomes of an open attempt: frequent ones as buttons, the rest in a menu."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Final

from bot.services.answers.calls import CallingCard
from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.slack import ids
from bot.slack.blocks.agent.callback_times import callback_menu
from bot.slack.blocks.agent.offer_card import history
from bot.slack.blocks.agent.place_form import elsewhere
from bot.slack.blocks.kit.kit import Block, Element, actions, button, confirm, option, select
from bot.slack.wording import labels, say
from policy.vocabulary import STOPPING, Outcome

FREQUENT: Final = sorted((one for one in Outcome if one.meaning.button), key=lambda one: one.meaning.button)
APART: Final = (Outcome.SUCCESS, Outcome.DO_NOT_CALL, Outcome.NOT_DIALLED)  # buttons of their own
AT_ONE_PRESS: Final = (*FREQUENT, *APART)
GIVE_WAY: Final = sorted((one for one in FREQUENT if one.meaning.gives_way), key=lambda one: one.meaning.gives_way)
MOST_WORDS: Final = 6  # on buttons of own outcomes: no more than these four have
OTHERS: Final = tuple(one for one in Outcome if one not in AT_ONE_PRESS)


def outcome_menu(card: CallingCard, now: datetime) -> list[Block]:
    """The outcomes: the frequent ones together, Success apart, and Do not call apart from both.

    Those the campaign's cards show, or all; the form takes any. Own outcomes come first, and a card with buttons of
    theirs is no longer: as many words of others move into the menu.
    """
    offer, own_buttons, own_others = card.offer, card.own_buttons, card.own_outcomes
    value, choice, name = str(card.attempt_id), card.outcomes or tuple(Outcome), offer.name
    pressed = _fitting(own_buttons)
    moved = _giving_way(pressed, choice)
    buttons = [(_own_button(one, place, value, name), one) for place, one in enumerate(pressed)]
    frequent = [made for made, one in buttons if one.counts_as not in STOPPING]
    frequent += [
        callback_menu(card, now) if outcome is Outcome.CALLBACK_AGREED else _button(outcome, value, name)
        for outcome in FREQUENT
        if outcome in choice and outcome not in moved
    ]
    in_menu = [*own_buttons[len(pressed) :], *(one for one in own_others if one not in own_buttons)]
    others = [option(_own_label(one), _own_value(one, value)) for one in in_menu]
    others += [option(labels.label(one), f"{value}:{one}") for one in (*moved, *OTHERS) if one in choice]
    success = [_button(Outcome.SUCCESS, value, name, "primary")] if Outcome.SUCCESS in choice else []
    apart = [*success, select("outcome_more", say("labels.more_outcomes"), others)]
    last = [
        _button(Outcome.DO_NOT_CALL, value, name, "danger"),
        *(made for made, one in buttons if one.counts_as in STOPPING),
        _button(Outcome.NOT_DIALLED, value, name),
        elsewhere(offer.lease_id, name),
        history(offer.lease_id, name),
    ]
    rows = ((f"outcomes:{value}", frequent), (f"others:{value}", apart), (f"last:{value}", last))
    return [actions(row, block_id) for block_id, row in rows if row]


def _fitting(own: Sequence[OwnOutcomeView]) -> Sequence[OwnOutcomeView]:
    """As many of the first as a card has room for as buttons."""
    ends = accumulate(_words(one.name) for one in own[: len(ids.OWN_BUTTONS)])
    return own[: sum(end <= MOST_WORDS for end in ends)]


def _giving_way(own: Sequence[OwnOutcomeView], choice: Collection[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes that leave their buttons to own ones: at least as many words."""
    room, moved = sum(_words(one.name) for one in own), []
    for outcome in GIVE_WAY:
        if room > 0 and outcome in choice:
            moved.append(outcome)
            room -= _words(labels.label(outcome))
    return tuple(moved)


def _words(text: str) -> int:
    return len(text.split())


def _own_button(own: OwnOutcomeView, place: int, value: str, name: str) -> Element:
    is_stop = own.counts_as in STOPPING
    asks = do_not_call_dialogue() if is_stop else None
    style = "danger" if is_stop else ""
    return button(_own_label(own), ids.OWN_BUTTONS[place], _own_value(own, value), style, asks, of=name)


def _own_label(own: OwnOutcomeView) -> str:
    return f"{own.name}…" if own.asks_first else own.name


def _own_value(own: OwnOutcomeView, value: str) -> str:
    return f"{value}:{own.own_id}{'?' if own.asks_first else ''}"


def _button(outcome: Outcome, value: str, name: str, style: str = "") -> Element:
    label = labels.label(outcome)
    asks = do_not_call_dialogue() if outcome in STOPPING else None
    return button(label, ids.outcome_button(outcome), value, style, asks, of=name)


def do_not_call_dialogue() -> Element:
    """The dialogue before a do-not-call, which takes effect at once and everywhere."""
    return confirm(say("calls.dnc_ask"), say("calls.dnc_sure"), say("calls.dnc_yes"), say("calls.dnc_no"))
