"""The organisation: its name, which is the first step, how long names are kept, open calls, warnings."""

from dataclasses import replace

from bot.services.setup import changes, overview
from bot.services.setup.first_run import UNNAMED
from bot.services.setup.objects import OrganisationView, Setup
from bot.slack import ids
from bot.slack.blocks.admin import admin_forms, form_fields
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.subjects import NOTHING
from bot.slack.wording import named, say


def build(ask: Ask) -> Block:
    one = overview.organisation_overview(ask.deps, ask.actor).organisation
    one = replace(one, name="") if one.name == UNNAMED else one
    return admin_forms.organisation_form(one, ask.asking.remembered(0))


def take(ask: Ask, form: Form) -> Taken:
    name, now = form.text(ids.NAME), overview.organisation_overview(ask.deps, ask.actor)
    if not name:
        return Taken({ids.NAME: say("admin.write_a_name")})
    said = form_fields.parsed(now.organisation, form_fields.answers(OrganisationView, form))
    changes.save(ask.deps, ask.actor, Setup(organisation={"name": name, **said}))
    return Taken(then=lambda: setup_replies.saved(ask, [section(say("admin.organisation_saved", name=named(name)))]))


ACTIONS = (
    opens("admin_organisation", ADMIN, NOTHING, "admin.organisation_title", build),
    sends("admin_organisation", ADMIN, NOTHING, take),
)
