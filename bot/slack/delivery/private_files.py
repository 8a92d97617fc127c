"""Sends files to one person's direct messages, below a message that says what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.slack.api.client import call_slack
from bot.slack.blocks.kit.kit import Reply


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send. `title`: empty for its name; `alt`: what a picture shows, for those who do not see it."""

    name: str
    content: bytes
    title: str = ""
    alt: str = ""

    def upload(self) -> dict[str, Any]:
        """As slack_sdk takes it."""
        made: dict[str, Any] = {"content": self.content, "filename": self.name, "title": self.title or self.name}
        return made | ({"alt_txt": self.alt} if self.alt else {})


def send_privately(
    client: WebClient, slack_user_id: str, reply: Reply, files: Sequence[Attachment], *, in_thread: bool = True
) -> None:
    """Post the message and the files, in its thread or below it. Raises DeliveryFailed."""
    said = call_slack(lambda: client.chat_postMessage(channel=slack_user_id, **reply.as_message()))
    uploads, channel = [one.upload() for one in files], str(said["channel"])
    thread = str(said["ts"]) if in_thread else None
    if uploads:
        call_slack(lambda: client.files_upload_v2(channel=channel, thread_ts=thread, file_uploads=uploads))
