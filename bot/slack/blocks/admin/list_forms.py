"""The form that changes a list: paused or not, how early, until when, and for which campaign; and its figures in a
line."""

from collections.abc import Sequence

from bot.services.answers.lists import ListResults
from bot.services.setup.objects import CampaignView, ListTerms
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.kit.kit import Block, Reader, form, section
from bot.slack.wording import Markup, named, say, shown, times


def change_form(one: ListResults, campaigns: Sequence[CampaignView], metadata: str) -> Block:
    """`campaigns`: those it may be called for."""
    terms = ListTerms(
        is_worked=not one.is_paused,
        priority=one.priority,
        expires_on=one.expires_on,
        campaign=next((str(each.campaign_id) for each in campaigns if each.name == one.campaign), ""),
    )
    choices = [(str(each.campaign_id), each.name) for each in campaigns]
    offer = form_fields.Offer(campaigns=choices if len(choices) > 1 else ())
    head = section(f"*{named(one.name)}*\n{figures(one)}")
    blocks = [head, *form_fields.drawn(terms, is_new=False, offer=offer)]
    return form(say("admin_lists.change_title"), blocks, "admin_list", metadata)


def heading(one: ListResults, reader: Reader) -> str:
    """Its name, and where it comes from."""
    return say(
        "admin_lists.list_line",
        name=named(one.name),
        campaign=shown(one.campaign),
        source=shown(one.source),
        when=reader.moment(one.imported_at),
    )


def figures(one: ListResults) -> str:
    """What came of it, and how it is worked."""
    told = [
        say("admin_lists.results_called", count=one.called),
        say("admin_lists.results_reached", count=one.reached),
        say("admin_lists.results_won", count=one.won),
        say("admin_lists.results_opted_out", count=one.opted_out),
        say("admin_lists.results_complaints", count=one.complaints),
    ]
    told += [say("admin_lists.list_paused")] if one.is_paused else []
    told += [say("admin_lists.list_until", day=Markup(times.short_day(one.expires_on)))] if one.expires_on else []
    return " · ".join(told)
