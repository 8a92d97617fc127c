"""Audits what a team did in a span of time: decides each call again from the raw events, and checks each promise.

It shares only the policy engine with the hand-out. It reads the rows as written, translates them itself, and ignores
cached verdicts, states and stored decisions. A promise never broken is reported as zero.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services.answers.reports import AuditCheck
from bot.services.audit import facts as audit_facts
from bot.services.audit import judging
from bot.services.audit.campaign_terms import Terms, worked_for
from bot.services.audit.facts import Record
from bot.services.audit.lines import Found, Lines, Seen, by_person
from policy import Rulebook
from policy.templates.sentence import AMOUNT, NAME, Amount, one_of, phrase, template
from policy.vocabulary import STOPPING, LeaseEnd
from storage.models import Agent, Attempt, DecisionRecord, EarlierTeam, Lease, OutcomeRecord, Suppression, Team
from storage.queries.reports import audit as rows

CLAIMED_WITHIN = timedelta(seconds=1)
CLOCKS_DIFFER_BY = timedelta(seconds=5)  # at most: a clock further off is not synchronised at all
LONGEST = timedelta(days=1)  # a lease ends with its day's calling hours, so one that began earlier is over

Piece = tuple[datetime, datetime]

Clash = tuple[Lease, Lease, str, datetime]  # two in force together; contact, person or number; from when on


def clashes(session: Session, organisation_id: int, since: datetime, until: datetime, at: datetime) -> Iterator[Clash]:
    """Pairs of one organisation's leases that began to overlap in [since, until). Leases in force last until `at`."""
    leases = rows.leases_between(session, organisation_id, since - LONGEST, until)
    most, latest = timedelta(0), None
    for lease in sorted(leases, key=lambda one: one.id or 0):
        latest = lease.offered_at if latest is None else max(latest, lease.offered_at)
        most = max(most, latest - lease.offered_at)
    forgiven = min(max(most, CLAIMED_WITHIN), CLOCKS_DIFFER_BY)
    suspects = [pair for pair in _overlapping(leases, at) if not _followed(pair[0], pair[1], forgiven, at)]
    # The spans in which each lease was in force. An outcome ends a lease, and its undo may restore it: in between,
    # another agent could hold the contact.
    suspected = {lease.id: lease for first, second, _ in suspects for lease in (first, second) if lease.id is not None}
    attempts = {attempt.id: attempt for attempt in rows.where_in(session, Attempt, Attempt.lease_id, suspected)}
    said: dict[int, list[OutcomeRecord]] = defaultdict(list)
    for statement in rows.statements_on(session, [id_ for id_ in attempts if id_ is not None]):
        said[attempts[statement.attempt_id].lease_id or 0].append(statement)
    pieces = {id_: list(_pieces_of(lease, said[id_], at)) for id_, lease in suspected.items()}
    for first, second, key in suspects:
        some, others = pieces[first.id or 0], pieces[second.id or 0]
        together = (max(a[0], b[0]) for a in some for b in others if max(a[0], b[0]) < min(a[1], b[1]))
        start = min(together, default=None)
        if start is not None and since <= start < until:
            yield first, second, key, start


def _overlapping(leases: Sequence[Lease], at: datetime) -> Iterator[tuple[Lease, Lease, str]]:
    """Pairs that share something and whose outer ends overlap, each pair once."""
    seen: set[tuple[int | None, int | None]] = set()
    for key in ("contact", "person", "number"):
        groups: dict[object, list[Lease]] = defaultdict(list)
        for lease in leases:
            same = groups[getattr(lease, "number" if key == "number" else f"{key}_id")]
            same[:] = [other for other in same if _end(other, at) > lease.offered_at]
            for other in same:
                if (other.id, lease.id) not in seen:
                    seen.add((other.id, lease.id))
                    yield other, lease, key
            same.append(lease)


