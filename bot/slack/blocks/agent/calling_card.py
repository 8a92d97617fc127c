"""Card of an open attempt: the number as a link to dial, the script, the facts, a note, and every outcome."""

from datetime import timedelta

from bot.services.answers.calls import CallingCard, OfferCard
from bot.slack import ids
from bot.slack.blocks.agent.offer_card import extra_lines, fact_line, title_lines
from bot.slack.blocks.agent.outcome_menu import outcome_menu
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, actions, button, context, field, section
from bot.slack.blocks.kit.reply import Reader
from bot.slack.wording import link, say, shown

SCRIPT = 1000
NOTE = 1000
NEARLY_OVER = timedelta(minutes=15)


def calling_card(card: CallingCard, reader: Reader, *, shows_number: bool = True, note: str = "") -> list[Block]:
    """`note`: what the agent has written on this card and not yet recorded."""
    offer = card.offer
    number = link(card.dial_link, card.number_shown) if shows_number else shown(offer.masked_number)
    script = shown(card.script, SCRIPT)
    return [
        section("\n".join([*title_lines(offer, number), *extra_lines(offer, reader)])),
        *([] if shows_number else [_show_number(offer)]),
        *([section(say("calls.script", script=script))] if script else []),
        context(" · ".join([*_to_show(card), fact_line(offer, reader, tells_end_within=NEARLY_OVER, is_calling=True)])),
        field(ids.note_on(card.attempt_id), say("forms.note"), inputs.line(note, most=NOTE)),
        *outcome_menu(card, reader.now),
    ]


def _to_show(card: CallingCard) -> list[str]:
    """The campaign's own numbers, one of which the person is to see."""
    numbers = shown(" / ".join(card.numbers_to_show))
    return [say("calls.show_as", number=numbers)] if numbers else []


def _show_number(offer: OfferCard) -> Block:
    """The button that shows the number. Its press brings a response_url, which later redraws the message without it."""
    value = str(offer.lease_id)
    return actions([button(say("labels.show_number"), "call", value, "primary", of=offer.name)], f"number:{value}")
