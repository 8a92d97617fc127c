"""What the phone system's records said of a team's calls, for its digest; and which day's records are late.

What was found counts in the digest of the day on which it was found: records come later than their calls.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services import local_time
from bot.services.answers.reconciliation import FIGURE_OF, SILENT, SKEW_TO_TELL_S, PhoneWord
from bot.services.deps import Deps
from bot.services.reconcile.findings import people_rung_by
from bot.services.reports.periods import DAY, day_at, end_of
from storage.models import CallRecords, Team
from storage.phone import findings as phone_findings

_LOOK_BACK = 14  # days
_COMPARED = 5  # the last days of calls, that say what is usual
_USUAL = 3  # of those
_MOMENT = timedelta(microseconds=1)


class _DayOfCalls(NamedTuple):
    """A day on which the team called: its first and last attempt, and when its digest is due."""

    first: datetime
    last: datetime
    end: datetime

    def is_in(self, files: Sequence[CallRecords]) -> bool:
        return any(one.first_call_at <= self.last and one.last_call_at >= self.first for one in files)

    def was_in_time(self, files: Sequence[CallRecords]) -> bool:
        """Whether its records were there when its digest was due."""
        return self.is_in([one for one in files if one.read_at < self.end])


def word_of(
    deps: Deps, session: Session, team: Team, campaigns: Sequence[int], span: tuple[datetime, datetime], at: datetime
) -> PhoneWord:
    """What was found in [since, until) about the team's calls."""
    since, until = span
    organisation_id = team.organisation_id
    files = phone_findings.files_read(session, organisation_id, since - _LOOK_BACK * DAY)
    if not files:
        return SILENT
    read = [one for one in files if since <= one.read_at < until]
    found = phone_findings.findings_between(session, organisation_id, team.id or 0, since, until)
    skew = max((one.skew_seconds or 0 for one in read), key=abs, default=0)
    days = [local_time.date_in(team.zone, moment) for one in read for moment in (one.first_call_at, one.last_call_at)]
    late = _late(session, team, files, until, at)
    against = phone_findings.against_found_between(session, organisation_id, team.id or 0, since, until)
    people, people_count = people_rung_by(deps, session, organisation_id, against, at, team.id)
    return PhoneWord(
        first_on=min(days, default=None),
        last_on=max(days, default=None),
        **{FIGURE_OF.get(kind, kind): count for kind, count in found.items()},
        calls_in=phone_findings.calls_in_between(session, organisation_id, campaigns, since, until),
        skew_seconds=skew if abs(skew) > SKEW_TO_TELL_S else 0,
        missing=() if late is None else (local_time.date_in(team.zone, late.last),),
        people=people,
        people_count=people_count,
    )


def _late(
    session: Session, team: Team, files: Sequence[CallRecords], until: datetime, at: datetime
) -> _DayOfCalls | None:
    """The day of calls whose records are usually there by now and are not: this one, or the last before it."""
    on = day_at(team, until - _MOMENT)
    ends = [end_of(team, on - back * DAY) for back in range(_LOOK_BACK)]
    spans = ((phone_findings.span_of_calls(session, team.id or 0, end - DAY, end), end) for end in ends)
    days = [_DayOfCalls(*span, end) for span, end in spans if span is not None]
    is_today = bool(days) and days[0].end == end_of(team, on)
    before = days[1:] if is_today else days
    if is_today and days[0].end <= at and sum(one.was_in_time(files) for one in before[:_COMPARED]) >= _USUAL:
        return None if days[0].is_in(files) else days[0]
    if sum(one.is_in(files) for one in before[1 : _COMPARED + 1]) >= _USUAL:
        return None if before[0].is_in(files) else before[0]
    return None
