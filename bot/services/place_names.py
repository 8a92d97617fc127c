"""Sentences of the policy engine for English readers: with the names of places, for the engine writes their codes."""

from bot.services.numbers.places import place_name
from policy.templates.sentence import PLACE, Said


def with_place_names(said: str) -> str:
    """`Nextcall has no rules for Jersey`, for JE. A sentence without a place stays as it is."""
    if not isinstance(said, Said) or said.template is None:
        return said
    parameters = said.template.parameters
    if PLACE not in parameters.values():
        return said
    write = {name: place_name if one is PLACE else one.write for name, one in parameters.items()}
    return said.template.text.format(**{name: write[name](value) for name, value in said.values.items()})
