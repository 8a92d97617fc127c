"""Help: the answer to a direct message, and to `help` after a command."""

from bot.slack import ids
from bot.slack.blocks.agent.cards import USUALLY_WANTED
from bot.slack.blocks.kit.kit import actions, button, section
from bot.slack.blocks.kit.reply import Reply
from bot.slack.wording import Markup, help_page, labels, say
from policy.vocabulary import Outcome, Role

PAGES = {
    ids.NEXTCALL: "help_page.nextcall",
    ids.SET_OUTCOME: "help_page.outcome",
    ids.TEAMSTATUS: "help_page.teamstatus",
    ids.CALLCHECK: "help_page.callcheck",
    ids.DNC: "help_page.dnc",
}


def what_i_do(role: Role) -> Reply:
    """The commands of a role, and buttons for its most likely tasks."""
    is_agent = role is Role.AGENT
    lines = [
        *help_page.for_agents(),
        *([] if is_agent else [say("help_page.for_leads"), say("help_page.lists")]),
        say("help_page.more_help"),
    ]
    presses = [
        button(say("labels.next_contacts"), ids.NEXT_CONTACTS, str(USUALLY_WANTED), "primary"),
        button(say("help_page.see_cards"), ids.SEE_CARDS, "0"),
    ]
    presses += [] if is_agent else [button(say("reports.see_status"), ids.SEE_STATUS, "0")]
    said = say("help_page.not_recorded")
    return Reply(said, (section("\n".join([said, *lines])), actions(presses)))


def of_command(command: str) -> Reply:
    """How to type a command, with examples."""
    said = say(PAGES[command], every=Markup(", ".join(map(labels.outcome_name, Outcome))))
    return Reply(said, (section(said),))
