"""Full lists of choices where a team lead's screen shows only the first: contacts with agents, overdue callbacks."""

from bot.services.agents import leads, require
from bot.services.answers.people import Actor
from bot.services.answers.teams import HeldBy, OverdueCallback
from bot.services.deps import Deps
from bot.services.errors import RoleNeeded
from bot.services.permissions import Member, possible_takers
from bot.services.teams.agent_work import overdue_callbacks
from bot.services.teams.team_status import held_line, team_of
from policy.vocabulary import Role
from storage.queries.agents import campaigns_of_team
from storage.queries.reports import status

MOST = 100  # the most a Slack menu takes


def contacts(deps: Deps, actor: Actor, team_id: int) -> tuple[tuple[HeldBy, ...], tuple[Member, ...]]:
    """A team's offered contacts, longest held first, and its agents who may take one. Raises UnknownTeam,
    RoleNeeded."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        team = team_of(uow.session, actor, team_id)
        campaigns = [one.id or 0 for one in campaigns_of_team(uow.session, team_id)]
        lines = (held_line(row, actor) for row in status.held_rows(uow.session, campaigns) if row.team_id == team.id)
        return tuple(one for one in lines if one.can_take_back)[:MOST], possible_takers(uow.session, team.id)


def callbacks_to_reassign(
    deps: Deps, actor: Actor, team_id: int
) -> tuple[tuple[OverdueCallback, ...], tuple[Member, ...]]:
    """A team's overdue callbacks, longest overdue first, and its agents who may take one. Raises UnknownTeam,
    RoleNeeded."""
    with deps.unit_of_work(is_read_only=True) as uow:
        team = team_of(uow.session, actor, team_id)
        if not leads(actor, team.id):
            raise RoleNeeded(Role.TEAM_LEAD.value)
        worked = campaigns_of_team(uow.session, team_id)
        return overdue_callbacks(uow.session, worked, deps.clock(), MOST), possible_takers(uow.session, team.id)
