"""Decides every live contact by the rules in force and by the changed ones, at the days ahead; and recent calls again.

Contacts of which nothing special is on record are alike by the thousand, and each group is decided once. Nothing is
written, nothing is locked, and memory does not grow with the number of contacts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from sqlmodel import Session

from bot.services import local_time
from bot.services.answers.rehearsals import MovedContact, MovedCount, Moves, Rehearsed, Stands, SupplyOfDay
from bot.services.deciding import COUNT_NO_OFFERS, Cached, decide_batch, to_cache
from bot.services.deps import Deps
from bot.services.numbers.parsing import mask
from bot.services.rehearsal import recent_calls
from bot.services.rehearsal.changing import Change
from policy.vocabulary import Verdict
from storage.queries import setup
from storage.record import alike, stored
from storage.record.stored import StoredContact
from storage.record.whole_record import Said, record_from_json, said_of

DAYS_AHEAD = 7
READ_AT_ONCE = 2_000
_MOST_SHARED = 10_000  # for lists whose rows were screened one by one, to limit memory

Progress = Callable[[int, int], None]  # contacts decided so far, and in all
Moved = Callable[[MovedContact], None]


class _Ahead(NamedTuple):
    """How one contact stands on the first day, and whether it is callable on each day; by one set of rules.

    `closes`: how it stands the moment its window has closed, where that moment moved.
    """

    stands: Cached
    days: tuple[bool, ...]
    closes: Cached | None = None


class _Rehearsal:
    """A change of rules, rehearsed from the first day on which it applies."""

    def __init__(self, deps: Deps, change: Change, effective_on: date, zone: str) -> None:
        self._old, self._new, self._zone, self._on = deps, change.by(deps), zone, effective_on
        days = [effective_on + timedelta(days=place) for place in range(DAYS_AHEAD + 1)]
        midnights = [local_time.midnight(zone, day) for day in days]
        self._days = list(pairwise(midnights))
        now = deps.clock()
        self._moments = [max(begins, now) for begins, _ in self._days]
        self._shared: dict[alike.Key, tuple[_Ahead, _Ahead]] = {}
        self._counts: Counter[tuple[Moves, int, str, str]] = Counter()
        self._supply = [[0, 0] for _ in self._days]
        self._contacts = 0

    def run(self, progress: Progress, moved: Moved) -> Rehearsed:
        """Rehearse. `moved` gets every contact that stands otherwise, in order of id."""
        with self._old.unit_of_work(is_read_only=True) as uow:
            total = stored.unfinished_beyond(uow.session, 0)
            names = _names(uow.session)
        last = 0
        while True:
            with self._old.unit_of_work(is_read_only=True) as uow:
                batch = stored.contacts_after(uow.session, last, READ_AT_ONCE)
                answers = self._decided(uow.session, batch)
            if not batch:
                break
            for contact, (before, after) in zip(batch, answers, strict=True):
                self._count(contact, before, after, moved)
            last = batch[-1].id
            progress(self._contacts, max(total, self._contacts))
        report = lambda: progress(self._contacts, max(total, self._contacts))  # noqa: E731 - one line
        calls = recent_calls.broken(self._old, self._new, self._on, report)
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

    def _decided(self, session: Session, batch: Sequence[StoredContact]) -> list[tuple[_Ahead, _Ahead]]:
        found: list[tuple[_Ahead, _Ahead]] = []
        for _, group in groupby(batch, key=attrgetter("organisation_id")):
            same = list(group)
            found += self._of_organisation(same, said_of(session, same, alike.NO_FACTS))
        return found

    def _of_organisation(self, batch: Sequence[StoredContact], said: Said) -> list[tuple[_Ahead, _Ahead]]:
        if len(self._shared) > _MOST_SHARED:
            self._shared.clear()
        keys = alike.keys_of(batch, said)
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
        record = record_from_json(alike.about(said, batch))
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
        """With what closes the window of some of them."""
        by_moment: dict[datetime, list[int]] = {}
        for place, (one, is_asked) in enumerate(zip(ahead, which, strict=True)):
            if is_asked and (until := one.stands.callable_until) is not None:
                by_moment.setdefault(until, []).append(place)
        for moment, places in by_moment.items():
            some = [batch[place] for place in places]
            shut = decide_batch(deps, some, record_from_json(alike.about(said, some)), moment, COUNT_NO_OFFERS)
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
        moved(
            MovedContact(
                contact.id,
                contact.campaign_id,
                mask(contact.number or ""),
                moves,
                _stands(before.stands),
                _stands(after.stands),
            )
        )


def rehearse(
    deps: Deps,
    change: Change,
    effective_on: date,
    zone: str,
    progress: Progress = lambda _done, _total: None,
    moved: Moved = lambda _contact: None,
) -> Rehearsed:
    """What a change means on the day it takes effect, midnight in `zone`, and for the days after. Changes nothing."""
    return _Rehearsal(deps, change, effective_on, zone).run(progress, moved)


def _is_open(opens: datetime | None, verdict: Verdict, day_ends: datetime) -> bool:
    """Whether the contact may be called at some time of the day."""
    return opens is not None and opens < day_ends and verdict in (Verdict.CALLABLE, Verdict.LOCKED)


def _moves(before: _Ahead, after: _Ahead) -> Moves | None:
    was, now = before.days[0], after.days[0]
    if was != now:
        return Moves.LOCKS if was else Moves.OPENS
    old, new = _window(before.stands), _window(after.stands)
    if old == new:
        return None
    if old[0] != new[0]:
        return Moves.LATER if _later(new[0], old[0]) else Moves.SOONER
    return Moves.SHORTER if _later(old[1], new[1]) else Moves.LONGER


def _window(stands: Cached) -> tuple[datetime | None, datetime | None]:
    """When it opens and closes; neither for a contact that no time opens."""
    if stands.verdict in (Verdict.CALLABLE, Verdict.LOCKED) and stands.callable_from is not None:
        return stands.callable_from, stands.callable_until
    return None, None


def _later(one: datetime | None, other: datetime | None) -> bool:
    """Whether one moment is later than another; None is never."""
    return other is not None and (one is None or one > other)


def _stands(stands: Cached) -> Stands:
    return Stands(stands.verdict.value, stands.rule, stands.because, *_window(stands))


def _names(session: Session) -> dict[int, str]:
    organisation = setup.organisation(session)
    found = setup.campaigns(session, organisation.id or 0) if organisation is not None else []
    return {one.id or 0: one.name for one in found}


def _counts(counts: Mapping[tuple[Moves, int, str, str], int], names: Mapping[int, str]) -> Iterator[MovedCount]:
    order = list(Moves)
    told = [
        MovedCount(moves, names.get(campaign, ""), rule, because, count)
        for (moves, campaign, rule, because), count in counts.items()
    ]
    yield from sorted(
        told, key=lambda one: (order.index(one.moves), one.campaign, -one.contacts, one.rule, one.because)
    )
