"""How messages leave: one after another, at Slack's pace, tried again where it did not take them."""

from bot.slack.delivery.notifier import SlackNotifier
from bot.slack.delivery.second_tries import SecondTries

__all__ = ["SecondTries", "SlackNotifier"]
