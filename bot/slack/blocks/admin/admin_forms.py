"""Forms for the organisation, teams, people, lists, and the data of a person who is called."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.answers.lists import ListResults
from bot.services.answers.privacy import Erased, Subject
from bot.services.setup.objects import CampaignView, ListTerms, OrganisationView, PersonView, TeamView
from bot.services.setup.overview import ListView
from bot.slack import ids
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, Reader, context, field, form, section
from bot.slack.wording.say import Markup, named, say, short_day, shown
from policy.vocabulary import Role

MOST_PEOPLE = 50


@dataclass(frozen=True, slots=True)
class Groups:
    """The workspace's user groups as (id, handle), or Slack's error code if it refuses them."""

    found: Sequence[tuple[str, str]] = ()
    refused: str = ""


NO_GROUPS = Groups()


def organisation_form(one: OrganisationView, metadata: str) -> Block:
    """The organisation's form. The first step asks only for the name."""
    name = field(ids.NAME, say("admin.organisation_name"), inputs.line(one.name), say("admin.organisation_hint"))
    blocks = [name, *form_fields.drawn(one, is_new=not one.name)]
    return form(say("admin.organisation_title"), blocks, "admin_organisation", metadata)


def team_form(team: TeamView, metadata: str, groups: Groups = NO_GROUPS) -> Block:
    """A team's form. For a new team it asks only what is needed; the rest when the team is changed."""
    name = field(ids.NAME, say("admin_people.team_name"), inputs.line())
    head = section(f"*{named(team.name)}*") if team.team_id else name
    offer = form_fields.Offer(groups=_groups(team, groups))
    blocks = [head, *form_fields.drawn(team, is_new=not team.team_id, offer=offer)]
    if team.team_id and groups.refused:
        blocks.append(context(say("admin_people.groups_refused", groups.refused, code=Markup(groups.refused))))
    return form(say("admin_people.team_title"), blocks, "admin_team", metadata)


def _groups(team: TeamView, groups: Groups) -> list[tuple[str, str]]:
    """The user groups to choose from: found, and followed already; nothing where there are none."""
    followed = dict.fromkeys(one for one in (team.agents_group, team.leads_group) if one)
    if groups.refused or not (groups.found or followed):
        return []
    known = {key: f"@{handle}" for key, handle in groups.found}
    return [
        (ids.NONE, say("admin_people.by_hand")),
        *known.items(),
        *((one, one) for one in followed if one not in known),
    ]


def several_form(teams: Sequence[TeamView], metadata: str) -> Block:
    """The form that adds several people with one role and team."""
    label = say("admin_people.who_calls")
    blocks = [
        field(ids.USERS, label, inputs.people(label, MOST_PEOPLE), say("admin_people.who_calls_hint")),
        *_role_and_team(Role.AGENT, teams, teams[0].name if teams else ""),
    ]
    return form(say("admin.people"), blocks, "admin_several", metadata)


def person_form(person: PersonView, teams: Sequence[TeamView], metadata: str, *, is_known: bool) -> Block:
    blocks = [
        section(say("admin_people.person_about", name=named(person.name))),
        *_role_and_team(person.role, teams, person.team),
        *_other_teams(person, teams),
        *form_fields.drawn(person, is_new=not is_known),
    ]
    return form(say("admin_people.person_title"), blocks, "admin_person", metadata)


def _role_and_team(role: Role, teams: Sequence[TeamView], team: str) -> list[Block]:
    what_role, in_team = say("admin_people.what_role"), say("admin_people.in_team")
    roles = [(one.value, f"{say('labels.role_title', one)}: {say('admin_people.duties', one)}") for one in Role]
    choices = [(ids.NONE, say("admin_people.no_team")), *((str(one.team_id), one.name) for one in teams)]
    chosen = next((str(one.team_id) for one in teams if one.name == team), ids.NONE)
    return [
        field(ids.ROLE, what_role, inputs.one_of(roles, role.value, what_role)),
        field(ids.TEAM, in_team, inputs.one_of(choices, chosen, in_team), say("admin_people.in_team_hint")),
    ]


def _other_teams(person: PersonView, teams: Sequence[TeamView]) -> list[Block]:
    """The other teams they may work for; nothing where there is only one."""
    if len(teams) < 2:
        return []
    choices = [(str(one.team_id), one.name) for one in teams]
    chosen = [str(one.team_id) for one in teams if one.name in person.teams and one.name != person.team]
    menu, hint = inputs.several(choices, chosen, say("admin.choose")), say("admin_people.other_teams_hint")
    return [field(ids.OTHER_TEAMS, say("admin_people.other_teams"), menu, hint, is_optional=True)]


