"""Forgets names and notes after the organisation's term, each night. Without a term nothing is forgotten.

A person is forgotten after the term without activity: every contact finished, and no attempt. A refusal, opt-out,
consent or other proof keeps them, however old. Their name goes, and the key by which an import would recognise them;
notes go by their own age. Rows and numbers stay: rules, opt-outs and a day's evidence need them.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col

from bot.services.deps import Deps
from bot.services.privacy import emptying, erasing
from storage.database.engine import insert_unless_taken
from storage.database.rows import changed, deleted, every, is_free
from storage.models import Organisation, RetentionRun, TakenRequest
from storage.queries import retention as rows
from storage.queries import setup as setup_queries

MOST_MONTHS = 1_200  # a hundred years
LEAST_MONTHS = 24  # except what binds for ever, no cap, cool-off or callback of any pack looks back as far
MONTH = timedelta(days=31)  # the longest, so that nothing goes too early
REPEATED_FOR = timedelta(days=1)  # Slack delivers again within minutes
AT_NIGHT = 2  # UTC hour from which a day's run is due
TAKEN_FOR = timedelta(minutes=30)
_AT_ONCE = 500
_EACH: tuple[rows.What, ...] = ("people", "notes")
_log = logging.getLogger("nextcall.retention")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a run forgot. `months`: the term; 0: none is set, and nothing was done."""

    months: int
    people: int = 0
    notes: int = 0


def nightly(deps: Deps) -> int:
    """Run tonight's retention if it is due and no other process does. Returns how much was forgotten."""
    if deps.clock().hour < AT_NIGHT:
        return 0
    # Hashes that erasures left go once no rule looks back that far, term or none; those that keep a stop stay.
    organisation = _organisation(deps)
    if organisation is not None:
        erasing.forget_hashes(deps, organisation.id or 0, deps.clock() - MONTH * LEAST_MONTHS)
    emptying.forget_ended(deps, deps.clock())
    with deps.unit_of_work() as uow:
        deleted(uow.session, TakenRequest, col(TakenRequest.taken_at) < deps.clock() - REPEATED_FOR)
    done = forget(deps)
    return done.people + done.notes


def forget(deps: Deps, *, is_dry_run: bool = False) -> Forgotten:
    """Today's run, once: later ones the same day do nothing. Small transactions: an interrupted run is continued.

    `is_dry_run`: what a run would forget now; changes nothing.
    """
    at, organisation = deps.clock(), _organisation(deps)
    if organisation is None or not organisation.forget_after_months:
        return Forgotten(0)
    key, months = organisation.id or 0, organisation.forget_after_months
    before = at - MONTH * months
    if is_dry_run:
        with deps.unit_of_work(is_read_only=True) as uow:
            return Forgotten(months, *(rows.how_many(uow.session, what, key, before) for what in _EACH))
    run_id = _take(deps, organisation, at)
    if run_id is None:
        return Forgotten(months)
    people, notes = (_forget(deps, key, run_id, before, what) for what in _EACH)
    with deps.unit_of_work() as uow:
        uow.session.get_one(RetentionRun, run_id).finished_at = deps.clock()
    _log.info("event=forgotten months=%d people=%d notes=%d", months, people, notes)
    return Forgotten(months, people, notes)


def _organisation(deps: Deps) -> Organisation | None:
    with deps.unit_of_work(is_read_only=True) as uow:
        return setup_queries.organisation(uow.session)


def _take(deps: Deps, organisation: Organisation, at: datetime) -> int | None:
    key = organisation.id or 0
    with deps.unit_of_work() as uow:
        begun = {"organisation_id": key, "on_date": at.date(), "months": organisation.forget_after_months}
        insert_unless_taken(uow.session, RetentionRun, begun)
        ours = RetentionRun.organisation_id == key, RetentionRun.on_date == at.date()
        is_open = col(RetentionRun.finished_at).is_(None), is_free(RetentionRun, at - TAKEN_FOR)
        is_taken = changed(uow.session, RetentionRun, *ours, *is_open, taken_at=at)
        return every(uow.session, RetentionRun, *ours)[0].id if is_taken else None


def _forget(deps: Deps, organisation_id: int, run_id: int, before: datetime, what: rows.What) -> int:
    done = last = 0
    while True:
        with deps.unit_of_work() as uow:
            found = rows.ids_after(uow.session, what, organisation_id, before, last, _AT_ONCE)
            if not found:
                return done
            rows.forget(uow.session, what, found)
            run = uow.session.get_one(RetentionRun, run_id)
            setattr(run, what, getattr(run, what) + len(found))
        done, last = done + len(found), found[-1]
