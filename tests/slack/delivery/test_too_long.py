"""Slack calls a message too long or malformed: its reader still hears of each thing in it, as text at the least."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from bot.services import messages, notices
from bot.services.deps import Deps
from bot.slack.blocks.home.messages import SCREENS
from bot.slack.blocks.kit.kit import Reply, section
from bot.slack.delivery import notifier
from bot.slack.delivery.notifier import SlackNotifier
from storage.models import Agent, Message
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines


class Slack(WebClient):
    """Refuses messages that hold one of `refused`."""

    def __init__(self) -> None:
        super().__init__(token="")
        self.posted: list[tuple[str, bool]] = []
        self.refused = {"(0, 1, 2)": False}  # whether as text too; one object for all copies of the client

    def chat_postMessage(self, **said: Any) -> Any:  # noqa: N802 - the SDK's name
        has_blocks = bool(said["blocks"])
        if said["text"] in self.refused and (has_blocks or self.refused[said["text"]]):
            raise SlackApiError("refused", {"error": "msg_blocks_too_long"})  # type: ignore[no-untyped-call]
        self.posted.append((said["text"], has_blocks))
        return {"ts": "1764000000.000001"}


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def deps(acme: SampleOrganisation, slack: Slack, monkeypatch: pytest.MonkeyPatch) -> Deps:
    monkeypatch.setattr(notifier, "A_CHANNEL_EVERY_S", 0.05)
    monkeypatch.setitem(messages.KINDS, "callback_trouble", messages.Kind(_serials, most=10))
    monkeypatch.setitem(SCREENS, "callback_trouble", _drawn)
    return replace(acme.deps, has_news=lambda _deps: None, notifier=SlackNotifier(slack, acme.clock))


def _serials(_deps: Deps, _session: Session, rows: Sequence[Message]) -> Mapping[int, object]:
    return {row.id or 0: row.params["serial"] for row in rows}


def _drawn(_reader: object, several: Sequence[int]) -> Reply:
    return Reply(str(tuple(several)), (section(str(several)),))


def _wait(acme: SampleOrganisation, deps: Deps, count: int) -> None:
    with deps.unit_of_work() as uow:
        reader = uow.session.get_one(Agent, acme.alice.agent_id)
        for serial in range(count):
            notices.tell(uow.session, [reader], "callback_trouble", acme.clock(), {"serial": serial})


def _send(acme: SampleOrganisation, deps: Deps) -> None:
    for _ in range(10):
        messages.send_all(deps, within=0.3)
        acme.clock.tick(seconds=1)


def test_several_things_that_are_too_long_together_are_told_in_smaller_messages(
    acme: SampleOrganisation, deps: Deps, slack: Slack
) -> None:
    _wait(acme, deps, 3)
    _send(acme, deps)
    assert slack.posted == [("(0,)", True), ("(1, 2)", True)]
    assert [one.closed_because for one in acme.all(Message)] == ["sent"] * 3


def test_one_thing_that_is_too_long_is_told_as_text(acme: SampleOrganisation, deps: Deps, slack: Slack) -> None:
    slack.refused["(0,)"] = False
    _wait(acme, deps, 1)
    _send(acme, deps)
    assert slack.posted == [("(0,)", False)]


def test_one_that_is_refused_as_text_too_is_tried_again_and_holds_up_nothing(
    acme: SampleOrganisation, deps: Deps, slack: Slack
) -> None:
    slack.refused.update({"(0,)": True, "(0, 1)": True})
    _wait(acme, deps, 2)
    _send(acme, deps)
    assert slack.posted == [("(1,)", True)]
    slack.refused["(0,)"] = False
    acme.clock.tick(minutes=1)
    _send(acme, deps)
    assert slack.posted[1:] == [("(0,)", False)]
