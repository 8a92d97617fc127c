"""The page of own outcomes, the form of one, and the form of its questions."""

from collections.abc import Sequence

from bot.services.answers.own_outcomes import AnswerKind, OwnOutcomeView, Question
from bot.services.own_outcomes import LONGEST_NAME, LONGEST_QUESTION, MOST_QUESTIONS
from bot.services.setup.objects import CampaignView
from bot.slack import ids
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
from policy.vocabulary import Outcome

_MORE_QUESTIONS = 2  # empty ones that the form shows
_CHOICES = 1400  # characters: twenty choices


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
    blocks = [field(ids.NAME, say("admin_outcomes.name_asked"), name, say("admin_outcomes.name_hint"))]
    if one is not None:
        chosen = inputs.yes_or_no(say("admin_outcomes.in_use"), say("admin_outcomes.retired"), not one.is_retired)
        blocks += [
            section(say("admin_outcomes.counts_as", outcome=labels.outcome_name(one.counts_as))),
            field(ids.ACTIVE, say("admin_outcomes.in_use_asked"), chosen),
        ]
        return form(say("admin_outcomes.outcome_title"), blocks, "admin_outcome", metadata)
    choices = [(each.value, labels.outcome_name(each)) for each in Outcome]
    counts_as = inputs.one_of(choices, "", say("admin.choose"))
    blocks.append(
        field(ids.COUNTS_AS, say("admin_outcomes.counts_as_asked"), counts_as, say("admin_outcomes.counts_as_hint"))
    )
    offering = [(str(each.campaign_id), each.name) for each in campaigns if each.is_active]
    if offering:
        menu = inputs.several(offering, [key for key, _ in offering], say("admin.choose"))
        blocks.append(
            field(
                ids.CAMPAIGNS,
                say("admin_outcomes.campaigns_asked"),
                menu,
                say("admin_outcomes.campaigns_hint"),
                is_optional=True,
            )
        )
    return form(say("admin_outcomes.outcome_title"), blocks, "admin_outcome", metadata)


def questions_form(one: OwnOutcomeView, metadata: str) -> Block:
    """Its questions, and empty ones to add."""
    places = range(min(len(one.questions) + _MORE_QUESTIONS, MOST_QUESTIONS))
    asked = [*one.questions, *[Question("")] * _MORE_QUESTIONS]
    blocks = [block for place in places for block in _question(place, asked[place])]
    about = section(f"*{named(one.name)}*")
    return form(say("admin_outcomes.questions_title"), [about, *blocks], "admin_questions", metadata)


def _question(place: int, one: Question) -> list[Block]:
    kinds = [(each.value, say("admin_outcomes.kind", each)) for each in AnswerKind]
    required = inputs.boxes([(ids.YES, say("admin_outcomes.required"))], [ids.YES] if one.is_required else [])
    choices = inputs.lines("\n".join(one.choices), most=_CHOICES)
    asks, kind = (
        inputs.line(one.asks, most=LONGEST_QUESTION),
        inputs.one_of(kinds, one.kind.value, say("admin_outcomes.kind_asked")),
    )
    return [
        field(f"{ids.ASKED}{place}", say("admin_outcomes.question_asked", number=place + 1), asks, is_optional=True),
        field(f"{ids.KIND}{place}", say("admin_outcomes.kind_asked"), kind),
        field(
            f"{ids.CHOICES}{place}",
            say("admin_outcomes.choices_asked"),
            choices,
            say("admin_outcomes.choices_hint"),
            is_optional=True,
        ),
        field(f"{ids.REQUIRED}{place}", say("admin_outcomes.required_asked"), required, is_optional=True),
    ]
