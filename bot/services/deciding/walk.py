"""Walks through every unfinished contact, by id, decides each again, and writes only what differs.

Reading and deciding lock nothing. Contacts to change are locked and decided again before they are written, a few
hundred at a time, so that no event in between is lost; cards they forbid are withdrawn in the same transaction.
Contacts that another transaction has locked follow at once, one by one.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlmodel import Session

from bot.services.deciding.decisions import Cached, decide_batch, rules_key, to_cache
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deciding.refresh import Opening, remind_again, tell_withdrawn, withdraw_cards
from bot.services.deps import Deps
from storage.record import stored
from storage.record.stored import StoredContact
from storage.record.whole_record import Said, record_from_json, said_of

_SHARED_FOR = timedelta(minutes=1)
_MOST_SHARED = 10_000  # for a list whose rows were screened one by one, to limit memory


Changed = list[tuple[StoredContact, Cached]]


class StoredDecisions:
    """Decides stored contacts and finds those whose cached verdict differs."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._shared: dict[stored.Alike, Cached] = {}
        self._terms: dict[tuple[str, int], Sequence[Any]] = {}  # rows of the campaigns and lists that they depend on
        self._since: datetime | None = None
        self._until: datetime | None = None

    @property
    def rules(self) -> int:
        """The key of the rules it decides by."""
        return rules_key(self._deps)

    def changed(self, session: Session, batch: Sequence[StoredContact], at: datetime) -> Changed:
        """The contacts whose cached verdict, reason or window differs from now, each with the new one."""
        found: Changed = []
        for _, group in groupby(batch, key=attrgetter("organisation_id")):
            same = list(group)
            for contact, decided in zip(same, self.decide(session, same, at), strict=True):
                if fresh := if_different(contact, decided, at):
                    found.append((contact, fresh))
        return found

    def decide(self, session: Session, batch: Sequence[StoredContact], at: datetime) -> list[Cached]:
        """Decide contacts of one organisation, in order. `callable_from` of an open window: see `Cached.opens_at`."""
        said = said_of(session, batch, stored.NO_FACTS)
        self._forget(said, at)
        keys = stored.alike_keys(batch, said)
        shared = self._shared
        unknown = {key: place for place, key in enumerate(keys) if key is not None and key not in shared}
        asked = sorted([*unknown.values(), *(place for place, key in enumerate(keys) if key is None)])
        answers: dict[int, Cached] = {}
        if some := [batch[place] for place in asked]:
            decided = decide_batch(self._deps, some, record_from_json(stored.about(said, some)), at, COUNT_NO_OFFERS)
            kept = (to_cache(self._deps, one.facts, one.decision, one.house_pack) for one in decided)
            answers = dict(zip(asked, kept, strict=True))
        for key, place in unknown.items():
            one = shared[key] = answers[place]
            # shared until the first moment at which a shared one may change: a window opens or closes
            ahead = [edge for edge in (one.callable_from, one.callable_until, self._until) if edge and edge > at]
            self._until = min(ahead, default=None)
        return [answers[place] if key is None else shared[key] for place, key in enumerate(keys)]

    def _forget(self, said: Said, at: datetime) -> None:
        """Forget shared decisions after a minute, at a window's edge, or when a campaign or list has changed."""
        since, until = self._since, self._until
        is_good = since is not None and since <= at < since + _SHARED_FOR and (until is None or at < until)
        terms = {(name, row[0]): row for name in ("campaigns", "lists") for row in said[name]}
        is_same = all(self._terms.get(key, row) == row for key, row in terms.items())
        if not is_good or not is_same or len(self._shared) > _MOST_SHARED:
            self._shared.clear()
            self._terms.clear()
            self._since, self._until = at, None
        self._terms.update(terms)


def if_different(contact: StoredContact, decided: Cached, at: datetime) -> Cached | None:
    """What to cache on the contact; None if it already has that."""
    since, until = contact.callable_from, contact.callable_until
    opens = decided.opens_at(since, until, at)
    if (
        contact.decided_at is not None
        and contact.verdict == decided.verdict
        and since == opens
        and until == decided.callable_until
        and contact.because == decided.because
        and contact.sentence == decided.sentence
        and contact.rule == decided.rule
    ):
        return None
    return decided._replace(callable_from=opens)


