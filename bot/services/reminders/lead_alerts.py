"""Tells a team's leads on duty, once, that it runs out of contacts within the hour or a call is open for long.

The admins are told of a team without a lead. What is over is forgotten: if it happens again, it is told again.

And warns leads and admins on shift, privately, days before a screening grows too old for the rules: once some days
before, and again on the last day; nothing if the numbers were screened again meanwhile.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col

from bot.services import notices
from bot.services.agents import is_on_duty, is_on_shift
from bot.services.answers.leads import BREACHES, AlertKind, LeadAlert
from bot.services.answers.registers import ScreeningAges
from bot.services.deps import Deps
from bot.services.do_not_call import ageing, registers
from bot.services.teams.forecast import Supply, supply_soon
from bot.services.teams.team_status import LONG_CALL, masked
from policy.calendar import local_time
from policy.vocabulary import AttemptState
from storage.models import Agent, Attempt, Campaign, Message, Team
from storage.queries import agents, callbacks, messages, setup
from storage.queries.reports import status

NEWS_AFTER = timedelta(hours=12)  # running out on another day is news again
KINDS = ("lead_alert", "promise_broken")


def tell_due(deps: Deps) -> int:
    """Let every reader on duty be told what they have not been told. Returns how many things that is."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup.organisation(uow.session)
        if organisation is None:
            return 0
        told_before = messages.told_once(uow.session, organisation.id or 0, KINDS)
        dry = {one.params["team"] for one in told_before if one.params["alert"] == AlertKind.RUNS_DRY}
        supplies = supply_soon(uow.session, organisation.id or 0, dry, at)
        due = _due(uow.session, organisation.id or 0, supplies, at)
        readers = _readers(uow.session, organisation.id or 0, due)
    over = [one.id or 0 for one in told_before if _is_over(one, supplies, due, at)]
    known = {_about(one.params, one.agent_id) for one in told_before if one.id not in over}
    news = [
        (reader, one)
        for reader, team_ids in readers
        if is_on_duty(reader, at)
        for team_id in team_ids
        for one in due.get(team_id, ())
        if _about(_params(one), reader.id) not in known
    ]
    if not over and not news:
        return 0
    with deps.unit_of_work() as uow:
        messages.forget(uow.session, over, at)
        return sum(_tell(uow.session, reader, one, at) for reader, one in news)


def _params(one: LeadAlert) -> dict[str, Any]:
    dry_at = None if one.dry_at is None else one.dry_at.isoformat()
    return {"alert": one.kind.value, "team": one.team_id, "subject": one.subject_id, "dry_at": dry_at}


def _about(params: Mapping[str, Any], agent_id: int | None) -> tuple[object, ...]:
    return params["alert"], params["team"], params["subject"], agent_id


def _tell(session: Session, reader: Agent, one: LeadAlert, at: datetime) -> int:
    once = f"{one.kind.value} {one.team_id} {one.subject_id}"
    about, params = one.subject_id or None, _params(one)
    return notices.tell(session, [reader], "lead_alert", at, params, attempt_id=about, lasts=NEWS_AFTER, once=once)


def as_they_stand(deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, LeadAlert]:
    """By the id of its message, each alert that is not over."""
    waiting = _waiting(session, rows[0].organisation_id, deps.clock())
    calls = {row.attempt_id: masked(row) for row in waiting if row.state is AttemptState.OPEN}
    told: dict[int, LeadAlert] = {}
    for row in rows:
        said, team = row.params, session.get_one(Team, row.params["team"])
        alert = LeadAlert(AlertKind(said["alert"]), team.id or 0, team.name)
        if alert.kind is AlertKind.RUNS_DRY:
            told[row.id or 0] = replace(alert, dry_at=datetime.fromisoformat(said["dry_at"]))
        elif said["subject"] in calls:
            told[row.id or 0] = replace(alert, call=calls[said["subject"]])
    return told


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
    teams = {team.id or 0: team for team in status.teams(session, organisation_id)}
    due: dict[int, list[LeadAlert]] = defaultdict(list)
    for team_id, supply in supplies.items():
        if supply.dry_soon_at is not None:
            name = teams[team_id].name
            due[team_id].append(LeadAlert(AlertKind.RUNS_DRY, team_id, name, dry_at=supply.dry_soon_at))
    open_long = [row for row in _waiting(session, organisation_id, at) if row.state is AttemptState.OPEN]
    callers = agents.agents_by_id(session, [row.agent_id for row in open_long])
    for row in open_long:
        team = teams.get(callers[row.agent_id].team_id or 0)
        if team is not None:
            due[team.id or 0].append(LeadAlert(AlertKind.LONG_CALL, team.id or 0, team.name, call=masked(row)))
    return due


