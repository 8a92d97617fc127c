"""/callcheck NUMBER: may it be called, why or why not, and when; or rules, the answers for a campaign. Changes
nothing."""

from bot.services import merges
from bot.services.do_not_call import mistaken_stops
from bot.services.teams import call_check, campaign_rules
from bot.slack import ids
from bot.slack.blocks.agent import campaign_rules as rules_page
from bot.slack.blocks.agent.call_check import number_checked
from bot.slack.blocks.kit.reply import Reply
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.command_text import rules_wanted, tidy_text
from bot.slack.boundary.identity import Ask
from bot.slack.wording import say
from policy.vocabulary import Role


def register(boundary: Boundary) -> None:
    boundary.command(ids.CALLCHECK, answer)


def answer(ask: Ask) -> None:
    number = tidy_text(ask.asking.said)
    campaign = rules_wanted(number)
    if campaign is not None:
        told = campaign_rules.rules_of_campaign(ask.deps, ask.actor, campaign)
        replies.say(ask.asking, ask.client, rules_page.campaign_rules(told))
        return
    if not number:
        replies.say(ask.asking, ask.client, Reply(say("reports.callcheck_usage")))
        return
    checked = call_check.check_number(ask.deps, ask.actor, number)
    is_for_lead = ask.actor.role is not Role.AGENT
    several = merges.of_number(ask.deps, ask.actor, number) if is_for_lead else ()
    is_admin = ask.actor.role is Role.ADMIN
    stop_id = mistaken_stops.withdrawable(ask.deps, ask.actor, number) if is_admin else None
    shown = number_checked(checked, ask.reader, several, is_for_lead=is_for_lead, stop_id=stop_id)
    replies.say(ask.asking, ask.client, shown)
