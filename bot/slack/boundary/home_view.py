"""Fetches an actor's Home tab, or their desk message, from the services."""

from collections.abc import Sequence

from bot.services import house_rules
from bot.services.answers.calls import HandOut
from bot.services.answers.people import Actor
from bot.services.answers.teams import TeamStatus
from bot.services.calls import outcomes
from bot.services.deps import Deps
from bot.services.errors import NextcallError
from bot.services.reports import archive
from bot.services.setup import first_run, overview, preferences, readiness
from bot.services.teams import own_day, team_status
from bot.slack.blocks.home import direct
from bot.slack.blocks.home.home_page import NOT_PRESSED, Pressed, Shown, desk, render
from bot.slack.blocks.kit.kit import Block, home
from bot.slack.blocks.kit.reply import Reader, Reply
from policy.vocabulary import Role


def home_page(deps: Deps, actor: Actor, reader: Reader, handed: HandOut, pressed: Pressed = NOT_PRESSED) -> Block:
    is_admin = actor.role is Role.ADMIN
    shown = Shown(
        handed=handed,
        attempts=outcomes.open_attempts(deps, actor),
        day=own_day.own_day(deps, actor),
        status=_status(deps, actor),
        digests=archive.last_digests(deps, actor),
        first_run=first_run.progress(deps) if is_admin else None,
        overview=overview.organisation_overview(deps, actor) if is_admin else None,
        gaps=readiness.gaps(deps, actor) if is_admin else (),
        proposals=house_rules.overview(deps, actor).waiting() if is_admin else (),
        mine=preferences.read(deps, actor),
        teams=own_day.teams_of(deps, actor),
    )
    return home(render(actor, shown, reader, pressed))


def desk_page(deps: Deps, actor: Actor, reader: Reader, handed: HandOut, pressed: Pressed = NOT_PRESSED) -> Reply:
    """What the actor works with on Home, as one message."""
    shown = Shown(
        handed=handed,
        attempts=outcomes.open_attempts(deps, actor),
        day=own_day.own_day(deps, actor),
        mine=preferences.read(deps, actor),
        teams=own_day.teams_of(deps, actor),
    )
    return desk(shown, reader, pressed)


def unfinished(deps: Deps, actor: Actor, reader: Reader, line: Sequence[Block]) -> Reply:
    """The attempts that need an outcome, and nothing else: for a deactivated user, and in messages that stay."""
    return direct.open_attempts(outcomes.open_attempts(deps, actor), reader, line)


def _status(deps: Deps, actor: Actor) -> TeamStatus | None:
    """The team's status, for leads, managers and admins. None if they lead no single team; /teamstatus takes a name."""
    if actor.role is Role.AGENT:
        return None
    try:
        return team_status.team_status(deps, actor)
    except NextcallError:
        return None
