"""A team: channel, clock, time of its digest, and whether it follows a Slack user group."""

from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.services.setup import changes, channel_watch, checks, overview
from bot.services.setup.file import Setup, TeamSetup
from bot.services.setup.overview import Overview, TeamView
from bot.slack import ids
from bot.slack.api import channel_check
from bot.slack.api.client import code_of
from bot.slack.api.profiles import own_profile
from bot.slack.blocks.admin import admin_forms
from bot.slack.blocks.admin.admin_forms import NEW_TEAM, Groups
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.admin import pages
from bot.slack.subjects import NOTHING
from bot.slack.wording import Markup, admin_people, named, say


def build(ask: Ask) -> Block:
    now, team_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    if team_id:
        return admin_forms.team_form(now.team(team_id), ask.asking.remembered(team_id), _groups(ask))
    zone = own_profile(ask.client, ask.actor.slack_user_id).zone or ask.actor.zone
    return admin_forms.team_form(replace(NEW_TEAM, zone=zone), ask.asking.remembered(0))


def _groups(ask: Ask) -> Groups:
    try:
        found = ask.client.usergroups_list()["usergroups"]
    except SlackApiError as fault:
        return Groups(refused=code_of(fault))
    return Groups(tuple((str(one["id"]), str(one["handle"])) for one in found))


def take(ask: Ask, form: Form) -> Taken:
    now, team_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    known = now.team(team_id) if team_id else None
    errors = _errors(now, known, form)
    if not errors and (known is None or known.channel != form.channel(ids.CHANNEL)):
        code = channel_check.refused(ask.client, form.channel(ids.CHANNEL), ask.reader.now)
        errors = {ids.CHANNEL: admin_people.channel_refused(code)} if code else {}
    if errors:
        return Taken(errors)
    wanted = _wanted(known, form)
    changes.save(ask.deps, ask.actor, Setup(teams=(wanted,)))
    if known is None or known.channel != wanted.channel:
        channel_watch.note_open(ask.deps, wanted.channel)
    line = [section(say("admin_people.team_saved", name=named(wanted.name)))]
    return Taken(then=lambda: setup_replies.saved(ask, line, lambda line: pages.teams(ask, line)))


def _errors(now: Overview, known: TeamView | None, form: Form) -> dict[str, str]:
    name, zone = form.text(ids.NAME), form.text(ids.ZONE)
    found: dict[str, str] = {}
    if known is None and not name:
        found[ids.NAME] = say("admin.write_a_name")
    elif known is None and name.casefold() in {one.name.casefold() for one in now.teams}:
        found[ids.NAME] = say("admin.name_taken", name=Markup(name))
    if not checks.is_zone(zone):
        found[ids.ZONE] = admin_people.zone_unknown(checks.zone_like(zone))
    return found


def _wanted(known: TeamView | None, form: Form) -> TeamSetup:
    """The team with the form's values. Fields the form did not show keep theirs."""

    def group(block_id: str) -> str | None:
        return form.choice(block_id).replace(ids.NONE, "") if form.has(block_id) else None

    return TeamSetup(
        name=known.name if known else form.text(ids.NAME),
        channel=form.channel(ids.CHANNEL),
        zone=form.text(ids.ZONE),
        digest_at=form.time_of_day(ids.AT) or NEW_TEAM.digest_at,
        editions=" ".join(form.choices(ids.EDITIONS)) if form.has(ids.EDITIONS) else None,
        agents_group=group(ids.AGENTS_GROUP),
        leads_group=group(ids.LEADS_GROUP),
    )


ACTIONS = (
    opens("admin_team", ADMIN, NOTHING, "admin_people.team_title", build),
    sends("admin_team", ADMIN, NOTHING, take),
)
