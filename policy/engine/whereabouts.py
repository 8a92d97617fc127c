"""Where the person may be, which packs apply there, and which place facts are missing. Unknown does not mean yes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from difflib import get_close_matches

from holidays import list_supported_countries

from policy.calendar.local_time import FOREVER, ZoneClock, day_of
from policy.errors import UnknownPackError
from policy.facts.types import CallFacts, ContactFacts
from policy.rulebook.rulebook import Pack, Rulebook
from policy.rules.pack_table import Citation
from policy.rules.rule import Bar, Conditions, Rule, Silent, any_within, may_lie_in
from policy.templates.sentence import NAME, NOTHING, PLACE, Said, Template, one_of, phrase, template
from policy.vocabulary import Effect, Mode, Purpose, Status

_NEAR = 0.85  # how similar two words must be for one to count as a misspelling of the other

PURPOSE = one_of(*(purpose.value for purpose in Purpose))
VOICE = one_of("a person", "an automated voice")
ZONE_UNKNOWN = phrase("The person's time zone is not known")
ZONE = phrase("the person's time zone")
NO_SUCH_ZONE = phrase("The person's time zone is not one of the world's")
A_ZONE = phrase("a time zone that exists")
PLACE_UNKNOWN = phrase("The place the person may be in is not known")
COUNTRY = phrase("the person's country")
NO_RULES = template("Nextcall has no rules for {place}", place=PLACE)
A_PACK = template("a pack for {place}", place=PLACE)
NO_RULES_FOR_PURPOSE = template("Nextcall has no rules for {purpose} calls to {place}", purpose=PURPOSE, place=PLACE)
A_PACK_FOR_PURPOSE = template("a pack for {purpose} calls to {place}", purpose=PURPOSE, place=PLACE)
NO_RULES_FOR_VOICE = template("Nextcall has no rules for calls by {voice} to {place}", voice=VOICE, place=PLACE)
A_PACK_FOR_VOICE = template("a pack for calls by {voice} to {place}", voice=VOICE, place=PLACE)
NO_SUCH_PART = template("{country} has no part {part}", country=NAME, part=NAME)
THE_STATE = phrase("the state or the ZIP code")
THE_PART = template("the part of {country} the person is in", country=NAME)
SECTOR_UNKNOWN = template(
    "The sector {sector} is close to {meant}, which has rules of its own", sector=NAME, meant=NAME
)
THE_SECTOR = template("the sector: {meant}?", meant=NAME)
NOT_DATED = template("The rules that Nextcall has for {place} are not in force on this day", place=PLACE)
A_DATED_PACK = template("a pack for {place} in force on the day", place=PLACE)
_IN_PARTS = frozenset({"AU", "CA", "GB"})  # countries whose parts, all known, have holidays or clocks of their own
_LACKS: Mapping[Template | None, Template] = {
    A_PACK: NO_RULES,
    A_PACK_FOR_PURPOSE: NO_RULES_FOR_PURPOSE,
    A_PACK_FOR_VOICE: NO_RULES_FOR_VOICE,
    A_DATED_PACK: NOT_DATED,
}


def rule_of_the_engine(id: str, kind: str, title: Said, source: Said) -> Rule:
    """A rule that stands in no pack: it names bars that the engine finds itself."""
    return Rule(
        id=id,
        pack="base",
        kind=kind,
        title=title,
        status=Status.HOUSE,
        mode=Mode.BLOCK,
        citation=Citation(source, "", "", date(2026, 11, 24)),
        confidence="house",
        effective_from=date(1970, 1, 1),
        effective_until=None,
        applies=Conditions(),
        parameters=Silent(),
    )


UNKNOWN_RULE = rule_of_the_engine(
    "base.unknown", "whereabouts", phrase("Unknown is not yes"), phrase("Nextcall's own rule: unknown is not yes")
)


def choose_packs(
    call: CallFacts, contact: ContactFacts, rulebook: Rulebook, house_pack: str | None = None
) -> tuple[str, ...]:
    """The packs for one call: the base, the laws of every place where the person may be, the industry codes that the
    caller adheres to there, and the house pack. Raises UnknownPackError if the house pack does not exist.
    """
    if house_pack and house_pack not in rulebook.packs:
        raise UnknownPackError(house_pack, rulebook.packs)
    return tuple(
        name
        for name, pack in rulebook.packs.items()
        if pack.kind == "base"
        or (pack.kind == "house" and name == house_pack)
        or (
            (pack.kind == "law" or (pack.kind == "code" and pack.code in call.codes))
            and any_within(contact.places, pack.areas)
        )
    )


def lack_of_rules(missing: str) -> Said:
    """The sentence for a missing pack, which no list can supply; NOTHING if something else is missing."""
    if not isinstance(missing, Said) or missing.template not in _LACKS:
        return NOTHING
    return _LACKS[missing.template].says(**missing.values)


def is_lack_of_rules(says: str) -> bool:
    """Whether a finding says that no pack covers the call."""
    return isinstance(says, Said) and says.template in _LACKS.values()


def is_place_unknown(says: str) -> bool:
    """Whether a finding says that the place or the time zone of the person is not known."""
    return says in (PLACE_UNKNOWN, ZONE_UNKNOWN, NO_SUCH_ZONE)


def is_state_missing(missing: str) -> bool:
    """Whether what is missing is the state of a person of whom only the country is known."""
    return missing == THE_STATE


def rules_of_any_state(contact: ContactFacts, packs: Sequence[Pack]) -> frozenset[str]:
    """The rules that apply only because the person may be in any state of the United States."""
    if "US" not in contact.places:
        return frozenset()
    return frozenset(
        rule.id
        for pack in packs
        for rule in pack.rules
        if _are_states(pack.areas, contact) or _are_states(rule.applies.places, contact)
    )


def _are_states(places: Iterable[str], contact: ContactFacts) -> bool:
    """Whether all are states, none of which is known to be the person's."""
    named = list(places)
    return bool(named) and all(one.startswith("US-") and one not in contact.places for one in named)


