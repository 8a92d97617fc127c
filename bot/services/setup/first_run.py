"""The first start: what an admin sets up before contacts can be handed out, and how far that has come.

No progress is stored: a step is done when the database shows it, however it was set up.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.services.deps import Deps
from policy.vocabulary import Role
from storage.queries import lists
from storage.queries import setup as setup_queries

UNNAMED = "Nextcall"  # an organisation's name until it is given one


class Step(StrEnum):
    ORGANISATION = "organisation"
    TEAM = "team"
    PEOPLE = "people"
    CAMPAIGN = "campaign"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Progress:
    """What exists for each step, by name; for lists, how many."""

    organisation: str = ""
    teams: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()  # people in a team
    campaigns: tuple[str, ...] = ()  # worked by a team, active or not
    lists: int = 0
    admins: tuple[str, ...] = ()  # their names

    def is_done(self, step: Step) -> bool:
        return bool(
            {
                Step.ORGANISATION: self.organisation and (self.organisation != UNNAMED or self.teams),
                Step.TEAM: self.teams,
                Step.PEOPLE: self.callers,
                Step.CAMPAIGN: self.campaigns,
                Step.LIST: self.lists,
            }[step]
        )

    @property
    def next_step(self) -> Step | None:
        """The first step not done; None: contacts can be handed out."""
        return next((step for step in Step if not self.is_done(step)), None)

    @property
    def is_empty(self) -> bool:
        """Whether contacts could not be handed out even with a list: commands are then answered with these steps."""
        return self.next_step in (Step.ORGANISATION, Step.TEAM, Step.PEOPLE, Step.CAMPAIGN)


def progress(deps: Deps) -> Progress:
    """How far the set-up has come."""
    with deps.unit_of_work(is_read_only=True) as uow:
        session = uow.session
        organisation = setup_queries.organisation(session)
        if organisation is None:
            return Progress()
        key = organisation.id or 0
        people = [one for one in setup_queries.agents(session, key) if one.is_active]
        campaigns = setup_queries.campaigns(session, key)
        worked = setup_queries.teams_of_campaigns(session, [one.id or 0 for one in campaigns])
        return Progress(
            organisation=organisation.name,
            teams=tuple(team.name for team in setup_queries.teams(session, key)),
            callers=tuple(one.name for one in people if one.team_id is not None),
            campaigns=tuple(one.name for one in campaigns if worked.get(one.id or 0)),
            lists=lists.how_many(session, key),
            admins=tuple(one.name for one in people if one.role is Role.ADMIN),
        )
