"""Forms for the organisation, teams, people, lists, and the data of a person who is called."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.answers.lists import ListResults
from bot.services.answers.own_outcomes import OwnOutcomeView, Question
from bot.services.answers.privacy import Erased, Subject
from bot.services.hand_out.cards import ALWAYS
from bot.services.numbers.parsing import format_number
from bot.services.own_outcomes import LONGEST_NAME, MOST_QUESTIONS
from bot.services.setup import checks
from bot.services.setup.campaign_packs import PackChosen
from bot.services.setup.fields import view_of
from bot.services.setup.objects import CARD, CampaignView, ListTerms, OrganisationView, PersonView, TeamView
from bot.services.setup.outcome_plan import OwnOutcomeForm, QuestionView
from bot.services.setup.overview import ListView, Overview
from bot.slack import ids
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.kit import inputs, kit
from bot.slack.blocks.kit.kit import Block
from bot.slack.wording import labels
from bot.slack.wording.labels import Reader, full_date
from bot.slack.wording.say import Markup, country_name, named, say, shown
from policy.vocabulary import Outcome, Role

MOST_PEOPLE = 50
NEW = "0"  # in place of an id


@dataclass(frozen=True, slots=True)
class Groups:
    """The workspace's user groups as (id, handle), or Slack's error code if it refuses them."""

    found: Sequence[tuple[str, str]] = ()
    refused: str = ""


NO_GROUPS = Groups()


def organisation_form(one: OrganisationView, metadata: str) -> Block:
    """The organisation's form. The first step asks only for the name."""
    name = kit.field(ids.NAME, say("admin.organisation_name"), inputs.line(one.name), say("admin.organisation_hint"))
    blocks = [name, *form_fields.drawn(one, is_new=not one.name)]
    return kit.form(say("admin.organisation_title"), blocks, "admin_organisation", metadata)


def team_form(team: TeamView, metadata: str, groups: Groups = NO_GROUPS) -> Block:
    """A team's form. For a new team it asks only what is needed; the rest when the team is changed."""
    name = kit.field(ids.NAME, say("admin_people.team_name"), inputs.line())
    head = kit.section(f"*{named(team.name)}*") if team.team_id else name
    # Those to choose from: found, and followed already; nothing where there are none.
    followed = {one: one for one in (team.agents_group, team.leads_group) if one}
    known = {key: f"@{handle}" for key, handle in groups.found}
    choices = [(ids.NONE, say("admin_people.by_hand")), *(known | {**followed, **known}).items()]
    offer = form_fields.Offer(groups=[] if groups.refused or not (known or followed) else choices)
    blocks = [head, *form_fields.drawn(team, is_new=not team.team_id, offer=offer)]
    if team.team_id and groups.refused:
        blocks.append(kit.context(say("admin_people.groups_refused", groups.refused, code=Markup(groups.refused))))
    return kit.form(say("admin_people.team_title"), blocks, "admin_team", metadata)


def several_form(now: Overview, metadata: str) -> Block:
    """The form that adds several people with one role and team."""
    label, teams = say("admin_people.who_calls"), now.teams
    who = kit.field(ids.USERS, label, inputs.people(label, MOST_PEOPLE), say("admin_people.who_calls_hint"))
    blocks = [who, *_role_and_team(Role.AGENT, teams, teams[0].name if teams else "")]
    return kit.form(say("admin.people"), blocks, "admin_several", metadata)


def person_form(person: PersonView, teams: Sequence[TeamView], metadata: str, *, is_known: bool) -> Block:
    about = kit.section(say("admin_people.person_about", name=named(person.name)))
    blocks = [about, *_role_and_team(person.role, teams, person.team)]
    if len(teams) > 1:
        choices = [(str(one.team_id), one.name) for one in teams]
        chosen = [str(one.team_id) for one in teams if one.name in person.teams and one.name != person.team]
        menu, hint = inputs.several(choices, chosen, say("admin.choose")), say("admin_people.other_teams_hint")
        blocks.append(kit.field(ids.OTHER_TEAMS, say("admin_people.other_teams"), menu, hint, is_optional=True))
    blocks += form_fields.drawn(person, is_new=not is_known)
    return kit.form(say("admin_people.person_title"), blocks, "admin_person", metadata)


