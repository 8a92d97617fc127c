"""One private message about work that takes long: how far it is, and in its place the end."""

import logging
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

from slack_sdk import WebClient

from bot.services.ports import DeliveryFailed
from bot.slack.api.client import call_slack
from bot.slack.blocks.kit.kit import Reply
from bot.slack.delivery.private_files import Attachment

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
        uploads = [one.upload() for one in files]
        if uploads:
            upload = self._client.files_upload_v2
            call_slack(lambda: upload(channel=self.channel, thread_ts=self.ts, file_uploads=uploads))

    def _show(self, told: Reply) -> None:
        change = self._client.chat_update
        call_slack(lambda: change(channel=self.channel, ts=self.ts, **told.as_message()))
