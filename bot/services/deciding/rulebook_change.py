"""Applies a change of rules: every stored contact is decided again, once, in as many runs as it takes.

Progress is a row, written with the verdicts. A process that starts with other rules than the newest walk's begins a
walk, also after a rollback. Processes that still run with the old rules leave it alone.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from time import monotonic, sleep
from typing import Any

from sqlmodel import Session

from bot.services.deciding.decisions import rules_key
from bot.services.deciding.walk import Step, Walk
from bot.services.deps import Deps
from storage.database.rows import is_any, is_free
from storage.models import RedecideRun
from storage.record import stored

TIMES = 4  # the rest, as a multiple of the work
LASTS_S = 4.0  # seconds that one tick's work lasts at most, rests included, except for its last piece


class Rests:
    """One tick's work. Call it after each piece: it rests, then returns whether there is time for another.

    When people keep the processor or the database busy, a piece takes longer, and so does the rest.
    """

    def __init__(self, now: Callable[[], float] = monotonic, rest: Callable[[float], object] = sleep) -> None:
        self._now, self._rest = now, rest
        self._since = now()
        self._until = self._since + LASTS_S

    def __call__(self) -> bool:
        left = self._until - self._now()
        if left > 0:
            self._rest(min(TIMES * (self._now() - self._since), left))
        self._since = self._now()
        return self._since < self._until


STALE_AFTER = timedelta(minutes=1)  # a process that was silent for so long is gone
A_LITTLE = 200  # contacts that a tick decides between two rests

Progress = Callable[[int, int], None]  # decided so far, and in all
Rest = Callable[[], bool]  # called after each part; returns whether there is time for another


class Stand(StrEnum):
    """Why a part of a walk ended."""

    FINISHED = "finished"
    PAUSED = "paused"  # it did as much as was asked for
    ELSEWHERE = "elsewhere"  # another process is doing it
    SUPERSEDED = "superseded"  # a later walk takes its place


@dataclass(frozen=True, slots=True)
class Run:
    """A walk's progress."""

    id: int
    rulebook: str
    house_pack: str  # the organisation's choice
    started_at: datetime
    decided: int
    changed: int
    contacts: int  # in all, as far as known


@dataclass(frozen=True, slots=True)
class Done:
    """A part of a walk: why it ended, the walk's progress, and how many cards this part withdrew."""

    stand: Stand
    run: Run
    withdrawn: int = 0


class _Lost(Exception):
    """Another process has taken the walk."""


def begin(deps: Deps, *, is_anew: bool = False) -> tuple[Run, bool]:
    """The walk to continue, and whether it was begun before: an unfinished one of our rules, else a new one."""
    with deps.unit_of_work() as uow:
        newest = stored.newest_walk(uow.session)
        is_before = not is_anew and newest is not None and newest.finished_at is None and _is_ours(deps, newest)
        if newest is None or not is_before:
            newest = _begin(deps, uow.session, is_whole=True)
    but_by = stored.NOBODY if newest.is_whole else rules_key(deps)
    with deps.unit_of_work(is_read_only=True) as uow:  # read-only: counting millions blocks no writer
        left = stored.unfinished_beyond(uow.session, newest.last_contact_id, but_by)
        return _run(newest, newest.decided + left), is_before


def begin_if_changed(deps: Deps) -> bool:
    """Begin a walk if the newest had other rules than ours. Returns whether it did.

    It skips contacts that our rules decided last, such as those just imported; not if our rules were in force before,
    because what was set up since was decided only by the other rules.
    """
    with deps.unit_of_work() as uow:
        newest = stored.newest_walk(uow.session)
        if newest is not None and _is_ours(deps, newest):
            return False
        rulebook, house_pack = _rules(deps)
        same = RedecideRun.rulebook == rulebook, RedecideRun.house_pack == house_pack
        are_back = is_any(uow.session, RedecideRun, *same)
        _begin(deps, uow.session, is_whole=are_back)
        return True


def _begin(deps: Deps, session: Session, *, is_whole: bool) -> RedecideRun:
    rulebook, house_pack = _rules(deps)
    run = RedecideRun(rulebook=rulebook, house_pack=house_pack, started_at=deps.clock(), is_whole=is_whole)
    session.add(run)
    session.flush()
    return run


