"""The form that changes a list: paused or not, how early, until when, and for which campaign; and its figures in a
line."""

from collections.abc import Sequence

from bot.services.answers.lists import ListResults
from bot.services.lists import PRIORITIES
from bot.services.setup.overview import CampaignView
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, field, form, section
from bot.slack.wording import Markup, admin_campaigns, admin_lists, named, say, times


def change_form(one: ListResults, campaigns: Sequence[CampaignView], metadata: str) -> Block:
    """`campaigns`: those it may be called for."""
    states = [(ids.YES, say("admin_lists.list_goes_on")), (ids.NO, say("admin_lists.list_waits"))]
    usual = "" if one.priority is None else str(one.priority)
    priorities = [(str(each), admin_campaigns.priority(each)) for each in PRIORITIES]
    last_day = inputs.day(one.expires_on)
    here = next((str(each.campaign_id) for each in campaigns if each.name == one.campaign), "")
    choices = [(str(each.campaign_id), each.name) for each in campaigns]
    blocks = [
        section(f"*{named(one.name)}*\n{figures(one)}"),
        field(
            ids.ACTIVE,
            say("admin_lists.list_state"),
            inputs.radio(states, ids.NO if one.is_paused else ids.YES),
            say("admin_lists.list_waits_hint"),
        ),
        field(
            ids.PRIORITY,
            say("admin_lists.list_priority"),
            inputs.one_of(priorities, usual, say("admin_lists.list_priority")),
            is_optional=True,
        ),
        field(
            ids.UNTIL,
            say("admin_lists.list_last_day"),
            last_day,
            say("admin_lists.list_last_day_hint"),
            is_optional=True,
        ),
    ]
    if len(choices) > 1:
        menu = inputs.one_of(choices, here, say("admin_lists.list_campaign"))
        hint = say("admin_lists.list_campaign_hint")
        blocks.append(field(ids.CAMPAIGN_CHOSEN, say("admin_lists.list_campaign"), menu, hint))
    return form(say("admin_lists.change_title"), blocks, "admin_list", metadata)


def figures(one: ListResults) -> str:
    """What came of it, and how it is worked."""
    told = [admin_lists.list_results(one.called, one.reached, one.won, one.opted_out, one.complaints)]
    told += [say("admin_lists.list_paused")] if one.is_paused else []
    told += [say("admin_lists.list_until", day=Markup(times.short_day(one.expires_on)))] if one.expires_on else []
    return " · ".join(told)
