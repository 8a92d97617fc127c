"""Shows an admin the result of a form: in the modal below, on Home, or in the message that opened it."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.services.setup import plan, readiness
from bot.slack.api.directory import own_profile
from bot.slack.api.incidents import log_incident
from bot.slack.blocks.admin import admin_pages
from bot.slack.blocks.kit.kit import Block, Reply, section
from bot.slack.boundary import replies
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Surface
from bot.slack.wording.say import say
from policy.vocabulary import Role

log = logging.getLogger(__name__)
_deciding = threading.Lock()


def introduced(ask: Ask) -> Ask:
    """Gives an admin known only from the environment the name and time zone of their Slack profile."""
    actor = ask.actor
    if actor.role is not Role.ADMIN or actor.name != actor.slack_user_id:
        return ask
    profile = own_profile(ask.client, actor.slack_user_id)
    if not profile.name:
        return ask
    plan.introduce(ask.deps, actor, profile.name, profile.zone)
    return replace(ask, actor=replace(actor, name=profile.name, zone=profile.zone or actor.zone))


def next_step(ask: Ask) -> Reply | None:
    """The first steps, for an admin of an organisation where nothing can be handed out yet."""
    if ask.actor.role is not Role.ADMIN:
        return None
    found = readiness.progress(ask.deps)
    return admin_pages.reply(found) if found.is_empty else None


def saved(ask: Ask, line: Sequence[Block], below: Callable[[Sequence[Block]], Block] | None = None) -> None:
    """Shows what was saved and the current state. `below` redraws the modal from which the form was opened."""
    if ask.asking.open_id and below is not None:
        view = below(line)
        try:
            replies.fill(ask.asking, ask.client, ask.asking.open_id, view)
        except DeliveryFailed as failed:
            log.warning("event=modal_not_redrawn code=%s user=%s", failed, ask.actor.slack_user_id)
    if ask.asking.surface is Surface.HOME:
        replies.show_home(ask, line)
        return
    found = readiness.progress(ask.deps)
    replies.replace_with(
        ask, admin_pages.reply(found, line if found.next_step else [*line, section(say("admin.walk_over_for_callers"))])
    )


def decide_again(deps: Deps) -> None:
    """Redecides what a change made due, in the background. If it is cut short, the scheduler continues."""
    threading.Thread(target=_decide, args=[deps], name="deciding again", daemon=True).start()


def _decide(deps: Deps) -> None:
    with _deciding:
        try:
            done = plan.decide_again(deps)
        except Exception as fault:
            log_incident(fault, "deciding again")
        else:
            log.info("event=decided_again contacts=%d", done)
