"""Files in one person's direct messages, below a message that says what they are or how far the work on them is."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from slack_sdk import WebClient

from bot.services.ports import DeliveryFailed
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


def attach(client: WebClient, channel: str, thread_ts: str | None, files: Sequence[Attachment]) -> None:
    """Send the files, if there are any, into the thread or the conversation. Raises DeliveryFailed."""
    if files:
        uploads = [one.upload() for one in files]
        call_slack(lambda: client.files_upload_v2(channel=channel, thread_ts=thread_ts, file_uploads=uploads))


def send_privately(
    client: WebClient, slack_user_id: str, reply: Reply, files: Sequence[Attachment], *, in_thread: bool = True
) -> None:
    """Post the message and the files, in its thread or below it. Raises DeliveryFailed."""
    said = call_slack(lambda: client.chat_postMessage(channel=slack_user_id, **reply.as_message()))
    attach(client, str(said["channel"]), str(said["ts"]) if in_thread else None, files)


DRAW_EVERY_S: Final = 5.0  # Slack takes about 50 changes of messages a minute
log = logging.getLogger(__name__)


class UnderWay:
    """The message, posted at once. Raises DeliveryFailed."""

    def __init__(self, client: WebClient, slack_user_id: str, begun: Reply) -> None:
        self._client = client
        post = client.chat_postMessage
        said = call_slack(lambda: post(channel=slack_user_id, **begun.as_message()))
        self.channel, self.ts = str(said["channel"]), str(said["ts"])
        self._drawn_at = monotonic()

    def moved(self, told: Callable[[], Reply]) -> None:
        """Show how far it is, every few seconds at most, and if Slack takes it."""
        if monotonic() - self._drawn_at < DRAW_EVERY_S:
            return
        self._drawn_at = monotonic()
        try:
            self._show(told())
        except DeliveryFailed as fault:
            log.info("event=progress_not_shown reason=%s", fault)

    def ended(self, told: Reply, files: Sequence[Attachment] = ()) -> None:
        """Show what came of it, with files in its thread. Raises DeliveryFailed."""
        self._show(told)
        attach(self._client, self.channel, self.ts, files)

    def _show(self, told: Reply) -> None:
        change = self._client.chat_update
        call_slack(lambda: change(channel=self.channel, ts=self.ts, **told.as_message()))