READ_AT_ONCE = 4_000
WRITTEN_AT_ONCE = 250  # a locked contact keeps others waiting

Keeps = Callable[[Session, "Step"], None]


@dataclass(slots=True)
class Step:
    """A part of the walk written in one transaction: every contact up to `upto` is done."""

    upto: int
    decided: int = 0
    changed: int = 0
    withdrawn: int = 0  # cards


class Walk:
    """Walks from the first contact after `last_id`. `keeps` gets each step inside its transaction, and may refuse it.

    `is_whole`: includes contacts that the same rules decided last.
    """

    def __init__(
        self, deps: Deps, last_id: int = 0, keeps: Keeps = lambda _session, _step: None, *, is_whole: bool = True
    ) -> None:
        self._deps, self._last_id, self._keeps, self._is_whole = deps, last_id, keeps, is_whole
        self._decisions = StoredDecisions(deps)

    def on(self, most: int | None = None) -> list[Step]:
        """Decide the next contacts: `most`, or a few thousand. No steps: none are left."""
        but_by = stored.NOBODY if self._is_whole else self._decisions.rules
        with self._deps.unit_of_work(is_read_only=True) as uow:
            batch = stored.contacts_after(uow.session, self._last_id, most or READ_AT_ONCE, but_by)
            different = self._decisions.changed(uow.session, batch, self._deps.clock())
        if not batch:
            return []
        every, differing = [contact.id for contact in batch], [contact.id for contact, _ in different]
        steps: list[Step] = []
        for place in range(0, max(len(differing), 1), WRITTEN_AT_ONCE):
            ids = differing[place : place + WRITTEN_AT_ONCE]
            is_last = place + WRITTEN_AT_ONCE >= len(differing)
            steps += self._write(ids, every, every[-1] if is_last else ids[-1])
        return steps

    def _write(self, ids: list[int], every: list[int], upto: int) -> Iterable[Step]:
        """Write the changes in steps; after a crash the walk resumes before the first contact left out."""
        left, step = self._transaction(ids, every, upto, is_waiting=False)
        yield step
        for place, contact_id in enumerate(left):
            until = left[place + 1] - 1 if place + 1 < len(left) else upto
            _, step = self._transaction([contact_id], every, until, is_waiting=True)
            yield step

    def _transaction(
        self, ids: Collection[int], every: list[int], upto: int, *, is_waiting: bool
    ) -> tuple[list[int], Step]:
        """Write one step. Also returns contacts that another transaction holds or has finished since."""
        with self._deps.unit_of_work() as uow:
            session = uow.session
            ours = stored.lock_contacts(session, ids, is_waiting=is_waiting) if ids else []
            left = [] if is_waiting else sorted({*ids} - {contact.id for contact in ours})
            at = self._deps.clock()
            changed = self._decisions.changed(session, ours, at) if ours else []
            if changed:
                stored.write_verdicts(
                    session, [(contact.id, fresh) for contact, fresh in changed], at, self._decisions.rules
                )
                before = {one.id: Opening(one.verdict, one.callable_from) for one, _ in changed}
                now = {one.id: Opening(fresh.verdict, fresh.callable_from) for one, fresh in changed}
                remind_again(session, before, now, at)
            verdicts = {contact.id: fresh.verdict for contact, fresh in changed}
            told = tell_withdrawn(session, withdraw_cards(session, verdicts, at), at)
            step = Step(left[0] - 1 if left else upto, changed=len(changed), withdrawn=len(told))
            step.decided = sum(self._last_id < contact_id <= step.upto for contact_id in every)
            self._keeps(session, step)
        self._last_id = step.upto
        return left, step


def redecide_all(deps: Deps, progress: Callable[[int], None] | None = None) -> int:
    """Decide every contact again, without storing progress. Returns how many there were."""
    walk, done = Walk(deps), 0
    while steps := walk.on():
        done += sum(step.decided for step in steps)
        if progress is not None:
            progress(done)
    return done
