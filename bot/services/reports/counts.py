"""Counts and audits one span of a team's time, with what the phone system's records said; and joins several."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Final, NamedTuple, TypeVar

from sqlmodel import Session

from bot.services.answers.reconciliation import FIGURE_OF, SILENT, SKEW_TO_TELL_S, PhoneWord
from bot.services.answers.reports import (
    FIGURES,
    AuditCheck,
    Counts,
    Figures,
    Honoured,
    OverrideUsed,
    RefusalCount,
    StopWithdrawn,
    figures_of,
)
from bot.services.audit.auditing import Span, audit, beginning, stands_at
from bot.services.audit.lines import dated, of_days, on_day
from bot.services.deciding.decisions import findings_from_json
from bot.services.deps import Deps
from bot.services.numbers.parsing import mask
from bot.services.reconcile.reconciling import MOST_PEOPLE, people_rung_by
from bot.services.reports.periods import DAY, day_at, end_of
from bot.services.teams.team_status import is_unreported
from policy import Finding
from policy.calendar import local_time
from policy.vocabulary import CONNECTED, CONTACTS, AttemptState, Effect, Outcome
from storage.models import Attempt, CallRecords, Lease, OutcomeRecord, Suppression, Team
from storage.phone import findings as phone_findings
from storage.queries import setup
from storage.queries.agents import campaigns_of_teams
from storage.queries.reports import audit as audit_rows
from storage.queries.reports import digests
from storage.queries.reports.digests import DayAttempt

_FORBIDS = (Effect.LOCK, Effect.HOLD, Effect.SUPPRESS)
_LOOK_BACK = 14  # days
_COMPARED = 5  # the last days of calls, that say what is usual
_USUAL = 3  # of those
_MOMENT = timedelta(microseconds=1)
_MAYBE_A_NUMBER = re.compile(r"\+?\d(?:[\s().\-/]*\d){6,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Counts):
    """One span's counts and audit. `made`: all attempts of a day; of a longer span, only those with audit findings.

    The other fields are also fields of `Digest`.
    """

    audit: tuple[AuditCheck, ...]
    by_attempt: dict[int, tuple[str, ...]]  # audit findings
    made: tuple[DayAttempt, ...]
    refusals: tuple[RefusalCount, ...]
    opt_outs: int
    honoured: Honoured
    overrides: tuple[OverrideUsed, ...]
    mistakes: tuple[StopWithdrawn, ...]
    phone: PhoneWord
    unproven: tuple[str, ...]

    @property
    def figures(self) -> Figures:
        return figures_of(self)


_Said = TypeVar("_Said", Part, Honoured, PhoneWord)
_Join = Callable[[Sequence[Any]], Any]


def of_span(deps: Deps, session: Session, team: Team, since: datetime, until: datetime, at: datetime) -> Part:
    """Counts and audit of [since, until) for one team, as known at `at`."""
    campaigns = [campaign.id or 0 for campaign in campaigns_of_teams(session, [team.id or 0])]
    result = audit(session, Span(team, since, until, at), deps.rulebook(), deps.house_choice)
    made = digests.attempts(session, team.id or 0, since, until)
    opt_outs, honoured = _stops(session, team, _requests(session, team, since, until, at))
    asked = {one.key: getattr(digests, one.query)(session, team.id or 0, since, until) for one in FIGURES if one.query}
    people = {one.slack_user_id: one.name for one in setup.agents(session, team.organisation_id)}
    overridden = digests.overrides(session, campaigns, since, until)
    titles = {one.id: one.title for one in deps.rulebook().rules()} if overridden else {}
    return Part(
        **of_attempts(made, team.zone, at),
        **asked,
        audit=result.checks,
        by_attempt=result.by_attempt,
        made=tuple(made),
        refusals=_refusals(digests.refused_findings(session, team, since, until)),
        opt_outs=opt_outs,
        honoured=honoured,
        overrides=tuple(
            OverrideUsed(row.approved_at, name, row.contact_id, row.rule, row.reason, words, row.until, title)
            for row, name in overridden
            for words, title in [(without_numbers(row.words), titles.get(row.rule, row.rule))]
        ),
        mistakes=tuple(
            StopWithdrawn(row.decided_at or until, *(people.get(one, one) for one in (row.asked_by, row.decided_by)))
            for row in digests.stops_withdrawn(session, team.organisation_id, since, until)
        ),
        phone=_phone_word(deps, session, team, campaigns, (since, until), at),
        unproven=result.unproven,
    )


def of_attempts(day: Sequence[DayAttempt], zone: str, at: datetime) -> dict[str, Any]:
    """The fields of `Counts` that the attempts of a span say."""
    made = [attempt for attempt in day if attempt.state is not AttemptState.NOT_DIALLED]
    outcomes = Counter(attempt.outcome for attempt in made)
    hours = Counter(local_time.time_in(zone, attempt.opened_at).hour for attempt in made)
    return {
        "attempts": len(made),
        "connected": sum(outcomes[outcome] for outcome in CONNECTED),
        "contacts": sum(outcomes[outcome] for outcome in CONTACTS),
        "outcomes": tuple((outcome, outcomes[outcome]) for outcome in Outcome if outcomes[outcome]),
        "by_hour": tuple(hours[hour] for hour in range(24)),
        "unreported": sum(is_unreported(one.state, one.opened_at, at) for one in made),
        "not_dialled": len(day) - len(made),
    }


def _refusals(decisions: Iterable[digests.Refusal]) -> tuple[RefusalCount, ...]:
    """How many decisions each rule refused, most first. A decision counts once for each rule that forbade the call."""
    counted: Counter[str] = Counter()
    spoken: dict[str, Finding] = {}
    for stored in decisions:
        against = {one.rule: one for one in findings_from_json(*stored) if one.effect in _FORBIDS}
        counted.update(against.keys())
        spoken |= {rule: finding for rule, finding in against.items() if rule not in spoken}
    cited = {rule: ", ".join(filter(None, (one.citation.title, one.citation.section))) for rule, one in spoken.items()}
    return tuple(
        RefusalCount(rule, one.says, one.status.value, cited[rule], count, one.citation.url)
        for rule, count in counted.most_common()
        for one in [spoken[rule]]
    )


class _Request(NamedTuple):
    """One opt-out, said at `since`. It stops a number and a person: two rows."""

    since: datetime
    attempt_id: int | None
    rows: tuple[Suppression, ...]

    def reaches(self, lease: Lease, principal: str) -> bool:
        """Whether it stops a card that was out when it was recorded."""
        is_out = lease.offered_at <= self.since and (lease.ended_at is None or lease.ended_at >= self.since)
        return is_out and any(
            row.principal in ("", principal)
            and (lease.number == row.number or (row.person_id is not None and lease.person_id == row.person_id))
            for row in self.rows
        )


def _requests(session: Session, team: Team, since: datetime, until: datetime, at: datetime) -> list[_Request]:
    """The opt-outs of [since, until) in the team's calls, or recorded outside a call by its agents, oldest first."""
    acts: dict[tuple[object, ...], list[Suppression]] = defaultdict(list)
    for row in digests.requests_to_stop(session, team, since, until):
        acts[(row.recorded_by, row.since) if row.attempt_id is None else (row.attempt_id,)].append(row)
    calls = {same[0].attempt_id for same in acts.values()}
    stops = audit_rows.grouped(session, Suppression, Suppression.attempt_id, calls)
    said = audit_rows.grouped(session, OutcomeRecord, OutcomeRecord.attempt_id, calls)
    every = (_request(stops[same[0].attempt_id] or same, said[same[0].attempt_id], at) for same in acts.values())
    return sorted((one for one in every if one and since <= one.since < until), key=lambda one: one.since)


