"""Answers of an audit over many days."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.services.answers.reports import AuditCheck


@dataclass(frozen=True, slots=True)
class TeamAudit:
    """What one team did in the days: each promise, and how often it was broken. Details begin with their day."""

    team: str
    zone: str  # IANA: whose days these are
    attempts: int
    # opened by rules of which another version is in force now: they are judged by today's text of the rules of that day
    by_other_rules: int
    checks: tuple[AuditCheck, ...]

    @property
    def broken(self) -> int:
        return sum(one.broken for one in self.checks)


@dataclass(frozen=True, slots=True)
class SpanAudit:
    """An audit of the days from `first` to `last`, each from midnight to midnight on the team's clock.

    `terms_kept_since`: set if some days are before it: changes that admins then made to campaigns are not on record.
    """

    first: date
    last: date
    teams: tuple[TeamAudit, ...]
    terms_kept_since: datetime | None = None

    @property
    def broken(self) -> int:
        return sum(one.broken for one in self.teams)
