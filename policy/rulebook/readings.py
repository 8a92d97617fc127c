"""When the sources of a pack's rules were read, and how many in the original: what needs to be read again."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from policy.rulebook.rulebook import Pack
from policy.rules import Rule

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
