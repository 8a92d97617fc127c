"""Tells the team leads of a broken promise within the minute, not the next evening: by the audit's own eyes.

The audit, which shares nothing with what allowed them, decides the latest calls again. What it finds is a fault of the
program or of a clock, or was recorded late. Each reader gets a row, which waits until they are on duty and Slack has
taken the message. A stored mark says until when calls were looked at, so that a bot that was down catches up.

What a file of call records showed is one row for each team, gathered while the file is read: one thing to be told.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col

from bot.services import notices
from bot.services.answers.leads import AlertKind, BrokenPromise, ForbiddenFound, OffTheList
from bot.services.audit.auditing import Span, audit_again, audit_calls
from bot.services.audit.judging import LATE_OPT_OUTS
from bot.services.audit.lines import Found, people_rung
from bot.services.deps import Deps
from bot.services.numbers.parsing import mask
from storage.database.rows import changed, every
from storage.models import Agent, Attempt, Contact, ForbiddenCalls, Message, Person, Team
from storage.queries import agents, messages, setup
from storage.queries.reports import audit as rows

# Every tick looks at calls of so long ago: one whose transaction took long, or that a slow clock dated, is not missed.
LOOKED_BACK = timedelta(minutes=5)
CATCHES_UP = timedelta(days=7)  # the longest stop of every bot that is made up for; the digests count what was before
_A_PART = timedelta(hours=1)  # of what is made up for, looked at together


def tell_due(deps: Deps) -> int:
    """Find what broke since the last tick. It waits until its readers are on duty. Returns for how many."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup.organisation(uow.session)
        if organisation is None:
            return 0
        seen = messages.looked_until(uow.session, organisation.id or 0)
    since = at if seen is None else min(max(seen, at - CATCHES_UP), at)
    is_looking, told = True, 0
    while is_looking:
        until = min(since + _A_PART, at)
        told += _look(deps, organisation.id or 0, since - LOOKED_BACK, until, at)
        since, is_looking = until, until < at
    return told + _close_found(deps, organisation.id or 0, at) + _pass_on(deps, organisation.id or 0, at)


def _look(deps: Deps, organisation_id: int, since: datetime, until: datetime, at: datetime) -> int:
    """Let what broke in [since, until) wait for those who are to hear it."""
    with deps.unit_of_work(is_read_only=True) as uow:
        broken = {
            (team.id or 0, _kind(one).value, one.attempt_id or 0)
            for team in rows.teams_calling(uow.session, organisation_id, since)
            for one in audit_calls(uow.session, Span(team, since, until, at), deps.rulebook(), deps.house_choice)
        }
        callers = _callers(uow.session, {attempt_id for _, _, attempt_id in broken})
    told = 0
    with deps.unit_of_work() as uow:
        for team_id, kind, attempt_id in sorted(broken):
            readers = agents.told_of_breaches(uow.session, organisation_id, team_id, callers[attempt_id])
            told += notices.tell_breach(uow.session, readers, AlertKind(kind), team_id, attempt_id, at)
        messages.looked_at(uow.session, organisation_id, until)
    return told


def _close_found(deps: Deps, organisation_id: int, at: datetime) -> int:
    """Let what files of call records showed wait for those who are to hear it, once each file was read."""
    is_due = col(ForbiddenCalls.closed_at).is_(None), ForbiddenCalls.due_at <= at
    with deps.unit_of_work(is_read_only=True) as uow:
        due = every(uow.session, ForbiddenCalls, ForbiddenCalls.organisation_id == organisation_id, *is_due)
    told = 0
    for one in due:
        row_id, caller_id = one.id or 0, one.caller_id or 0
        with deps.unit_of_work() as uow:
            readers = agents.told_of_breaches(uow.session, organisation_id, one.team_id, caller_id)
            # not if another process did, or it grew
            if readers and changed(uow.session, ForbiddenCalls, ForbiddenCalls.id == row_id, *is_due, closed_at=at):
                told += notices.tell_breach(uow.session, readers, AlertKind.FOUND, one.team_id, row_id, at)
    return told


def _kind(found: Found) -> AlertKind:
    """A call and its opt-out are told each for itself: the one may break hours after the other."""
    return AlertKind.LATE_OPT_OUT if found.check == LATE_OPT_OUTS else AlertKind.BROKEN


def _callers(session: Session, attempt_ids: set[int]) -> Mapping[int, int]:
    return {one.id or 0: one.agent_id for one in rows.where_in(session, Attempt, Attempt.id, attempt_ids)}


