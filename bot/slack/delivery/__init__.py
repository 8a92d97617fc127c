"""Sends messages one after another, at Slack's pace, with retries."""

from bot.slack.delivery.home_pace import HomePace
from bot.slack.delivery.notifier import SlackNotifier
from bot.slack.delivery.private_files import Attachment, send_privately
from bot.slack.delivery.second_tries import SecondTries

__all__ = ["Attachment", "HomePace", "SecondTries", "SlackNotifier", "send_privately"]
