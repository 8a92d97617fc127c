"""Who asks: a Slack user of a workspace becomes a person of the house, or is told that they are not one."""

from dataclasses import dataclass

from slack_sdk import WebClient

from bot.services import agents
from bot.services.agents import Admits
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.slack.blocks.kit import Reader
from bot.slack.boundary.payloads import Asking


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of a person we know, with what is needed to answer it."""

    deps: Deps
    actor: Actor
    asking: Asking
    client: WebClient

    @property
    def reader(self) -> Reader:
        """For whom the answer is written, as of now."""
        return Reader(self.actor.zone, self.deps.clock())


def identified(deps: Deps, asking: Asking, client: WebClient, admits: Admits = Admits.AT_WORK) -> Ask:
    """NotEnrolled, Deactivated."""
    return Ask(deps, agents.identify(deps, asking.slack_team_id, asking.slack_user_id, admits), asking, client)
