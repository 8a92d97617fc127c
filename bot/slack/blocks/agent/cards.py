"""The agent's message: what just happened, each card the agent holds, and the button for the next contacts."""

from collections.abc import Mapping, Sequence

from bot.services.answers.calls import CallingCard, Card, HandOut, OfferCard
from bot.slack import ids
from bot.slack.blocks.agent.calling_card import calling_card
from bot.slack.blocks.agent.happened import refused
from bot.slack.blocks.agent.nothing_callable import nothing_callable
from bot.slack.blocks.agent.offer_card import offer_card
from bot.slack.blocks.kit.kit import Block, CardPlace, Reader, Reply, actions, button, divider, fitted, section
from bot.slack.wording import named, say
from bot.slack.wording.labels import stage

USUALLY_WANTED = 3


def hand_out(
    handed: HandOut,
    reader: Reader,
    line: Sequence[Block] = (),
    place: CardPlace | None = None,
    *,
    can_be_redrawn: bool = False,
    notes: Mapping[str, str] | None = None,
    may_have_more: bool = True,
) -> Reply:
    """The agent's cards; open attempts first.

    `line`: what just happened, at the card that was pressed or above all cards. Without `can_be_redrawn` the message
    could not be redrawn after the call, so a button stands in the number's place. `notes`: by block_id, what the agent
    has written on cards. Without `may_have_more` there is no button for the next contacts, as during a break.
    """
    cards = sorted(handed.cards, key=lambda card: not isinstance(card, CallingCard))
    drawn = [[divider(), *_card(card, reader, notes or {}, shows_number=can_be_redrawn)] for card in cards]
    called = tuple(card.offer.lease_id for card in cards if isinstance(card, CallingCard) and can_be_redrawn)
    heading = say("calls.hand_out", not cards and "none", count=len(cards))
    if place is not None and line:
        blocks = _drawn(handed, reader, (), _with_line(drawn, cards, line, place), may_have_more=may_have_more)
        if line[0] in blocks:  # otherwise there was no such card, or no room
            return Reply(heading, blocks, called)
    blocks = _drawn(handed, reader, line, drawn, may_have_more=may_have_more)
    return Reply(heading, blocks, called)


def _drawn(
    handed: HandOut, reader: Reader, above: Sequence[Block], cards: Sequence[list[Block]], *, may_have_more: bool
) -> tuple[Block, ...]:
    groups = [list(above)] if above else []
    groups += [refused(one, reader) for one in handed.dropped]
    for name, held in handed.elsewhere:
        who, until = named(held.agent_name), reader.when(held.until)
        said = say("calls.with_another", name=named(name), agent=who, until=until, stage=stage(held.stage))
        groups.append([section(said)])
    if handed.cards and not groups:
        groups.append([section(f"*{say('calls.hand_out', count=len(handed.cards))}*")])
    groups += cards
    if handed.short is not None:
        groups.append([divider(), *nothing_callable(handed.short, handed.wanted, len(handed.cards), reader)])
    if not handed.cards and may_have_more:
        groups.append([next_contacts(handed.wanted or USUALLY_WANTED, is_primary=True)])
    return tuple(fitted(groups, "calls.more_cards"))


def next_contacts(wanted: int, *, is_primary: bool = False) -> Block:
    """The button that hands out more, up to so many in all."""
    return actions([button(say("labels.next_contacts"), "next_contacts", str(wanted), "primary" if is_primary else "")])


def _with_line(
    drawn: Sequence[list[Block]], cards: Sequence[Card], line: Sequence[Block], place: CardPlace
) -> list[list[Block]]:
    """Adds the line below the pressed card, so that no button moves, or where that card stood."""
    groups = list(drawn)
    for at, card in enumerate(cards):
        if _is_at(card, place):
            groups[at] = [*groups[at], *line]
            return groups
    if place.lease_id:
        after = (at for at, card in enumerate(cards) if isinstance(card, OfferCard) and card.lease_id > place.lease_id)
        groups.insert(next(after, len(groups)), [divider(), *line])
    return groups


def _is_at(card: Card, place: CardPlace) -> bool:
    if isinstance(card, CallingCard):
        return card.attempt_id == place.attempt_id or card.offer.lease_id == place.lease_id
    return card.lease_id == place.lease_id


def _card(card: Card, reader: Reader, notes: Mapping[str, str], *, shows_number: bool) -> list[Block]:
    if isinstance(card, CallingCard):
        note = notes.get(ids.note_on(card.attempt_id), "")
        return calling_card(card, reader, shows_number=shows_number, note=note)
    return offer_card(card, reader)


def not_shown() -> list[Block]:
    """Tells an agent whose cards could not be shown how to see them."""
    see = say("help_page.see_cards")
    return [section(say("reports.not_shown"), button(see, "see_cards", "0", spoken=see))]  # a button needs a value