def _role_and_team(role: Role, teams: Sequence[TeamView], team: str) -> list[Block]:
    what_role, in_team = say("admin_people.what_role"), say("admin_people.in_team")
    roles = [(one.value, f"{say('labels.role_title', one)}: {say('admin_people.duties', one)}") for one in Role]
    choices = [(ids.NONE, say("admin_people.no_team")), *((str(one.team_id), one.name) for one in teams)]
    chosen = next((str(one.team_id) for one in teams if one.name == team), ids.NONE)
    return [
        kit.field(ids.ROLE, what_role, inputs.one_of(roles, role.value, what_role)),
        kit.field(ids.TEAM, in_team, inputs.one_of(choices, chosen, in_team), say("admin_people.in_team_hint")),
    ]


def withdraw_form(name: str, count: int, metadata: str, callback_id: str = "admin_withdraw") -> Block:
    why = inputs.lines(placeholder=say("admin_lists.withdraw_placeholder"), most=150)
    about = kit.section(say("admin_lists.withdraw_about", count=count, name=named(name)))
    blocks = [about, kit.field(ids.WORDS, say("admin_lists.withdraw_why"), why, say("admin_lists.withdraw_why_hint"))]
    return kit.form(say("admin_lists.withdraw_title"), blocks, callback_id, metadata, say("admin_lists.withdraw_press"))


def take_up_form(listed: ListView, metadata: str) -> Block:
    blocks = [kit.section(say("admin_lists.take_up_about", count=listed.withdrawn, name=named(listed.name)))]
    return kit.form(
        say("admin_lists.take_up_press"), blocks, "admin_take_up", metadata, say("admin_lists.take_up_press")
    )


def people_saved(names: Sequence[str], left_out: Sequence[str]) -> list[Block]:
    said = []
    if names:
        first = Markup(", ".join(named(one) for one in names[:20]))
        said.append(say("admin_people.people_added", count=len(names), names=first))
    if left_out:
        said.append(say("admin_people.people_left_out", names=Markup(", ".join(map(shown, left_out[:20])))))
    return [kit.section("\n".join(said))] if said else []


EXPORT, ERASE = "export", "erase"
_MOST_NAME = 60


def asking_form(metadata: str) -> Block:
    """Asks for the number and what the person wants."""
    choices = [(EXPORT, say("privacy.wants_export")), (ERASE, say("privacy.wants_erasure"))]
    blocks = [_number(""), kit.field(ids.WHAT, say("privacy.what_asked"), inputs.radio(choices, EXPORT))]
    return kit.form(say("privacy.person_title"), blocks, "data_subject", metadata, say("privacy.go_on"))


def export_form(number: str, people: Sequence[Subject], metadata: str) -> Block:
    blocks = [kit.section(say("privacy.export_about")), _number(number), *_who(people)]
    return kit.form(say("privacy.person_title"), blocks, "subject_export", metadata, say("privacy.export_press"))


def erase_form(number: str, people: Sequence[Subject], metadata: str) -> Block:
    stop, confirm = say("privacy.stop_asked"), say("privacy.confirm_asked", word=say("privacy.confirm_word"))
    yes = inputs.boxes([(ids.YES, stop)], [])
    blocks = [
        kit.section(say("privacy.erasure_about", count=max(1, len(people)))),
        kit.context(say("privacy.kept_without_person")),
        _number(number),
        *_who(people),
        kit.field(ids.STOP, stop, yes, say("privacy.stop_hint"), is_optional=True),
        kit.field(ids.CONFIRM, confirm, inputs.line(), say("privacy.confirm_hint")),
    ]
    return kit.form(say("privacy.person_title"), blocks, "subject_erase", metadata, say("privacy.erase_press"))


def erased(done: Erased) -> list[Block]:
    people, numbers = say("admin.sum_people", count=done.people), say("privacy.erased_numbers", count=done.numbers)
    gone = Markup(f"{people}, {numbers}, {say('privacy.erased_notes', count=done.notes)}")
    stops, calls = say("privacy.kept", count=done.stops), say("reports.calls", count=done.attempts)
    kept = Markup(f"{stops}, {calls}, {say('privacy.kept_proofs', count=done.proofs)}")
    lines = [say("privacy.erased_sum", what=gone), say("privacy.kept_sum", what=kept)]
    lines += [say("privacy.shared_kept", count=done.shared_numbers)] if done.shared_numbers else []
    lines += [] if done.stops else [say("privacy.no_stop_kept")]
    return [kit.section("\n".join(lines))]


