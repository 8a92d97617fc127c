"""Checks whether the app may post in a channel, without posting."""

from datetime import datetime, timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.api.client import code_of

_FAR_OFF = timedelta(days=100)  # Slack's limit: 120 days ahead
_TEXT = "Nextcall"  # deleted before it is sent


def refused(client: WebClient, channel: str, now: datetime) -> str:
    """Slack's error code if the app may not post in the channel; empty if it may.

    Schedules a message far ahead and deletes it at once: reading the channel's members needs scopes that nothing else
    needs.
    """
    try:
        answer = client.chat_scheduleMessage(channel=channel, post_at=int((now + _FAR_OFF).timestamp()), text=_TEXT)
        client.chat_deleteScheduledMessage(
            channel=str(answer["channel"]), scheduled_message_id=answer["scheduled_message_id"]
        )
    except SlackApiError as fault:
        return code_of(fault)
    return ""