def withdraw_form(name: str, count: int, metadata: str, callback_id: str = "admin_withdraw") -> Block:
    why = inputs.lines(placeholder=say("admin_lists.withdraw_placeholder"), most=150)
    blocks = [
        section(say("admin_lists.withdraw_about", count=count, name=named(name))),
        field(ids.WORDS, say("admin_lists.withdraw_why"), why, say("admin_lists.withdraw_why_hint")),
    ]
    return form(say("admin_lists.withdraw_title"), blocks, callback_id, metadata, say("admin_lists.withdraw_press"))


def take_up_form(listed: ListView, metadata: str) -> Block:
    blocks = [section(say("admin_lists.take_up_about", count=listed.withdrawn, name=named(listed.name)))]
    return form(say("admin_lists.take_up_press"), blocks, "admin_take_up", metadata, say("admin_lists.take_up_press"))


def people_saved(names: Sequence[str], left_out: Sequence[str]) -> list[Block]:
    said = []
    if names:
        first = Markup(", ".join(named(one) for one in names[:20]))
        said.append(say("admin_people.people_added", count=len(names), names=first))
    if left_out:
        said.append(say("admin_people.people_left_out", names=Markup(", ".join(map(shown, left_out[:20])))))
    return [section("\n".join(said))] if said else []


EXPORT, ERASE = "export", "erase"
_MOST_NAME = 60


def asking_form(metadata: str) -> Block:
    """Asks for the number and what the person wants."""
    choices = [(EXPORT, say("privacy.wants_export")), (ERASE, say("privacy.wants_erasure"))]
    blocks = [_number(""), field(ids.WHAT, say("privacy.what_asked"), inputs.radio(choices, EXPORT))]
    return form(say("privacy.person_title"), blocks, "data_subject", metadata, say("privacy.go_on"))


def export_form(number: str, people: Sequence[Subject], metadata: str) -> Block:
    blocks = [section(say("privacy.export_about")), _number(number), *_who(people)]
    return form(say("privacy.person_title"), blocks, "subject_export", metadata, say("privacy.export_press"))


def erase_form(number: str, people: Sequence[Subject], metadata: str) -> Block:
    stop, confirm = say("privacy.stop_asked"), say("privacy.confirm_asked", word=say("privacy.confirm_word"))
    yes = inputs.boxes([(ids.YES, stop)], [])
    blocks = [
        section(say("privacy.erasure_about", count=max(1, len(people)))),
        context(say("privacy.kept_without_person")),
        _number(number),
        *_who(people),
        field(ids.STOP, stop, yes, say("privacy.stop_hint"), is_optional=True),
        field(ids.CONFIRM, confirm, inputs.line(), say("privacy.confirm_hint")),
    ]
    return form(say("privacy.person_title"), blocks, "subject_erase", metadata, say("privacy.erase_press"))


def erased(done: Erased) -> list[Block]:
    gone = (
        say("admin.sum_people", count=done.people),
        say("privacy.erased_numbers", count=done.numbers),
        say("privacy.erased_notes", count=done.notes),
    )
    kept = (
        say("privacy.kept", count=done.stops),
        say("reports.calls", count=done.attempts),
        say("privacy.kept_proofs", count=done.proofs),
    )
    lines = [
        say("privacy.erased_sum", what=Markup(", ".join(gone))),
        say("privacy.kept_sum", what=Markup(", ".join(kept))),
    ]
    lines += [say("privacy.shared_kept", count=done.shared_numbers)] if done.shared_numbers else []
    lines += [] if done.stops else [say("privacy.no_stop_kept")]
    return [section("\n".join(lines))]


def _number(written: str) -> Block:
    return field(ids.NUMBER, say("privacy.number_asked"), inputs.line(written), say("privacy.number_hint"))


def _who(people: Sequence[Subject]) -> list[Block]:
    if len(people) < 2:
        return []
    choices = []
    for one in people:
        parts = (one.name[:_MOST_NAME] or say("privacy.subject_line"), one.reference, *one.campaigns)
        choices.append((f"#{one.person_id}", " · ".join(filter(None, parts))))
    menu = inputs.several(choices, [], say("privacy.who_asked"))
    return [field(ids.WHO, say("privacy.who_asked"), menu, say("privacy.who_hint"))]


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
    name, campaign, source = named(one.name), shown(one.campaign), shown(one.source)
    when = reader.moment(one.imported_at)
    return say("admin_lists.list_line", name=name, campaign=campaign, source=source, when=when)


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
    told += [say("admin_campaigns.runs_until", day=Markup(short_day(one.expires_on)))] if one.expires_on else []
    return " · ".join(told)
