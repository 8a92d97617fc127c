"""The checklist on an admin's Home: what the set-up still lacks, and what to do."""

from bot.slack.wording.say import Markup, say


def no_channel(team: Markup, channel: Markup, code: str, shown_code: Markup) -> Markup:
    return say("checklist.channel", code, team=team, channel=channel, code=shown_code)
