"""Sends files to one person's direct messages, below a message that says what they are."""

from collections.abc import Mapping

from slack_sdk import WebClient

from bot.slack.api import narrowed
from bot.slack.blocks.kit import Reply


def send_privately(client: WebClient, slack_user_id: str, reply: Reply, files: Mapping[str, str]) -> None:
    """Post the message and, in its thread, the files by name. Raises DeliveryFailed."""
    blocks = list(reply.blocks)
    said = narrowed(lambda: client.chat_postMessage(channel=slack_user_id, text=reply.text, blocks=blocks))
    uploads = [{"content": text.encode(), "filename": name, "title": name} for name, text in files.items()]
    thread, channel = str(said["ts"]), str(said["channel"])
    narrowed(lambda: client.files_upload_v2(channel=channel, thread_ts=thread, file_uploads=uploads))
