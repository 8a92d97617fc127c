"""Audits any days: a day at a time, so that memory holds one day of one team.

If the bot that works on them is stopped, another one tells the manager, who may ask again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlmodel import Session, col

from bot.services import notices
from bot.services.agents import require
from bot.services.answers.evidence.checks import SpanAudit, TeamAudit
from bot.services.answers.people import Actor
from bot.services.answers.reports import AuditCheck
from bot.services.audit.auditing import Audit, Span, audit
from bot.services.audit.judging import CHECKS
from bot.services.audit.lines import of_days, on_day
from bot.services.deps import Deps
from bot.services.errors import UnknownTeam, days_of_span
from policy.calendar import local_time
from policy.vocabulary import Role
from storage.database.rows import changed, deleted, every
from storage.models import Agent, AuditRun, Organisation, Team
from storage.queries import setup

MOST_DAYS = 3_653  # ten years
_DAY = timedelta(days=1)
Progress = Callable[[int, int], None]

_NOT_BEGUN = Audit(tuple(AuditCheck(name, 0, ()) for name in CHECKS), {}, 0, 0)


def audit_days(
    deps: Deps, actor: Actor, first: date, last: date, team: str = "", progress: Progress | None = None
) -> SpanAudit:
    """Audit every team, or one, from the first day to the last; changes nothing.

    `progress`: the days done, of how many. Raises RoleNeeded for all but managers and admins, UnknownTeam, and
    SpanOutOfRange for days in the wrong order or more than `MOST_DAYS`.
    """
    require(actor, Role.MANAGER)
    days = days_of_span(first, last, MOST_DAYS)
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = uow.session.get_one(Organisation, actor.organisation_id)
        known = setup.teams(uow.session, actor.organisation_id)
    teams = [one for one in known if not team or one.name.casefold() == team.strip().casefold()]
    if team and not teams:
        raise UnknownTeam(team, tuple(one.name for one in known))
    done, audited = 0, []
    for one in teams:
        found = list[Audit]()
        for on in (first + offset * _DAY for offset in range(days)):
            found.append(_audit_day(deps, one, on))
            done += 1
            if progress:
                progress(done, days * len(teams))
        attempts, others = sum(day.attempts for day in found), sum(day.by_other_rules for day in found)
        audited.append(TeamAudit(one.name, one.zone, attempts, others, of_days(day.checks for day in found)))
    kept = organisation.terms_kept_since
    is_before = kept is not None and any(local_time.midnight(one.zone, first) < kept for one in teams)
    return SpanAudit(first, last, tuple(audited), kept if is_before else None)


def _audit_day(deps: Deps, team: Team, on: date) -> Audit:
    at = deps.clock()
    since, until = local_time.midnight(team.zone, on), local_time.midnight(team.zone, on + _DAY)
    if since >= at:
        return _NOT_BEGUN
    with deps.unit_of_work(is_read_only=True) as uow:
        found = audit(uow.session, Span(team, since, min(until, at), at), deps.rulebook(), deps.house_choice)
    return replace(found, checks=on_day(on, found.checks))


SILENT_FOR = timedelta(minutes=2)  # a bot that said nothing for so long was stopped; one day of a team takes seconds
SAYS_EVERY = timedelta(seconds=10)


class Run:
    """A check under way. Say where its message is, then that it goes on, then that its manager has the answer."""

    def __init__(self, deps: Deps, actor: Actor, first: date, last: date) -> None:
        self._deps, self._said_at = deps, deps.clock()
        row = AuditRun(
            organisation_id=actor.organisation_id,
            agent_id=actor.agent_id,
            first_on=first,
            last_on=last,
            alive_at=self._said_at,
        )
        with deps.unit_of_work() as uow:
            uow.session.add(row)
            uow.session.flush()
            self._id = row.id or 0

    def shown_at(self, channel: str, message_ts: str) -> None:
        self._change(channel=channel, message_ts=message_ts, alive_at=self._deps.clock())

    def goes_on(self) -> None:
        """Says so every few seconds at most."""
        at = self._deps.clock()
        if at - self._said_at >= SAYS_EVERY:
            self._said_at = at
            self._change(alive_at=at)

    def ended(self) -> None:
        with self._deps.unit_of_work() as uow:
            deleted(uow.session, AuditRun, col(AuditRun.id) == self._id)

    def _change(self, **values: str | datetime) -> None:
        """Unless its manager was told that it ended."""
        with self._deps.unit_of_work() as uow:
            changed(uow.session, AuditRun, col(AuditRun.id) == self._id, **values)


def tell_stopped(deps: Deps) -> int:
    """Let the managers be told whose checks no bot works on any more. Returns how many are."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        silent = every(uow.session, AuditRun, AuditRun.alive_at <= at - SILENT_FOR)
    if not silent:
        return 0
    with deps.unit_of_work() as uow:
        return sum(_tell(uow.session, run, at) for run in silent)


def _tell(session: Session, run: AuditRun, at: datetime) -> int:
    is_silent = col(AuditRun.id) == run.id, col(AuditRun.alive_at) <= at - SILENT_FOR
    if not deleted(session, AuditRun, *is_silent):  # its bot works on, or another one tells
        return 0
    reader = session.get_one(Agent, run.agent_id)
    told = {"first": run.first_on.isoformat(), "last": run.last_on.isoformat()}
    place = [run.channel, run.message_ts] if run.message_ts else None
    return notices.tell(session, [reader], "audit_stopped", at, {**told, "place": place}, lasts=None)
