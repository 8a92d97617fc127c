"""/teamstatus [team]: where a team's contacts stand, who holds what, who needs help."""

from bot.services import team_status
from bot.slack import ids, replies
from bot.slack.blocks import team_status as page
from bot.slack.boundary import Boundary
from bot.slack.command_text import unquoted
from bot.slack.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.command(ids.TEAMSTATUS, answer)


def answer(ask: Ask) -> None:
    status = team_status.team_status(ask.deps, ask.who, unquoted(ask.asking.said))
    replies.say(ask.asking, ask.client, page.team_status(status, ask.reader))
