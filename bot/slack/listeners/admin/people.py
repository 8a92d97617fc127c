"""Adds several people with one role and team. Names and time zones come from their Slack profiles."""

from collections.abc import Sequence

from bot.services.setup import changes, overview
from bot.services.setup.fields import Values, entry
from bot.services.setup.objects import PersonView, Setup
from bot.services.setup.overview import Overview
from bot.slack import ids
from bot.slack.api.profiles import profile_of
from bot.slack.blocks.admin import admin_forms
from bot.slack.blocks.kit.kit import Block
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.admin import pages
from bot.slack.subjects import NOTHING, Unreadable
from bot.slack.wording import say
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
        changes.save(ask.deps, ask.actor, Setup(people=tuple(people)))
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


ACTIONS = (
    opens("admin_several", ADMIN, NOTHING, "admin_people.people_title", build),
    sends("admin_several", ADMIN, NOTHING, take),
)
