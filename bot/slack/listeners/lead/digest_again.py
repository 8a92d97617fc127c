"""Show again, or one of the last days: a digest built from today's record, shown only to the actor."""

from bot.services.reports import archive
from bot.slack import ids
from bot.slack.blocks.kit.kit import Block, modal
from bot.slack.blocks.report import digest
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask
from bot.slack.wording import say


def register(boundary: Boundary) -> None:
    for action_id in ids.DIGEST_DAYS:
        boundary.opens(action_id, "forms.digest_title", build)


def build(ask: Ask) -> Block:
    day = archive.shown_again(ask.deps, ask.actor, *ask.asking.team_and_day)
    return modal(say("forms.digest_title"), digest.digest(day, is_private=True).blocks)