def _number(written: str) -> Block:
    return kit.field(ids.NUMBER, say("privacy.number_asked"), inputs.line(written), say("privacy.number_hint"))


def _who(people: Sequence[Subject]) -> list[Block]:
    if len(people) < 2:
        return []
    asked, nameless = say("privacy.who_asked"), say("privacy.subject_line")
    parts = {one.person_id: (one.name[:_MOST_NAME] or nameless, one.reference, *one.campaigns) for one in people}
    choices = [(f"#{key}", " · ".join(filter(None, said))) for key, said in parts.items()]
    return [kit.field(ids.WHO, asked, inputs.several(choices, [], asked), say("privacy.who_hint"))]


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
    head = kit.section(f"*{named(one.name)}*\n{figures(one)}")
    blocks = [head, *form_fields.drawn(terms, is_new=False, offer=offer)]
    return kit.form(say("admin_lists.change_title"), blocks, "admin_list", metadata)


_RESULTS = ("called", "reached", "won", "opted_out", "complaints")


def heading(one: ListResults, reader: Reader) -> str:
    """Its name, and where it comes from."""
    name, campaign, source = named(one.name), shown(one.campaign), shown(one.source)
    when = reader.moment(one.imported_at)
    return say("admin_lists.list_line", name=name, campaign=campaign, source=source, when=when)


def figures(one: ListResults) -> str:
    """What came of it, and how it is worked."""
    told = [say("admin_lists.results", name, count=getattr(one, name)) for name in _RESULTS]
    told += [say("admin_lists.list_paused")] if one.is_paused else []
    told += [say("admin_campaigns.runs_until", day=full_date(one.expires_on))] if one.expires_on else []
    return " · ".join(told)


LONGEST_VALUE = 150  # of an option
MOST_PACKS = 8
MOST_BYTES = 9_000  # of packs, as sent


def campaign_form(one: CampaignView, offer: form_fields.Offer, metadata: str) -> Block:
    name = kit.field(ids.NAME, say("admin_campaigns.campaign_name"), inputs.line(one.name))
    head = kit.section(f"*{named(one.name)}*") if one.campaign_id else name
    blocks = [head, *form_fields.drawn(one, is_new=not one.campaign_id, offer=offer)]
    return kit.form(
        say("admin_campaigns.campaign_title"), blocks, "admin_campaign", metadata, say("admin_campaigns.go_on")
    )


def meaning_page(
    one: CampaignView, chosen: Sequence[PackChosen], contacts: int, metadata: str, *, is_answered_for: bool = True
) -> Block:
    """The page that shows what the change means. It covers the form, so Back finds the form as filled in.

    `contacts`: how many are decided again. `is_answered_for`: whether a pack answers for such calls. Kept small,
    because it travels in an ack.
    """
    days = (("admin_campaigns.hands_out_from", one.starts_on), ("admin_campaigns.hands_out_until", one.ends_on))
    lines: list[str] = [say(key, day=full_date(day)) for key, day in days if day is not None and one.is_active]
    lines += [] if one.is_active else [say("admin_campaigns.hands_out_nothing")]
    lines += [say("admin_campaigns.decided_again", count=contacts)] if contacts else []
    lines += [] if is_answered_for else [say("admin_campaigns.nobody_answers")]
    country = shown(country_name(one.country))
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
    blocks = [kit.section(f"*{named(one.name)}*"), *kit.lines_in_sections(lines, most=3)]
    title = say("admin_campaigns.meaning_title")
    return kit.form(title, blocks, "admin_meaning", metadata, close=say("admin_campaigns.back"))


