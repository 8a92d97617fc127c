"""The Slack app's commands, events and scopes. A test holds them equal to manifest.yml."""

from bot.slack import ids

SCOPES = frozenset(
    {"commands", "chat:write", "files:read", "files:write", "im:history", "users:read", "usergroups:read"}
)
EVENTS = frozenset({ids.FILE_SHARED, ids.HOME_OPENED, ids.MESSAGE_WRITTEN})
COMMANDS = (
    # name, description, usage hint
    (ids.NEXTCALL, "The next people you may call now", "[how many] [campaign]"),
    (ids.SET_OUTCOME, "Record the outcome of a call", "[number] [outcome] [note]"),
    (ids.TEAMSTATUS, "Which contacts are callable, which are not and why, who holds what", "[team] [on 2026-11-20]"),
    (
        ids.CALLCHECK,
        "May you call this number, why not, and when; or the rules of your campaign",
        "number, or: rules [campaign]",
    ),
    (ids.DNC, "Stop all calls to this number", "number [reason]"),
)
