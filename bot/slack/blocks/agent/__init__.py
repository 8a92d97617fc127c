"""Agent screens: cards, outcomes, why nothing is callable, what just happened."""

from bot.slack.blocks.agent import (
    happened,
    history_page,
    merged_rows,
    mistaken_stops,
    offer_card,
    place_form,
    working_day,
)
from bot.slack.blocks.agent.call_check import number_checked, stop_taken_back, suppressed
from bot.slack.blocks.agent.campaign_rules import campaign_rules
from bot.slack.blocks.agent.cards import USUALLY_WANTED, hand_out, next_contacts
from bot.slack.blocks.agent.happened import give_outcome
from bot.slack.blocks.agent.nothing_callable import closed_rows
from bot.slack.blocks.agent.outcome_menu import AT_ONE_PRESS

# fmt: off
__all__ = [
    "AT_ONE_PRESS", "USUALLY_WANTED", "campaign_rules", "closed_rows", "give_outcome", "hand_out", "happened",
    "history_page", "merged_rows", "mistaken_stops", "next_contacts", "number_checked", "offer_card", "place_form",
    "stop_taken_back", "suppressed", "working_day",
]