def _followed(some: Lease, other: Lease, forgiven: timedelta, at: datetime) -> bool:
    """Whether the later row may have begun after the earlier one ended, given the forgiven time. An end after
    `at` was written while the clock ran ahead: the true one is unknown."""
    first, second = sorted((some, other), key=lambda one: one.id or 0)
    return first.ended_at is not None and (first.ended_at > at or first.ended_at - second.offered_at <= forgiven)


def _pieces_of(lease: Lease, said: Sequence[OutcomeRecord], at: datetime) -> Iterator[Piece]:
    end = _end(lease, at)
    start: datetime | None = lease.offered_at
    for statement in said:
        if statement.outcome is None:
            start = start or statement.recorded_at
        elif start is not None:
            yield start, min(statement.recorded_at, end)
            start = None
    if start is not None and start < end:
        yield start, end


def _end(lease: Lease, at: datetime) -> datetime:
    """When a lease ends: a lapsed one when it ran out, even if that was recorded later."""
    if lease.ended_at is None:
        return at
    is_lapsed = lease.ended_because == LeaseEnd.LAPSED
    return min(lease.ended_at, lease.leased_until) if is_lapsed else lease.ended_at


OUTCOME_WITHIN = timedelta(minutes=60)
OPT_OUT_WITHIN = timedelta(minutes=10)

_SHARED = one_of("contact", "person", "number")
_HELD_TWICE = template("held at the same time by {agent} (same {key})", agent=NAME, key=_SHARED)
_HELD_ELSEWHERE = template("held at the same time by another team (same {key})", key=_SHARED)
_NO_HOUSE_PACK = template("there is no house pack named {name}", name=NAME)
_NOTHING_SAID = phrase("no outcome recorded")
_LATE = template("recorded {minutes} after the call", minutes=AMOUNT)
_NOT_FOLLOWED = phrase("no suppression followed")
_NOT_DECIDED = phrase("no decision that allowed it is stored")
_NOT_OPENED = phrase("the number was shown and no attempt was opened")


@dataclass(frozen=True, slots=True)
class Span:
    """What to audit: calls opened for a team in [since, until), as known at `at`. Aware UTC.

    A call belongs to the team that its agent worked for when it was opened.
    """

    team: Team
    since: datetime
    until: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Audit:
    """The result: one line for each promise, and the broken promises of each attempt.

    `by_other_rules`: attempts allowed by another version of the rules than is in force now. `unproven`: a line for each
    agent who called numbers on no list that lacked a screening or a basis.
    """

    checks: tuple[AuditCheck, ...]
    by_attempt: dict[int, tuple[str, ...]]
    attempts: int
    by_other_rules: int
    unproven: tuple[str, ...] = ()


class _Auditor(NamedTuple):
    """All that one audit looks at. `agents`: all who ever worked for the team; `earlier`: their earlier teams."""

    span: Span
    agents: dict[int, Agent]
    earlier: dict[int, list[EarlierTeam]]
    attempts: list[Attempt]
    leases: dict[int, Lease]
    decisions: dict[int, list[DecisionRecord]]  # by lease: those that allowed Call
    judge: judging.Judge

    @property
    def record(self) -> Record:
        return self.judge.record

    @property
    def made(self) -> list[Attempt]:
        return [one for one in self.attempts if self.judge.was_made(one)]

    def is_ours(self, agent_id: int, at: datetime) -> bool:
        return worked_for(self.agents, self.earlier, agent_id, at) == self.span.team.id

    @property
    def lines(self) -> Lines:
        return Lines(self.span.team.zone, self.agents)


