"""The one message of an agent's work: what just happened, every card they hold, and the way to the next."""

from collections.abc import Sequence

from bot.services.results import CallingCard, Card, NothingCallable
from bot.slack import ids
from bot.slack.blocks.calling_card import calling_card
from bot.slack.blocks.happened import Line
from bot.slack.blocks.kit import Block, actions, button, divider, fitted, section
from bot.slack.blocks.nothing_callable import nothing_callable
from bot.slack.blocks.offer_card import offer_card
from bot.slack.blocks.reply import Reader, Reply
from bot.slack.wording import calls, labels

USUALLY_WANTED = 3


def hand_out(
    cards: Sequence[Card],
    reader: Reader,
    line: Sequence[Block] = (),
    short: NothingCallable | None = None,
    wanted: int = USUALLY_WANTED,
) -> Reply:
    """Calls in progress stand first: a number on screen is what the agent is busy with."""
    ordered = sorted(cards, key=lambda card: not isinstance(card, CallingCard))
    groups: list[Line] = [list(line)] if line else []
    groups += [[divider(), *_card(card, reader)] for card in ordered]
    if short is not None:
        groups.append([divider(), *nothing_callable(short, wanted, len(cards), reader)])
    if not cards:
        groups.append(_next_contacts(wanted))
    heading = calls.hand_out_heading(len(cards))
    if not line and cards:
        groups.insert(0, [section(f"*{heading}*")])
    return Reply(heading, tuple(fitted(groups, lambda left: section(calls.more_cards(left)))))


def _card(card: Card, reader: Reader) -> list[Block]:
    return calling_card(card, reader) if isinstance(card, CallingCard) else offer_card(card, reader)


def _next_contacts(wanted: int) -> list[Block]:
    return [actions([button(labels.NEXT_CONTACTS, ids.NEXT_CONTACTS, str(wanted), "primary")])]
