"""Own outcomes: the page, adding, renaming and retiring them, and the questions of their forms."""

from collections.abc import Sequence

from bot.services.answers.own_outcomes import AnswerKind, OwnOutcomeView, Question
from bot.services.errors import AlreadyGone
from bot.services.names import fold_name
from bot.services.own_outcomes import LONGEST_CHOICE, LONGEST_NAME, MOST_CHOICES, MOST_QUESTIONS, name_fault, offered
from bot.services.setup import overview, plan
from bot.services.setup.objects import Setup
from bot.services.setup.outcome_plan import OutcomeSetup, OwnOutcomeForm, QuestionView
from bot.services.setup.overview import Overview
from bot.slack import ids
from bot.slack.blocks.admin import campaign_form as forms
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.kit.kit import Block
from bot.slack.boundary.actions import ADMIN, NOTHING, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.admin.organisation import saved
from bot.slack.wording import labels
from bot.slack.wording.say import Markup, say, shown
from policy.vocabulary import Outcome


def page(ask: Ask, line: Sequence[Block] = ()) -> Block:
    now = overview.organisation_overview(ask.deps, ask.actor)
    return forms.outcomes(now.own_outcomes, now.campaigns, line)


def build(ask: Ask) -> Block:
    now, own_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    return forms.outcome_form(_known(now, own_id), now.campaigns, ask.asking.remembered(own_id))


def take(ask: Ask, form: Form) -> Taken:
    now, name = overview.organisation_overview(ask.deps, ask.actor), " ".join(form.text(ids.NAME).split())
    known = _known(now, ask.asking.number)
    if says := _name_fault(now, known, name):
        return Taken({ids.NAME: says})
    answers = (form_fields.answers if known is None else form_fields.changes)(OwnOutcomeForm, form)
    if errors := form_fields.faults(OwnOutcomeForm(), answers):
        return Taken(errors)
    said = form_fields.parsed(OwnOutcomeForm(), answers)
    counts_as = said["counts_as"] if known is None else known.counts_as
    is_retired = not said["is_in_use"] if "is_in_use" in said else None
    was = None if known is None else known.name
    wanted = OutcomeSetup(name, counts_as, was, is_retired=is_retired, is_new=known is None)
    chosen = said.get("campaigns", ())
    offering = []
    for one in now.campaigns:
        if str(one.campaign_id) in chosen:
            others = (each.name for each in offered(one.own_outcomes, now.own_outcomes))
            kept = {key: getattr(one, key) for key in ("name", "purpose", "principal", "country")}
            offering.append(kept | {"own_outcomes": (*others, name)})
    return _saved(ask, Setup(outcomes=(wanted,), campaigns=tuple(offering)), name)


def build_questions(ask: Ask) -> Block:
    now, own_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    one = _known(now, own_id)
    if one is None:
        raise AlreadyGone
    return forms.questions_form(one, ask.asking.remembered(own_id))


def take_questions(ask: Ask, form: Form) -> Taken:
    one = _known(overview.organisation_overview(ask.deps, ask.actor), ask.asking.number)
    if one is None:
        raise AlreadyGone
    asked = [(place, _question(form, place)) for place in range(MOST_QUESTIONS) if form.text(f"{ids.ASKED}{place}")]
    if errors := _faults(asked):
        return Taken(errors)
    wanted = OutcomeSetup(one.name, one.counts_as, questions=tuple(question for _, question in asked))
    return _saved(ask, Setup(outcomes=(wanted,)), one.name)


def _saved(ask: Ask, wanted: Setup, name: str) -> Taken:
    plan.save(ask.deps, ask.actor, wanted)
    return saved(ask, say("admin_outcomes.outcome_saved", name=shown(name)), page)


def _known(now: Overview, own_id: int) -> OwnOutcomeView | None:
    """None for a new one. Raises AlreadyGone."""
    if not own_id:
        return None
    found = [one for one in now.own_outcomes if one.own_id == own_id]
    if not found:
        raise AlreadyGone
    return found[0]


def _name_fault(now: Overview, known: OwnOutcomeView | None, name: str) -> str:
    key = fold_name(name)
    if not name:
        return say("admin.write_a_name")
    if not name[0].isalpha():
        return say("admin_outcomes.begin_with_letter")
    if len(name) > LONGEST_NAME:  # Slack's own field takes no more
        return say("admin_outcomes.name_hint")
    if key in {fold_name(labels.outcome_name(one)) for one in Outcome} or name_fault(name):
        return say("admin_outcomes.name_is_nextcalls")
    is_taken = any(fold_name(one.name) == key and one != known for one in now.own_outcomes)
    return say("admin.name_taken", name=Markup(name)) if is_taken else ""


def _question(form: Form, place: int) -> Question:
    said = form_fields.parsed(QuestionView(), form_fields.answers(QuestionView, form, place=place))
    choices = said["choices"] if said["kind"] is AnswerKind.CHOICE else ()
    return Question(**said | {"asks": " ".join(said["asks"].split()), "choices": choices})


def _faults(asked: Sequence[tuple[int, Question]]) -> dict[str, str]:
    found, seen = dict[str, str](), set[str]()
    for place, one in asked:
        if fold_name(one.asks) in seen:
            found[f"{ids.ASKED}{place}"] = say("admin_outcomes.asked_twice")
        seen.add(fold_name(one.asks))
        if one.kind is not AnswerKind.CHOICE:
            continue
        if not 2 <= len(one.choices) <= MOST_CHOICES:
            found[f"{ids.CHOICES}{place}"] = say("admin_outcomes.how_many_choices")
        elif max(map(len, one.choices)) > LONGEST_CHOICE:
            found[f"{ids.CHOICES}{place}"] = say("admin_outcomes.choice_too_long")
    return found


ACTIONS = (
    opens("admin_outcomes", ADMIN, NOTHING, "admin_outcomes.page_title", page),
    opens("admin_outcome", ADMIN, NOTHING, "admin_outcomes.outcome_title", build),
    sends("admin_outcome", ADMIN, NOTHING, take),
    opens("admin_questions", ADMIN, NOTHING, "admin_outcomes.questions_title", build_questions),
    sends("admin_questions", ADMIN, NOTHING, take_questions),
)
