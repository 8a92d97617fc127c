"""Work for…: a person of several teams chooses the one they work for now, on Home."""

from dataclasses import replace

from bot.services.teams import switching
from bot.slack import ids
from bot.slack.blocks.agent import working_day
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.action(ids.WORK_FOR, switch)


def switch(ask: Ask) -> None:
    done = switching.work_for(ask.deps, ask.actor, ask.asking.number)
    also_leads = tuple(one for one in ask.actor.teams if one != done.team_id) if ask.actor.also_leads else ()
    actor = replace(ask.actor, team_id=done.team_id, also_leads=also_leads)
    replies.show_desk(replace(ask, actor=actor), working_day.switched(done))