def zone_bars(contact: ContactFacts, is_placed: bool) -> Iterator[Bar]:
    """Holds for a contact without a known time zone."""
    if not contact.zones:
        yield _held(ZONE_UNKNOWN, ZONE)
    elif not is_placed:
        yield _held(NO_SUCH_ZONE, A_ZONE)


def coverage_bars(
    call: CallFacts, contact: ContactFacts, packs: Sequence[Pack], clocks: Sequence[ZoneClock]
) -> Iterator[Bar]:
    """Holds for each place, purpose and caller that no pack covers, and for days when the covering pack is not in
    force."""
    if not contact.places:
        yield _held(PLACE_UNKNOWN, COUNTRY)
    for place in contact.places:
        bases = [pack for pack in packs if pack.is_base_of_area and any(may_lie_in(place, area) for area in pack.areas)]
        if not bases:
            yield _held(NO_RULES.says(place=place), A_PACK.says(place=place))
        elif not (covering := [pack for pack in bases if not pack.covers or call.purpose in pack.covers]):
            missing = A_PACK_FOR_PURPOSE.says(purpose=call.purpose.value, place=place)
            yield _held(NO_RULES_FOR_PURPOSE.says(purpose=call.purpose.value, place=place), missing)
        elif not (answering := [pack for pack in covering if call.caller in pack.callers]):
            voice = "a person" if call.caller == "person" else "an automated voice"
            missing = A_PACK_FOR_VOICE.says(voice=voice, place=place)
            yield _held(NO_RULES_FOR_VOICE.says(voice=voice, place=place), missing)
        else:
            missing = A_DATED_PACK.says(place=place)
            says = NOT_DATED.says(place=place)
            begins = max(clock.day_start(day_of(min(pack.effective_from for pack in answering))) for clock in clocks)
            yield Bar(-FOREVER, begins, Effect.HOLD, says, missing)
            lasts = [pack.effective_until for pack in answering]
            ends = [last for last in lasts if last is not None]
            if len(ends) == len(lasts):
                over = min(clock.day_start(day_of(max(ends) + timedelta(days=1))) for clock in clocks)
                yield Bar(over, FOREVER, Effect.HOLD, says, missing)


def place_bars(contact: ContactFacts, rulebook: Rulebook) -> Iterator[Bar]:
    """Holds for an unknown part of a country whose parts have rules of their own: which apply is not known."""
    for place in contact.places:
        country, _, part = place.partition("-")
        areas = (area for pack in rulebook.packs.values() for area in pack.areas)
        has_parts = country in _IN_PARTS or any(area.startswith(f"{country}-") for area in areas)
        if part and has_parts and part not in list_supported_countries().get(country, [part]):
            yield _held(NO_SUCH_PART.says(country=country, part=part), THE_PART.says(country=country))


def sector_bars(call: CallFacts, packs: Sequence[Pack]) -> Iterator[Bar]:
    """Holds for a sector spelt almost like one that a rule names: a misspelling must not switch off a ban."""
    meant = meant_sector(call.sector, packs)
    if meant:
        yield _held(SECTOR_UNKNOWN.says(sector=call.sector, meant=meant), THE_SECTOR.says(meant=meant))


def meant_sector(sector: str, packs: Sequence[Pack]) -> str:
    """The sector that some rule names and that this one nearly matches; empty if it matches one exactly, or none."""
    named = {one for pack in packs for rule in pack.rules for one in rule.applies.sectors | rule.applies.not_sectors}
    if not sector or sector in named:
        return ""
    folded = "_".join(sector.casefold().split())
    return next(iter(get_close_matches(folded, sorted(named), n=1, cutoff=_NEAR)), "")


def _held(says: Said, missing: Said) -> Bar:
    return Bar(-FOREVER, FOREVER, Effect.HOLD, says, missing)
