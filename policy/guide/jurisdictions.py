"""The packs by country, and the sorts of calls they cover: the order in which people look up rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

from policy.guide.phrases import both
from policy.rulebook import Pack, Rulebook
from policy.rules import Rule
from policy.vocabulary import Purpose, Status

ASKABLE = (Purpose.MARKETING, Purpose.CHARITY, Purpose.PRESS)  # rules differ for requested calls


@dataclass(frozen=True, slots=True)
class Situation:
    """One sort of call: its purpose, and whether the person asked for it."""

    purpose: Purpose
    is_solicited: bool = False

    def concerns(self, rule: Rule) -> bool:
        wanted = rule.applies
        return (not wanted.purposes or self.purpose in wanted.purposes) and wanted.solicited in (
            None,
            self.is_solicited,
        )


SITUATIONS = (
    *(Situation(purpose) for purpose in Purpose),
    *(Situation(purpose, is_solicited=True) for purpose in ASKABLE),
)


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """One country: its own packs, those of its parts, and the house packs made for it."""

    code: str
    name: str
    national: tuple[Pack, ...]
    regional: tuple[Pack, ...]
    house: tuple[Pack, ...]

    @property
    def packs(self) -> tuple[Pack, ...]:
        return (*self.national, *self.regional, *self.house)

    @property
    def situations(self) -> tuple[Situation, ...]:
        """The sorts of calls that some pack covers; all other sorts are held."""
        bases = [pack for pack in self.national if pack.is_base_of_area]
        return tuple(one for one in SITUATIONS if any(not pack.covers or one.purpose in pack.covers for pack in bases))


def jurisdictions(rulebook: Rulebook) -> tuple[Jurisdiction, ...]:
    """Every country with a pack of law or an industry code, by name."""
    found: dict[str, list[Pack]] = {}
    for pack in rulebook.packs.values():
        if pack.kind != "base":
            found.setdefault(country_of(pack), []).append(pack)
    made = [_jurisdiction(code, packs) for code, packs in found.items()]
    return tuple(sorted((one for one in made if one.national), key=attrgetter("name")))


def country_of(pack: Pack) -> str:
    """The country of a pack; of a house pack, which names none, the country its name begins with."""
    return (pack.areas[0] if pack.areas else pack.id)[:2].upper()


def _jurisdiction(code: str, packs: Sequence[Pack]) -> Jurisdiction:
    house = tuple(pack for pack in packs if pack.kind == "house")
    regional = tuple(pack for pack in packs if pack.is_regional)
    national = tuple(pack for pack in packs if pack not in house and pack not in regional)
    return Jurisdiction(code, name_of(national[0]) if national else code, national, regional, house)


def name_of(pack: Pack) -> str:
    """The place with which the pack's title begins: "Florida" of "Florida: telemarketing"."""
    return pack.title.split(":", 1)[0]


def part_of(rule: Rule, packs: Iterable[Pack]) -> str:
    """The part of a country that a rule of one of its regional packs is about; empty if none of those packs has the rule.

    A title that begins with a place names one smaller than its pack's: "New York City: at most two contacts".
    """
    name = next((name_of(pack) for pack in packs if pack.id == rule.pack), "")
    head, colon, _ = rule.title.partition(":")
    return head if name and colon and head.startswith(name) else name


def short_title(rule: Rule, part: str) -> str:
    """The rule's title without the name of its place, for a reader who has just read that name."""
    title = rule.title.removeprefix(f"{part}: ") if part else rule.title
    return f"{title[:1].upper()}{title[1:]}"


def place_of_rule(rule: Rule, place: Jurisdiction) -> str:
    """The country of a rule, with the part it is about: `United States (Texas)`."""
    part = part_of(rule, place.regional)
    return f"{place.name} ({part})" if part else place.name


def placed_title(rule: Rule, place: Jurisdiction) -> str:
    """The rule's title; for a part of a country, it begins with the name of the part."""
    part = part_of(rule, place.regional)
    return f"{part}: {short_title(rule, part)}" if part else rule.title


def name_in_sentence(name: str) -> str:
    """A country's name as written in the middle of a sentence."""
    return f"the {name.removeprefix('The ')}" if name.startswith(("The ", "United ")) else name


def in_force(packs: Iterable[Pack]) -> tuple[Rule, ...]:
    """The rules in force on the day each pack was reviewed."""
    return tuple(
        chain.from_iterable((rule for rule in pack.rules if rule.in_force(pack.reviewed_on)) for pack in packs)
    )


def is_house(rule: Rule, packs: Iterable[Pack]) -> bool:
    """Whether the rule is house policy: by its own status, or because a house pack makes it bind."""
    return rule.status is Status.HOUSE or any(pack.id == rule.pack and pack.kind == "house" for pack in packs)


def grouped(rules: Sequence[Rule], situations: Sequence[Situation]) -> list[tuple[tuple[Situation, ...], list[Rule]]]:
    """The situations that have exactly the same rules, together with those rules."""
    groups: dict[tuple[int, ...], list[Situation]] = {}
    for situation in situations:
        key = tuple(number for number, rule in enumerate(rules) if situation.concerns(rule))
        groups.setdefault(key, []).append(situation)
    return [(tuple(found), [rules[number] for number in key]) for key, found in groups.items()]


def situations_in_words(situations: Sequence[Situation]) -> str:
    """`Marketing and charity calls nobody asked for; service calls`."""
    unasked = [one.purpose for one in situations if one.purpose in ASKABLE and not one.is_solicited]
    asked = [one.purpose for one in situations if one.is_solicited]
    others = [one.purpose for one in situations if one.purpose not in ASKABLE]
    if set(asked) == set(unasked):
        parts = [(asked, "calls, asked for or not")]
    else:
        parts = [(unasked, "calls nobody asked for"), (asked, "calls the person asked for")]
    said = [f"{both(one.value for one in some)} {words}" for some, words in (*parts, (others, "calls")) if some]
    return "; ".join(said).capitalize()
