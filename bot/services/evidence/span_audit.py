"""Audits any days: a day at a time, so that memory holds one day of one team."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.services import local_time
from bot.services.agents import require
from bot.services.answers.evidence.checks import SpanAudit, TeamAudit
from bot.services.answers.people import Actor
from bot.services.answers.reports import AuditCheck
from bot.services.audit import CHECKS, Span, audit, dated
from bot.services.deps import Deps
from bot.services.errors import SpanOutOfRange, UnknownTeam
from policy.vocabulary import Role
from storage.models import Organisation, Team
from storage.queries import setup

MOST_DAYS = 3_653  # ten years
_DAY = timedelta(days=1)
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Tally:
    attempts: int = 0
    by_other_rules: int = 0
    broken: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    details: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def audit_days(
    deps: Deps, actor: Actor, first: date, last: date, team: str = "", progress: Progress | None = None
) -> SpanAudit:
    """Audit every team, or one, from the first day to the last; changes nothing.

    `progress`: the days done, of how many. Raises RoleNeeded for all but managers and admins, UnknownTeam, and
    SpanOutOfRange for days in the wrong order or more than `MOST_DAYS`.
    """
    require(actor, Role.MANAGER)
    days = check_span(first, last)
    organisation, teams = _asked(deps, actor, team)
    done, audited = 0, []
    for one in teams:
        tally = _Tally()
        for on in (first + offset * _DAY for offset in range(days)):
            _add_day(deps, one, on, tally)
            done += 1
            if progress:
                progress(done, days * len(teams))
        checks = (AuditCheck(name, tally.broken[name], tuple(tally.details[name])) for name in CHECKS)
        audited.append(TeamAudit(one.name, one.zone, tally.attempts, tally.by_other_rules, tuple(checks)))
    kept = organisation.terms_kept_since
    is_before = kept is not None and any(local_time.midnight(one.zone, first) < kept for one in teams)
    return SpanAudit(first, last, tuple(audited), kept if is_before else None)


def check_span(first: date, last: date) -> int:
    """How many days those are. Raises SpanOutOfRange."""
    days = (last - first).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise SpanOutOfRange(first, last, MOST_DAYS)
    return days


def _asked(deps: Deps, actor: Actor, name: str) -> tuple[Organisation, list[Team]]:
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = uow.session.get_one(Organisation, actor.organisation_id)
        teams = setup.teams(uow.session, actor.organisation_id)
    found = [one for one in teams if not name or one.name.casefold() == name.strip().casefold()]
    if name and not found:
        raise UnknownTeam(name, tuple(one.name for one in teams))
    return organisation, found


def _add_day(deps: Deps, team: Team, on: date, tally: _Tally) -> None:
    at = deps.clock()
    since, until = local_time.midnight(team.zone, on), local_time.midnight(team.zone, on + _DAY)
    if since >= at:
        return
    with deps.unit_of_work(is_read_only=True) as uow:
        found = audit(uow.session, Span(team, since, min(until, at), at), deps.rulebook(), deps.house_choice)
    tally.attempts += found.attempts
    tally.by_other_rules += found.by_other_rules
    for check in found.checks:
        tally.broken[check.name] += check.broken
        tally.details[check.name] += [dated(on, detail) for detail in check.details]
