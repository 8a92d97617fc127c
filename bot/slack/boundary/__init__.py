"""Between Slack and the services: turns presses, commands and forms into requests, and results into screens."""

from bot.slack.boundary import replies, setup_replies, telling
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.command_text import (
    number_first,
    outcome_and_note,
    parse_wanted,
    rules_wanted,
    strip_quotes,
    team_and_day,
    tidy_text,
)
from bot.slack.boundary.hide_numbers import hide_ended
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form, Surface, Unreadable

# fmt: off
__all__ = [
    "Ask",
    "Boundary",
    "Form",
    "Surface",
    "Taken",
    "Unreadable",
    "hide_ended",
    "number_first",
    "outcome_and_note",
    "parse_wanted",
    "replies",
    "rules_wanted",
    "setup_replies",
    "strip_quotes",
    "team_and_day",
    "telling",
    "tidy_text",
]
