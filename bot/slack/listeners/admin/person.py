"""Adds, changes or deactivates one person, chosen from Slack's users."""

from bot.services.setup import changes, overview
from bot.services.setup.objects import PersonView, Setup
from bot.slack import ids
from bot.slack.api.profiles import own_profile, profile_of
from bot.slack.blocks.admin import admin_forms, form_fields
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.admin import pages
from bot.slack.listeners.admin.people import IN_A_TEAM, role_in, team_in
from bot.slack.subjects import NOTHING
from bot.slack.wording import named, say


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
    person = PersonView(slack_user_id=user, name=profile.name, team=team, zone=profile.zone or ask.actor.zone)
    return admin_forms.person_form(person, now.teams, ask.asking.remembered(user), is_known=False)


def take(ask: Ask, form: Form) -> Taken:
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
    changes.save(ask.deps, ask.actor, Setup(people=(person,)))
    line = [section(say("admin_people.person_saved", person["is_active"] and "active", name=named(name)))]
    return Taken(then=lambda: setup_replies.saved(ask, line, lambda line: pages.people(ask, line)))


ACTIONS = (
    opens("admin_person", ADMIN, NOTHING, "admin_people.person_title", build),
    sends("admin_person", ADMIN, NOTHING, take),
)
