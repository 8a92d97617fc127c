"""Finds contacts whose screening soon grows too old, and the first day on which they are held for it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from sqlmodel import Session

from bot.services.deciding import decisions, facts
from bot.services.deps import Deps
from bot.services.do_not_call import registers
from bot.services.do_not_call.registers import Register
from policy.calendar import local_time
from storage.models import Campaign
from storage.queries import contacts
from storage.queries.reports import digests

MOST_ONE_BY_ONE = 1_000  # contacts of one campaign and day that are decided one by one; of more, as many at random
_AT_ONCE = 250
_DAY = timedelta(days=1)
_WIDEST = timedelta(days=2)  # the most by which the date can differ between two zones
_NOON = time(12)
_ISSUES_APART = timedelta(days=366 + 366)  # a copy that is older was replaced, whatever the days of issue and of grace


class Ageing(NamedTuple):
    """Contacts that are held from a day on unless their numbers are screened again.

    `is_at_least`: too many have something on record to decide each (`MOST_ONE_BY_ONE`); more may be held than counted.
    """

    register: Register
    on: date
    contacts: int
    is_at_least: bool = False


def ageing(deps: Deps, session: Session, campaigns: Sequence[Campaign], until: date, at: datetime) -> Iterator[Ageing]:
    """Contacts that are held from some day up to `until`, by register and that day. `at`: now."""
    if not campaigns:
        return
    keys = [campaign.id or 0 for campaign in campaigns]
    known = registers.known_registers(deps.rulebook())
    used = digests.screened_against(session, campaigns[0].organisation_id)
    found: list[Ageing] = []
    for register in known.values():
        if register.key not in used or (register.max_age_days is None and not register.published):
            continue
        # When screenings were obtained that may grow too old from now up to `until`.
        since, before = at - _ISSUES_APART, at + (until - at.date()) + _WIDEST
        if not register.published:
            since = at - timedelta(days=register.max_age_days or 0) - _DAY - _WIDEST
            before = since + (until - at.date()) + 2 * _WIDEST
        sought = digests.Sought(register.key, keys, since, before, register.is_per_campaign)
        found += _Counting(deps, session, known, register, until).count(sought)
    yield from sorted(found, key=lambda one: (one.register.key, one.on))


@dataclass(frozen=True, slots=True)
class _Counting:
    """Counts the contacts that are held for want of one register's screening.

    The engine decides a contact at noon of the first day on which its screening is too old, on what is known now.
    """

    deps: Deps
    session: Session
    known: Mapping[str, Register]
    register: Register
    until: date

    def count(self, sought: digests.Sought) -> Iterator[Ageing]:
        """Contacts by the day from which they are held."""
        counted: Counter[date] = Counter()
        incomplete: set[date] = set()
        for group in digests.ageing_alike(self.session, sought):
            day = self._day_too_old(group.zones, group.obtained_at)
            if day is not None and self._held(*day, [group.contact_id]):
                counted[day[0]] += group.contacts
        alone: dict[tuple[int, tuple[date, str]], list[int]] = defaultdict(list)
        for one in digests.ageing_alone(self.session, sought):
            day = self._day_too_old(one.zones, one.obtained_at)
            if day is not None:
                alone[one.campaign_id, day].append(one.contact_id)
        for (_, (on, zone)), ids in alone.items():
            chosen = ids
            if len(ids) > MOST_ONE_BY_ONE:
                chosen = Random(0).sample(ids, MOST_ONE_BY_ONE)  # noqa: S311 - no secret
                incomplete.add(on)
            counted[on] += self._held(on, zone, chosen)
        for on, held in (+counted).items():
            yield Ageing(self.register, on, held, is_at_least=on in incomplete)

    def _day_too_old(self, zones: str, obtained_at: datetime) -> tuple[date, str] | None:
        """The first day on which a screening is too old, in any zone, and a zone in which to decide; None if that is
        later than asked for."""
        names = zones.split()
        if not names:
            return None
        last = self.register.last_good_day(min(local_time.date_in(zone, obtained_at) for zone in names))
        return (last + _DAY, names[0]) if last is not None and last + _DAY <= self.until else None

    def _held(self, on: date, zone: str, ids: Sequence[int]) -> int:
        """How many of the contacts are held on that day because a rule requires a newer screening."""
        noon, held = local_time.moment(zone, on, _NOON), 0
        for first in range(0, len(ids), _AT_ONCE):
            batch = list(contacts.by_ids(self.session, ids[first : first + _AT_ONCE]).values())
            decided = decisions.decide_contacts(
                self.deps, self.session, batch, noon, facts.COUNT_NO_OFFERS, is_now=False
            )
            wanted = ([registers.register_wanted(self.known, what) for what in one.decision.missing] for one in decided)
            held += sum(self.register in some for some in wanted)
        return held
