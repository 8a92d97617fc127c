"""Adds, changes or deactivates one person, chosen from Slack's users."""

from dataclasses import replace
from datetime import time

from bot.services.setup import changes, checks, overview
from bot.services.setup.file import PersonSetup, Setup
from bot.services.setup.overview import PersonView
from bot.slack import ids
from bot.slack.api.profiles import own_profile, profile_of
from bot.slack.blocks.admin import admin_forms
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.admin import pages
from bot.slack.listeners.admin.people import IN_A_TEAM, role_in, team_in
from bot.slack.subjects import NOTHING
from bot.slack.wording import admin_people, named, say
from policy.vocabulary import Role


def build(ask: Ask) -> Block:
    now, user = overview.organisation_overview(ask.deps, ask.actor), ask.asking.said
    known = now.person(user)
    if known is not None:
        return admin_forms.person_form(known, now.teams, ask.asking.remembered(user), is_known=True)
    profile = profile_of(ask.client, user)
    if not profile.is_person:
        left_out = admin_forms.people_saved([], [profile.name or user])
        return pages.people(ask, left_out)
    team = now.teams[0].name if now.teams else ""
    person = PersonView(user, profile.name, Role.AGENT, team, profile.zone or ask.actor.zone, time(8), time(20), True)
    return admin_forms.person_form(person, now.teams, ask.asking.remembered(user), is_known=False)


def take(ask: Ask, form: Form) -> Taken:
    now, user = overview.organisation_overview(ask.deps, ask.actor), ask.asking.said
    known = now.person(user)
    role, team, zone = role_in(form), team_in(now, form), form.text(ids.ZONE)
    begins, ends = form.time_of_day(ids.FROM), form.time_of_day(ids.UNTIL)
    if role in IN_A_TEAM and not team:
        return Taken({ids.TEAM: say("admin_people.needs_team")})
    if not checks.is_zone(zone):
        return Taken({ids.ZONE: admin_people.zone_unknown(checks.zone_like(zone))})
    if begins and ends and begins >= ends:
        return Taken({ids.UNTIL: say("admin_people.shift_turned")})
    name = known.name if known else own_profile(ask.client, user).name or user
    is_active = form.choice(ids.ACTIVE) != ids.NO
    person = PersonSetup(user, name, role, team, zone, begins, ends, is_active, form.text(ids.EXTENSION))
    several = dict.fromkeys(
        [team, *(now.team(int(one)).name for one in form.choices(ids.OTHER_TEAMS) if one.isdigit())]
    )
    if team and len(several) > 1:
        person = replace(person, team=None, teams=tuple(several))
    changes.save(ask.deps, ask.actor, Setup(people=(person,)))
    line = [section(admin_people.person_saved(named(name), is_active=is_active))]
    return Taken(then=lambda: setup_replies.saved(ask, line, lambda line: pages.people(ask, line)))


ACTIONS = (
    opens("admin_person", ADMIN, NOTHING, "admin_people.person_title", build),
    sends("admin_person", ADMIN, NOTHING, take),
)
