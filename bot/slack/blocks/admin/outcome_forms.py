"""The page of own outcomes, the form of one, and the form of its questions."""

from collections.abc import Sequence

from bot.services.answers.own_outcomes import OwnOutcomeView, Question
from bot.services.own_outcomes import LONGEST_NAME, MOST_QUESTIONS
from bot.services.setup.fields import view_of
from bot.services.setup.objects import CampaignView
from bot.services.setup.outcome_plan import OwnOutcomeForm, QuestionView
from bot.slack import ids
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.admin.first_steps import NEW
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import (
    MOST_BLOCKS_IN_VIEW,
    Block,
    actions,
    button,
    context,
    field,
    fitted,
    form,
    modal,
    section,
)
from bot.slack.wording import labels, named, say, shown
from bot.slack.wording.say import Markup

_MORE_QUESTIONS = 2  # empty ones that the form shows


def outcomes(known: Sequence[OwnOutcomeView], campaigns: Sequence[CampaignView], line: Sequence[Block] = ()) -> Block:
    """Those in use first, then retired ones."""
    found = sorted(known, key=lambda one: one.is_retired)
    rows = [_row(one, campaigns) for one in found] or [[section(say("admin_outcomes.none_yet"))]]
    add = [
        context(say("admin_outcomes.about_page")),
        actions([button(say("admin_outcomes.add_outcome"), "admin_outcome", NEW, "primary")]),
    ]
    groups = [*([list(line)] if line else []), add, *rows]
    return modal(say("admin_outcomes.page_title"), fitted(groups, most_blocks=MOST_BLOCKS_IN_VIEW))


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
