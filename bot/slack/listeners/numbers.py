"""Numbers that anybody types: /callcheck asks whether one may be called, /dnc stops all calls to one; and what agents
and team leads share: where a person is now.
"""

from collections.abc import Callable
from functools import partial

from bot.services.do_not_call import mistaken_stops, suppressions
from bot.services.errors import BadNumber, PlaceUnknown
from bot.services.merges import parting
from bot.services.numbers.places import Address
from bot.services.teams import call_check
from bot.slack import ids
from bot.slack.blocks.agent import call_check as screens
from bot.slack.blocks.agent import contact_pages
from bot.slack.blocks.agent.call_check import campaign_rules, number_checked, stop_taken_back, suppressed
from bot.slack.blocks.kit.kit import Reply
from bot.slack.boundary import identity, replies
from bot.slack.boundary.actions import AGENT, ANYBODY, STOP, Help, command, press
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form, number_first, rules_wanted, tidy_text
from bot.slack.wording.say import say
from policy.vocabulary import Role


def check(ask: Ask, text: str) -> None:
    """/callcheck NUMBER: may it be called, why or why not, and when; or rules, the answers for a campaign. Changes
    nothing."""
    number = tidy_text(text)
    campaign = rules_wanted(number)
    if campaign is not None:
        told = call_check.rules_of_campaign(ask.deps, ask.actor, campaign)
        replies.beside(ask, campaign_rules(told))
        return
    if not number:
        replies.beside(ask, Reply(say("reports.callcheck_usage")))
        return
    checked = call_check.check_number(ask.deps, ask.actor, number)
    is_for_lead = ask.actor.role is not Role.AGENT
    several = parting.of_number(ask.deps, ask.actor, number) if is_for_lead else ()
    is_admin = ask.actor.role is Role.ADMIN
    stop_id = mistaken_stops.withdrawable(ask.deps, ask.actor, number) if is_admin else None
    shown = number_checked(checked, ask.reader, several, is_for_lead=is_for_lead, stop_id=stop_id)
    replies.beside(ask, shown)


def do_not_call(ask: Ask, text: str) -> None:
    """/dnc NUMBER [reason]: records a request not to be called, received in any way. Takes effect at once."""
    number, reason = number_first(text)
    if not number and not reason:
        replies.beside(ask, Reply(say("reports.dnc_usage")))
        return
    if not number:
        raise BadNumber(reason)
    stop(ask, number, reason)


def stop(ask: Ask, number: str, reason: str) -> None:
    """Records the request, from any actor."""
    stopped = suppressions.add(ask.deps, ask.actor, number, reason)
    replies.beside(ask, suppressed(stopped))
    if stopped.stop_id and not ask.actor.is_known:
        told = partial(screens.stopped_by_colleague, stopped.masked_number, ask.actor.slack_user_id, stopped.stop_id)
        identity.tell(ask, mistaken_stops.admins(ask.deps, ask.actor), told)


def undo(ask: Ask, stop_id: int) -> None:
    """Takes the pressed stop back within 10 minutes, in its message or where the agent works."""
    said = stop_taken_back(suppressions.take_back(ask.deps, ask.actor, stop_id))
    if ask.asking.surface.is_desk:
        replies.show_work(ask, said.blocks)
    else:
        replies.replace_with(ask, said)


def taken_place(form: Form, correct: Callable[[Address], Taken]) -> Taken:
    """The form of an agent and of a team lead that says where a person is now."""
    address = Address(form.text(ids.COUNTRY), form.text(ids.REGION), form.text(ids.POSTCODE), form.text(ids.CITY))
    if address == Address():
        return Taken({ids.COUNTRY: say("calls.place_empty")})
    try:
        return correct(address)
    except PlaceUnknown as error:
        return Taken(contact_pages.unknown(error))


ACTIONS = (
    command(
        "/callcheck",
        AGENT,
        check,
        Help(
            "help_page.callcheck_line",
            typed="help_page.callcheck",
            in_slack=(
                "May you call this number, why not, and when; or the rules of your campaign",
                "number, or: rules [campaign]",
            ),
        ),
    ),
    command(
        "/dnc",
        ANYBODY,
        do_not_call,
        Help(
            "help_page.dnc_line", typed="help_page.dnc", in_slack=("Stop all calls to this number", "number [reason]")
        ),
    ),
    press("undo_stop", ANYBODY, STOP, undo),
)
