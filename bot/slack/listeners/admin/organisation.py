"""The organisation, whose name is the first step, and its teams: channel, clock, time of the digest, user group."""

from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.services.setup import overview, plan, slack_watch
from bot.services.setup.objects import OrganisationView, Setup, TeamView
from bot.services.setup.overview import Overview
from bot.services.setup.readiness import UNNAMED
from bot.slack import ids
from bot.slack.api import directory
from bot.slack.api.client import code_of
from bot.slack.api.directory import own_profile
from bot.slack.blocks.admin import admin_forms, form_fields
from bot.slack.blocks.admin.admin_forms import Groups
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.admin import pages
from bot.slack.subjects import NOTHING
from bot.slack.wording import Markup, named, say


def build(ask: Ask) -> Block:
    one = overview.organisation_overview(ask.deps, ask.actor).organisation
    one = replace(one, name="") if one.name == UNNAMED else one
    return admin_forms.organisation_form(one, ask.asking.remembered(0))


def take(ask: Ask, form: Form) -> Taken:
    name, now = form.text(ids.NAME), overview.organisation_overview(ask.deps, ask.actor)
    if not name:
        return Taken({ids.NAME: say("admin.write_a_name")})
    said = form_fields.parsed(now.organisation, form_fields.answers(OrganisationView, form))
    plan.save(ask.deps, ask.actor, Setup(organisation={"name": name, **said}))
    return Taken(then=lambda: setup_replies.saved(ask, [section(say("admin.organisation_saved", name=named(name)))]))


def build_team(ask: Ask) -> Block:
    now, team_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    if team_id:
        return admin_forms.team_form(now.team(team_id), ask.asking.remembered(team_id), _groups(ask))
    zone = own_profile(ask.client, ask.actor.slack_user_id).zone or ask.actor.zone
    return admin_forms.team_form(TeamView(zone=zone), ask.asking.remembered(0))


def _groups(ask: Ask) -> Groups:
    try:
        found = ask.client.usergroups_list()["usergroups"]
    except SlackApiError as fault:
        return Groups(refused=code_of(fault))
    return Groups(tuple((str(one["id"]), str(one["handle"])) for one in found))


def take_team(ask: Ask, form: Form) -> Taken:
    now, team_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    known, answers = now.team(team_id) if team_id else None, form_fields.answers(TeamView, form)
    name, channel = known.name if known else form.text(ids.NAME), form.channel(ids.CHANNEL)
    errors = _name_errors(now, known, name) | form_fields.faults(known or TeamView(), answers)
    is_other_channel = known is None or known.channel != channel
    if not errors and is_other_channel and (code := directory.refused(ask.client, channel, ask.reader.now)):
        errors = {ids.CHANNEL: say("admin_people.channel_refused", code, code=Markup(code))}
    if errors:
        return Taken(errors)
    wanted = {"name": name, **form_fields.parsed(known or TeamView(), answers)}
    plan.save(ask.deps, ask.actor, Setup(teams=(wanted,)))
    if is_other_channel:
        slack_watch.note_open(ask.deps, channel)
    line = [section(say("admin_people.team_saved", name=named(name)))]
    return Taken(then=lambda: setup_replies.saved(ask, line, lambda line: pages.teams(ask, line)))


def _name_errors(now: Overview, known: TeamView | None, name: str) -> dict[str, str]:
    if not name:
        return {ids.NAME: say("admin.write_a_name")}
    is_taken = known is None and name.casefold() in {one.name.casefold() for one in now.teams}
    return {ids.NAME: say("admin.name_taken", name=Markup(name))} if is_taken else {}


ACTIONS = (
    opens("admin_organisation", ADMIN, NOTHING, "admin.organisation_title", build),
    sends("admin_organisation", ADMIN, NOTHING, take),
    opens("admin_team", ADMIN, NOTHING, "admin_people.team_title", build_team),
    sends("admin_team", ADMIN, NOTHING, take_team),
)
