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
from functools import partial

from sqlmodel import Session

from bot.services.agents import is_on_duty
from bot.services.answers.leads import (
    BREACHES,
    AlertKind,
    BrokenPromise,
    ForbiddenFound,
    LeadAlert,
    OffTheList,
)
from bot.services.answers.reconciliation import PersonRung
from bot.services.audit import LATE_OPT_OUTS, Found, Span, audit_again, audit_calls, people_rung
from bot.services.deps import Deps
from bot.services.numbers.parsing import mask
from bot.services.reminders import told_once
from storage import phone
from storage.models import Agent, AlertToLead, Attempt, Contact, ForbiddenCalls, Person, Team
from storage.queries import agents, alerts, setup
from storage.queries.reports import audit as rows

# Every tick looks at calls of so long ago: one whose transaction took long, or that a slow clock dated, is not missed.
LOOKED_BACK = timedelta(minutes=5)
CATCHES_UP = timedelta(days=7)  # the longest stop of every bot that is made up for; the digests count what was before
_A_PART = timedelta(hours=1)  # of what is made up for, looked at together


def tell_due(deps: Deps) -> int:
    """Find what broke since the last tick, and tell every reader on duty what they have not been told.

    Returns the messages sent.
    """
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup.organisation(uow.session)
        if organisation is None:
            return 0
        seen = alerts.looked_until(uow.session, organisation.id or 0)
    since = at if seen is None else min(max(seen, at - CATCHES_UP), at)
    is_looking = True
    while is_looking:
        until = min(since + _A_PART, at)
        _look(deps, organisation.id or 0, since - LOOKED_BACK, until, at)
        since, is_looking = until, until < at
    _close_found(deps, organisation.id or 0, at)
    return _tell(deps, organisation.id or 0, at)


def _look(deps: Deps, organisation_id: int, since: datetime, until: datetime, at: datetime) -> None:
    """Let what broke in [since, until) wait for those who are to hear it."""
    with deps.unit_of_work(is_read_only=True) as uow:
        broken = {
            (team.id or 0, _kind(one).value, one.attempt_id or 0)
            for team in rows.teams_calling(uow.session, organisation_id, since)
            for one in audit_calls(uow.session, Span(team, since, until, at), deps.rulebook(), deps.house_choice)
        }
        callers = _callers(uow.session, {attempt_id for _, _, attempt_id in broken})
    with deps.unit_of_work() as uow:
        for team_id, kind, attempt_id in sorted(broken):
            readers = agents.told_of_breaches(uow.session, organisation_id, team_id, callers[attempt_id])
            alerts.alert_later(uow.session, organisation_id, team_id, kind, attempt_id, readers)
        alerts.looked_at(uow.session, organisation_id, until)


def _close_found(deps: Deps, organisation_id: int, at: datetime) -> None:
    """Let what files of call records showed wait for those who are to hear it, once each file was read."""
    with deps.unit_of_work(is_read_only=True) as uow:
        due = phone.forbidden_to_tell(uow.session, organisation_id, at)
    for one in due:
        row_id, caller_id = one.id or 0, one.caller_id or 0
        with deps.unit_of_work() as uow:
            readers = agents.told_of_breaches(uow.session, organisation_id, one.team_id, caller_id)
            if readers and phone.close_forbidden(uow.session, row_id, at):
                kind = AlertKind.FOUND.value
                alerts.alert_later(uow.session, organisation_id, one.team_id, kind, row_id, readers)


def _kind(found: Found) -> AlertKind:
    """A call and its opt-out are told each for itself: the one may break hours after the other."""
    return AlertKind.LATE_OPT_OUT if found.check == LATE_OPT_OUTS else AlertKind.BROKEN


def _callers(session: Session, attempt_ids: set[int]) -> Mapping[int, int]:
    return {one.id or 0: one.agent_id for one in rows.where_in(session, Attempt, Attempt.id, attempt_ids)}


def _callers_in(session: Session, told: Sequence[AlertToLead]) -> Mapping[int, int]:
    """By the id of each row, who made the call it is about; 0: several did."""
    of_files = {one.subject_id for one in told if one.kind == AlertKind.FOUND}
    files = {one.id: one.caller_id for one in rows.where_in(session, ForbiddenCalls, ForbiddenCalls.id, of_files)}
    callers = _callers(session, {one.subject_id for one in told if one.kind != AlertKind.FOUND})
    return {
        one.id or 0: (files[one.subject_id] or 0) if one.kind == AlertKind.FOUND else callers[one.subject_id]
        for one in told
    }


def _tell(deps: Deps, organisation_id: int, at: datetime) -> int:
    with deps.unit_of_work(is_read_only=True) as uow:
        waiting, strays, readers = _waiting(uow.session, organisation_id, at)
        callers = _callers_in(uow.session, strays)
    if strays:  # their reader no longer leads the team: tell whoever does now
        with deps.unit_of_work() as uow:
            for one in strays:
                caller_id = callers[one.id or 0]
                heirs = agents.told_of_breaches(uow.session, organisation_id, one.team_id, caller_id)
                alerts.alert_later(uow.session, organisation_id, one.team_id, one.kind, one.subject_id, heirs)
            alerts.forget_alerts(uow.session, [one.id or 0 for one in strays])
        with deps.unit_of_work(is_read_only=True) as uow:
            waiting, _, readers = _waiting(uow.session, organisation_id, at)
    return told_once.tell_each(
        partial(_tell_one, deps, readers[reader_id], theirs[: told_once.MOST_A_MESSAGE], at)
        for reader_id, theirs in waiting.items()
        if is_on_duty(readers[reader_id], at)
    )


