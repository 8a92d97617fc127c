"""Card of an open attempt: the full number as a link to dial, and every outcome."""

from bot.services.answers.calls import CallingCard, OfferCard
from bot.slack import ids
from bot.slack.blocks.agent.offer_card import extra_lines, fact_line, title_lines
from bot.slack.blocks.agent.outcome_menu import outcome_menu
from bot.slack.blocks.agent.place_form import elsewhere
from bot.slack.blocks.kit import Block, Reader, actions, button, context, section
from bot.slack.wording import calls, labels, link, shown

SCRIPT = 1000


def calling_card(card: CallingCard, reader: Reader, *, shows_number: bool = True) -> list[Block]:
    offer = card.offer
    number = link(f"tel:{card.number}", card.number_shown) if shows_number else shown(offer.masked_number)
    since = calls.calling_since(reader.when(card.opened_at))
    script = shown(card.script, SCRIPT)
    return [
        section(
            "\n".join([*title_lines(offer, number), *extra_lines(offer, reader)]), elsewhere(offer.lease_id, offer.name)
        ),
        *([] if shows_number else [_show_number(offer)]),
        *([section(calls.script(script))] if script else []),
        context(f"{since} · {fact_line(offer, reader)}"),
        *outcome_menu(card.attempt_id, offer.name, card.outcomes),
    ]


def _show_number(offer: OfferCard) -> Block:
    """The button that shows the number. Its press brings a response_url, which later redraws the message without it."""
    value = str(offer.lease_id)
    return actions([button(labels.show_number(), ids.CALL, value, "primary", of=offer.name)], f"number:{value}")
