"""The campaign form, and what its cards show during a call.

Before a campaign is saved, a page on top of its form shows what the campaign means. Own outcomes: the page, adding,
renaming and retiring them, and the questions of their forms.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.services import own_outcomes
from bot.services.answers.own_outcomes import AnswerKind, OwnOutcomeView, Question
from bot.services.errors import AlreadyGone
from bot.services.names import fold_name
from bot.services.setup import campaign_packs, fields, overview, plan
from bot.services.setup.objects import CARD, CampaignView, Setup
from bot.services.setup.outcome_plan import OutcomeSetup, OwnOutcomeForm, QuestionView
from bot.slack import ids
from bot.slack.blocks.admin import admin_forms as forms
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import replies
from bot.slack.boundary.actions import ADMIN, NOTHING, Ask, Taken, opens, sends
from bot.slack.boundary.payloads import Form, Unreadable
from bot.slack.listeners.admin.organisation import campaigns_page, name_fault, saved
from bot.slack.wording import labels
from bot.slack.wording.say import Markup, named, say, shown
from policy.vocabulary import Outcome


def build(ask: Ask) -> Block:
    now, campaign_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    if campaign_id:
        one = now.campaign(campaign_id)
    else:  # every team, the organisation as principal, and the country of the newest campaign, else GB
        countries = [each.country for each in now.campaigns] or ["GB"]
        teams = tuple(each.name for each in now.teams)
        one = CampaignView(country=countries[-1], principal=now.organisation.name, teams=teams)
    deps = ask.deps
    words = deps.rulebook().known_words()
    offer = form_fields.Offer(
        countries=campaign_packs.countries(deps),
        sectors=words.sectors,
        house_packs=campaign_packs.house_packs(deps),
        titles=[(pack.id, pack.title) for pack in deps.rulebook().packs.values()],
        codes=words.codes,
        house_default=deps.house_pack_in(one.country),
        teams=now.teams,
    )
    return forms.campaign_form(one, offer, ask.asking.remembered(campaign_id))


def take(ask: Ask, form: Form) -> Taken:
    """Reads the form and shows what the campaign means. Saves nothing."""
    now, campaign_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    if campaign_id:
        answers = form_fields.changes(CampaignView, form)
    else:
        answers = form_fields.answers(CampaignView, form) | {"name": form.text(ids.NAME)}
    one = _filled_in(now, campaign_id, answers)
    taken = () if one.campaign_id else (other.name for other in now.campaigns)
    errors = name_fault(one.name, taken) | form_fields.faults(one, answers)
    if one.starts_on and one.ends_on and one.ends_on < one.starts_on:
        errors[ids.UNTIL] = say("admin_campaigns.days_reversed")
    if errors:
        return Taken(errors)
    contacts = plan.count_affected(ask.deps, ask.actor, _wanted(one))
    kept = json.dumps({"campaign_id": campaign_id, **answers}, ensure_ascii=False, separators=(",", ":"))
    packs = campaign_packs.packs_chosen(ask.deps, one)
    is_answered_for = campaign_packs.answers_for(ask.deps, one.purpose, one.country)
    metadata = ask.asking.remembered(kept)
    return Taken(on_top=forms.meaning_page(one, packs, contacts, metadata, is_answered_for=is_answered_for))


def save(ask: Ask, _form: Form) -> Taken:
    """Saves what the form under the page of its meaning said."""
    now = overview.organisation_overview(ask.deps, ask.actor)
    try:
        answers = json.loads(ask.asking.said)
        campaign_id = int(answers.pop("campaign_id"))
    except (ValueError, TypeError, KeyError, AttributeError) as cause:
        raise Unreadable from cause
    one = _filled_in(now, campaign_id, answers)
    contacts = plan.count_affected(ask.deps, ask.actor, _wanted(one))
    plan.save(ask.deps, ask.actor, _wanted(one))

    def then() -> None:
        said: str = say("admin_campaigns.campaign_saved", name=named(one.name))
        if contacts:
            said = f"{said} {say('admin_campaigns.being_decided', count=contacts)}"
            replies.decide_again(ask.deps)
        replies.saved(ask, [section(said)])

    return Taken(closes_all=True, then=then)


def _filled_in(now: overview.Overview, campaign_id: int, answers: form_fields.Answers) -> CampaignView:
    """The campaign with the answers; what the form did not ask stays.

    Raises Unreadable for what no form of this version says, AlreadyGone for a removed team or campaign.
    """

    def names(team_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(now.team(int(key)).name for key in team_ids if key.isdigit())

    before = now.campaign(campaign_id) if campaign_id else CampaignView()
    try:
        return replace(before, **form_fields.parsed(before, answers, {fields.NAMES: names}))
    except (ValueError, TypeError, KeyError, AttributeError) as cause:
        raise Unreadable from cause


def _wanted(one: CampaignView) -> Setup:
    return Setup(campaigns=({"name": one.name, **fields.asked_values(one)},))


def build_card(ask: Ask) -> Block:
    now = overview.organisation_overview(ask.deps, ask.actor)
    one = now.campaign(ask.asking.number)
    headings = overview.headings_now(ask.deps, one)
    return forms.card_form(one, headings, ask.asking.remembered(ask.asking.number), now.own_outcomes)


def take_card(ask: Ask, form: Form) -> Taken:
    now = overview.organisation_overview(ask.deps, ask.actor)
    one, known = now.campaign(ask.asking.number), {str(each.own_id): each.name for each in now.own_outcomes}

    def names(own_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(known[key] for key in own_ids if key in known)

    answers = form_fields.changes(CampaignView, form, CARD)
    card = form_fields.parsed(one, answers, {fields.ORDERED: names})
    if errors := form_fields.faults(replace(one, **card), answers):
        return Taken(errors)
    said = {key: getattr(one, key) for key in ("name", "purpose", "principal", "country")}
    plan.save(ask.deps, ask.actor, Setup(campaigns=(fields.entry(CampaignView, **said, **card),)))
    return saved(ask, say("admin_campaigns.campaign_saved", name=named(one.name)), campaigns_page)


def page(ask: Ask, line: Sequence[Block] = ()) -> Block:
    now = overview.organisation_overview(ask.deps, ask.actor)
    return forms.outcomes(now.own_outcomes, now.campaigns, line)


def build_outcome(ask: Ask) -> Block:
    now, own_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    return forms.outcome_form(_known(now, own_id), now.campaigns, ask.asking.remembered(own_id))


def take_outcome(ask: Ask, form: Form) -> Taken:
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
            others = (each.name for each in own_outcomes.offered(one.own_outcomes, now.own_outcomes))
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
    asked = [
        (place, _question(form, place))
        for place in range(own_outcomes.MOST_QUESTIONS)
        if form.text(f"{ids.ASKED}{place}")
    ]
    if errors := _faults(asked):
        return Taken(errors)
    wanted = OutcomeSetup(one.name, one.counts_as, questions=tuple(question for _, question in asked))
    return _saved(ask, Setup(outcomes=(wanted,)), one.name)


def _saved(ask: Ask, wanted: Setup, name: str) -> Taken:
    plan.save(ask.deps, ask.actor, wanted)
    return saved(ask, say("admin_outcomes.outcome_saved", name=shown(name)), page)


def _known(now: overview.Overview, own_id: int) -> OwnOutcomeView | None:
    """None for a new one. Raises AlreadyGone."""
    if not own_id:
        return None
    for one in now.own_outcomes:
        if one.own_id == own_id:
            return one
    raise AlreadyGone


def _name_fault(now: overview.Overview, known: OwnOutcomeView | None, name: str) -> str:
    key = fold_name(name)
    if not name:
        return say("admin.write_a_name")
    if not name[0].isalpha():
        return say("admin_outcomes.begin_with_letter")
    if len(name) > own_outcomes.LONGEST_NAME:  # Slack's own field takes no more
        return say("admin_outcomes.name_hint")
    if key in {fold_name(labels.outcome_name(one)) for one in Outcome} or own_outcomes.name_fault(name):
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
        if not 2 <= len(one.choices) <= own_outcomes.MOST_CHOICES:
            found[f"{ids.CHOICES}{place}"] = say("admin_outcomes.how_many_choices")
        elif max(map(len, one.choices)) > own_outcomes.LONGEST_CHOICE:
            found[f"{ids.CHOICES}{place}"] = say("admin_outcomes.choice_too_long")
    return found


ACTIONS = (
    opens("admin_campaign", ADMIN, NOTHING, "admin_campaigns.campaign_title", build),
    sends("admin_campaign", ADMIN, NOTHING, take),
    sends("admin_meaning", ADMIN, NOTHING, save),
    opens("admin_card", ADMIN, NOTHING, "admin_campaigns.card_title", build_card),
    sends("admin_card", ADMIN, NOTHING, take_card),
    opens("admin_outcomes", ADMIN, NOTHING, "admin_outcomes.page_title", page),
    opens("admin_outcome", ADMIN, NOTHING, "admin_outcomes.outcome_title", build_outcome),
    sends("admin_outcome", ADMIN, NOTHING, take_outcome),
    opens("admin_questions", ADMIN, NOTHING, "admin_outcomes.questions_title", build_questions),
    sends("admin_questions", ADMIN, NOTHING, take_questions),
)
