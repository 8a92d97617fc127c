"""Immutable rules by pack: which packs exist, which rules are in force, in which version, and the house pack.

Also the days when a pack's rules begin, end or give way to another version, and on which its sources were read.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from policy.calendar.public_holidays import Calendar, OwnDay
from policy.errors import FactsError, UnknownPackError
from policy.facts.fields import named, one_of
from policy.facts.types import Facts, NoticeFact, ScreeningFact
from policy.rules.case import selects
from policy.rules.pack_table import Fields, is_place, read_places
from policy.rules.rule import Rule
from policy.templates.sentence import Said
from policy.vocabulary import CODES, SECTORS, Purpose


@dataclass(frozen=True, slots=True)
class KnownWords:
    """The words in facts that only packs define, each list sorted.

    An unknown word matches no rule, so a misspelling would switch off a bar without a message.
    """

    sectors: tuple[str, ...]
    codes: tuple[str, ...]
    registers: tuple[str, ...]
    notices: tuple[str, ...]

    def check(self, facts: Facts) -> None:
        """Raises FactsError for the first word that no pack knows; it names the field and lists the known words."""
        for where, word, known in self._words(facts):
            if word not in known:
                raise FactsError(where, f"no pack knows {named(word)}; write {one_of(known, word)}")

    def _words(self, facts: Facts) -> Iterator[tuple[str, str, Collection[str]]]:
        if facts.call.sector:
            yield "call.sector", facts.call.sector, self.sectors
        for code in sorted(facts.call.codes):
            yield "call.codes", code, self.codes
        for index, event in enumerate(facts.events):
            if isinstance(event, ScreeningFact):
                yield f"events[{index}].register", event.register, self.registers
            elif isinstance(event, NoticeFact):
                yield f"events[{index}].kind", event.kind, self.notices


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules of one jurisdiction, industry code or house pack. `covers`: the purposes it covers as the base of a
    place."""

    id: str
    title: Said
    kind: str  # base | law | code | house
    areas: tuple[str, ...]
    effective_from: date
    effective_until: date | None
    reviewed_on: date
    review_by: date
    rules: tuple[Rule, ...]
    file: str
    digest: str
    covers: frozenset[Purpose] = frozenset()  # empty: every purpose
    callers: frozenset[str] = frozenset({"person"})  # who or what may speak in the calls it covers
    is_base_of_area: bool = False  # the base pack of its areas: without it, calls there are held
    code: str = ""
    request_max_age_days: int | None = None  # an older request no longer makes a call solicited
    holds_stale_request: bool = False  # an older request turns what would suppress the call into a hold
    third_party_consent_max_age_days: int | None = None  # from collection to first use; an older consent is void
    note: str = ""
    like: str = ""  # the pack whose rules it takes; `stated`: what it says of them itself, ids or patterns, and keys
    stated: frozenset[tuple[str, str]] = frozenset()

    def states(self, rule: str, key: str = "") -> bool:
        """Whether it says this of a rule itself (empty: anything), and does not take it from the pack that it is
        like."""
        return not self.like or any(selects(one, rule) and key in ("", said) for one, said in self.stated)

    @property
    def is_regional(self) -> bool:
        """Whether it covers only parts of countries."""
        return bool(self.areas) and all("-" in area for area in self.areas)


@dataclass(frozen=True, eq=False)
class Rulebook:
    """All packs, compiled and frozen. A rulebook equals only itself.

    `version` changes with any pack, with the holiday calendars and with the zone data.
    """

    packs: Mapping[str, Pack]
    version: str
    campaigns: frozenset[str] = field(init=False)  # those that some rule names

    def __post_init__(self) -> None:
        named = frozenset(one for rule in self.rules() for one in rule.applies.campaigns)
        object.__setattr__(self, "campaigns", named)

    def pack(self, name: str) -> Pack:
        """A pack by name. Raises UnknownPackError if there is none."""
        try:
            return self.packs[name]
        except KeyError:
            raise UnknownPackError(name, self.packs) from None

    def rules(self) -> Iterator[Rule]:
        """Every rule of every pack, disabled ones included."""
        for pack in self.packs.values():
            yield from pack.rules

    def in_force(self, pack: str, on: date) -> tuple[Rule, ...]:
        """The enabled rules of one pack whose dates include the day."""
        return tuple(rule for rule in self.pack(pack).rules if rule.in_force(on))

    def known_words(self) -> KnownWords:
        """The sectors and codes that any pack may name; the registers and notices of all rules, disabled ones
        included."""
        rules = list(self.rules())
        registers = {one for rule in rules for one in rule.parameters.registers()}
        notices = {one for rule in rules for one in rule.parameters.notice_kinds()}
        return KnownWords(
            sectors=tuple(sorted(SECTORS)),
            codes=tuple(sorted(CODES)),
            registers=tuple(sorted(registers)),
            notices=tuple(sorted(notices)),
        )


