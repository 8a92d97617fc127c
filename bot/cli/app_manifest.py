"""The Slack app's commands, events and scopes. A test holds them equal to manifest.yml."""

from bot.slack.boundary import actions
from bot.slack.listeners import ACTIONS

SCOPES = frozenset(
    {"commands", "chat:write", "files:read", "files:write", "im:history", "users:read", "usergroups:read"}
)
EVENTS = frozenset(one.name for one in ACTIONS if one.kind is actions.Kind.EVENT)
# name, description, usage hint
COMMANDS = tuple((one.name, *one.help.in_slack) for one in ACTIONS if one.kind is actions.Kind.COMMAND and one.help)
