"""/dnc NUMBER [reason]: records a request not to be called, received in any way. Takes effect at once. Undo, within
10 minutes."""

from functools import partial

from bot.services.do_not_call import mistaken_stops, suppressions
from bot.services.errors import BadNumber
from bot.slack import ids
from bot.slack.blocks.agent import mistaken_stops as screens
from bot.slack.blocks.agent.call_check import stop_taken_back, suppressed
from bot.slack.blocks.kit.reply import Reply
from bot.slack.boundary import replies, telling
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.command_text import number_first
from bot.slack.boundary.identity import Ask
from bot.slack.wording import say


def register(boundary: Boundary) -> None:
    boundary.command(ids.DNC, answer)
    boundary.action(ids.UNDO_STOP, undo)


def answer(ask: Ask) -> None:
    number, reason = number_first(ask.asking.said)
    if not number and not reason:
        replies.say(ask.asking, ask.client, Reply(say("reports.dnc_usage")))
        return
    if not number:
        raise BadNumber(reason)
    stop(ask, number, reason)


def stop(ask: Ask, number: str, reason: str) -> None:
    """Records the request, from any actor."""
    stopped = suppressions.add(ask.deps, ask.actor, number, reason)
    replies.say(ask.asking, ask.client, suppressed(stopped))
    if stopped.stop_id and not ask.actor.is_known:
        told = partial(screens.stopped_by_colleague, stopped.masked_number, ask.actor.slack_user_id, stopped.stop_id)
        telling.tell(ask, mistaken_stops.admins(ask.deps, ask.actor), told)


def undo(ask: Ask) -> None:
    """Takes the pressed stop back, in its message or where the agent works."""
    said = stop_taken_back(suppressions.take_back(ask.deps, ask.actor, ask.asking.number))
    if ask.asking.surface.is_desk:
        replies.show_work(ask, said.blocks)
    else:
        replies.replace_with(ask, said)
