"""Which packs apply to a campaign, and what each means for its hours and limits, in a line each.

They are chosen from the campaign's fields as for any contact, here for one in the campaign's country.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.deps import Deps
from policy import CallFacts, ContactFacts, Mode, Pack, Purpose, Rule, choose_packs
from policy.rules.kinds.cap import Cap
from policy.rules.kinds.cool_off import CoolOff
from policy.rules.kinds.hours import Hours
from policy.rules.kinds.register import Register
from policy.rules.words import week_in_words


@dataclass(frozen=True, slots=True)
class PackChosen:
    """A pack that applies, in English phrases of its own. `others`: packs of parts of the country, which bind only
    there."""

    name: str
    title: str
    kind: str  # base | law | code | house
    hours: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    screenings: tuple[tuple[str, str], ...] = ()  # registers to screen against: key and name
    others: int = 0


def packs_chosen(
    deps: Deps,
    purpose: Purpose,
    country: str,
    sector: str = "",
    codes: Sequence[str] = (),
    house_pack: str = "",
    caller_role: str = "creditor",
) -> tuple[PackChosen, ...]:
    """The packs that apply, in the rulebook's order. Raises UnknownPackError for an unknown house pack."""
    rulebook, on = deps.rulebook(), deps.clock().date()
    call = CallFacts(purpose, "", "", sector=sector, codes=frozenset(codes), caller_role=caller_role)
    somebody = ContactFacts("", "", places=(country,) if country else ())
    names = choose_packs(call, somebody, rulebook, house_pack or deps.house_pack_in(country))
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
    """Whether a rule applies to an unsolicited call to a consumer; warnings do not count."""
    is_of_such = rule.applies.solicited is not True and rule.mode is not Mode.WARN
    return is_of_such and rule.in_force(on) and rule.applies.met_by(call, somebody)