def _waiting(session: Session, organisation_id: int, at: datetime) -> list[status.OpenAttempt]:
    ours = col(Attempt.organisation_id) == organisation_id
    return status.attempts_with_names(session, ours, status.waits_for_outcome(at, LONG_CALL))


def _is_over(
    told: Message, supplies: Mapping[int, Supply], due: Mapping[int, Sequence[LeadAlert]], at: datetime
) -> bool:
    kind, team_id = told.params["alert"], told.params["team"]
    is_old = told.closed_at is not None and told.closed_at <= at - NEWS_AFTER
    if kind in BREACHES:
        return is_old
    if kind == AlertKind.LONG_CALL:
        calls = {one.call.attempt_id for one in due.get(team_id, ()) if one.call is not None}
        return told.params["subject"] not in calls
    supply = supplies.get(team_id)
    is_enough = supply is not None and supply.is_enough
    return told.closed_at is not None and (is_enough or is_old)


_LAST = timedelta(days=1)
TOLD_FOR = timedelta(days=7)  # whoever was not on shift for so long hears the next


def warn_of_screenings(deps: Deps) -> int:
    """Let every reader on shift be told of the screenings that expire. Returns how many things that is."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        due = list(_expiring(deps, uow.session, at))
    if not due:
        return 0
    told = 0
    with deps.unit_of_work() as uow:
        for readers, said in due:
            once = " ".join(str(said[key]) for key in ("campaign", "register", "on", "is_last"))
            told += notices.tell(uow.session, readers, "screening_ages", at, said, lasts=TOLD_FOR, once=once)
    return told


def screenings_as_they_stand(deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, ScreeningAges]:
    """By the id of its message, what expires."""
    known, told = registers.known_registers(deps.rulebook()), {}
    for row in rows:
        said, key = row.params, row.params["register"]
        campaign, name = session.get_one(Campaign, said["campaign"]).name, known[key].name if key in known else key
        on = date.fromisoformat(said["on"])
        told[row.id or 0] = ScreeningAges(key, name, campaign, said["contacts"], on, said["is_at_least"])
    return told


def _expiring(deps: Deps, session: Session, at: datetime) -> Iterator[tuple[Sequence[Agent], Mapping[str, Any]]]:
    """The readers on shift, and what they are to be told of one campaign."""
    organisation = setup.organisation(session)
    if organisation is None or not organisation.warn_days_before:
        return
    key = organisation.id or 0
    campaigns = [one for one in setup.campaigns(session, key) if one.is_active]
    zones = {team.id: team.zone for team in setup.teams(session, key)}
    teams = setup.teams_of_campaigns(session, [one.id or 0 for one in campaigns])
    admins = agents.admins(session, key)
    for campaign in campaigns:
        zone = next((zones[team] for team in teams.get(campaign.id or 0, ()) if team in zones), "UTC")
        today = local_time.date_in(zone, at)
        until = today + timedelta(days=organisation.warn_days_before)
        leads = callbacks.leads_of_campaign(session, campaign.id or 0)
        each_once = {one.id: one for one in (*leads, *admins)}.values()
        readers = [reader for reader in each_once if is_on_shift(reader, at)]
        for found in ageing.ageing(deps, session, [campaign], until, at) if readers else ():
            yield (
                readers,
                {
                    "campaign": campaign.id,
                    "register": found.register.key,
                    "on": found.on.isoformat(),
                    "is_last": found.on <= today + _LAST,
                    "contacts": found.contacts,
                    "is_at_least": found.is_at_least,
                },
            )
