"""What people can do in Slack: one table of actions, by role. A module holds its actions whole; new ones join a tuple.

Their order is that of help and of the commands in Slack's list.
"""

from bot.slack.listeners import numbers
from bot.slack.listeners.admin import campaign, house_rules, organisation
from bot.slack.listeners.agent import cards, outcomes
from bot.slack.listeners.lead import list_files, reports, status

__all__ = ["ACTIONS"]

_WORK = (*cards.ACTIONS, *outcomes.ACTIONS, *status.ACTIONS, *list_files.ACTIONS, *reports.ACTIONS, *numbers.ACTIONS)
_SET_UP = (*organisation.ACTIONS, *campaign.ACTIONS, *house_rules.ACTIONS)
ACTIONS = (*_WORK, *_SET_UP, *cards.of_home((*_WORK, *_SET_UP)))
