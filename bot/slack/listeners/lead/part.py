"""Part two people whom lists gave as one, with a reason."""

from bot.services import merges
from bot.slack import ids
from bot.slack.blocks.agent import merged_rows
from bot.slack.blocks.kit import Block
from bot.slack.boundary import Ask, Boundary, Form, Taken, replies
from bot.slack.wording import leads


def register(boundary: Boundary) -> None:
    boundary.opens(ids.PART_FORM, leads.part_title, build)
    boundary.submits(ids.PART_MODAL, take)


def build(ask: Ask) -> Block:
    about = merges.asked_about(ask.deps, ask.actor, ask.asking.number)
    return merged_rows.part_form(about, ask.asking.remembered(ask.asking.number))


def take(ask: Ask, form: Form) -> Taken:
    reason = form.text(ids.WORDS)
    if not reason:
        return Taken({ids.WORDS: leads.part_reason_needed()})
    done = merges.part(ask.deps, ask.actor, ask.asking.number, reason)
    return Taken(then=lambda: replies.say(ask.asking, ask.client, merged_rows.parted(done)))
