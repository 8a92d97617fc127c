"""Earlier digests: the newest of each team with its audit result, and any digest shown again."""

from datetime import MAXYEAR, date, timedelta

from bot.services import local_time
from bot.services.agents import require
from bot.services.answers.people import Actor
from bot.services.answers.reports import Digest, broken_in
from bot.services.answers.teams import DigestDay, LastDigest
from bot.services.deps import Deps
from bot.services.errors import UnknownDay
from bot.services.reports import digests
from bot.services.teams.team_status import find_team, team_of
from policy.vocabulary import Role
from storage.models import DigestRun
from storage.queries.reports import digests as rows
from storage.queries.reports import status

MOST_TEAMS = 30
DAY = timedelta(days=1)
WEEK = 7 * DAY
_ABOVE_TEAMS = (Role.MANAGER, Role.ADMIN)


def last_digests(deps: Deps, actor: Actor) -> tuple[LastDigest, ...]:
    """The newest digest of each team the actor answers for; none for an agent."""
    if actor.role is Role.AGENT:
        return ()
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        known = status.teams(uow.session, actor.organisation_id)
        teams = [team for team in known if actor.role in _ABOVE_TEAMS or team.id in actor.teams][:MOST_TEAMS]
        recent = rows.daily_runs(uow.session, [team.id or 0 for team in teams], at.date() - 8 * DAY)
        found = []
        for team in teams:
            today = local_time.date_in(team.zone, at)
            run = rows.last_run_before(uow.session, team.id or 0, today + DAY)
            if run is not None and "audit" in run.content:
                # with those of the seven days that end today
                days = [one for one in reversed(recent) if one.team_id == team.id and "audit" in one.content]
                week = tuple(_day(one) for one in days if today - WEEK < one.on_date <= today)
                found.append(LastDigest(team.id or 0, team.name, _day(run), run.posted_at, week))
        return tuple(found)


def shown_again(deps: Deps, actor: Actor, team_id: int, on: date) -> Digest:
    """A digest rebuilt from the record, not posted. Raises RoleNeeded, UnknownTeam, DayNotBegun."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        team_of(uow.session, actor, team_id)
    return digests.build(deps, team_id, on)


def of_day(deps: Deps, actor: Actor, team: str, day: str) -> Digest:
    """The digest of a team's day, rebuilt, not posted. `day`: 2026-11-20, today or yesterday, on the team's clock.

    Raises RoleNeeded, UnknownTeam, NoTeam, UnknownDay, DayNotBegun.
    """
    require(actor, Role.TEAM_LEAD)
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        found = find_team(uow.session, actor, team)
    return digests.build(deps, found.id or 0, _named(day, local_time.date_in(found.zone, at)))


def _named(day: str, today: date) -> date:
    word = day.casefold()
    if word in ("today", "yesterday"):
        return today - timedelta(days=word == "yesterday")
    try:
        found = date.fromisoformat(day)
    except ValueError as error:
        raise UnknownDay(day) from error
    if not local_time.YEARS.start <= found.year < MAXYEAR:
        raise UnknownDay(day)
    return found


def _day(run: DigestRun) -> DigestDay:
    return DigestDay(run.on_date, broken_in(run.content), run.content.get("phone", {}).get("people_count", 0))
