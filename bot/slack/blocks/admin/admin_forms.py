"""Forms for the organisation, teams, people and lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.setup.checks import EDITIONS
from bot.services.setup.overview import DIGEST_AT, ListView, PersonView, TeamView
from bot.services.setup.table import OPEN_CALLS
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, context, field, form, section
from bot.slack.wording import admin_people as words
from bot.slack.wording import named, privacy, say, shown
from bot.slack.wording.registers import register_files
from policy.vocabulary import Role

MOST_PEOPLE = 50
WARN_DAYS = (0, 1, 2, 3, 5, 7, 10, 14)  # before a screening grows too old; 0: never
TERMS = (0, 24, 36, 48, 72, 84)  # months before names and notes are forgotten; 0: never
NEW_TEAM = TeamView(0, "", "", "", DIGEST_AT, EDITIONS)


@dataclass(frozen=True, slots=True)
class Groups:
    """The workspace's user groups as (id, handle), or Slack's error code if it refuses them."""

    found: Sequence[tuple[str, str]] = ()
    refused: str = ""


NO_GROUPS = Groups()


def organisation_form(name: str, metadata: str, months: int = 0, open_calls: int = 1, warn_days: int = 0) -> Block:
    """The organisation's form. The first step asks only for the name."""
    blocks = [field(ids.NAME, say("admin.organisation_name"), inputs.line(name), say("admin.organisation_hint"))]
    if name:
        terms = [(str(each), privacy.term(each)) for each in sorted({*TERMS, months})]
        menu = inputs.one_of(terms, str(months), say("privacy.asked"))
        blocks.append(field(ids.FORGET, say("privacy.asked"), menu, say("privacy.hint")))
        choice = inputs.one_of([(str(one), str(one)) for one in OPEN_CALLS], str(open_calls), say("admin.open_calls"))
        blocks.append(field(ids.OPEN_CALLS, say("admin.open_calls"), choice, say("admin.open_calls_hint")))
        days = [(str(each), register_files.warn_days(each)) for each in sorted({*WARN_DAYS, warn_days})]
        menu = inputs.one_of(days, str(warn_days), say("register_files.warn_asked"))
        blocks.append(field(ids.WARN, say("register_files.warn_asked"), menu, say("register_files.warn_hint")))
    return form(say("admin.organisation_title"), blocks, "admin_organisation", metadata)


def team_form(team: TeamView, metadata: str, groups: Groups = NO_GROUPS) -> Block:
    """A team's form. For a new team it asks only what is needed; the rest when the team is changed."""
    head = (
        section(f"*{named(team.name)}*")
        if team.team_id
        else field(ids.NAME, say("admin_people.team_name"), inputs.line())
    )
    blocks = [
        head,
        field(
            ids.CHANNEL,
            say("admin_people.team_channel"),
            inputs.channel(team.channel, say("admin_people.team_channel")),
            say("admin_people.team_channel_hint"),
        ),
        field(
            ids.ZONE,
            say("admin_people.team_zone"),
            inputs.line(team.zone, "Europe/London"),
            say("admin_people.team_zone_hint"),
        ),
        field(
            ids.AT,
            say("admin_people.team_digest_at"),
            inputs.clock(team.digest_at),
            say("admin_people.team_digest_hint"),
        ),
    ]
    if team.team_id:
        editions = inputs.boxes([(one, say("admin_people.edition", one)) for one in EDITIONS], team.editions)
        blocks += [
            field(ids.EDITIONS, say("admin_people.team_editions"), editions, is_optional=True),
            *_groups(team, groups),
        ]
    return form(say("admin_people.team_title"), blocks, "admin_team", metadata)


def _groups(team: TeamView, groups: Groups) -> list[Block]:
    if groups.refused:
        return [context(words.groups_refused(groups.refused))]
    if not groups.found and not (team.agents_group or team.leads_group):
        return []
    choices = [(ids.NONE, say("admin_people.by_hand")), *((key, f"@{handle}") for key, handle in groups.found)]
    known = {key for key, _ in choices}
    choices += [(one, one) for one in dict.fromkeys((team.agents_group, team.leads_group)) if one and one not in known]
    return [
        field(block_id, label, inputs.one_of(choices, chosen or ids.NONE, label), say("admin_people.group_hint"))
        for block_id, label, chosen in (
            (ids.AGENTS_GROUP, say("admin_people.agents_group"), team.agents_group),
            (ids.LEADS_GROUP, say("admin_people.leads_group"), team.leads_group),
        )
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
        field(
            ids.ZONE,
            say("admin_people.person_zone"),
            inputs.line(person.zone, "Europe/London"),
            say("admin_people.person_zone_hint"),
        ),
        field(ids.FROM, say("admin_people.shift_from"), inputs.clock(person.shift_from)),
        field(ids.UNTIL, say("admin_people.shift_until"), inputs.clock(person.shift_until)),
        field(
            ids.EXTENSION,
            say("admin_people.extension"),
            inputs.line(person.extension, "101"),
            say("admin_people.extension_hint"),
            is_optional=True,
        ),
    ]
    if is_known:
        works = inputs.yes_or_no(say("admin_people.yes_works"), say("admin_people.has_left"), person.is_active)
        blocks.append(field(ids.ACTIVE, say("admin_people.works_here"), works))
    return form(say("admin_people.person_title"), blocks, "admin_person", metadata)


def _role_and_team(role: Role, teams: Sequence[TeamView], team: str) -> list[Block]:
    roles = inputs.one_of(
        [(one.value, words.role_and_duty(one)) for one in Role], role.value, say("admin_people.what_role")
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
    said = [words.people_added([named(one) for one in names[:20]], len(names))] if names else []
    said += [words.people_left_out([shown(one) for one in left_out[:20]])] if left_out else []
    return [section("\n".join(said))] if said else []