def audit(session: Session, span: Span, rulebook: Rulebook, house_choice: str) -> Audit:
    """Audit one team's calls; changes nothing. `house_choice`: for campaigns without a house pack of their own."""
    auditor = _auditor(session, span, rulebook, house_choice)
    # By the whole record too, and what a number on no list lacked: of other calls neither can say anything.
    of_interest = [one for one in auditor.made if one.contact_id is None or auditor.judge.has_late(one)]
    judged = list(map(auditor.judge.judge, of_interest))
    found = [
        *_double_leases(session, auditor),
        *_unlawful_calls(auditor),
        *_only_records(auditor, [one for one in judged if one.shown]),
        *_without_outcome(auditor),
        *_opt_outs(session, auditor),
        *_without_decision(auditor),
        *_shown_without_attempt(session, auditor),
    ]
    others = sum(
        any(one.rulebook != rulebook.version for one in auditor.decisions[attempt.lease_id or 0])
        for attempt in auditor.attempts
    )
    by_check: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        by_check[one.check].append(one)
    checks = (
        AuditCheck(name, len(by_check[name]), tuple(auditor.lines.each(by_check[name]))) for name in judging.CHECKS
    )
    by_attempt: dict[int, dict[str, None]] = defaultdict(dict)
    for one in (*found, *(Found(judging.ONLY_RECORDS, each.attempt.id, "") for each in judged if each.shown)):
        if one.attempt_id is not None:
            by_attempt[one.attempt_id][one.check] = None
    broken = {attempt_id: tuple(names) for attempt_id, names in by_attempt.items()}
    return Audit(tuple(checks), broken, len(auditor.attempts), others, tuple(_unproven(auditor, judged)))


def audit_calls(session: Session, span: Span, rulebook: Rulebook, house_choice: str) -> list[Found]:
    """The calls of [since, until) that broke a promise, and the opt-outs recorded then that were late; changes nothing.

    Calls on the list only: one off the list is judged when it is reported.
    """
    auditor = _auditor(session, span, rulebook, house_choice)
    listed = {one.id for one in auditor.attempts if one.lease_id is not None}
    return [*(one for one in _unlawful_calls(auditor) if one.attempt_id in listed), *_opt_outs(session, auditor)]


def audit_again(
    session: Session, team: Team, attempt_ids: Collection[int], at: datetime, rulebook: Rulebook, house_choice: str
) -> list[Found]:
    """What these calls of a team broke, on the list or off it, and which of their opt-outs were late."""
    attempts = rows.where_in(session, Attempt, Attempt.id, attempt_ids)
    until = max([at, *(one.opened_at for one in attempts)]) + timedelta.resolution
    auditor = _auditor(session, Span(team, until, until, at), rulebook, house_choice, attempts)
    said = [one for one in rows.statements_on(session, attempt_ids) if one.outcome in STOPPING]
    return [*_unlawful_calls(auditor), *_late_among(session, auditor, said)]


def _auditor(
    session: Session, span: Span, rulebook: Rulebook, house_choice: str, those: list[Attempt] | None = None
) -> _Auditor:
    """`those`: the attempts to look at, instead of the span's."""
    agents = rows.agents_of(session, span.team.id or 0)
    earlier = rows.grouped(session, EarlierTeam, EarlierTeam.agent_id, agents)
    attempts = [
        one
        for one in (rows.attempts_of(session, list(agents), span.since, span.until) if those is None else those)
        if worked_for(agents, earlier, one.agent_id, one.opened_at) == span.team.id
    ]
    leases = rows.where_in(session, Lease, Lease.id, (one.lease_id for one in attempts))
    record = audit_facts.read(session, span.team.organisation_id, attempts, span.until)
    by_id = {lease.id: lease for lease in leases if lease.id is not None}
    judge = judging.Judge(record, rulebook, house_choice, span.at)
    return _Auditor(span, agents, earlier, attempts, by_id, rows.call_decisions(session, by_id), judge)


def _double_leases(session: Session, auditor: _Auditor) -> Iterator[Found]:
    """Two leases in force at once on the same contact, person or number, at least one of them the team's."""
    span = auditor.span
    found = clashes(session, span.team.organisation_id, span.since, span.until, span.at)
    for first, second, key, since in found:
        for mine, other in ((first, second), (second, first)):
            if auditor.is_ours(mine.agent_id, mine.offered_at):
                says = _HELD_ELSEWHERE.says(key=key)
                if auditor.is_ours(other.agent_id, other.offered_at):
                    says = _HELD_TWICE.says(agent=auditor.agents[other.agent_id].name, key=key)
                yield Found(judging.DOUBLE_LEASES, None, auditor.lines.line(since, mine.agent_id, mine.number, says))
                break


