"""Identifies the actor: finds the person behind a Slack user, or refuses."""

from dataclasses import dataclass, replace

from slack_sdk import WebClient

from bot.services import agents
from bot.services.agents import Admits
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.slack.blocks.kit.reply import Reader
from bot.slack.boundary.payloads import Asking, Surface


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of a known actor, with what is needed to answer it."""

    deps: Deps
    actor: Actor
    asking: Asking
    client: WebClient

    @property
    def reader(self) -> Reader:
        """The reader of the answer, as of now."""
        return Reader(self.actor.zone, self.deps.clock())


def identified(deps: Deps, asking: Asking, client: WebClient, admits: Admits = Admits.AT_WORK) -> Ask:
    """Identifies the actor, and their desk where the press came from it. Raises NotEnrolled, Deactivated."""
    actor = agents.identify(deps, asking.slack_team_id, asking.slack_user_id, admits)
    if asking.surface is Surface.DIRECT and asking.message and asking.message == actor.desk_message:
        asking = replace(asking, surface=Surface.DESK)
    return Ask(replace(deps, by=actor.slack_user_id), actor, asking, client)
