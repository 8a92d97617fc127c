"""A message that the outbox sends is tried once, briefly: those on their way with it are not held up, nor repeated."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.api.client import BRIEFLY_S, background_client
from bot.slack.delivery import notifier
from bot.slack.delivery.notifier import SlackNotifier
from tests.fakes import FakeClock

PLACE = ["D0ALICE", "1764000000.000100"]


class Slack(WebClient):
    """Takes nothing with blocks in it. Notes how patient the client is that asks."""

    def __init__(self) -> None:
        super().__init__(token="", retry_handlers=background_client("").retry_handlers)
        self.asked: list[tuple[str, int, int]] = []  # one object for all copies of the client

    def chat_postMessage(self, **said: Any) -> Any:  # noqa: N802 - the SDK's name
        self.asked.append(("post", self.timeout, len(self.retry_handlers)))
        if said["blocks"]:
            raise SlackApiError("refused", {"error": "invalid_blocks"})  # type: ignore[no-untyped-call]
        return {"ts": "1764000000.000200"}

    def chat_update(self, **_said: Any) -> Any:
        self.asked.append(("update", self.timeout, len(self.retry_handlers)))
        return {"ts": PLACE[1]}


def test_each_part_of_a_message_is_tried_once_for_ten_seconds(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message that it replaces, the new one, and the text alone where Slack calls that malformed."""
    monkeypatch.setattr(notifier, "A_CHANNEL_EVERY_S", 0.0)
    slack, says = Slack(), {"first": "2026-11-30", "last": "2026-12-01", "place": PLACE}
    SlackNotifier(slack, clock).tell("U0ALICE", "Europe/London", "audit_stopped", says)
    assert slack.asked == [("update", BRIEFLY_S, 0), ("post", BRIEFLY_S, 0), ("post", BRIEFLY_S, 0)]