def _files_in(session: Session, told: Sequence[Message]) -> Mapping[int, ForbiddenCalls]:
    ids = {one.params["subject"] for one in told if one.attempt_id is None}
    return {one.id or 0: one for one in rows.where_in(session, ForbiddenCalls, ForbiddenCalls.id, ids)}


def _pass_on(deps: Deps, organisation_id: int, at: datetime) -> int:
    """Let those who lead a team now hear what waits for people who no longer do. Returns for how many."""
    with deps.unit_of_work(is_read_only=True) as uow:
        told = messages.told_once(uow.session, organisation_id, ["promise_broken"])
        waiting = [one for one in told if one.closed_at is None]
        files = _files_in(uow.session, waiting)
        callers = _callers(uow.session, {one.attempt_id for one in waiting if one.attempt_id is not None})
        about: dict[int, tuple[int, int]] = {}  # by message: the team, and who made the call; 0: several did
        for one in waiting:
            of_file = one.attempt_id is None
            caller = files[one.params["subject"]].caller_id if of_file else callers[one.attempt_id or 0]
            about[one.id or 0] = one.params["team"], caller or 0
        hear = {pair: agents.told_of_breaches(uow.session, organisation_id, *pair) for pair in {*about.values()}}
    strays = [one for one in waiting if one.agent_id not in {heir.id for heir in hear[about[one.id or 0]]}]
    strays = [one for one in strays if hear[about[one.id or 0]]]
    if not strays:
        return 0
    with deps.unit_of_work() as uow:
        messages.forget(uow.session, [one.id or 0 for one in strays], at)
        passed = 0
        for one in strays:
            kind, subject, (team_id, _) = AlertKind(one.params["alert"]), one.params["subject"], about[one.id or 0]
            passed += notices.tell_breach(uow.session, hear[about[one.id or 0]], kind, team_id, subject, at)
        return passed


def as_they_stand(
    deps: Deps, session: Session, waiting: Sequence[Message]
) -> Mapping[int, BrokenPromise | ForbiddenFound]:
    """By the id of its message, each of them that the audit still objects to."""
    at, found = deps.clock(), defaultdict[tuple[int, int, str], list[Found]](list)
    files = _files_in(session, waiting)
    calls = [one for one in waiting if one.attempt_id is not None]
    attempts = {one.id: one for one in rows.where_in(session, Attempt, Attempt.id, (one.attempt_id for one in calls))}
    for team_id in {one.params["team"] for one in waiting}:
        team = session.get_one(Team, team_id)
        ids = {one.attempt_id or 0 for one in calls if one.params["team"] == team_id}
        for one in audit_again(session, team, ids, at, deps.rulebook(), deps.house_choice):
            found[team_id, one.attempt_id or 0, _kind(one).value].append(one)
    news: dict[int, BrokenPromise | ForbiddenFound] = {}
    for row in waiting:
        team_id, kind, subject = row.params["team"], row.params["alert"], row.params["subject"]
        if kind == AlertKind.FOUND:
            file = files[subject]
            # the people gravest wronged, as far as the audit still objects to the call that the row names
            rung, rulebook, choice = [one[-1] for one in file.worst], deps.rulebook(), deps.house_choice
            worst = tuple(people_rung(session, file.organisation_id, rung, rulebook, choice, at, file.team_id))
            named = sum(-one[1] if len(one) > 2 else 1 for one in file.worst)
            if worst or named < file.count:
                news[row.id or 0] = ForbiddenFound(file.first_call_at, file.last_call_at, file.count, worst)
        elif those := found.get((team_id, subject, kind)):
            news[row.id or 0] = _broken(session, attempts[subject], those)
    return news


def _broken(session: Session, attempt: Attempt, found: Sequence[Found]) -> BrokenPromise:
    checks, details = tuple(dict.fromkeys(one.check for one in found)), tuple(one.detail for one in found)
    told = BrokenPromise(attempt.id or 0, attempt.lease_id or 0, checks, details)
    if attempt.lease_id is not None:
        return told
    contact = None if attempt.contact_id is None else session.get(Contact, attempt.contact_id)
    person = None if attempt.person_id is None else session.get(Person, attempt.person_id)
    named, caller = contact or person, session.get_one(Agent, attempt.agent_id)
    about = "" if named is None else named.name
    return replace(told, off_the_list=OffTheList(caller.name, about, mask(attempt.number), attempt.outcome))
