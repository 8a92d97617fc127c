"""Adds several people with one role and team, or adds, changes and deactivates one. Names come from Slack profiles."""

from collections.abc import Sequence

from bot.services.setup import overview, plan
from bot.services.setup.fields import Values, entry
from bot.services.setup.objects import PersonView, Setup
from bot.services.setup.overview import Overview
from bot.slack import ids
from bot.slack.api.directory import own_profile, profile_of
from bot.slack.blocks.admin import admin_forms, form_fields
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.admin import pages
from bot.slack.subjects import NOTHING, Unreadable
from bot.slack.wording import named, say
from policy.vocabulary import Role

IN_A_TEAM = (Role.AGENT, Role.TEAM_LEAD)


def build(ask: Ask) -> Block:
    return admin_forms.several_form(overview.organisation_overview(ask.deps, ask.actor).teams, ask.asking.remembered(0))


def take(ask: Ask, form: Form) -> Taken:
    """Reads the form. Slack profiles are read after the form has closed: many take longer than an ack may."""
    now = overview.organisation_overview(ask.deps, ask.actor)
    users, role, team = form.users(ids.USERS), role_in(form), team_in(now, form)
    if not users:
        return Taken({ids.USERS: say("admin_people.choose_people")})
    if role in IN_A_TEAM and not team:
        return Taken({ids.TEAM: say("admin_people.needs_team")})
    return Taken(then=lambda: add(ask, now, users, role, team))


def add(ask: Ask, now: Overview, users: Sequence[str], role: Role, team: str) -> None:
    people, left_out = [], []
    for user in users:
        profile = profile_of(ask.client, user)
        if profile.is_person:
            people.append(_person(now, user, profile.name, role, team, profile.zone))
        else:
            left_out.append(profile.name or user)
    if people:
        plan.save(ask.deps, ask.actor, Setup(people=tuple(people)))
    line = admin_forms.people_saved([one["name"] for one in people], left_out)
    setup_replies.saved(ask, line, lambda line: pages.people(ask, line))


def _person(now: Overview, user: str, name: str, role: Role, team: str, zone: str) -> Values:
    """A person as they will be saved. An admin stays an admin; who is in several teams joins one more."""
    known = now.person(user)
    keeps = known is not None and known.role is Role.ADMIN and role in IN_A_TEAM
    several = (*known.teams, team) if known is not None and len(known.teams) > 1 and team else None
    return entry(
        PersonView,
        slack_user_id=user,
        name=name,
        role=Role.ADMIN if keeps else role,
        team=None if several else team,
        zone=None if known else zone or None,
        is_active=True,
        teams=several and tuple(dict.fromkeys(several)),
    )


def role_in(form: Form) -> Role:
    if form.choice(ids.ROLE) not in set(Role):
        raise Unreadable
    return Role(form.choice(ids.ROLE))


def team_in(now: Overview, form: Form) -> str:
    """The chosen team's name; empty for none. Raises AlreadyGone."""
    chosen = form.choice(ids.TEAM)
    return now.team(int(chosen)).name if chosen.isascii() and chosen.isdigit() else ""


def build_person(ask: Ask) -> Block:
    now, user = overview.organisation_overview(ask.deps, ask.actor), ask.asking.said
    known = now.person(user)
    if known is not None:
        return admin_forms.person_form(known, now.teams, ask.asking.remembered(user), is_known=True)
    profile = profile_of(ask.client, user)
    if not profile.is_person:
        left_out = admin_forms.people_saved([], [profile.name or user])
        return pages.people(ask, left_out)
    team = now.teams[0].name if now.teams else ""
    person = PersonView(slack_user_id=user, name=profile.name, team=team, zone=profile.zone or ask.actor.zone)
    return admin_forms.person_form(person, now.teams, ask.asking.remembered(user), is_known=False)


def take_person(ask: Ask, form: Form) -> Taken:
    now, user = overview.organisation_overview(ask.deps, ask.actor), ask.asking.said
    known = now.person(user)
    role, team, answers = role_in(form), team_in(now, form), form_fields.answers(PersonView, form)
    if role in IN_A_TEAM and not team:
        return Taken({ids.TEAM: say("admin_people.needs_team")})
    if errors := form_fields.faults(known or PersonView(), answers):
        return Taken(errors)
    person = form_fields.parsed(known or PersonView(), answers)
    if person["shift_from"] >= person["shift_until"]:
        return Taken({ids.UNTIL: say("admin_people.shift_turned")})
    name = known.name if known else own_profile(ask.client, user).name or user
    person = {"is_active": True, **person, "slack_user_id": user, "name": name, "role": role}
    chosen = [now.team(int(one)).name for one in form.choices(ids.OTHER_TEAMS) if one.isdigit()]
    several = tuple(dict.fromkeys([team, *chosen]))
    person |= {"teams": several} if team and len(several) > 1 else {"team": team}
    plan.save(ask.deps, ask.actor, Setup(people=(person,)))
    line = [section(say("admin_people.person_saved", person["is_active"] and "active", name=named(name)))]
    return Taken(then=lambda: setup_replies.saved(ask, line, lambda line: pages.people(ask, line)))


ACTIONS = (
    opens("admin_several", ADMIN, NOTHING, "admin_people.people_title", build),
    sends("admin_several", ADMIN, NOTHING, take),
    opens("admin_person", ADMIN, NOTHING, "admin_people.person_title", build_person),
    sends("admin_person", ADMIN, NOTHING, take_person),
)
