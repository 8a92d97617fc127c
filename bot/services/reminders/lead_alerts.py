"""Tells a team's leads on duty, once, that it runs out of contacts within the hour or a call is open for long.

The admins are told of a team without a lead. What was told is forgotten once it is over: if it happens again, it is
told again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.services.agents import is_on_duty
from bot.services.answers.leads import BREACHES, AlertKind, LeadAlert
from bot.services.deps import Deps
from bot.services.reminders import told_once
from bot.services.teams.forecast import Supply, supply_soon
from bot.services.teams.team_status import LONG_CALL, masked
from policy.vocabulary import AttemptState
from storage.models import Agent, AlertToLead, Team
from storage.queries import agents, alerts, setup
from storage.queries.reports import status

NEWS_AFTER = timedelta(hours=12)  # running out on another day is news again


def tell_due(deps: Deps) -> int:
    """Tell every reader on duty what they have not been told. Returns how many messages were sent."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup.organisation(uow.session)
        if organisation is None:
            return 0
        told_before = alerts.alerts_to_leads(uow.session, organisation.id or 0)
        dry = {one.team_id for one in told_before if one.kind == AlertKind.RUNS_DRY}
        supplies = supply_soon(uow.session, organisation.id or 0, dry, at)
        due = _due(uow.session, organisation.id or 0, supplies, at)
        readers = _readers(uow.session, organisation.id or 0, due)
    over = [one.id or 0 for one in told_before if _is_over(one, supplies, due, at)]
    if over:
        with deps.unit_of_work() as uow:
            alerts.forget_alerts(uow.session, over)
    return told_once.tell_each(
        partial(_tell, deps, reader, [one for team_id in team_ids for one in due.get(team_id, ())], at)
        for reader, team_ids in readers
        if is_on_duty(reader, at)
    )


def _readers(session: Session, organisation_id: int, teams: Collection[int]) -> list[tuple[Agent, Collection[int]]]:
    """Who is told of which teams: their leads; the admins of those that have none."""
    leads = agents.leads_of_teams(session, teams)
    led = agents.teams_of(session, leads)
    without = sorted(set(teams).difference(*led.values()))
    admins = agents.admins(session, organisation_id) if without else ()
    return [*((lead, led[lead.id or 0]) for lead in leads), *((admin, without) for admin in admins)]


def _due(
    session: Session, organisation_id: int, supplies: Mapping[int, Supply], at: datetime
) -> Mapping[int, Sequence[LeadAlert]]:
    """What the leads of each team should see to now, by team id."""
    teams = {team.id or 0: team for team in status.teams(session, organisation_id)}
    due: dict[int, list[LeadAlert]] = defaultdict(list)
    for team_id, supply in supplies.items():
        if supply.dry_soon_at is not None:
            name = teams[team_id].name
            due[team_id].append(LeadAlert(AlertKind.RUNS_DRY, team_id, name, dry_at=supply.dry_soon_at))
    for alert in _long_calls(session, organisation_id, teams, at):
        due[alert.team_id].append(alert)
    return due


def _long_calls(session: Session, organisation_id: int, teams: Mapping[int, Team], at: datetime) -> Iterator[LeadAlert]:
    open_long = [
        row
        for row in status.waiting_in_organisation(session, organisation_id, at, LONG_CALL)
        if row.state is AttemptState.OPEN
    ]
    team_of = {
        key: one.team_id for key, one in agents.agents_by_id(session, [row.agent_id for row in open_long]).items()
    }
    for row in open_long:
        team = teams.get(team_of.get(row.agent_id) or 0)
        if team is not None:
            yield LeadAlert(AlertKind.LONG_CALL, team.id or 0, team.name, call=masked(row))


def _is_over(
    told: AlertToLead, supplies: Mapping[int, Supply], due: Mapping[int, Sequence[LeadAlert]], at: datetime
) -> bool:
    if told.kind in BREACHES:
        return told.told_at is not None and told.told_at <= at - NEWS_AFTER
    if told.kind == AlertKind.LONG_CALL:
        return told.subject_id not in {one.call.attempt_id for one in due.get(told.team_id, ()) if one.call is not None}
    supply = supplies.get(told.team_id)
    is_enough = supply is not None and supply.is_enough
    return told.told_at is not None and (is_enough or told.told_at <= at - NEWS_AFTER)


def _tell(deps: Deps, lead: Agent, due: Sequence[LeadAlert], at: datetime) -> bool:
    send = partial(deps.notifier.lead_alerts, lead.slack_user_id, lead.zone)
    return told_once.tell(deps, AlertToLead, [(told_once.alert_row(lead, one), one) for one in due], send, at)
