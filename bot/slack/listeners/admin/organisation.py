"""The organisation: its name, which is the first step, how long names are kept, open calls, warnings."""

from bot.services.setup import changes, overview
from bot.services.setup.file import MOST_WARN_DAYS, Setup
from bot.services.setup.first_run import UNNAMED
from bot.services.setup.table import OPEN_CALLS
from bot.slack import ids
from bot.slack.blocks.admin import admin_forms
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.subjects import NOTHING
from bot.slack.wording import named, say


def build(ask: Ask) -> Block:
    now = overview.organisation_overview(ask.deps, ask.actor)
    name = "" if now.organisation == UNNAMED else now.organisation
    settings = (now.forget_after_months, now.open_calls, now.warn_days_before)
    return admin_forms.organisation_form(name, ask.asking.remembered(0), *settings)


def take(ask: Ask, form: Form) -> Taken:
    name = form.text(ids.NAME)
    if not name:
        return Taken({ids.NAME: say("admin.write_a_name")})
    term = form.choice(ids.FORGET) if form.has(ids.FORGET) else ""
    months = int(term) if term in {str(one) for one in admin_forms.TERMS} else None
    calls = form.id_of(ids.OPEN_CALLS) if form.has(ids.OPEN_CALLS) else None
    calls = calls if calls in OPEN_CALLS else None
    days = form.choice(ids.WARN) if form.has(ids.WARN) else ""
    before = int(days) if days.isdecimal() and int(days) <= MOST_WARN_DAYS else None
    wanted = Setup(name, forget_after_months=months, open_calls=calls, warn_days_before=before)
    changes.save(ask.deps, ask.actor, wanted)
    return Taken(then=lambda: setup_replies.saved(ask, [section(say("admin.organisation_saved", name=named(name)))]))


ACTIONS = (
    opens("admin_organisation", ADMIN, NOTHING, "admin.organisation_title", build),
    sends("admin_organisation", ADMIN, NOTHING, take),
)
