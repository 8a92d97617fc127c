"""Slack's Web API: clients, profiles, channels, and the meaning of each refusal."""

from bot.slack.api import channel_check, response_urls
from bot.slack.api.client import (
    PERMANENT,
    background_client,
    call_slack,
    code_of,
    keep_numbers_out_of_logs,
    limited_for,
    listener_client,
    single_try,
    without_retry_waits,
)
from bot.slack.api.directory import SlackDirectory
from bot.slack.api.files import SlackFiles
from bot.slack.api.incidents import log_incident
from bot.slack.api.profiles import own_profile, profile_of
from bot.slack.api.uploads import upload

# fmt: off
__all__ = [
    "PERMANENT",
    "SlackDirectory",
    "SlackFiles",
    "background_client",
    "call_slack",
    "channel_check",
    "code_of",
    "keep_numbers_out_of_logs",
    "limited_for",
    "listener_client",
    "log_incident",
    "own_profile",
    "profile_of",
    "response_urls",
    "single_try",
    "upload",
    "without_retry_waits",
]
