"""Forms for a campaign and its cards, and the page that shows what a change means before it is saved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.services.hand_out.cards import ALWAYS
from bot.services.numbers.parsing import format_number
from bot.services.setup import checks
from bot.services.setup.campaign_packs import PackChosen
from bot.services.setup.objects import CARD, CampaignView
from bot.slack import ids
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, field, form, lines_in_sections, section
from bot.slack.wording import Markup, labels, language, named, say, shown, times
from bot.slack.wording.rules import translated, translated_line
from policy.vocabulary import Outcome

LONGEST_VALUE = 150  # of an option
MOST_PACKS = 8
MOST_BYTES = 9_000  # of packs, as sent


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a campaign means as filled in. `decided_again`: number of contacts to redecide."""

    packs: Sequence[PackChosen]
    is_answered_for: bool
    decided_again: int


def campaign_form(one: CampaignView, offer: form_fields.Offer, metadata: str) -> Block:
    head = (
        section(f"*{named(one.name)}*")
        if one.campaign_id
        else field(ids.NAME, say("admin_campaigns.campaign_name"), inputs.line(one.name))
    )
    blocks = [head, *form_fields.drawn(one, is_new=not one.campaign_id, offer=offer)]
    return form(say("admin_campaigns.campaign_title"), blocks, "admin_campaign", metadata, say("admin_campaigns.go_on"))


def meaning_page(one: CampaignView, means: Meaning, metadata: str) -> Block:
    """The page that shows what the change means. It covers the form, so Back finds the form as filled in.

    Kept small, because it travels in an ack.
    """
    blocks, title = [section(f"*{named(one.name)}*"), *_meaning(one, means)], say("admin_campaigns.meaning_title")
    return form(title, blocks, "admin_meaning", metadata, close=say("admin_campaigns.back"))


def _meaning(one: CampaignView, means: Meaning) -> list[Block]:
    lines = _when(one)
    lines += [say("admin_campaigns.decided_again", count=means.decided_again)] if means.decided_again else []
    lines += [] if means.is_answered_for else [say("admin_campaigns.nobody_answers")]
    for number in checks.of_elsewhere(one.caller_numbers.split(), one.country):
        country = shown(language.country(one.country))
        lines.append(
            say(
                "admin_campaigns.number_of_elsewhere", number=shown(format_number(number, one.country)), country=country
            )
        )
    packs = [_pack(each) for each in means.packs if each.kind != "base"]
    kept = _fitting(packs[:MOST_PACKS])
    lines += [say("admin_campaigns.rules_chosen"), *kept]
    lines += [say("labels.and_more", count=len(packs) - len(kept))] if len(packs) > len(kept) else []
    lines.append(say("admin_campaigns.strictest_wins"))
    return lines_in_sections(lines, most=3)


def _when(one: CampaignView) -> list[str]:
    """Whether its contacts are handed out at all, and on which days only."""
    if not one.is_active:
        return [say("admin_campaigns.hands_out_nothing")]
    lines: list[str] = (
        []
        if one.starts_on is None
        else [say("admin_campaigns.hands_out_from", day=shown(times.short_day(one.starts_on)))]
    )
    return lines + (
        [] if one.ends_on is None else [say("admin_campaigns.hands_out_until", day=shown(times.short_day(one.ends_on)))]
    )


def _fitting(packs: Sequence[str]) -> list[str]:
    """As many packs as fit into an ack, in any script."""
    kept, used = [], 0
    for one in packs:
        used += len(json.dumps(one))
        if used > MOST_BYTES:
            break
        kept.append(one)
    return kept


def _pack(one: PackChosen) -> str:
    if one.others:
        return say("admin_campaigns.parts_have_packs", count=one.others)
    limits = [translated(limit) for limit in one.limits[:6]]
    if one.screenings:
        limits.append(
            say(
                "admin_campaigns.screening_needed",
                registers=shown(", ".join(translated(name) for _, name in one.screenings), 120),
            )
        )
    hours, how = shown("; ".join(translated(week) for week in one.hours[:3]), 250), None
    if hours or limits:
        how = "hours_and_limits" if hours and limits else "hours_only" if hours else "limits_only"
    title = translated_line(one.title, 80)
    return say("admin_campaigns.pack", how, title=title, hours=hours, limits=shown("; ".join(limits), 400))


def card_form(one: CampaignView, headings: Sequence[str], metadata: str, own: Sequence[OwnOutcomeView] = ()) -> Block:
    """The form for the script, the details and the outcomes. It changes no decision.

    `headings`: those of its lists; `own`: own outcomes, retired ones too.
    """
    kept = ", ".join(labels.outcome_name(each) for each in Outcome if each in ALWAYS)
    offer = form_fields.Offer(
        headings=[heading for heading in headings if len(heading) <= LONGEST_VALUE],
        own_outcomes=[(str(each.own_id), each.name) for each in own if not each.is_retired],
    )
    blocks = [
        section(f"*{named(one.name)}*"),
        *form_fields.drawn(one, is_new=False, offer=offer, of=CARD),
        section(say("admin_campaigns.outcomes_kept", outcomes=Markup(kept))),
    ]
    return form(say("admin_campaigns.card_title"), blocks, "admin_card", metadata)
