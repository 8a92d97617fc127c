"""What people can do in Slack: one table of actions, by role. A module holds its actions whole; new ones join a tuple.

Their order is that of help and of the commands in Slack's list.
"""

from bot.slack.listeners import admin, agent, home, lead, numbers

__all__ = ["ACTIONS"]

_WORK = (*agent.ACTIONS, *lead.ACTIONS, *numbers.ACTIONS, *admin.ACTIONS)
ACTIONS = (*_WORK, *home.actions(_WORK))
