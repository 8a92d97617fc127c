"""An agent's own day: their callbacks, and their figures since their team's midnight."""

from datetime import timedelta

from bot.services import local_time
from bot.services.answers.people import Actor
from bot.services.answers.teams import OwnCallback, OwnDay
from bot.services.deps import Deps
from bot.services.local_time import latest_zone
from bot.services.teams.team_status import agent_lines
from storage.models import Team
from storage.queries import callbacks

AHEAD = timedelta(days=7)
MOST_CALLBACKS = 20


def own_day(deps: Deps, actor: Actor) -> OwnDay:
    """Callbacks of the coming week, overdue ones first, and today's figures; no figures without a team."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        rows = callbacks.of_agent(uow.session, actor.agent_id, at + AHEAD, MOST_CALLBACKS)
        open_callbacks = tuple(
            OwnCallback(contact.name, campaign, callback.due_at, latest_zone(contact.zones.split(), callback.due_at))
            for callback, contact, campaign in rows
        )
        team = None if actor.team_id is None else uow.session.get(Team, actor.team_id)
        if team is None:
            return OwnDay(open_callbacks, None)
        today = local_time.midnight(team.zone, local_time.date_in(team.zone, at))
        until = at + timedelta(microseconds=1)
        lines = agent_lines(uow.session, team.id or 0, today, until, at, only=actor.agent_id)
        return OwnDay(open_callbacks, lines[0] if lines else None)
