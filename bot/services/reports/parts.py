"""Counts and audits one span of a team's time, and joins several, day by day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from bot.services.answers.reconciliation import SILENT, PhoneWord
from bot.services.answers.reports import (
    AttemptCounts,
    AuditCheck,
    Figures,
    OverrideUsed,
    RefusalCount,
    StopWithdrawn,
    figures_of,
)
from bot.services.audit import Span, audit, dated
from bot.services.deps import Deps
from bot.services.reports import call_records, requests
from bot.services.reports import counts as digest_counts
from bot.services.reports.requests import Stops
from policy.vocabulary import Outcome
from storage.models import Team
from storage.queries.reports import digests
from storage.queries.reports.digests import DayAttempt


@dataclass(frozen=True, slots=True)
class Part:
    """One span's counts and audit. `attempts`: all of a day; of a longer span, only those with audit findings."""

    checks: tuple[AuditCheck, ...]
    by_attempt: dict[int, tuple[str, ...]]
    attempts: tuple[DayAttempt, ...]
    counts: AttemptCounts
    refusals: tuple[RefusalCount, ...]
    stops: Stops
    overrides: tuple[OverrideUsed, ...]
    mistakes: tuple[StopWithdrawn, ...] = ()
    phone: PhoneWord = SILENT
    unproven: tuple[str, ...] = ()

    @property
    def figures(self) -> Figures:
        return figures_of(self.counts, self.refusals, self.stops.count, self.overrides, self.checks)


def of_span(
    deps: Deps, session: Session, team: Team, campaigns: Sequence[int], span: tuple[datetime, datetime], at: datetime
) -> Part:
    """Counts and audit of [since, until) for one team, as known at `at`."""
    since, until = span
    result = audit(session, Span(team, since, until, at), deps.rulebook(), deps.house_choice)
    made = digests.attempts(session, team.id or 0, since, until)
    return Part(
        checks=result.checks,
        by_attempt=result.by_attempt,
        attempts=tuple(made),
        counts=digest_counts.of_attempts(made, team.zone, at),
        refusals=digest_counts.refusals(digests.refused_findings(session, team, since, until)),
        stops=requests.stops_in(session, team, since, until),
        overrides=requests.overrides_in(session, campaigns, since, until),
        mistakes=requests.mistakes_in(session, team.organisation_id, since, until),
        phone=call_records.word_of(deps, session, team, campaigns, span, at),
        unproven=result.unproven,
    )


def of_longer_span(part: Part, on: date) -> Part:
    """A day's part as a longer span keeps it: findings with their date, and only the attempts they concern."""
    checks = tuple(
        replace(check, details=tuple(dated(on, detail) for detail in check.details)) for check in part.checks
    )
    attempts = tuple(one for one in part.attempts if one.attempt_id in part.by_attempt)
    return replace(part, checks=checks, attempts=attempts, unproven=tuple(dated(on, line) for line in part.unproven))


def in_one_part(parts: Sequence[Part]) -> Part:
    """Join consecutive parts, at least one."""
    return Part(
        checks=_checks(parts),
        by_attempt={key: found for part in parts for key, found in part.by_attempt.items()},
        attempts=tuple(attempt for part in parts for attempt in part.attempts),
        counts=_counts([part.counts for part in parts]),
        refusals=_refusals(parts),
        stops=requests.merged([part.stops for part in parts]),
        overrides=tuple(one for part in parts for one in part.overrides),
        mistakes=tuple(one for part in parts for one in part.mistakes),
        phone=call_records.merged([part.phone for part in parts]),
        unproven=tuple(line for part in parts for line in part.unproven),
    )


def _checks(parts: Sequence[Part]) -> tuple[AuditCheck, ...]:
    return tuple(
        AuditCheck(same[0].name, sum(one.broken for one in same), tuple(line for one in same for line in one.details))
        for same in zip(*(part.checks for part in parts), strict=True)
    )


def _counts(every: Sequence[AttemptCounts]) -> AttemptCounts:
    outcomes: Counter[Outcome] = Counter()
    for counts in every:
        outcomes.update(dict(counts.outcomes))
    return AttemptCounts(
        attempts=sum(one.attempts for one in every),
        connected=sum(one.connected for one in every),
        contacts=sum(one.contacts for one in every),
        outcomes=tuple((outcome, outcomes[outcome]) for outcome in Outcome if outcomes[outcome]),
        by_hour=tuple(sum(hour) for hour in zip(*(one.by_hour for one in every), strict=True)),
        unreported=sum(one.unreported for one in every),
        not_dialled=sum(one.not_dialled for one in every),
    )


def _refusals(parts: Sequence[Part]) -> tuple[RefusalCount, ...]:
    counted: Counter[str] = Counter()
    spoken: dict[str, RefusalCount] = {}
    for one in (refusal for part in parts for refusal in part.refusals):
        counted[one.rule] += one.count
        spoken.setdefault(one.rule, one)
    return tuple(replace(spoken[rule], count=count) for rule, count in counted.most_common())
