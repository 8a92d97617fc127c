"""Which packs apply to a campaign, and what each means for its hours and limits; and what is wrong with a campaign.

They are chosen from the campaign's fields as for any contact, here for one in the campaign's country.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.deps import Deps
from bot.services.hand_out import cards
from bot.services.setup import checks, outcome_plan
from bot.services.setup.fields import Values
from bot.services.setup.file import Standing
from bot.services.setup.objects import CampaignView, Setup
from policy import CallFacts, ContactFacts, Mode, Pack, Purpose, Rule, Rulebook, choose_packs, meant_sector
from policy.rules.kinds.cap import Cap
from policy.rules.kinds.cool_off import CoolOff
from policy.rules.kinds.hours import Hours
from policy.rules.kinds.register import Register
from policy.rules.words import week_in_words


@dataclass(frozen=True, slots=True)
class PackChosen:
    """A pack that applies, in English phrases of its own. `others`: packs that bind only in parts of the country."""

    name: str
    title: str
    kind: str  # base | law | code | house
    hours: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    screenings: tuple[tuple[str, str], ...] = ()  # registers to screen against: key and name
    others: int = 0


def packs_chosen(deps: Deps, one: CampaignView) -> tuple[PackChosen, ...]:
    """The packs that apply, in the rulebook's order. Raises UnknownPackError for an unknown house pack."""
    rulebook, on, codes = deps.rulebook(), deps.clock().date(), frozenset(one.codes.split())
    call = CallFacts(one.purpose, "", "", sector=one.sector, codes=codes, caller_role=one.caller_role)
    somebody = ContactFacts("", "", places=(one.country,) if one.country else ())
    names = choose_packs(call, somebody, rulebook, one.house_pack or deps.house_pack_in(one.country))
    packs = [rulebook.packs[name] for name in names]
    national = [pack for pack in packs if not pack.is_regional]
    parts = len(packs) - len(national)
    chosen = [_chosen(pack, call, somebody, on) for pack in national]
    return (*chosen, PackChosen("", "", "law", others=parts)) if parts else tuple(chosen)


def answers_for(deps: Deps, purpose: Purpose, country: str) -> bool:
    """Whether a base pack covers such calls there; without one, every contact is held."""
    return any(
        pack.is_base_of_area and country in pack.areas and (not pack.covers or purpose in pack.covers)
        for pack in deps.rulebook().packs.values()
    )


def countries(deps: Deps) -> tuple[str, ...]:
    """The countries that have packs of law, by code."""
    return tuple(sorted({area[:2] for pack in deps.rulebook().packs.values() for area in pack.areas}))


def house_packs(deps: Deps) -> tuple[str, ...]:
    return tuple(sorted(pack.id for pack in deps.rulebook().packs.values() if pack.kind == "house"))


def _chosen(pack: Pack, call: CallFacts, somebody: ContactFacts, on: date) -> PackChosen:
    rules = [rule for rule in pack.rules if _speaks(rule, call, somebody, on)]
    hours = [week_in_words(one.parameters.week) for one in rules if isinstance(one.parameters, Hours)]
    limits = [one.parameters.in_short() for one in rules if isinstance(one.parameters, Cap)]
    limits += [one.parameters.commonest() for one in rules if isinstance(one.parameters, CoolOff)]
    kept = tuple(dict.fromkeys(one for one in limits if one))
    asked = [one.parameters for one in rules if isinstance(one.parameters, Register)]
    screenings = tuple(dict.fromkeys((one.register, one.name) for one in asked if one.is_required))
    return PackChosen(pack.id, pack.title, pack.kind, tuple(dict.fromkeys(hours)), kept, screenings)


def _speaks(rule: Rule, call: CallFacts, somebody: ContactFacts, on: date) -> bool:
    is_of_such = rule.applies.solicited is not True and rule.mode is not Mode.WARN
    return is_of_such and rule.in_force(on) and rule.applies.met_by(call, somebody)


_DAYS = ("starts_on", "ends_on")


def faults(campaign: Values, setup: Setup, standing: Standing, rulebook: Rulebook) -> Iterator[str]:
    """Each begins with its key. `setup`: all that is set with it."""
    row = standing.campaigns.get(campaign.get("name", ""))
    yield from team_faults("teams", campaign.get("teams", ()), setup, standing)
    # A house pack that there is not, and a sector that no rule knows, which would silently switch rules off.
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
    own = (campaign.get("own_buttons", ()), campaign.get("own_outcomes", ()))
    yield from outcome_plan.card_faults(*own, setup.outcomes, standing.own)
    # Too many details for a card, and links that do not stand on it.
    stored = campaign.get("card_details", row.card_details if row else "")
    details, most = cards.wanted_headings(stored), cards.MOST_DETAILS
    if len(details) > most:
        yield f"card_details: a card has room for {most}: leave out {len(details) - most}"
    for one in cards.wanted_headings(campaign.get("card_links", "")):
        if one not in details:
            yield f'card_links: "{one}" is not on the card: name it in card_details too'
    # Days without decisions, and a last day before the first; one of the two may be stored already.
    first, last = (campaign.get(key, getattr(row, key, None)) for key in _DAYS)
    for key, day in zip(_DAYS, (first, last), strict=True):
        if day and (says := checks.day_fault(day)):
            yield f"{key}: {says}"
    if first and last and last < first:
        yield "ends_on: the last day is before the first"
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
    for number in checks.of_elsewhere(campaign.get("caller_numbers", "").split(), country):
        yield f"{name}: {number} is no number of {country}: people there may not ring it back"


def _unknown(key: str, word: str, known: Sequence[str]) -> str:
    return f'{key}: no rule knows "{word}"; leave it out, or use one of {", ".join(known)}'