def _request(rows: Sequence[Suppression], said: Iterable[OutcomeRecord], at: datetime) -> _Request | None:
    """What one act, or all that was said in one call, asks for. None: it was taken back, so it is no opt-out."""
    stands = tuple(one for one in rows if stands_at(one.withdrawn_at, at))
    if not stands:
        return None
    began = beginning(rows, sorted(said, key=lambda one: one.id or 0), at)
    since = min(one.since for one in stands) if began is None else began.recorded_at
    return _Request(since, stands[0].attempt_id, stands)


def _stops(session: Session, team: Team, requests: Sequence[_Request]) -> tuple[int, Honoured]:
    said_in = audit_rows.where_in(session, Attempt, Attempt.id, (one.attempt_id for one in requests))
    calls = {one.id: one for one in said_in}
    waits = [one.since - calls[one.attempt_id].opened_at for one in requests if one.attempt_id in calls]
    ends = _cards(session, team.organisation_id, requests, {one.lease_id for one in said_in})
    return len(requests), Honoured(
        in_calls=len(waits),
        recorded_within=max(waits, default=None),
        cards=len(ends),
        withdrawn_within=max((end for end in ends if end is not None), default=None),
        still_out=ends.count(None),
    )


def _cards(
    session: Session, organisation_id: int, requests: Sequence[_Request], own: Collection[int | None]
) -> list[timedelta | None]:
    """How long each other card stayed out after the record; None: it is still out."""
    rows = [row for one in requests for row in one.rows]
    if not rows:
        return []
    numbers = {row.number for row in rows if row.number}
    persons = {row.person_id for row in rows if row.person_id is not None}
    found = digests.cards_of(session, organisation_id, numbers, persons, requests[0].since)
    return [
        None if lease.ended_at is None else lease.ended_at - one.since
        for one in requests
        for lease, principal in found
        if lease.id not in own and one.reaches(lease, principal)
    ]


