"""Forms for a campaign and its cards, and the page that shows what a change means before it is saved.

The page of own outcomes, which cards offer, the form of one, and the form of its questions.
"""

import json
from collections.abc import Sequence

from bot.services.answers.own_outcomes import OwnOutcomeView, Question
from bot.services.hand_out.cards import ALWAYS
from bot.services.numbers.parsing import format_number
from bot.services.own_outcomes import LONGEST_NAME, MOST_QUESTIONS
from bot.services.setup import checks
from bot.services.setup.campaign_packs import PackChosen
from bot.services.setup.fields import view_of
from bot.services.setup.objects import CARD, CampaignView
from bot.services.setup.outcome_plan import OwnOutcomeForm, QuestionView
from bot.slack import ids
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.admin.admin_pages import NEW
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import (
    Block,
    actions,
    button,
    context,
    field,
    form,
    lines_in_sections,
    page_of,
    section,
)
from bot.slack.wording import labels, language
from bot.slack.wording.labels import translated, translated_line
from bot.slack.wording.say import Markup, named, say, short_day, shown
from policy.vocabulary import Outcome

LONGEST_VALUE = 150  # of an option
MOST_PACKS = 8
MOST_BYTES = 9_000  # of packs, as sent


def campaign_form(one: CampaignView, offer: form_fields.Offer, metadata: str) -> Block:
    name = field(ids.NAME, say("admin_campaigns.campaign_name"), inputs.line(one.name))
    head = section(f"*{named(one.name)}*") if one.campaign_id else name
    blocks = [head, *form_fields.drawn(one, is_new=not one.campaign_id, offer=offer)]
    return form(say("admin_campaigns.campaign_title"), blocks, "admin_campaign", metadata, say("admin_campaigns.go_on"))


def meaning_page(
    one: CampaignView, chosen: Sequence[PackChosen], contacts: int, metadata: str, *, is_answered_for: bool = True
) -> Block:
    """The page that shows what the change means. It covers the form, so Back finds the form as filled in.

    `contacts`: how many are decided again. `is_answered_for`: whether a pack answers for such calls. Kept small,
    because it travels in an ack.
    """
    lines = _when(one)
    lines += [say("admin_campaigns.decided_again", count=contacts)] if contacts else []
    lines += [] if is_answered_for else [say("admin_campaigns.nobody_answers")]
    country = shown(language.country(one.country))
    for number in checks.of_elsewhere(one.caller_numbers.split(), one.country):
        written = shown(format_number(number, one.country))
        lines.append(say("admin_campaigns.number_of_elsewhere", number=written, country=country))
    packs = [_pack(each) for each in chosen if each.kind != "base"]
    kept, used = list[str](), 0  # as many as fit into an ack, in any script
    for said in packs[:MOST_PACKS]:
        used += len(json.dumps(said))
        if used > MOST_BYTES:
            break
        kept.append(said)
    lines += [say("admin_campaigns.rules_chosen"), *kept]
    lines += [say("labels.and_more", count=len(packs) - len(kept))] if len(packs) > len(kept) else []
    lines.append(say("admin_campaigns.strictest_wins"))
    blocks = [section(f"*{named(one.name)}*"), *lines_in_sections(lines, most=3)]
    title = say("admin_campaigns.meaning_title")
    return form(title, blocks, "admin_meaning", metadata, close=say("admin_campaigns.back"))


def _when(one: CampaignView) -> list[str]:
    """Whether its contacts are handed out at all, and on which days only."""
    if not one.is_active:
        return [say("admin_campaigns.hands_out_nothing")]
    days = (("admin_campaigns.hands_out_from", one.starts_on), ("admin_campaigns.hands_out_until", one.ends_on))
    return [say(key, day=shown(short_day(day))) for key, day in days if day is not None]


def _pack(one: PackChosen) -> str:
    if one.others:
        return say("admin_campaigns.parts_have_packs", count=one.others)
    limits = [translated(limit) for limit in one.limits[:6]]
    if one.screenings:
        registers = shown(", ".join(translated(name) for _, name in one.screenings), 120)
        limits.append(say("admin_campaigns.screening_needed", registers=registers))
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


_MORE_QUESTIONS = 2  # empty ones that the form shows


def outcomes(known: Sequence[OwnOutcomeView], campaigns: Sequence[CampaignView], line: Sequence[Block] = ()) -> Block:
    """Those in use first, then retired ones."""
    found = sorted(known, key=lambda one: one.is_retired)
    rows = [_row(one, campaigns) for one in found] or [[section(say("admin_outcomes.none_yet"))]]
    add = actions([button(say("admin_outcomes.add_outcome"), "admin_outcome", NEW, "primary")])
    return page_of(say("admin_outcomes.page_title"), [line, [context(say("admin_outcomes.about_page")), add], *rows])


def _row(one: OwnOutcomeView, campaigns: Sequence[CampaignView]) -> list[Block]:
    value, key = str(one.own_id), str(one.own_id)
    offering = [each.name for each in campaigns if key in f"{each.own_buttons} {each.own_outcomes}".split()]
    counts_as = labels.outcome_name(one.counts_as)
    said = [say("admin_outcomes.outcome_counts_as", name=shown(one.name), outcome=counts_as)]
    if one.is_retired:
        said = [Markup(f"{said[0]} ({say('admin_outcomes.is_retired')})")]
    else:
        cards = Markup(", ".join(map(shown, offering[:10])))
        said += [say("admin_outcomes.how_many_questions", count=len(one.questions))] if one.questions else []
        said.append(say("admin_outcomes.outcome_on_cards", None if cards else "none", campaigns=cards))
    presses = [
        button(say("admin.change"), "admin_outcome", value, of=one.name),
        button(say("admin_outcomes.questions_button"), "admin_questions", value, of=one.name),
    ]
    return [section(" · ".join(said)), actions(presses)]


def outcome_form(one: OwnOutcomeView | None, campaigns: Sequence[CampaignView], metadata: str) -> Block:
    """None: a new one, which may go on the cards of campaigns at once."""
    name = inputs.line("" if one is None else one.name, most=LONGEST_NAME)
    counts_as = Markup("") if one is None else labels.outcome_name(one.counts_as)
    offered = [(str(each.campaign_id), each.name) for each in campaigns if each.is_active]
    asked = OwnOutcomeForm(one is None or not one.is_retired, campaigns=" ".join(key for key, _ in offered))
    blocks = [
        field(ids.NAME, say("admin_outcomes.name_asked"), name, say("admin_outcomes.name_hint")),
        *([section(say("admin_outcomes.counts_as", outcome=counts_as))] if counts_as else []),
        *form_fields.drawn(asked, is_new=one is None, offer=form_fields.Offer(campaigns=offered)),
    ]
    return form(say("admin_outcomes.outcome_title"), blocks, "admin_outcome", metadata)


def questions_form(one: OwnOutcomeView, metadata: str) -> Block:
    """Its questions, and empty ones to add."""
    places = range(min(len(one.questions) + _MORE_QUESTIONS, MOST_QUESTIONS))
    asked = [*one.questions, *[Question("")] * _MORE_QUESTIONS]
    views = [view_of(QuestionView, asked[place]) for place in places]
    blocks = [block for place in places for block in form_fields.drawn(views[place], is_new=False, place=place)]
    about = section(f"*{named(one.name)}*")
    return form(say("admin_outcomes.questions_title"), [about, *blocks], "admin_questions", metadata)
