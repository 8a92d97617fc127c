"""Whether the app may post in a channel, without anybody seeing it try."""

from datetime import datetime, timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.api.client import code_of

_FAR_OFF = timedelta(days=100)  # Slack schedules up to 120 days ahead
_TEXT = "Nextcall"  # nobody reads it


def refused(client: WebClient, channel: str, now: datetime) -> str:
    """Slack's word for why not; empty: it may. Reading a channel's members wants scopes that nothing else needs, so a
    message is scheduled far ahead and taken back at once."""
    try:
        answer = client.chat_scheduleMessage(channel=channel, post_at=int((now + _FAR_OFF).timestamp()), text=_TEXT)
        client.chat_deleteScheduledMessage(
            channel=str(answer["channel"]), scheduled_message_id=answer["scheduled_message_id"]
        )
    except SlackApiError as fault:
        return code_of(fault)
    return ""
