"""Pages for teams, people, campaigns, lists and registers, opened from Home."""

from collections.abc import Sequence

from bot.services.setup import overview, readiness, slack_watch
from bot.services.setup.readiness import Step
from bot.slack.blocks.admin import admin_pages as pages
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, press
from bot.slack.boundary.identity import Ask
from bot.slack.subjects import NOTHING
from bot.slack.wording import say


def teams(ask: Ask, line: Sequence[Block] = ()) -> Block:
    return pages.teams(overview.organisation_overview(ask.deps, ask.actor), line)


def people(ask: Ask, line: Sequence[Block] = ()) -> Block:
    return pages.people(overview.organisation_overview(ask.deps, ask.actor), line)


def campaigns(ask: Ask, line: Sequence[Block] = ()) -> Block:
    return pages.campaigns(overview.organisation_overview(ask.deps, ask.actor), line)


def lists(ask: Ask, line: Sequence[Block] = ()) -> Block:
    running = [one.name for one in overview.organisation_overview(ask.deps, ask.actor).campaigns if one.is_active]
    return pages.lists(overview.lists_now(ask.deps, ask.actor), running, ask.reader, line)


def registers(ask: Ask) -> Block:
    return pages.registers(overview.registers_now(ask.deps, ask.actor), ask.reader.today)


def look_again(ask: Ask) -> None:
    """Looks again after a list was imported on the command line: the first steps are over, or the rest is shown."""
    is_over = readiness.progress(ask.deps).is_done(Step.LIST)
    over = say("admin.walk_over") if ask.actor.team_id is not None else say("admin.walk_over_for_callers")
    setup_replies.saved(ask, [section(over)] if is_over else [])


def check_again(ask: Ask) -> None:
    """Looks at every channel again, after the app was invited."""
    slack_watch.look_at_all(ask.deps)
    setup_replies.saved(ask, [])


ACTIONS = (
    opens("admin_teams", ADMIN, NOTHING, "admin.teams", teams),
    opens("admin_people", ADMIN, NOTHING, "admin.people", people),
    opens("admin_campaigns", ADMIN, NOTHING, "admin.campaigns", campaigns),
    opens("admin_lists", ADMIN, NOTHING, "admin.lists", lists),
    opens("admin_registers", ADMIN, NOTHING, "admin.registers", registers),
    press("admin_steps", ADMIN, NOTHING, look_again),
    press("admin_check", ADMIN, NOTHING, check_again),
)
