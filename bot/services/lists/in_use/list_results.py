"""What came of each list: which are worth calling."""

from bot.services.agents import require
from bot.services.answers.lists import ListResults
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from policy.vocabulary import Role
from storage.queries import agents, lists

MOST_LISTS = 30


def of_lists(deps: Deps, actor: Actor, most: int = MOST_LISTS) -> tuple[ListResults, ...]:
    """The newest lists of the campaigns that the actor's team works; for a manager or admin, of all. Raises RoleNeeded.

    Not a list whose contacts are all on another now, such as that of their repeated import, before anybody was called.
    """
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        found = lists.of_organisation(uow.session, actor.organisation_id, most)
        if actor.role is Role.TEAM_LEAD:
            ours = {one.id for one in agents.campaigns_of_teams(uow.session, actor.teams)}
            found = [(listed, campaign) for listed, campaign in found if campaign.id in ours]
        counted = lists.results(uow.session, [listed.id or 0 for listed, _ in found])
        emptied = {key for key, one in counted.items() if not one.contacts and not one.called}
        emptied = lists.moved_away(uow.session, emptied)
    return tuple(
        ListResults(
            **counted[listed.id or 0]._asdict(),
            name=listed.name,
            campaign=campaign.name,
            source=listed.source,
            imported_at=listed.imported_at,
            is_paused=listed.paused_at is not None,
            expires_on=listed.expires_on,
            priority=listed.priority,
        )
        for listed, campaign in found
        if listed.id not in emptied
    )
