"""Rehearses a change of rules: what it means for live contacts, recent calls and supply. Reads only."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from operator import attrgetter
from types import MappingProxyType
from typing import IO, NamedTuple
from zoneinfo import ZoneInfo

from bot.services.answers.house_rules import (
    BrokenCount,
    MovedCount,
    Moves,
    Rehearsed,
    SupplyOfDay,
)
from bot.services.deciding.decisions import Cached, decide_batch, decide_facts, strictest, to_cache
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deps import Deps
from bot.services.files.spreadsheet_cells import inert
from bot.services.numbers.parsing import mask
from policy import FactsError, Prepared, Rulebook
from policy.calendar import local_time
from policy.facts.reading import facts_from_json
from policy.vocabulary import Verdict
from storage.models import Campaign, DecisionRecord
from storage.queries import compliance, setup
from storage.record import stored
from storage.record.stored import StoredContact
from storage.record.whole_record import Said, record_from_json, said_of


@dataclass(frozen=True, slots=True)
class ChangedDeps(Deps):
    """As if the rules had been changed. `house_packs`: of the campaigns that change theirs, by id."""

    house_packs: Mapping[int, str] = field(default_factory=dict)

    def house_pack_of(self, campaign: Campaign) -> str:
        """The house pack that the campaign is to have."""
        return self.house_packs.get(campaign.id or 0) or Deps.house_pack_of(self, campaign)

    def house_pack_of_call(self, call: DecisionRecord) -> str:
        """The house pack that a call made earlier would have been decided by."""
        return self.house_packs.get(call.campaign_id or 0) or call.house_pack


def as_changed(deps: Deps, rulebook: Rulebook, house_packs: Mapping[int, str] = MappingProxyType({})) -> ChangedDeps:
    """What decides by the rules as they are to be."""
    return ChangedDeps(
        deps.clock, deps.unit_of_work, lambda: rulebook, deps.notifier, deps.house_pack, house_packs=house_packs
    )


DAYS_AHEAD = 7
READ_AT_ONCE = 2_000
_MOST_SHARED = 10_000  # for lists whose rows were screened one by one, to limit memory

Progress = Callable[[int, int], None]  # contacts decided so far, and in all
Moved = Callable[[StoredContact, Moves, Cached, Cached], None]  # how a contact moves, and stands before and after


class _Ahead(NamedTuple):
    """How one contact stands on the first day, and whether it is callable on each day; by one set of rules."""

    stands: Cached
    days: tuple[bool, ...]
    closes: Cached | None = None  # how it stands the moment its window has closed, where that moment moved


class _Rehearsal:
    """A change of rules, rehearsed from the first day on which it applies."""

    def __init__(self, deps: Deps, changed: ChangedDeps, effective_on: date, zone: str) -> None:
        self._old, self._new, self._zone, self._on = deps, changed, zone, effective_on
        days = [effective_on + timedelta(days=place) for place in range(DAYS_AHEAD + 1)]
        midnights = [local_time.midnight(zone, day) for day in days]
        self._days = list(pairwise(midnights))
        now = deps.clock()
        self._moments = [max(begins, now) for begins, _ in self._days]
        self._shared: dict[stored.Alike, tuple[_Ahead, _Ahead]] = {}
        self._counts: Counter[tuple[Moves, int, str, str]] = Counter()
        self._supply = [[0, 0] for _ in self._days]
        self._contacts = 0

    def run(self, progress: Progress, moved: Moved) -> Rehearsed:
        """Rehearse. `moved` gets every contact that stands otherwise, in order of id."""
        with self._old.unit_of_work(is_read_only=True) as uow:
            total = stored.unfinished_beyond(uow.session, 0)
            organisation = setup.organisation(uow.session)
            found = setup.campaigns(uow.session, organisation.id or 0) if organisation is not None else []
            names = {one.id or 0: one.name for one in found}
        last = 0
        while True:
            with self._old.unit_of_work(is_read_only=True) as uow:
                batch = stored.contacts_after(uow.session, last, READ_AT_ONCE)
                answers: list[tuple[_Ahead, _Ahead]] = []
                for _, group in groupby(batch, key=attrgetter("organisation_id")):
                    same = list(group)
                    answers += self._of_organisation(same, said_of(uow.session, same, stored.NO_FACTS))
            if not batch:
                break
            for contact, (before, after) in zip(batch, answers, strict=True):
                self._count(contact, before, after, moved)
            last = batch[-1].id
            progress(self._contacts, max(total, self._contacts))
        calls = broken(self._old, self._new, self._on, lambda: progress(self._contacts, max(total, self._contacts)))
        return Rehearsed(
            effective_on=self._on,
            zone=self._zone,
            contacts=self._contacts,
            moved=tuple(_counts(self._counts, names)),
            calls=calls.calls,
            calls_since=calls.since,
            calls_unreadable=calls.unreadable,
            broken=calls.broken(names),
            supply=tuple(
                SupplyOfDay(local_time.date_in(self._zone, begins), *counts)
                for (begins, _), counts in zip(self._days, self._supply, strict=True)
            ),
        )

    def _of_organisation(self, batch: Sequence[StoredContact], said: Said) -> list[tuple[_Ahead, _Ahead]]:
        if len(self._shared) > _MOST_SHARED:
            self._shared.clear()
        keys = stored.alike_keys(batch, said)
        unknown = {key: place for place, key in enumerate(keys) if key is not None and key not in self._shared}
        asked = sorted([*unknown.values(), *(place for place, key in enumerate(keys) if key is None)])
        some = [batch[place] for place in asked]
        before, after = (self._ahead(deps, some, said) for deps in (self._old, self._new))
        moves = [_moves(*each) for each in zip(before, after, strict=True)]
        before = self._closing(self._old, some, said, before, [one is Moves.LONGER for one in moves])
        after = self._closing(self._new, some, said, after, [one is Moves.SHORTER for one in moves])
        answers = dict(zip(asked, zip(before, after, strict=True), strict=True))
        self._shared.update({key: answers[place] for key, place in unknown.items()})
        return [answers[place] if key is None else self._shared[key] for place, key in enumerate(keys)]

    def _ahead(self, deps: Deps, batch: Sequence[StoredContact], said: Said) -> list[_Ahead]:
        if not batch:
            return []
        record = record_from_json(stored.about(said, batch))
        first = decide_batch(deps, batch, record, self._moments[0], COUNT_NO_OFFERS)
        stands = [to_cache(deps, one.facts, one.decision, one.house_pack) for one in first]
        days: list[list[bool]] = [[_is_open(one.callable_from, one.verdict, self._days[0][1])] for one in stands]
        for moment, (_, ends) in zip(self._moments[1:], self._days[1:], strict=True):
            for place, one in enumerate(decide_batch(deps, batch, record, moment, COUNT_NO_OFFERS)):
                days[place].append(_is_open(one.decision.callable_from, one.decision.verdict, ends))
        return [_Ahead(one, tuple(each)) for one, each in zip(stands, days, strict=True)]

    def _closing(
        self, deps: Deps, batch: Sequence[StoredContact], said: Said, ahead: list[_Ahead], which: Sequence[bool]
    ) -> list[_Ahead]:
        by_moment: dict[datetime, list[int]] = {}
        for place, (one, is_asked) in enumerate(zip(ahead, which, strict=True)):
            if is_asked and (until := one.stands.callable_until) is not None:
                by_moment.setdefault(until, []).append(place)
        for moment, places in by_moment.items():
            some = [batch[place] for place in places]
            shut = decide_batch(deps, some, record_from_json(stored.about(said, some)), moment, COUNT_NO_OFFERS)
            for place, then in zip(places, shut, strict=True):
                ahead[place] = ahead[place]._replace(closes=to_cache(deps, then.facts, then.decision, then.house_pack))
        return ahead

    def _count(self, contact: StoredContact, before: _Ahead, after: _Ahead, moved: Moved) -> None:
        self._contacts += 1
        for counts, was, now in zip(self._supply, before.days, after.days, strict=True):
            counts[0] += was
            counts[1] += now
        moves = _moves(before, after)
        if moves is None:
            return
        # What opens was barred by the old rules; whatever else moves is barred by the new ones.
        by = before if moves in (Moves.OPENS, Moves.SOONER, Moves.LONGER) else after
        reason = by.closes or by.stands
        self._counts[moves, contact.campaign_id, reason.rule, reason.because] += 1
        moved(contact, moves, before.stands, after.stands)


def rehearse(
    deps: Deps,
    changed: ChangedDeps,
    effective_on: date,
    zone: str,
    progress: Progress = lambda _done, _total: None,
    moved: Moved = lambda *_: None,
) -> Rehearsed:
    """What a change means on the day it takes effect, midnight in `zone`, and for the days after. Changes nothing."""
    return _Rehearsal(deps, changed, effective_on, zone).run(progress, moved)


def writing(file: IO[str], names: Mapping[int, str], zone: str, *, has_rules: bool) -> Moved:
    """Begins a CSV file of contacts that stand otherwise. Returns what writes one.

    `names`: of campaigns, by id. `zone`: whose clock the moments are read on. `has_rules`: with the rules' ids.
    """
    lines = csv.writer(file)
    columns = ["verdict", "opens", "closes", *(["rule"] if has_rules else ()), "reason"]
    stands = [f"{column} {when}" for when in ("before", "after") for column in columns]
    lines.writerow(["contact", "campaign", "number", "what", *stands])

    def write(contact: StoredContact, moves: Moves, before: Cached, after: Cached) -> None:
        cells = [str(contact.id), names.get(contact.campaign_id, ""), mask(contact.number or ""), moves.value]
        for one in (before, after):
            read = ("" if at is None else f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for at in window(one))
            cells += [one.verdict.value, *read, *([one.rule] if has_rules else ()), one.because]
        lines.writerow(map(inert, cells))

    return write


def _is_open(opens: datetime | None, verdict: Verdict, day_ends: datetime) -> bool:
    return opens is not None and opens < day_ends and verdict in (Verdict.CALLABLE, Verdict.LOCKED)


def _moves(before: _Ahead, after: _Ahead) -> Moves | None:
    was, now = before.days[0], after.days[0]
    if was != now:
        return Moves.LOCKS if was else Moves.OPENS
    old, new = window(before.stands), window(after.stands)
    if old == new:
        return None
    if old[0] != new[0]:
        return Moves.LATER if _later(new[0], old[0]) else Moves.SOONER
    return Moves.SHORTER if _later(old[1], new[1]) else Moves.LONGER


def window(stands: Cached) -> tuple[datetime | None, datetime | None]:
    """When a contact opens and closes; neither for one that no time opens."""
    if stands.verdict in (Verdict.CALLABLE, Verdict.LOCKED) and stands.callable_from is not None:
        return stands.callable_from, stands.callable_until
    return None, None


def _later(one: datetime | None, other: datetime | None) -> bool:
    return other is not None and (one is None or one > other)


def _counts(counts: Mapping[tuple[Moves, int, str, str], int], names: Mapping[int, str]) -> Iterator[MovedCount]:
    order = list(Moves)
    told = [
        MovedCount(moves, names.get(campaign, ""), rule, because, count)
        for (moves, campaign, rule, because), count in counts.items()
    ]
    yield from sorted(
        told, key=lambda one: (order.index(one.moves), one.campaign, -one.contacts, one.rule, one.because)
    )


DAYS = 30
CALLS_AT_ONCE = 500
_EVER = date(1970, 1, 1)


@dataclass(slots=True)
class Found:
    """The calls decided again."""

    since: date
    calls: int = 0
    unreadable: int = 0
    counts: Counter[tuple[int, str, str]] = field(default_factory=Counter)

    def broken(self, names: Mapping[int, str]) -> tuple[BrokenCount, ...]:
        told = [
            BrokenCount(names.get(campaign, ""), rule, because, calls)
            for (campaign, rule, because), calls in self.counts.items()
        ]
        return tuple(sorted(told, key=lambda one: (one.campaign, -one.calls, one.rule, one.because)))


def broken(old: Deps, new: ChangedDeps, effective_on: date, report: Callable[[], None] = lambda: None) -> Found:
    """Decide every allowed call of the last days again by both rules, and count those that only the new ones forbid.

    `report` is called after each few hundred calls; its errors end it.
    """
    since = old.clock() - timedelta(days=DAYS)
    rules = as_if_always_in_force(new.rulebook(), old.rulebook(), effective_on)
    standing = replace(new, rulebook=lambda: rules)
    found, last = Found(since.date()), 0
    while True:
        with old.unit_of_work(is_read_only=True) as uow:
            rows = compliance.calls_allowed_since(uow.session, since, last, CALLS_AT_ONCE)
            for row in rows:
                _count(found, old, standing, row)
        if not rows:
            return found
        last = rows[-1].id or 0
        report()


def _count(found: Found, old: Deps, standing: ChangedDeps, row: DecisionRecord) -> None:
    try:
        facts = Prepared(facts_from_json(row.facts))
    except FactsError:
        found.unreadable += 1
        return
    found.calls += 1
    if decide_facts(old, facts, row.at, row.house_pack).verdict is not Verdict.CALLABLE:
        return  # the rules in force forbid it already
    decision = decide_facts(standing, facts, row.at, standing.house_pack_of_call(row))
    if decision.verdict is not Verdict.CALLABLE:
        found.counts[row.campaign_id or 0, *strictest(decision)] += 1


def as_if_always_in_force(new: Rulebook, old: Rulebook, on: date) -> Rulebook:
    """The changed packs as they will be on a day, as if that had always been so."""
    packs = dict(new.packs)
    for name, pack in new.packs.items():
        if old.packs.get(name) != pack:
            rules = tuple(
                replace(rule, effective_from=_EVER, effective_until=None, begins_at=None, ends_at=None)
                for rule in pack.rules
                if rule.in_force(on)
            )
            packs[name] = replace(pack, rules=rules, effective_from=_EVER, effective_until=None)
    return Rulebook(packs, f"{new.version} on {on}")
