"""A contact the agent is ringing: the full number as a link to dial, and every outcome."""

from bot.services.results import CallingCard
from bot.slack.blocks.kit import Block, context, section
from bot.slack.blocks.offer_card import extras, facts, title
from bot.slack.blocks.outcome_menu import outcome_menu
from bot.slack.blocks.reply import Reader
from bot.slack.blocks.text import link, shown
from bot.slack.blocks.times import when
from bot.slack.wording import calls

SCRIPT = 1000


def calling_card(card: CallingCard, reader: Reader) -> list[Block]:
    offer = card.offer
    number = link(f"tel:{card.number}", card.number_shown)
    since = calls.calling_since(when(card.opened_at, reader.zone, reader.now))
    script = shown(card.script, SCRIPT)
    return [
        section("\n".join([*title(offer, number), *extras(offer, reader)])),
        *([section(calls.script(script))] if script else []),
        context(f"{since} · {facts(offer, reader)}"),
        *outcome_menu(card.attempt_id, offer.name, card.outcomes),
    ]
