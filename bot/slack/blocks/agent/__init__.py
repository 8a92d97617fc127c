"""Agent screens: cards, outcomes, why nothing is callable, what just happened."""

from bot.slack.blocks.agent import happened, offer_card, place_form, working_day
from bot.slack.blocks.agent.call_check import number_checked, suppressed
from bot.slack.blocks.agent.cards import USUALLY_WANTED, hand_out
from bot.slack.blocks.agent.happened import give_outcome
from bot.slack.blocks.agent.nothing_callable import closed_rows
from bot.slack.blocks.agent.outcome_menu import FREQUENT

# fmt: off
__all__ = [
    "FREQUENT", "USUALLY_WANTED", "closed_rows", "give_outcome", "hand_out", "happened", "number_checked", "offer_card",
    "place_form", "suppressed", "working_day",
]
