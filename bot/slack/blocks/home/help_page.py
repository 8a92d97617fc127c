"""Help: the answer to a direct message, and to `help` after a command."""

from collections.abc import Sequence

from bot.slack.blocks.agent.cards import USUALLY_WANTED
from bot.slack.blocks.kit.kit import actions, button, section
from bot.slack.blocks.kit.reply import Reply
from bot.slack.wording import Markup, say
from policy.vocabulary import Role


def what_i_do(role: Role, told: Sequence[Markup]) -> Reply:
    """What a role can do, a line each, and buttons for its most likely tasks."""
    presses = [
        button(say("labels.next_contacts"), "next_contacts", str(USUALLY_WANTED), "primary"),
        button(say("help_page.see_cards"), "see_cards", "0"),
    ]
    presses += [] if role is Role.AGENT else [button(say("reports.see_status"), "see_status", "0")]
    said = say("help_page.not_recorded")
    return Reply(said, (section("\n".join([said, *told, say("help_page.more_help")])), actions(presses)))


def of_command(said: str) -> Reply:
    """How to type a command, with examples."""
    return Reply(said, (section(said),))
