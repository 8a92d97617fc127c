"""What an agent holds and gets next: cards, claims, leases, and how leases end."""

from bot.services.hand_out import (
    card_details,
    card_outcomes,
    extensions,
    hand,
    lapses,
    leaving,
    next_call,
    place_correction,
    releases,
    scripts,
    shown_numbers,
)
from bot.services.hand_out.card_outcomes import ALWAYS, offered_outcomes, stored_choice
from bot.services.hand_out.claiming import keep_refusal, wish_for
from bot.services.hand_out.hand import held_cards
from bot.services.hand_out.holders import held_now, promised_now
from bot.services.hand_out.lapses import lapse_if_due
from bot.services.hand_out.next_call import MOST_AT_ONCE
from bot.services.hand_out.places import places_of, places_on_card, places_to_lead
from bot.services.hand_out.releases import BY_LEAD, MOVED, goes_without_right, held_by, led_lease, why_gone
from bot.services.hand_out.shown_numbers import Ended, Place

# fmt: off
__all__ = [
    "ALWAYS", "BY_LEAD", "MOST_AT_ONCE", "MOVED", "Ended", "Place", "card_details", "card_outcomes", "extensions",
    "goes_without_right", "hand", "held_by", "held_cards", "held_now", "keep_refusal", "lapse_if_due", "lapses",
    "leaving", "led_lease", "next_call", "offered_outcomes", "place_correction", "places_of", "places_on_card",
    "places_to_lead", "promised_now", "releases", "scripts", "shown_numbers", "stored_choice", "why_gone", "wish_for",
]
# fmt: on