def _unlawful_calls(auditor: _Auditor) -> Iterator[Found]:
    """Decide every attempt again at the moment it was opened, on what had been recorded by then."""
    for attempt in auditor.made:
        on_each = [_broken_on(auditor, attempt, terms) for terms in auditor.record.terms.of(attempt)]
        for check, says in min(on_each, key=len).items():
            yield auditor.lines.about(check, attempt, says)


def _broken_on(auditor: _Auditor, attempt: Attempt, terms: Terms | None) -> dict[str, str]:
    pack = auditor.judge.house_pack_of(attempt, terms)
    if pack and pack not in auditor.judge.rulebook.packs:
        return {judging.HELD: _NO_HOUSE_PACK.says(name=pack)}
    said: dict[str, str] = {}
    for finding in auditor.judge.against(attempt, terms, pack)[0]:
        said.setdefault(judging.check_of(finding), finding.says)
    return said


def _only_records(auditor: _Auditor, judged: Iterable[judging.Judged]) -> Iterator[Found]:
    """The people with a call that only the phone system's records show to be against the rules, each once a day."""
    seen = Seen({key: one.name for key, one in auditor.agents.items()}, lambda _: auditor.span.team.zone)
    only = [one._replace(known=()) for one in judged]
    for one in by_person(auditor.judge, only, seen):
        yield Found(judging.ONLY_RECORDS, None, auditor.lines.rung(one))


def _unproven(auditor: _Auditor, judged: Iterable[judging.Judged]) -> Iterator[str]:
    """One line an agent: a missing screening of a number on no list would otherwise be told of every call."""
    by_agent: dict[int, list[judging.Judged]] = defaultdict(list)
    for one in judged:
        if one.unproven:
            by_agent[one.attempt.agent_id].append(one)
    for agent_id, some in by_agent.items():
        yield auditor.lines.unproven(agent_id, len(some), some[0].unproven[0].says)


def _without_outcome(auditor: _Auditor) -> Iterator[Found]:
    """Attempts without an outcome an hour after they opened, or once their lease has ended."""
    span = auditor.span
    for attempt in auditor.attempts:
        lease = auditor.leases.get(attempt.lease_id or 0)
        is_due = attempt.opened_at <= span.at - OUTCOME_WITHIN or (lease is not None and lease.ended_at is not None)
        if is_due and auditor.record.outcome_at(attempt, span.at) is None:
            yield auditor.lines.about(judging.NO_OUTCOME, attempt, _NOTHING_SAID)


def _opt_outs(session: Session, auditor: _Auditor) -> Iterator[Found]:
    """Opt-outs recorded more than ten minutes after the call was over, or not followed by a suppression."""
    span = auditor.span
    said = rows.opt_outs_said(session, span.team.organisation_id, list(auditor.agents), span.since, span.until)
    yield from _late_among(session, auditor, said)


