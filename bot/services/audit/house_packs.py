"""The house pack by which a call is judged: its campaign's, or what the organisation had chosen when it was opened."""

from collections.abc import Container

from bot.services.audit.campaign_terms import Terms
from bot.services.audit.facts import Record
from bot.services.numbers.parsing import country_of_number
from policy import house_pack_in
from storage.models import Attempt


def house_pack_of(record: Record, attempt: Attempt, terms: Terms | None, default: str, shipped: Container[str]) -> str:
    """The house pack of an attempt on these terms of its campaign; empty: none.

    `default`: the organisation's choice today. It also stands in where a pack of then is no longer shipped.
    """
    if terms is not None and terms.house_pack:
        return terms.house_pack
    country = _country(record, attempt, terms)
    then = house_pack_in(country, record.terms.house_choice_at(attempt.opened_at, default))
    return then if not then or then in shipped else house_pack_in(country, default)


def _country(record: Record, attempt: Attempt, terms: Terms | None) -> str:
    """The campaign's country at that time; of a number on no list, its own."""
    if terms is None or attempt.campaign_id is None:
        return country_of_number(attempt.number)
    return terms.country or record.terms.campaign_of(terms).country
