"""Withdraw a stop that was typed by mistake or came with a wrong file: why, and another admin's yes."""

from bot.services.answers.house_rules import COMMAND_LINE
from bot.services.answers.registers import StopJudged
from bot.services.do_not_call import mistaken_stops
from bot.slack import ids
from bot.slack.blocks.agent import mistaken_stops as screens
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.blocks.kit.reply import Reply
from bot.slack.boundary import replies, telling
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.wording import say


def register(boundary: Boundary) -> None:
    boundary.opens(ids.WITHDRAW_STOP, "mistaken_stops.form_title", build)
    boundary.submits(ids.WITHDRAW_STOP, take)
    boundary.action(ids.STOP_AGREE, agree)
    boundary.action(ids.STOP_DISAGREE, disagree)


def build(ask: Ask) -> Block:
    stop = mistaken_stops.shown(ask.deps, ask.actor, ask.asking.number)
    return screens.reason_form(stop, ask.reader, ask.asking.remembered(stop.stop_id))


def take(ask: Ask, form: Form) -> Taken:
    reason = form.text(ids.WORDS)
    asked = mistaken_stops.question(ask.deps, ask.actor, ask.asking.number, reason)

    def then() -> None:
        told = telling.tell(ask, asked.asked, lambda: screens.question(asked, ask.reader))
        said = say("mistaken_stops.asked_of", count=told)
        replies.write(ask, Reply(said, (section(said),)))

    return Taken(then=then)


def agree(ask: Ask) -> None:
    _show(ask, mistaken_stops.agree(ask.deps, ask.actor, ask.asking.number))


def disagree(ask: Ask) -> None:
    _show(ask, mistaken_stops.disagree(ask.deps, ask.actor, ask.asking.number))


def _show(ask: Ask, done: StopJudged) -> None:
    replies.replace_with(ask, screens.judged(done, ask.reader))
    if not done.is_repeat and done.by_slack not in (ask.actor.slack_user_id, COMMAND_LINE):
        telling.tell(ask, [done.by_slack], lambda: screens.judged(done, ask.reader))
