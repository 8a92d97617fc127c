"""Sends messages one after another, at Slack's pace, with retries."""

from bot.slack.delivery.home_pace import HomePace
from bot.slack.delivery.notifier import SlackNotifier
from bot.slack.delivery.private_files import Attachment, send_privately
from bot.slack.delivery.second_tries import SecondTries
from bot.slack.delivery.under_way import UnderWay

__all__ = ["Attachment", "HomePace", "SecondTries", "SlackNotifier", "UnderWay", "send_privately"]