class _DayOfCalls(NamedTuple):
    """A day on which the team called: its first and last attempt, and when its digest is due."""

    first: datetime
    last: datetime
    end: datetime

    def is_in(self, files: Sequence[CallRecords]) -> bool:
        return any(one.first_call_at <= self.last and one.last_call_at >= self.first for one in files)

    def was_in_time(self, files: Sequence[CallRecords]) -> bool:
        return self.is_in([one for one in files if one.read_at < self.end])


def _phone_word(
    deps: Deps, session: Session, team: Team, campaigns: Sequence[int], span: tuple[datetime, datetime], at: datetime
) -> PhoneWord:
    """What the phone system's records said of the team's calls.

    What was found in [since, until) counts: records come later than their calls.
    """
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


def without_numbers(words: str) -> str:
    """A person's words, for a channel: whatever could be a telephone number keeps only its last digits."""
    return _MAYBE_A_NUMBER.sub(lambda found: mask(re.sub(r"\D", "", found[0])), words)


def of_longer_span(part: Part, on: date) -> Part:
    """A day's part as a longer span keeps it: findings with their date, and only the attempts they concern."""
    made = tuple(one for one in part.made if one.attempt_id in part.by_attempt)
    return replace(
        part, audit=on_day(on, part.audit), made=made, unproven=tuple(dated(on, line) for line in part.unproven)
    )


def in_one_part(parts: Sequence[Part]) -> Part:
    """Join consecutive parts, at least one."""
    return _together(parts, _JOINED)


def _together(spans: Sequence[_Said], joined: Mapping[str, _Join]) -> _Said:
    """Field by field: as `joined` says; else numbers are added, and the rest follows each other."""
    told: dict[str, Any] = {}
    for name in (one.name for one in fields(spans[0])):
        values = [getattr(span, name) for span in spans]
        told[name] = joined.get(name, sum if isinstance(values[0], int) else _follow)(values)
    return replace(spans[0], **told)


def _follow(every: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    return tuple(chain.from_iterable(every))


def _same_outcomes(every: Iterable[Iterable[tuple[Outcome, int]]]) -> tuple[tuple[Outcome, int], ...]:
    counted = Counter[Outcome]()
    for outcomes in every:
        counted.update(dict(outcomes))
    return tuple((outcome, counted[outcome]) for outcome in Outcome if counted[outcome])


def _same_rules(every: Iterable[Iterable[RefusalCount]]) -> tuple[RefusalCount, ...]:
    counted: Counter[str] = Counter()
    spoken: dict[str, RefusalCount] = {}
    for one in chain.from_iterable(every):
        counted[one.rule] += one.count
        spoken.setdefault(one.rule, one)
    return tuple(replace(spoken[rule], count=count) for rule, count in counted.most_common())


def _last(moments: Iterable[Any]) -> Any:
    return max((one for one in moments if one is not None), default=None)


_PHONE: Final[Mapping[str, _Join]] = {
    "first_on": lambda days: min(filter(None, days), default=None),
    "last_on": _last,
    "skew_seconds": lambda days: max(days, key=abs),
    "missing": lambda days: tuple(sorted({*_follow(days)})),
    "people": lambda days: tuple(sorted(_follow(days), key=lambda who: -who.count)[:MOST_PEOPLE]),
}
_JOINED: Final[Mapping[str, _Join]] = {
    **{one.key: one.added for one in FIGURES if one.number is None},
    "outcomes": _same_outcomes,
    "by_hour": lambda hours: tuple(map(sum, zip(*hours, strict=True))),
    "audit": of_days,
    "by_attempt": lambda found: dict(chain.from_iterable(one.items() for one in found)),
    "refusals": _same_rules,
    "honoured": lambda days: _together(days, {"recorded_within": _last, "withdrawn_within": _last}),
    "phone": lambda days: _together(days, _PHONE),
}
