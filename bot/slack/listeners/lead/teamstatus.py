"""/teamstatus [team] [on DAY]: the team's contacts, who holds what, who needs help; with a day, that day's digest."""

from bot.services.errors import UnknownDay, UnknownTeam
from bot.services.reports import archive
from bot.services.teams import team_status
from bot.slack import ids
from bot.slack.blocks.kit.reply import Reply
from bot.slack.blocks.lead import team_status as page
from bot.slack.blocks.report import digest
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.command_text import strip_quotes, team_and_day
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.command(ids.TEAMSTATUS, answer)


def answer(ask: Ask) -> None:
    replies.say(ask.asking, ask.client, _answer(ask))


def _answer(ask: Ask) -> Reply:
    wanted = team_and_day(ask.asking.said)
    if not wanted.day:
        return _status(ask, wanted.team)
    try:
        return digest.digest(archive.of_day(ask.deps, ask.actor, wanted.team, wanted.day), is_private=True)
    except (UnknownDay, UnknownTeam) as refusal:
        return _of_team_called_so(ask, refusal)


def _of_team_called_so(ask: Ask, refusal: UnknownDay | UnknownTeam) -> Reply:
    """The status of a team whose name contains `on`, such as `Hands on deck`."""
    try:
        return _status(ask, strip_quotes(ask.asking.said))
    except UnknownTeam:
        raise refusal from None


def _status(ask: Ask, team: str) -> Reply:
    return page.team_status(team_status.team_status(ask.deps, ask.actor, team), ask.reader)