def _waiting(
    session: Session, organisation_id: int, at: datetime
) -> tuple[Mapping[int, Sequence[AlertToLead]], Sequence[AlertToLead], Mapping[int, Agent]]:
    """What waits for each reader, oldest first; what waits for people who are no longer to hear it; and the readers."""
    kinds = [one.value for one in BREACHES]
    found = alerts.waiting_alerts(session, organisation_id, kinds, at - told_once.TRIED_AGAIN_AFTER)
    callers = _callers_in(session, found)
    asked = {(one.team_id, callers[one.id or 0]) for one in found}
    hear = {pair: agents.told_of_breaches(session, organisation_id, *pair) for pair in asked}
    readers = {one.id or 0: one for some in hear.values() for one in some}
    waiting: dict[int, list[AlertToLead]] = defaultdict(list)
    strays: list[AlertToLead] = []
    for row in found:
        due_to = {one.id for one in hear[row.team_id, callers[row.id or 0]]}
        if row.agent_id in due_to or not due_to:
            waiting[row.agent_id].append(row)
        else:
            strays.append(row)
    return {key: some for key, some in waiting.items() if key in readers}, strays, readers


def _tell_one(deps: Deps, reader: Agent, waiting: Sequence[AlertToLead], at: datetime) -> bool:
    """Tell one reader, in one message, what broke as it stands now; forget what is no breach any more."""
    with deps.unit_of_work(is_read_only=True) as uow:
        news = _as_it_stands(deps, uow.session, waiting, at)
    over = [one.id or 0 for one in waiting if one.id not in news]
    if over:
        with deps.unit_of_work() as uow:
            alerts.forget_alerts(uow.session, over)
    due = [(told_once.alert_row(reader, one), one) for one in news.values()]
    send = partial(deps.notifier.lead_alerts, reader.slack_user_id, reader.zone)
    return told_once.tell(deps, AlertToLead, due, send, at)


def _as_it_stands(
    deps: Deps, session: Session, waiting: Sequence[AlertToLead], at: datetime
) -> Mapping[int, LeadAlert]:
    """By the id of its row, each of them that the audit still objects to."""
    found: dict[tuple[int, int, str], list[Found]] = defaultdict(list)
    of_files = {one.subject_id for one in waiting if one.kind == AlertKind.FOUND}
    files = {one.id or 0: one for one in rows.where_in(session, ForbiddenCalls, ForbiddenCalls.id, of_files)}
    calls = [one for one in waiting if one.kind != AlertKind.FOUND]
    attempts = {one.id: one for one in rows.where_in(session, Attempt, Attempt.id, (one.subject_id for one in calls))}
    teams = {team_id: session.get_one(Team, team_id) for team_id in {one.team_id for one in waiting}}
    for team_id, team in teams.items():
        ids = {one.subject_id for one in calls if one.team_id == team_id}
        for one in audit_again(session, team, ids, at, deps.rulebook(), deps.house_choice):
            found[team_id, one.attempt_id or 0, _kind(one).value].append(one)
    news: dict[int, LeadAlert] = {}
    for row in waiting:
        alert = LeadAlert(AlertKind(row.kind), row.team_id, teams[row.team_id].name)
        if alert.kind is AlertKind.FOUND:
            file = files[row.subject_id]
            worst = _people_of(deps, session, file, at)
            named = sum(-one[1] if len(one) > 2 else 1 for one in file.worst)
            if worst or named < file.count:
                told = ForbiddenFound(file.id or 0, file.first_call_at, file.last_call_at, file.count, worst)
                news[row.id or 0] = replace(alert, found=told)
        elif those := found.get((row.team_id, row.subject_id, row.kind)):
            news[row.id or 0] = replace(alert, broken=_broken(session, attempts[row.subject_id], those))
    return news


def _people_of(deps: Deps, session: Session, file: ForbiddenCalls, at: datetime) -> tuple[PersonRung, ...]:
    """The people gravest wronged, as far as the audit still objects to the call that the row names."""
    ids, choice = [one[-1] for one in file.worst], deps.house_choice
    return tuple(people_rung(session, file.organisation_id, ids, deps.rulebook(), choice, at, file.team_id))


def _broken(session: Session, attempt: Attempt, found: Sequence[Found]) -> BrokenPromise:
    return BrokenPromise(
        attempt.id or 0,
        attempt.lease_id or 0,
        tuple(dict.fromkeys(one.check for one in found)),
        tuple(one.detail for one in found),
        _off_the_list(session, attempt) if attempt.lease_id is None else None,
    )


def _off_the_list(session: Session, attempt: Attempt) -> OffTheList:
    contact = None if attempt.contact_id is None else session.get(Contact, attempt.contact_id)
    person = None if attempt.person_id is None else session.get(Person, attempt.person_id)
    named = contact or person
    caller = session.get_one(Agent, attempt.agent_id)
    return OffTheList(caller.name, "" if named is None else named.name, mask(attempt.number), attempt.outcome)
