"""The days when a pack's rules begin, end or give way to another version, and on which its sources were read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from policy.rulebook.rulebook import Pack
from policy.rules.rule import Rule


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
