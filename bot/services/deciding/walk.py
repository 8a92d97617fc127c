"""Walks through every unfinished contact, by id, decides each again, and writes only what differs.

Reading and deciding lock nothing. Contacts to change are locked and decided again before they are written, a few
hundred at a time, so that no event in between is lost; cards they forbid are withdrawn in the same transaction.
Contacts that another transaction has locked follow at once, one by one.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from sqlmodel import Session

from bot.services.deciding.bulk import StoredDecisions
from bot.services.deciding.refresh import Opening, remind_again, withdraw_cards
from bot.services.deps import Deps
from bot.services.notices import tell_withdrawn
from storage.record import stored

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
        self,
        deps: Deps,
        last_id: int = 0,
        keeps: Keeps = lambda _session, _step: None,
        *,
        is_whole: bool = True,
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
