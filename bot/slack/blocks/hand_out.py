"""The one message of an agent's work: what just happened, every card they hold, and the way to the next."""

from collections.abc import Sequence

from bot.services.results import CallingCard, Card, HandOut, WithAnother
from bot.slack import ids
from bot.slack.blocks.calling_card import calling_card
from bot.slack.blocks.happened import refused
from bot.slack.blocks.kit import Block, actions, button, divider, fitted, section
from bot.slack.blocks.nothing_callable import nothing_callable
from bot.slack.blocks.offer_card import offer_card
from bot.slack.blocks.reply import Reader, Reply
from bot.slack.blocks.text import named
from bot.slack.blocks.times import when
from bot.slack.wording import calls, labels

USUALLY_WANTED = 3


def hand_out(handed: HandOut, reader: Reader, line: Sequence[Block] = (), *, can_be_redrawn: bool = False) -> Reply:
    """Calls in progress stand first: a number on screen is what the agent is busy with.

    A message that cannot be drawn anew once the call is over has a button in the number's place.
    """
    cards = sorted(handed.cards, key=lambda card: not isinstance(card, CallingCard))
    heading = calls.hand_out_heading(len(cards))
    groups = [list(line)] if line else []
    groups += [refused(one, reader) for one in handed.dropped]
    groups += [[section(_elsewhere(one, reader))] for one in handed.elsewhere]
    if cards and not groups:
        groups.append([section(f"*{heading}*")])
    groups += [[divider(), *_card(card, reader, shows_number=can_be_redrawn)] for card in cards]
    if handed.short is not None:
        groups.append([divider(), *nothing_callable(handed.short, handed.wanted, len(cards), reader)])
    if not cards:
        groups.append(_next_contacts(handed.wanted or USUALLY_WANTED))
    blocks = tuple(fitted(groups, lambda left: section(calls.more_cards(left))))
    return Reply(heading, blocks, _leases_called(cards) if can_be_redrawn else ())


def _elsewhere(one: WithAnother, reader: Reader) -> str:
    until = when(one.held.until, reader.zone, reader.now)
    return calls.with_another(named(one.name), named(one.held.agent_name), until, one.held.stage)


def _leases_called(cards: Sequence[Card]) -> tuple[int, ...]:
    """Those whose numbers stand on the cards."""
    return tuple(card.offer.lease_id for card in cards if isinstance(card, CallingCard))


def _card(card: Card, reader: Reader, *, shows_number: bool) -> list[Block]:
    if isinstance(card, CallingCard):
        return calling_card(card, reader, shows_number=shows_number)
    return offer_card(card, reader)


def _next_contacts(wanted: int) -> list[Block]:
    return [actions([button(labels.next_contacts(), ids.NEXT_CONTACTS, str(wanted), "primary")])]
