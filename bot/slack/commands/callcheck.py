"""/callcheck NUMBER: may it be called, why, why not, and when. Nothing is changed."""

from bot.services import explain
from bot.slack import ids, replies
from bot.slack.blocks.call_check import number_checked
from bot.slack.blocks.reply import Reply
from bot.slack.boundary import Boundary
from bot.slack.command_text import tidy
from bot.slack.identity import Ask
from bot.slack.wording import reports


def register(boundary: Boundary) -> None:
    boundary.command(ids.CALLCHECK, answer)


def answer(ask: Ask) -> None:
    number = tidy(ask.asking.said)
    if not number:
        replies.say(ask.asking, ask.client, Reply(reports.callcheck_usage()))
        return
    checked = explain.check_number(ask.deps, ask.who, number)
    replies.say(ask.asking, ask.client, number_checked(checked, ask.reader))