def read_calendar(fields: Fields) -> Calendar:
    calendar = Calendar(
        source=fields.text("source", ""),
        shift=fields.word("shift", ("library", "none", "monday", "both"), "library"),
        days=tuple(_read_own_day(one) for one in fields.subs("days")),
    )
    if not calendar.source and (fields.has("source") or not calendar.days):
        fields.fault("source", "is missing or empty; a calendar has a source, days, or both")
    elif calendar.source not in ("", "place") and not _is_source(calendar.source.removesuffix("-*")):
        fields.fault("source", f'{calendar.source!r} is no country, no subdivision, no CC-* and not "place"')
    fields.done()
    return calendar


def _is_source(code: str) -> bool:
    """Whether a source of holidays exists. A country without known holidays counts: its contacts are held."""
    return is_place(code) or (len(code) == 2 and code.isalpha() and code.isupper())


def _read_own_day(fields: Fields) -> OwnDay:
    places = read_places(fields, "places")
    name = fields.text("name", "")
    if fields.has("on"):
        day = OwnDay(places=places, on=fields.day("on"), name=name)
    elif fields.has("from_easter"):
        day = OwnDay(places=places, from_easter=fields.whole("from_easter", least=-100, most=100), name=name)
    else:
        month, of_month = fields.whole("month", least=1, most=12), fields.whole("day", least=1, most=31)
        day = OwnDay(month, of_month, places=places, name=name)
    fields.done()
    return day


@dataclass(frozen=True, slots=True)
class VersionDay:
    """A day with a change: the first day of the rules that begin and the first day without those that end.

    A replaced rule is in both lists, once for each version.
    """

    on: date
    begins: tuple[Rule, ...]
    ends: tuple[Rule, ...]

    def changes(self) -> Iterator[tuple[str, Rule]]:
        """The change of each rule: it changes, begins or ends. A changed rule appears in its new version."""
        after = {rule.id: rule for rule in self.begins}
        replaced = {rule.id for rule in self.ends if rule.id in after}
        yield from (("changes", after[rule.id]) for rule in self.ends if rule.id in replaced)
        yield from (("begins", rule) for rule in self.begins if rule.id not in replaced)
        yield from (("ends", rule) for rule in self.ends if rule.id not in replaced)


def version_days(pack: Pack) -> tuple[VersionDay, ...]:
    """Every day with a change, in order; disabled rules are left out."""
    rules = [rule for rule in pack.rules if rule.is_enabled]
    days = {rule.effective_from for rule in rules} | {_day_after(rule) for rule in rules}
    return tuple(
        VersionDay(
            on,
            begins=tuple(rule for rule in rules if rule.effective_from == on),
            ends=tuple(rule for rule in rules if _day_after(rule) == on),
        )
        for on in sorted(day for day in days if day is not None)
    )


def _day_after(rule: Rule) -> date | None:
    """The first day when the rule is no longer in force; None if it has no end, or none the calendar can represent."""
    last = rule.effective_until
    return None if last is None or last == date.max else last + timedelta(days=1)


def next_version_day(pack: Pack, on: date) -> VersionDay | None:
    """The first change after the day."""
    return min((one for one in version_days(pack) if one.on > on), key=lambda one: one.on, default=None)


READING_LASTS = timedelta(days=180)


class Readings(NamedTuple):
    """The cited rules of one pack in use now or later: how many there are, and how many were read in the original."""

    cited: int
    at_source: int


def cited_rules(pack: Pack, on: date) -> list[Rule]:
    """The enabled rules that cite an outside text and have not ended before the day."""
    return [
        rule
        for rule in pack.rules
        if rule.is_enabled and rule.citation.url and (rule.effective_until is None or rule.effective_until >= on)
    ]


def readings_of(pack: Pack, on: date) -> Readings:
    """Counts a rule as read in the original if its words were read in an official text or a verbatim copy of one."""
    cited = cited_rules(pack, on)
    return Readings(len(cited), sum(rule.wording.is_at_source for rule in cited))


def old_readings(packs: Iterable[Pack], on: date) -> list[Rule]:
    """The cited rules whose source was read more than 180 days before the day, oldest reading first."""
    cited = (rule for pack in packs for rule in cited_rules(pack, on))
    return sorted(
        (rule for rule in cited if rule.citation.read_on + READING_LASTS < on), key=lambda rule: rule.citation.read_on
    )
