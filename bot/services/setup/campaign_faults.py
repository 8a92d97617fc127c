"""What is wrong in a campaign's settings, seen beside what is stored; and what to look at again though nothing is
wrong."""

from collections.abc import Iterator, Sequence

from bot.services.hand_out import cards
from bot.services.setup import caller_numbers, checks, outcome_plan
from bot.services.setup.fields import Values
from bot.services.setup.objects import Setup
from bot.services.setup.standing import Standing
from policy import Rulebook, meant_sector
from storage.models import Campaign

_DAYS = ("starts_on", "ends_on")


def faults(campaign: Values, setup: Setup, standing: Standing, rulebook: Rulebook) -> Iterator[str]:
    """Each begins with its key. `setup`: all that is set with it."""
    row = standing.campaigns.get(campaign.get("name", ""))
    yield from team_faults("teams", campaign.get("teams", ()), setup, standing)
    yield from _word_faults(campaign, rulebook)
    own = (campaign.get("own_buttons", ()), campaign.get("own_outcomes", ()))
    yield from outcome_plan.card_faults(*own, setup.outcomes, standing.own)
    yield from _card_faults(campaign, row)
    yield from _day_faults(campaign, row)
    words = rulebook.known_words().codes
    yield from (_unknown("codes", one, words) for one in campaign.get("codes", "").split() if one not in words)


def team_faults(key: str, names: Sequence[str], setup: Setup, standing: Standing) -> Iterator[str]:
    """Teams that there are not."""
    known = {team.get("name", "") for team in setup.teams} | set(standing.teams)
    instead = f"name one of {', '.join(sorted(known)) or 'your teams'}, or add it as [[team]]"
    yield from (f'{key}: there is no team "{name}"; {instead}' for name in names if name not in known)


def notes(campaign: Values) -> Iterator[str]:
    """Caller numbers of another country than the campaign's."""
    name, country = campaign["name"], campaign["country"]
    for number in caller_numbers.of_elsewhere(campaign.get("caller_numbers", "").split(), country):
        yield f"{name}: {number} is no number of {country}: people there may not ring it back"


def _word_faults(campaign: Values, rulebook: Rulebook) -> Iterator[str]:
    """A house pack that there is not, and a sector that no rule knows, which would silently switch rules off."""
    every = tuple(rulebook.packs.values())
    packs = sorted(pack.id for pack in every if pack.kind == "house")
    wanted, sector = campaign.get("house_pack"), campaign.get("sector", "")
    if wanted and wanted not in packs:
        instead = f"use one of {', '.join(packs) or '(none is installed)'}"
        yield f'house_pack: there is no house pack "{wanted}"; {instead}'
    known = rulebook.known_words().sectors
    if meant := meant_sector(sector, every):
        yield f'sector: no rule knows "{sector}"; did you mean {meant}?'
    elif sector and sector not in known:
        yield _unknown("sector", sector, known)


def _unknown(key: str, word: str, known: Sequence[str]) -> str:
    return f'{key}: no rule knows "{word}"; leave it out, or use one of {", ".join(known)}'


def _card_faults(campaign: Values, row: Campaign | None) -> Iterator[str]:
    """Too many details for a card, and links that do not stand on it."""
    stored = campaign.get("card_details", row.card_details if row else "")
    details, most = cards.wanted_headings(stored), cards.MOST_DETAILS
    if len(details) > most:
        yield f"card_details: a card has room for {most}: leave out {len(details) - most}"
    for one in cards.wanted_headings(campaign.get("card_links", "")):
        if one not in details:
            yield f'card_links: "{one}" is not on the card: name it in card_details too'


def _day_faults(campaign: Values, row: Campaign | None) -> Iterator[str]:
    """Days without decisions, and a last day before the first; one of the two may be stored already."""
    first, last = (campaign.get(key, getattr(row, key, None)) for key in _DAYS)
    for key, day in zip(_DAYS, (first, last), strict=True):
        if day and (says := checks.day_fault(day)):
            yield f"{key}: {says}"
    if first and last and last < first:
        yield "ends_on: the last day is before the first"
