"""The page of own outcomes, the form of one, and the form of its questions."""

from collections.abc import Sequence

from bot.services.answers.own_outcomes import AnswerKind, OwnOutcomeView, Question
from bot.services.own_outcomes import LONGEST_NAME, LONGEST_QUESTION, MOST_QUESTIONS
from bot.services.setup import CampaignView
from bot.slack import ids
from bot.slack.blocks.admin.first_steps import NEW
from bot.slack.blocks.kit import (
    MOST_BLOCKS_IN_VIEW,
    Block,
    actions,
    button,
    context,
    field,
    fitted,
    form,
    inputs,
    modal,
    section,
)
from bot.slack.wording import admin, labels, named, shown
from bot.slack.wording.outcomes import admin_outcomes as words
from policy.vocabulary import Outcome

_MORE_QUESTIONS = 2  # empty ones that the form shows
_CHOICES = 1400  # characters: twenty choices


def outcomes(known: Sequence[OwnOutcomeView], campaigns: Sequence[CampaignView], line: Sequence[Block] = ()) -> Block:
    """Those in use first, then retired ones."""
    found = sorted(known, key=lambda one: one.is_retired)
    rows = [_row(one, campaigns) for one in found] or [[section(words.none_yet())]]
    add = [context(words.about_page()), actions([button(words.add_outcome(), ids.ADMIN_OUTCOME, NEW, "primary")])]
    groups = [*([list(line)] if line else []), add, *rows]
    return modal(words.page_title(), fitted(groups, most_blocks=MOST_BLOCKS_IN_VIEW))


def _row(one: OwnOutcomeView, campaigns: Sequence[CampaignView]) -> list[Block]:
    value, key = str(one.own_id), str(one.own_id)
    offering = [each.name for each in campaigns if key in f"{each.own_buttons} {each.own_outcomes}".split()]
    said = words.outcome_line(
        shown(one.name),
        one.counts_as,
        len(one.questions),
        [shown(name) for name in offering[:10]],
        is_old=one.is_retired,
    )
    presses = [
        button(admin.change(), ids.ADMIN_OUTCOME, value, of=one.name),
        button(words.questions_button(), ids.ADMIN_QUESTIONS, value, of=one.name),
    ]
    return [section(said), actions(presses)]


def outcome_form(one: OwnOutcomeView | None, campaigns: Sequence[CampaignView], metadata: str) -> Block:
    """None: a new one, which may go on the cards of campaigns at once."""
    name = inputs.line("" if one is None else one.name, most=LONGEST_NAME)
    blocks = [field(ids.NAME, words.name_asked(), name, words.name_hint())]
    if one is not None:
        chosen = inputs.yes_or_no(words.in_use(), words.retired(), not one.is_retired)
        blocks += [section(words.counts_as(one.counts_as)), field(ids.ACTIVE, words.in_use_asked(), chosen)]
        return form(words.outcome_title(), blocks, ids.ADMIN_OUTCOME, metadata)
    choices = [(each.value, labels.outcome_name(each)) for each in Outcome]
    counts_as = inputs.one_of(choices, "", admin.choose())
    blocks.append(field(ids.COUNTS_AS, words.counts_as_asked(), counts_as, words.counts_as_hint()))
    offering = [(str(each.campaign_id), each.name) for each in campaigns if each.is_active]
    if offering:
        menu = inputs.several(offering, [key for key, _ in offering], admin.choose())
        blocks.append(field(ids.CAMPAIGNS, words.campaigns_asked(), menu, words.campaigns_hint(), is_optional=True))
    return form(words.outcome_title(), blocks, ids.ADMIN_OUTCOME, metadata)


def questions_form(one: OwnOutcomeView, metadata: str) -> Block:
    """Its questions, and empty ones to add."""
    places = range(min(len(one.questions) + _MORE_QUESTIONS, MOST_QUESTIONS))
    asked = [*one.questions, *[Question("")] * _MORE_QUESTIONS]
    blocks = [block for place in places for block in _question(place, asked[place])]
    about = section(f"*{named(one.name)}*")
    return form(words.questions_title(), [about, *blocks], ids.ADMIN_QUESTIONS, metadata)


def _question(place: int, one: Question) -> list[Block]:
    kinds = [(each.value, words.kind(each)) for each in AnswerKind]
    required = inputs.boxes([(ids.YES, words.required())], [ids.YES] if one.is_required else [])
    choices = inputs.lines("\n".join(one.choices), most=_CHOICES)
    asks, kind = inputs.line(one.asks, most=LONGEST_QUESTION), inputs.one_of(kinds, one.kind.value, words.kind_asked())
    return [
        field(f"{ids.ASKED}{place}", words.question_asked(place + 1), asks, is_optional=True),
        field(f"{ids.KIND}{place}", words.kind_asked(), kind),
        field(f"{ids.CHOICES}{place}", words.choices_asked(), choices, words.choices_hint(), is_optional=True),
        field(f"{ids.REQUIRED}{place}", words.required_asked(), required, is_optional=True),
    ]
