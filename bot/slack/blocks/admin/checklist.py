"""What is missing before agents can work, each line with the button that supplies it. Empty if nothing is."""

from collections.abc import Sequence

from bot.services.setup.readiness import Gap, Lack
from bot.slack.blocks.admin.first_steps import NEW
from bot.slack.blocks.kit.kit import Block, Element, actions, button, context, divider, header, section
from bot.slack.wording import channel, language, named, say, shown, times
from bot.slack.wording.rules.said import translated, translated_line

MOST_LINES = 8
_BY_NAME = {
    Lack.AGENTS: "checklist.no_agents",
    Lack.CAMPAIGN: "checklist.no_campaign",
    Lack.TEAM: "checklist.no_team",
    Lack.LIST: "checklist.no_list",
    Lack.CALLER_NUMBERS: "checklist.no_caller_numbers",
}


def groups(found: Sequence[Gap]) -> list[list[Block]]:
    if not found:
        return []
    left = len(found) - MOST_LINES
    lines = [_line(one) for one in found[:MOST_LINES]]
    return [
        [divider(), header(say("checklist.heading"))],
        *lines,
        *([[context(say("labels.and_more", count=left))]] if left > 0 else []),
    ]


def _line(one: Gap) -> list[Block]:
    said = f":white_circle: {_said(one)}"
    if one.lack is Lack.CHANNEL:  # an invitation is typed in the channel: the press looks again
        return [section(said), actions([button(say("admin.look_again"), "admin_check", NEW), _press(one)])]
    return [section(said, _press(one))]


def _said(one: Gap) -> str:
    name = named(one.name)
    if one.lack in _BY_NAME:
        return say(_BY_NAME[one.lack], name=name)
    match one.lack:
        case Lack.CHANNEL:
            return say(
                "checklist.channel", one.detail, team=name, channel=channel(one.channel), code=shown(one.detail, 80)
            )
        case Lack.RULES:
            return say("checklist.no_rules", campaign=name, country=shown(language.country(one.detail)))
        case Lack.FIRST_DAY if one.on is not None:
            return say("checklist.not_begun", campaign=name, day=times.full_date(one.on))
        case Lack.LAST_DAY if one.on is not None:
            return say("checklist.is_over", campaign=name, day=times.full_date(one.on))
        case Lack.SCREENING:
            return say(
                "checklist.no_screening", count=one.contacts, campaign=name, register=shown(translated(one.detail), 80)
            )
        case Lack.NUMBER_SHOWN:
            return say("checklist.no_number_shown", count=one.contacts, campaign=name)
    return say("checklist.no_fact", count=one.contacts, campaign=name, what=translated_line(one.detail, 200))


def _press(one: Gap) -> Element:
    match one.lack:
        case Lack.CHANNEL:
            return button(say("admin.change"), "admin_team", str(one.key), of=one.name)
        case Lack.AGENTS:
            return button(say("admin_people.add_people"), "admin_several", NEW, of=one.name)
        case Lack.CAMPAIGN:
            return button(say("admin.campaigns"), "admin_campaigns", NEW, of=one.name)
        case Lack.TEAM | Lack.RULES | Lack.NUMBER_SHOWN | Lack.FIRST_DAY | Lack.LAST_DAY | Lack.CALLER_NUMBERS:
            return button(say("admin.change"), "admin_campaign", str(one.key), of=one.name)
        case Lack.SCREENING:
            return button(say("register_files.bring"), "register_bring", one.register, of=one.name)
    return button(say("list_files.bring"), "list_bring", NEW, of=one.name)
