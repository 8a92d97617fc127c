"""The checklist on an admin's Home: what the set-up still lacks, and what to do."""

from typing import Final

from bot.slack.wording.language import N_, _, counted, sentence
from bot.slack.wording.markup import Markup, filled

heading = sentence("Still to do")
no_agents = filled("*{team}* has no agents. Add the people who make calls.")
no_campaign = filled("*{team}* has no campaign. Add one, or let the team work one that you have.")
no_team = filled("No team works *{campaign}*. Choose one.")
no_caller_numbers = filled("*{campaign}*: the rules require that people see your number. Say which one agents show.")
no_list = filled("*{campaign}* has no contacts. Import a list.")

_CHANNEL: Final = {
    "not_in_channel": N_("*{team}*: I am not in {channel}, where its digest goes. Type `/invite @Nextcall` there."),
    "channel_not_found": N_("*{team}*: I cannot see {channel}, where its digest goes. Type `/invite @Nextcall` there."),
    "is_archived": N_("*{team}*: {channel}, where its digest goes, is archived. Choose another channel."),
}
_CHANNEL_OTHERWISE: Final = N_("*{team}*: Slack does not let me post in {channel} ({code}). Choose another channel.")


def no_rules(campaign: Markup, country: Markup) -> str:
    said = _(
        "*{campaign}*: no rule pack covers such calls in {country}, so every contact is on hold. Choose another "
        "purpose or country."
    )
    return said.format(campaign=campaign, country=country)


def not_begun(campaign: Markup, day: str) -> str:
    return _("*{campaign}* starts on {day}. Agents get none of its contacts before.").format(campaign=campaign, day=day)


def is_over(campaign: Markup, day: str) -> str:
    said = _("*{campaign}*: its last day was {day}. Choose a later one, or say that it is not active.")
    return said.format(campaign=campaign, day=day)


def no_channel(team: Markup, channel: Markup, code: str, shown_code: Markup) -> str:
    return _(_CHANNEL.get(code, _CHANNEL_OTHERWISE)).format(team=team, channel=channel, code=shown_code)


def no_screening(campaign: Markup, register: Markup, count: int) -> str:
    return counted(
        "*{campaign}*: {count} contact on hold. Screen it against {register} and import the result.",
        "*{campaign}*: {count} contacts on hold. Screen them against {register} and import the result.",
        count,
        campaign=campaign,
        register=register,
    )


def no_number_shown(campaign: Markup, count: int) -> str:
    return counted(
        "*{campaign}*: {count} contact on hold. The rules require that they see your number. Once they do, say so.",
        "*{campaign}*: {count} contacts on hold. The rules require that they see your number. Once they do, say so.",
        count,
        campaign=campaign,
    )


def no_fact(campaign: Markup, what: Markup, count: int) -> str:
    return counted(
        "*{campaign}*: {count} contact on hold. Missing: {what}. Add it and import the list again.",
        "*{campaign}*: {count} contacts on hold. Missing: {what}. Add it and import the list again.",
        count,
        campaign=campaign,
        what=what,
    )
