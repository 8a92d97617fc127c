"""Help, in the direct message and after `help` behind a command."""

from collections.abc import Sequence

from bot.slack.wording.say import say


def for_agents() -> Sequence[str]:
    return (
        say("help_page.for_agents"),
        say("help_page.for_agents_outcome"),
        say("help_page.for_agents_callcheck"),
        say("help_page.for_agents_dnc"),
    )
