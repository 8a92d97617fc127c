"""What a team must attend to soon: expiring screenings, packs and sources due for review, changing rules."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services.answers.reports import Expiring, OldReadings, PackReview, RuleChange
from bot.services.deciding import facts
from bot.services.deps import Deps
from bot.services.do_not_call import ageing
from policy import ContactFacts, Pack, Rulebook, choose_packs
from policy.rulebook import READING_LASTS, old_readings, version_days
from storage.models import Campaign
from storage.queries.reports import expiring as near_dates

SCREENINGS_WITHIN = timedelta(days=7)
CHANGES_WITHIN = timedelta(days=14)
REVIEW_WITHIN = timedelta(days=30)


class Ahead(NamedTuple):
    expiring: tuple[Expiring, ...] = ()
    reviews: tuple[PackReview, ...] = ()
    changes: tuple[RuleChange, ...] = ()
    old_readings: OldReadings | None = None


def look_ahead(deps: Deps, session: Session, campaigns: Sequence[Campaign], today: date, at: datetime) -> Ahead:
    """What comes up as of `at`, which is `today` on the team's clock."""
    rulebook = deps.rulebook()
    packs = _packs_in_use(deps, session, rulebook, campaigns)
    return Ahead(
        tuple(_expiring(deps, session, campaigns, today, at)),
        tuple(
            PackReview(pack.id, pack.review_by, pack.review_by < today)
            for pack in packs
            if pack.review_by < today + REVIEW_WITHIN
        ),
        tuple(sorted(_changes(packs, today), key=lambda one: (one.on, one.pack, one.rule))),
        _old_readings(packs, today),
    )


def _old_readings(packs: Sequence[Pack], today: date) -> OldReadings | None:
    old = old_readings(packs, today)
    return OldReadings(len(old), old[0].citation.read_on, READING_LASTS.days) if old else None


def _packs_in_use(deps: Deps, session: Session, rulebook: Rulebook, campaigns: Sequence[Campaign]) -> list[Pack]:
    """The packs that apply to calls of the campaigns, in any of their contacts' places."""
    names: set[str] = set()
    for campaign in campaigns:
        pack = deps.house_pack_of(campaign)
        call = facts.call_facts(campaign)
        for places in near_dates.places_of(session, campaign.id or 0):
            contact = ContactFacts(person="", number="", places=places, zones=())
            names |= {*choose_packs(call, contact, rulebook, pack if pack in rulebook.packs else None)}
    return [pack for name, pack in rulebook.packs.items() if name in names]


def _changes(packs: Sequence[Pack], today: date) -> Iterator[RuleChange]:
    for pack in packs:
        for change in version_days(pack):
            if today < change.on <= today + CHANGES_WITHIN:
                yield from (
                    RuleChange(change.on, pack.id, rule.id, rule.title, what) for what, rule in change.changes()
                )


def _expiring(
    deps: Deps, session: Session, campaigns: Sequence[Campaign], today: date, at: datetime
) -> Iterator[Expiring]:
    """Expiring contacts, by register and by the first day on which they are held."""
    counted: Counter[tuple[date, str]] = Counter()
    incomplete: set[tuple[date, str]] = set()
    for one in ageing.ageing(deps, session, campaigns, today + SCREENINGS_WITHIN, at):
        counted[max(one.on, today), one.register.name] += one.contacts
        if one.is_at_least:
            incomplete.add((max(one.on, today), one.register.name))
    for (on, name), contacts in sorted(counted.items()):
        yield Expiring(name, contacts, on, (on, name) in incomplete)
