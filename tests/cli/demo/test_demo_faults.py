"""The faults of the demo's page, on the real bot: each shows what the page says one will see."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.cli.demo import cast
from bot.cli.demo.stage import Stage, set_up, staged
from bot.sandbox import Member, SandboxClock, VisibleMessage
from bot.slack import ids
from policy.vocabulary import Outcome
from storage.models import Attempt
from tests.sandbox.test_page import Page

WITHIN_S = 120.0
BUSY = ids.outcome_button(Outcome.BUSY)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The demo's workspace with the bot connected, in working hours."""
    clock = SandboxClock(datetime(2026, 12, 1, 10, 0, 0, 417_003, tzinfo=UTC), frozen=True)
    with staged(clock, 0, tmp_path) as stage:
        set_up(stage)
        stage.bot.connect()
        stage.server.wait_for_connections(1)
        yield stage
        stage.bot.stop()


@pytest.fixture
def page(stage: Stage) -> Page:
    return Page(stage.server.url)


@pytest.fixture
def alice(stage: Stage) -> Member:
    return stage.server.person(cast.ALICE)


def _says(member: Member, words: str, times: int = 1) -> VisibleMessage:
    """The newest message with the words, once there are so many."""

    def found(messages: tuple[VisibleMessage, ...]) -> VisibleMessage | None:
        those = [one for one in messages if words in one.words]
        return those[-1] if len(those) >= times else None

    message = member.wait_for(lambda seen: found(seen.messages), WITHIN_S)
    assert message is not None
    return message


def _attempts(stage: Stage) -> list[Attempt]:
    with stage.installation.deps.unit_of_work(is_read_only=True) as uow:
        return list(uow.session.scalars(select(Attempt).order_by(col(Attempt.id))))


@pytest.mark.night
def test_what_is_delivered_twice_counts_once(stage: Stage, page: Page, alice: Member) -> None:
    page.post("trouble", {"name": "twice"})
    alice.command("/nextcall 2")
    cards = _says(alice, "You hold 2 contacts", times=2)
    page.post("trouble", {"name": "twice"})
    alice.press(cards, "call")
    calling = _says(alice, "Not dialled")
    _delivered(stage, "call", 2)
    assert len(_attempts(stage)) == 1
    page.post("trouble", {"name": "twice"})
    alice.press(calling, BUSY)
    _says(alice, "was already recorded")
    assert [one.outcome for one in _attempts(stage)] == [Outcome.BUSY]


def _delivered(stage: Stage, action_id: str, times: int) -> None:
    """Waits until this press has been delivered so often."""
    until = time.monotonic() + WITHIN_S
    while True:
        pressed = [one.envelope.payload.get("actions", [{}])[0].get("action_id") for one in stage.server.delivered]
        if pressed.count(action_id) >= times:
            return
        assert time.monotonic() < until
        time.sleep(0.02)


def test_an_answer_comes_as_late_as_slack_said(page: Page, alice: Member) -> None:
    alice.command("/nextcall 1")
    cards = _says(alice, "You hold 1 contact")
    page.post("trouble", {"name": "limit"})
    began = time.monotonic()
    alice.press(cards, "call")
    calling = _says(alice, "Not dialled")
    assert 3 <= time.monotonic() - began < 20
    page.post("trouble", {"name": "limit"})
    alice.press(calling, "callback_at", selected="Another day or time…")
    _says(alice, "did not open that form. Press the button again in 3 seconds")


@pytest.mark.night
def test_a_dropped_socket_is_noticed_and_nothing_is_lost(stage: Stage, page: Page, alice: Member) -> None:
    alice.command("/nextcall 1")
    alice.press(_says(alice, "You hold 1 contact"), "call")
    _says(alice, "Not dialled")
    page.post("trouble", {"name": "drop"})
    stage.server.wait_for_connections(0)
    told = page.post(f"people/{cast.ALICE}/command", {"line": "/nextcall 1"})
    assert (told["failed"], told["reason"]) == (True, "dispatch_failed")
    stage.server.wait_for_connections(1, within=120)
    alice.command("/nextcall 1")
    _says(alice, "Not dialled", times=2)
    assert len(_attempts(stage)) == 1