def _pack(one: PackChosen) -> str:
    if one.others:
        return say("admin_campaigns.parts_have_packs", count=one.others)
    limits = [labels.translated(limit) for limit in one.limits[:6]]
    if one.screenings:
        registers = shown(", ".join(labels.translated(name) for _, name in one.screenings), 120)
        limits.append(say("admin_campaigns.screening_needed", registers=registers))
    hours, how = shown("; ".join(labels.translated(week) for week in one.hours[:3]), 250), None
    if hours or limits:
        how = "hours_and_limits" if hours and limits else "hours_only" if hours else "limits_only"
    title = labels.translated_line(one.title, 80)
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
    always = kit.section(say("admin_campaigns.outcomes_kept", outcomes=Markup(kept)))
    asked = form_fields.drawn(one, is_new=False, offer=offer, of=CARD)
    blocks = [kit.section(f"*{named(one.name)}*"), *asked, always]
    return kit.form(say("admin_campaigns.card_title"), blocks, "admin_card", metadata)


_MORE_QUESTIONS = 2  # empty ones that the form shows


def outcomes(known: Sequence[OwnOutcomeView], campaigns: Sequence[CampaignView], line: Sequence[Block] = ()) -> Block:
    """Those in use first, then retired ones."""
    found = sorted(known, key=lambda one: one.is_retired)
    rows = [_row(one, campaigns) for one in found] or [[kit.section(say("admin_outcomes.none_yet"))]]
    add = kit.actions([kit.button(say("admin_outcomes.add_outcome"), "admin_outcome", NEW, "primary")])
    return kit.page_of(
        say("admin_outcomes.page_title"), [line, [kit.context(say("admin_outcomes.about_page")), add], *rows]
    )


def _row(one: OwnOutcomeView, campaigns: Sequence[CampaignView]) -> list[Block]:
    value = str(one.own_id)
    offering = [each.name for each in campaigns if value in f"{each.own_buttons} {each.own_outcomes}".split()]
    counts_as = labels.outcome_name(one.counts_as)
    said: list[str] = [say("admin_outcomes.outcome_counts_as", name=shown(one.name), outcome=counts_as)]
    if one.is_retired:
        said[0] += f" ({say('admin_outcomes.is_retired')})"
    else:
        cards = Markup(", ".join(map(shown, offering[:10])))
        said += [say("admin_outcomes.how_many_questions", count=len(one.questions))] if one.questions else []
        said.append(say("admin_outcomes.outcome_on_cards", None if cards else "none", campaigns=cards))
    change = kit.button(say("admin.change"), "admin_outcome", value, of=one.name)
    questions = kit.button(say("admin_outcomes.questions_button"), "admin_questions", value, of=one.name)
    return [kit.section(" · ".join(said)), kit.actions([change, questions])]


def outcome_form(one: OwnOutcomeView | None, campaigns: Sequence[CampaignView], metadata: str) -> Block:
    """None: a new one, which may go on the cards of campaigns at once."""
    name = inputs.line("" if one is None else one.name, most=LONGEST_NAME)
    counts_as = Markup("") if one is None else labels.outcome_name(one.counts_as)
    offered = [(str(each.campaign_id), each.name) for each in campaigns if each.is_active]
    asked = OwnOutcomeForm(one is None or not one.is_retired, campaigns=" ".join(key for key, _ in offered))
    blocks = [
        kit.field(ids.NAME, say("admin_outcomes.name_asked"), name, say("admin_outcomes.name_hint")),
        *([kit.section(say("admin_outcomes.counts_as", outcome=counts_as))] if counts_as else []),
        *form_fields.drawn(asked, is_new=one is None, offer=form_fields.Offer(campaigns=offered)),
    ]
    return kit.form(say("admin_outcomes.outcome_title"), blocks, "admin_outcome", metadata)


def questions_form(one: OwnOutcomeView, metadata: str) -> Block:
    """Its questions, and empty ones to add."""
    places = range(min(len(one.questions) + _MORE_QUESTIONS, MOST_QUESTIONS))
    asked = [*one.questions, *[Question("")] * _MORE_QUESTIONS]
    views = [view_of(QuestionView, asked[place]) for place in places]
    blocks = [block for place in places for block in form_fields.drawn(views[place], is_new=False, place=place)]
    about = kit.section(f"*{named(one.name)}*")
    return kit.form(say("admin_outcomes.questions_title"), [about, *blocks], "admin_questions", metadata)