def _late_among(session: Session, auditor: _Auditor, said: list[OutcomeRecord]) -> Iterator[Found]:
    span = auditor.span
    found = rows.where_in(session, Attempt, Attempt.id, (one.attempt_id for one in said))
    attempts = {one.id: one for one in found if auditor.is_ours(one.agent_id, one.opened_at)}
    said = [one for one in said if one.attempt_id in attempts]
    asked = {one.id for one in said}
    record = audit_facts.read(session, span.team.organisation_id, list(attempts.values()), span.until)
    leases = rows.where_in(session, Lease, Lease.id, (one.lease_id for one in attempts.values()))
    lapsed = {lease.id: lease.ended_at for lease in leases}

    def ends(attempt: Attempt) -> datetime:
        first = record.said[attempt.id or 0][0].recorded_at
        over = lapsed.get(attempt.lease_id)
        return min(first, over) if over is not None else first

    for first in {one.attempt_id: one for one in reversed(said)}.values():
        attempt = attempts[first.attempt_id]
        stops = [one for one in record.stops_by_number[attempt.number] if one.attempt_id == attempt.id]
        statement = beginning(stops, record.said[attempt.id or 0], span.at) or first
        stands = any(stands_at(one.withdrawn_at, span.at) for one in stops)
        if not stands and record.outcome_at(attempt, span.at) not in STOPPING:
            continue  # taken back: it was no opt-out
        if statement.id not in asked:
            continue  # said at another time
        late = statement.recorded_at - ends(attempt)
        if late > OPT_OUT_WITHIN:
            minutes = Amount(int(late.total_seconds() // 60), "minute")
            yield auditor.lines.about(judging.LATE_OPT_OUTS, attempt, _LATE.says(minutes=minutes))
        elif not _is_in_force(record, attempt, statement, span.at):
            yield auditor.lines.about(judging.LATE_OPT_OUTS, attempt, _NOT_FOLLOWED)


def _is_in_force(record: Record, attempt: Attempt, statement: OutcomeRecord, at: datetime) -> bool:
    """Whether the number was suppressed for the attempt's principal within the time allowed, and is so now.

    The first stop may have ended with a correction: once that was taken back, the stop was recorded anew.
    """
    by = statement.recorded_at + OPT_OUT_WITHIN
    ours = [one for one in record.stops_by_number[attempt.number] if one.principal in ("", attempt.principal)]
    ours = [one for one in ours if one.until is None or one.until > statement.recorded_at]
    in_time = [one for one in ours if one.since <= by and stands_at(one.withdrawn_at, statement.recorded_at)]
    return bool(in_time) and any(stands_at(one.withdrawn_at, at) for one in ours)


def _without_decision(auditor: _Auditor) -> Iterator[Found]:
    for attempt in auditor.attempts:
        decisions = auditor.decisions[attempt.lease_id or 0]
        if attempt.lease_id is not None and not any(one.at <= attempt.opened_at for one in decisions):
            yield auditor.lines.about(judging.NO_DECISION, attempt, _NOT_DECIDED)


def _shown_without_attempt(session: Session, auditor: _Auditor) -> Iterator[Found]:
    span = auditor.span
    for lease in rows.calling_without_attempt(session, list(auditor.agents), span.since, span.until):
        if not auditor.is_ours(lease.agent_id, lease.offered_at):
            continue
        yield Found(
            judging.NUMBER_SHOWN, None, auditor.lines.line(lease.offered_at, lease.agent_id, lease.number, _NOT_OPENED)
        )


def stands_at(withdrawn_at: datetime | None, at: datetime) -> bool:
    """Whether what was withdrawn then, or never, still stood."""
    return withdrawn_at is None or withdrawn_at > at


def beginning(stops: Sequence[Suppression], said: Iterable[OutcomeRecord], at: datetime) -> OutcomeRecord | None:
    """The statement that began the stop of a call in force at a moment. None: no stop is in force, or none is known.

    `stops`, `said`: all of the call, the statements oldest first. An undone correction brings its stop back as a new
    row: the agent's own statement still counts. If an agent took a stop back and recorded it again, the second time
    counts; if others only repeated it, or it stood while its agent said otherwise, the first time.
    """
    first = _first(stops, at)
    if first is None:
        return None
    theirs = [one for one in said if one.outcome in STOPPING and one.recorded_by == first.recorded_by]
    return next((one for one in reversed(theirs) if one.recorded_at <= first.since), None)


def _first(stops: Sequence[Suppression], at: datetime) -> Suppression | None:
    stood = [one for one in stops if one.since <= at and stands_at(one.withdrawn_at, at)]
    first = min(stood, key=lambda one: one.since, default=None)
    return first if first is None or first.since == at else _first(stops, first.since)
