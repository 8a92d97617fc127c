"""Tells the team leads on duty, once, that their team runs out of contacts within the hour or a call is open for long.

Each is a row for each reader, taken before the message goes and deleted once it is over: if it happens again, it is told
again. A crash in between may repeat one message; it loses none.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services.agents import is_on_shift
from bot.services.answers.leads import AlertKind, LeadAlert
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.services.teams import LONG_CALL, open_attempt, supply_soon
from policy.vocabulary import AttemptState
from storage.models import Agent, Team
from storage.queries import agents, reminders, setup, status

TRIED_AGAIN_AFTER = timedelta(minutes=5)  # a process that took it and sent nothing for so long has died
NEWS_AFTER = timedelta(hours=12)  # running out on another day is news again
MOST_A_MESSAGE = 10
_log = logging.getLogger(__name__)


def tell_due(deps: Deps) -> int:
    """Tell every team lead on duty what they have not been told. Returns how many messages were sent."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup.organisation(uow.session)
        teams = [] if organisation is None else status.teams(uow.session, organisation.id or 0)
    told = 0
    for team in teams:
        try:
            told += _of_team(deps, team, at)
        except DeliveryFailed as failed:
            _log.warning("event=told_nobody_else retry_after=%.0f reason=%s", failed.retry_after, failed)
            break
    return told


def _of_team(deps: Deps, team: Team, at: datetime) -> int:
    with deps.unit_of_work(is_read_only=True) as uow:
        readers = [one for one in agents.team_leads(uow.session, team.id or 0) if _is_on_duty(one, at)]
        if not readers:
            return 0
        supply = supply_soon(uow.session, team, at)
        due = [*_dry(team, supply.dry_soon_at), *_long_calls(uow.session, team, at)]
    with deps.unit_of_work() as uow:
        told_before = at if supply.is_enough else at - NEWS_AFTER
        reminders.forget_alerts(uow.session, team.id or 0, AlertKind.RUNS_DRY, told_before)
        reminders.forget_closed_calls(uow.session, team.id or 0, AlertKind.LONG_CALL)
    return sum(_tell(deps, reader, due[:MOST_A_MESSAGE], at) for reader in readers) if due else 0


def _is_on_duty(lead: Agent, at: datetime) -> bool:
    return lead.paused_at is None and is_on_shift(lead, at)


def _dry(team: Team, dry_at: datetime | None) -> Iterator[LeadAlert]:
    if dry_at is not None:
        yield LeadAlert(AlertKind.RUNS_DRY, team.id or 0, team.name, dry_at=dry_at)


def _long_calls(session: Session, team: Team, at: datetime) -> Iterator[LeadAlert]:
    for row in status.unreported_attempts(session, team.id or 0, at, LONG_CALL):
        if row.state is AttemptState.OPEN:
            yield LeadAlert(AlertKind.LONG_CALL, team.id or 0, team.name, call=open_attempt(row))


def _tell(deps: Deps, reader: Agent, due: Sequence[LeadAlert], at: datetime) -> bool:
    """Send one message with all that the reader has not been told. Raises DeliveryFailed if nobody can be told."""
    taken: dict[int, LeadAlert] = {}
    with deps.unit_of_work() as uow:
        for one in due:
            key = reminders.take_alert(uow.session, _row(reader, one), at, at - TRIED_AGAIN_AFTER)
            if key is not None:
                taken[key] = one
    if not taken:
        return False
    try:
        deps.notifier.lead_alerts(reader.slack_user_id, reader.zone, tuple(taken.values()))
    except DeliveryFailed as failed:
        _log.warning("event=alert_failed user=%s reason=%s", reader.slack_user_id, failed)
        with deps.unit_of_work() as uow:
            if failed.is_recipient_gone:
                reminders.close_alerts(uow.session, taken, at)
            else:
                reminders.return_alerts(uow.session, taken)
        if failed.is_for_all:
            raise
        return False
    with deps.unit_of_work() as uow:
        reminders.close_alerts(uow.session, taken, deps.clock())
    return True


def _row(reader: Agent, one: LeadAlert) -> dict[str, object]:
    return {
        "organisation_id": reader.organisation_id,
        "team_id": one.team_id,
        "kind": one.kind.value,
        "subject_id": one.call.attempt_id if one.call is not None else 0,
        "agent_id": reader.id,
    }
