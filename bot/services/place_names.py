"""Sentences of the policy engine for English readers: with the names of places, for the engine writes their codes."""

from functools import lru_cache

from bot.services.numbers.places import place_name
from policy.templates import PLACE, Template, templates


@lru_cache(maxsize=4096)
def with_place_names(english: str) -> str:
    """`Nextcall has no rules for Jersey`, for JE. A sentence without a place stays as it is."""
    for template in _of_places():
        for values in template.readings(english):
            named = {key: place_name(one) if template.parameters[key] is PLACE else one for key, one in values.items()}
            return template.text.format(**named)
    return english


@lru_cache(maxsize=1)
def _of_places() -> tuple[Template, ...]:
    return tuple(one for one in templates() if PLACE in one.parameters.values())
