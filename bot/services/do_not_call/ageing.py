"""Finds contacts whose screening soon grows too old, and the first day on which they are held for it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services import local_time
from bot.services.deciding import decisions, facts
from bot.services.deps import Deps
from bot.services.do_not_call import registers
from bot.services.do_not_call.registers import Register
from storage.models import Campaign, Contact
from storage.queries import expiring

_DAY = timedelta(days=1)
_WIDEST = timedelta(days=2)  # the most by which the date can differ between two zones
_NOON = time(12)


class Ageing(NamedTuple):
    """Contacts that are held from a day on unless their numbers are screened again."""

    register: Register
    on: date
    contacts: int


def ageing(deps: Deps, session: Session, campaigns: Sequence[Campaign], until: date, at: datetime) -> Iterator[Ageing]:
    """Contacts that are held from some day up to `until`, by register and that day. `at`: now."""
    if not campaigns:
        return
    counted: Counter[tuple[str, date]] = Counter()
    keys = [campaign.id or 0 for campaign in campaigns]
    known = registers.known_registers(deps.rulebook())
    used = expiring.screened_against(session, campaigns[0].organisation_id)
    for register in known.values():
        if register.max_age_days is None or register.key not in used:
            continue
        lasts = timedelta(days=register.max_age_days) + _DAY
        since = at - lasts - _WIDEST
        before = since + (until - at.date()) + 2 * _WIDEST
        for group in expiring.ageing_screenings(session, register.key, keys, since, before, register.is_per_campaign):
            on = _held_from(deps, session, known, register, group, lasts)
            if on is not None and on <= until:
                counted[register.key, on] += group.contacts
    for (key, on), contacts in sorted(counted.items()):
        yield Ageing(known[key], on, contacts)


def _held_from(
    deps: Deps,
    session: Session,
    known: Mapping[str, Register],
    register: Register,
    group: expiring.Ageing,
    lasts: timedelta,
) -> date | None:
    """The day from which contacts screened together are held; None if no rule requires that screening.

    The engine decides one of them at noon of that day, on what is known now.
    """
    contact = session.get_one(Contact, group.sample_id)
    zones = contact.zones.split()
    if not zones:
        return None
    on = min(local_time.date_in(zone, group.obtained_at) for zone in zones) + lasts
    noon = local_time.moment(zones[0], on, _NOON)
    [decided] = decisions.decide_contacts(deps, session, [contact], noon, facts.COUNT_NO_OFFERS, is_now=False)
    asked = {registers.register_wanted(known, missing) for missing in decided.decision.missing}
    return on if register in asked else None
