"""What a team lead asks the admins to supply, so that held contacts of their team can be called."""

from dataclasses import dataclass

from bot.services.agents import require
from bot.services.answers.people import Actor
from bot.services.answers.teams import HeldFor
from bot.services.deps import Deps
from bot.services.teams.team_status import status_of
from policy.vocabulary import Role
from storage.queries.agents import admins


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a team lacks, and the Slack user ids of the admins who may supply it, without the actor's own."""

    team: str
    wanting: tuple[HeldFor, ...]
    admins: tuple[str, ...]


def suggested_requests(deps: Deps, actor: Actor, team_id: int) -> Wanted:
    """What the team lacks now. Raises UnknownTeam, RoleNeeded."""
    require(actor, Role.TEAM_LEAD)
    status = status_of(deps, actor, team_id)
    with deps.unit_of_work(is_read_only=True) as uow:
        found = [one.slack_user_id for one in admins(uow.session, actor.organisation_id)]
    others = tuple(one for one in found if one != actor.slack_user_id)
    return Wanted(status.team, status.waiting.wanting if status.waiting else (), others)