def go_on(
    deps: Deps, run: Run, progress: Progress | None = None, rest: Rest | None = None, at_once: int | None = None
) -> Done:
    """Continue the walk to its end, `at_once` contacts at a time, or until there is no time for more."""
    with deps.unit_of_work() as uow:
        at = deps.clock()
        if stored.change_walk(uow.session, run.id, is_free(RedecideRun, at - STALE_AFTER), taken_at=at):
            taken = uow.session.get_one(RedecideRun, run.id, populate_existing=True)
        else:
            return _not_taken(deps, run)
    hold = _Hold(deps, taken, run.contacts)
    try:
        return hold.walk(progress, rest, at_once)
    except _Lost:
        return _not_taken(deps, run, hold.withdrawn)
    finally:
        hold.let_go()


def go_on_a_little(deps: Deps, rest: Rest | None = None) -> int:
    """One tick's share of the newest walk, if its rules are ours. Returns how many contacts were decided.

    It works a fifth of the time, because people's requests share the processor.
    """
    with deps.unit_of_work(is_read_only=True) as uow:
        newest = stored.newest_walk(uow.session)
    if newest is None or newest.finished_at is not None or not _is_ours(deps, newest):
        return 0
    done = go_on(deps, _run(newest, newest.decided), rest=rest or Rests(), at_once=A_LITTLE)
    return max(0, done.run.decided - newest.decided)


def is_under_way(deps: Deps) -> bool:
    """Whether contacts are still being decided again by our rules."""
    with deps.unit_of_work(is_read_only=True) as uow:
        newest = stored.newest_walk(uow.session)
    return newest is not None and newest.finished_at is None and _is_ours(deps, newest)


class _Hold:
    """A walk while this process holds it."""

    def __init__(self, deps: Deps, row: RedecideRun, contacts: int) -> None:
        self._deps, self._row, self._contacts = deps, row, contacts
        self.withdrawn = 0

    def walk(self, progress: Progress | None, rest: Rest | None, at_once: int | None) -> Done:
        row = self._row
        walk = Walk(self._deps, row.last_contact_id, self._keep, is_whole=row.is_whole)
        while row.rulebook == self._deps.rulebook().version:
            steps = walk.on(at_once)
            self.withdrawn += sum(step.withdrawn for step in steps)
            if not steps:
                with self._deps.unit_of_work() as uow:
                    self._change(uow.session, finished_at=self._deps.clock(), taken_at=None)
                return self._done(Stand.FINISHED)
            if progress is not None:
                progress(row.decided, max(self._contacts, row.decided))
            if rest is not None and not rest():
                return self._done(Stand.PAUSED)
        return self._done(Stand.SUPERSEDED)

    def let_go(self) -> None:
        """Let the next process continue it at once."""
        with self._deps.unit_of_work() as uow, suppress(_Lost):
            self._change(uow.session, taken_at=None)

    def _keep(self, session: Session, step: Step) -> None:
        decided, changed = self._row.decided + step.decided, self._row.changed + step.changed
        at = self._deps.clock()
        self._change(session, last_contact_id=step.upto, decided=decided, changed=changed, taken_at=at)

    def _change(self, session: Session, **values: Any) -> None:
        if not stored.change_walk(session, self._row.id or 0, RedecideRun.taken_at == self._row.taken_at, **values):
            raise _Lost  # and nothing may be written
        for name, value in values.items():
            setattr(self._row, name, value)

    def _done(self, stand: Stand) -> Done:
        return Done(stand, _run(self._row, max(self._contacts, self._row.decided)), self.withdrawn)


def _is_ours(deps: Deps, row: RedecideRun) -> bool:
    return (row.rulebook, row.house_pack) == _rules(deps)


def _rules(deps: Deps) -> tuple[str, str]:
    return deps.rulebook().version, deps.house_choice


def _not_taken(deps: Deps, run: Run, withdrawn: int = 0) -> Done:
    with deps.unit_of_work(is_read_only=True) as uow:
        newest = stored.newest_walk(uow.session)
        row = uow.session.get_one(RedecideRun, run.id)
    if row.finished_at is not None:
        stand = Stand.FINISHED
    elif newest is not None and newest.id != row.id:
        stand = Stand.SUPERSEDED
    else:
        stand = Stand.ELSEWHERE
    return Done(stand, _run(row, max(run.contacts, row.decided)), withdrawn)


def _run(row: RedecideRun, contacts: int) -> Run:
    return Run(row.id or 0, row.rulebook, row.house_pack, row.started_at, row.decided, row.changed, contacts)
