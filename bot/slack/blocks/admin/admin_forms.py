"""Forms for the organisation, teams, people and lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.setup.objects import OrganisationView, PersonView, TeamView
from bot.services.setup.overview import ListView
from bot.slack import ids
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, context, field, form, section
from bot.slack.wording import named, say, shown
from bot.slack.wording.say import Markup
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
    head = (
        section(f"*{named(team.name)}*")
        if team.team_id
        else field(ids.NAME, say("admin_people.team_name"), inputs.line())
    )
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
    blocks = [
        field(
            ids.USERS,
            say("admin_people.who_calls"),
            inputs.people(say("admin_people.who_calls"), MOST_PEOPLE),
            say("admin_people.who_calls_hint"),
        ),
        *_role_and_team(Role.AGENT, teams, teams[0].name if teams else ""),
    ]
    return form(say("admin_people.people_title"), blocks, "admin_several", metadata)


def person_form(person: PersonView, teams: Sequence[TeamView], metadata: str, *, is_known: bool) -> Block:
    blocks = [
        section(say("admin_people.person_about", name=named(person.name))),
        *_role_and_team(person.role, teams, person.team),
        *_other_teams(person, teams),
        *form_fields.drawn(person, is_new=not is_known),
    ]
    return form(say("admin_people.person_title"), blocks, "admin_person", metadata)


def _role_and_team(role: Role, teams: Sequence[TeamView], team: str) -> list[Block]:
    roles = inputs.one_of(
        [(one.value, Markup(f"{say('labels.role_title', one)}: {say('admin_people.duties', one)}")) for one in Role],
        role.value,
        say("admin_people.what_role"),
    )
    choices = [(ids.NONE, say("admin_people.no_team")), *((str(one.team_id), one.name) for one in teams)]
    chosen = next((str(one.team_id) for one in teams if one.name == team), ids.NONE)
    return [
        field(ids.ROLE, say("admin_people.what_role"), roles),
        field(
            ids.TEAM,
            say("admin_people.in_team"),
            inputs.one_of(choices, chosen, say("admin_people.in_team")),
            say("admin_people.in_team_hint"),
        ),
    ]


def _other_teams(person: PersonView, teams: Sequence[TeamView]) -> list[Block]:
    """The other teams they may work for; nothing where there is only one."""
    if len(teams) < 2:
        return []
    choices = [(str(one.team_id), one.name) for one in teams]
    chosen = [str(one.team_id) for one in teams if one.name in person.teams and one.name != person.team]
    menu = inputs.several(choices, chosen, say("admin.choose"))
    return [
        field(
            ids.OTHER_TEAMS,
            say("admin_people.other_teams"),
            menu,
            say("admin_people.other_teams_hint"),
            is_optional=True,
        )
    ]


def withdraw_form(name: str, count: int, metadata: str, callback_id: str = "admin_withdraw") -> Block:
    why = inputs.lines(placeholder=say("admin_lists.withdraw_placeholder"), most=150)
    blocks = [
        section(say("admin_lists.withdraw_about", count=count, name=named(name))),
        field(ids.WORDS, say("admin_lists.withdraw_why"), why, say("admin_lists.withdraw_why_hint")),
    ]
    return form(say("admin_lists.withdraw_title"), blocks, callback_id, metadata, say("admin_lists.withdraw_press"))


def take_up_form(listed: ListView, metadata: str) -> Block:
    blocks = [section(say("admin_lists.take_up_about", count=listed.withdrawn, name=named(listed.name)))]
    return form(say("admin_lists.take_up_title"), blocks, "admin_take_up", metadata, say("admin_lists.take_up_press"))


def people_saved(names: Sequence[str], left_out: Sequence[str]) -> list[Block]:
    said = []
    if names:
        first = Markup(", ".join(named(one) for one in names[:20]))
        said.append(say("admin_people.people_added", count=len(names), names=first))
    if left_out:
        said.append(say("admin_people.people_left_out", names=Markup(", ".join(map(shown, left_out[:20])))))
    return [section("\n".join(said))] if said else []
