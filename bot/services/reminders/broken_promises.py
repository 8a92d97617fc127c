"""Tells the team leads on duty of a broken promise within the minute, not the next evening: by the audit's own eyes.

The audit, which shares nothing with what allowed them, decides the calls of the last minutes again. What it finds is a fault
of the program or of a clock, or was recorded late.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.services.agents import is_on_duty
from bot.services.answers.leads import AlertKind, BrokenPromise, LeadAlert
from bot.services.audit import Found, Span, audit_calls
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.services.reminders import told_once
from storage.models import AlertToLead, Attempt, Team
from storage.queries import agents, setup
from storage.queries import audit as rows

# Every tick looks at calls of so long ago: one whose transaction took long, or that a slow clock dated, is not missed.
LOOKED_BACK = timedelta(minutes=5)
_log = logging.getLogger(__name__)


def tell_due(deps: Deps) -> int:
    """Tell every team lead on duty what broke in the last minutes and they have not been told. Returns the messages sent."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup.organisation(uow.session)
        if organisation is None:
            return 0
        teams = rows.teams_calling(uow.session, organisation.id or 0, at - LOOKED_BACK)
        broken = {team.id or 0: _broken(deps, uow.session, team, at) for team in teams}
        leads = agents.leads_of_teams(uow.session, [team_id for team_id, found in broken.items() if found])
        led = agents.teams_of(uow.session, leads)
    told = 0
    for lead in leads:
        if is_on_duty(lead, at):
            send = partial(deps.notifier.lead_alerts, lead.slack_user_id, lead.zone)
            news = [one for team_id in led[lead.id or 0] for one in broken.get(team_id, ())]
            due = [(told_once.alert_row(lead, one), one) for one in news]
            try:
                told += told_once.tell(deps, AlertToLead, due, send, at)
            except DeliveryFailed as failed:
                _log.warning("event=told_nobody_else retry_after=%.0f reason=%s", failed.retry_after, failed)
                break
    return told


def _broken(deps: Deps, session: Session, team: Team, at: datetime) -> Sequence[LeadAlert]:
    span = Span(team, at - LOOKED_BACK, at, at)
    by_attempt: dict[int, list[Found]] = defaultdict(list)
    for one in audit_calls(session, span, deps.rulebook(), deps.house_choice):
        by_attempt[one.attempt_id or 0].append(one)
    attempts = {one.id: one for one in rows.where_in(session, Attempt, Attempt.id, by_attempt)}
    return [
        LeadAlert(
            AlertKind.BROKEN,
            team.id or 0,
            team.name,
            broken=BrokenPromise(
                attempt_id,
                attempts[attempt_id].lease_id or 0,
                tuple(dict.fromkeys(one.check for one in found)),
                tuple(one.detail for one in found),
            ),
        )
        for attempt_id, found in by_attempt.items()
    ]
