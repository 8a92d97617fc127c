"""The guide of the demo's page, followed with the real bot in a real browser: it leads through all nine steps."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.demo import GUIDE, cast, page_tools
from bot.cli.demo.stage import Stage, set_up, staged
from bot.sandbox import SandboxClock
from screens.browser import Browser, NoBrowser, browser

CHOSEN = "[...document.querySelectorAll('#guide button')].find((one) => one.textContent.startsWith({!r}))"
POINTED = "document.querySelector('.pointed')"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    clock = SandboxClock(datetime(2026, 12, 1, 10, 0, 0, 417_003, tzinfo=UTC))
    with staged(clock, 0, tmp_path) as stage:
        set_up(stage)
        stage.bot.start_socket_mode()
        stage.server.wait_for_connections(1)
        clock.on_move(lambda _at: threading.Thread(target=stage.bot.tick_once).start())
        stage.server.furnish(page_tools(stage.installation.deps))
        yield stage
        stage.bot.stop()


@pytest.fixture
def window(stage: Stage) -> Iterator[Browser]:
    try:
        with browser() as window:
            yield window.open(f"{stage.server.url}#{cast.ALICE}/app", 1280, 800)
    except NoBrowser as missing:
        pytest.skip(str(missing))


def _at_step(window: Browser, number: int) -> None:
    window.wait_until(f"document.querySelector('#guide').textContent.startsWith('{number} of {len(GUIDE)}. ')")


def _follow(window: Browser, wanted: str) -> None:
    """Presses what the guide points at, once that is what is wanted."""
    window.wait_until(f"{POINTED}?.matches({wanted!r})")
    window.value_of(f"({POINTED}.querySelector('button, summary') ?? {POINTED}).click()")


def _type(window: Browser) -> None:
    """The command of the step, filled in and sent."""
    window.wait_until(f"{POINTED}?.id === 'line'")
    window.value_of(f"{CHOSEN.format('Fill in')}.click()")
    window.value_of("document.getElementById('send').click()")


def _become(window: Browser, user_id: str) -> None:
    _follow(window, f'.side [data-entry="{user_id}"]')


def _has(window: Browser, words: str) -> None:
    window.wait_until(f"document.getElementById('messages').textContent.includes({words!r})")


@pytest.mark.night
def test_the_guide_leads_through_the_day_of_all_four_to_a_clean_audit(window: Browser, stage: Stage) -> None:
    _at_step(window, 1)
    _type(window)
    _at_step(window, 2)
    _follow(window, '[data-key^="call "]')
    _at_step(window, 3)
    _follow(window, '[data-key^="outcome_busy "]')
    _has(window, "Busy recorded")
    _at_step(window, 4)
    _follow(window, '[data-key^="undo "]')
    _has(window, "Not dialled")
    _at_step(window, 5)
    _follow(window, '[data-key^="outcome_busy "]')
    _has(window, "Busy recorded")
    _at_step(window, 6)
    _become(window, cast.DANA)
    _type(window)
    _has(window, "where the contacts stand")
    _at_step(window, 7)
    _become(window, cast.ERIN)
    _follow(window, f'.side [data-entry="{cast.CHANNEL}"]')
    _follow(window, "[data-jump=digest]")
    window.wait_until("document.querySelector('#messages img')?.complete")
    _has(window, "Audit: every promise kept.")
    _at_step(window, 8)
    _become(window, cast.ADMIN)
    window.wait_until(f"{POINTED}?.matches('#apps [data-entry]')")
    assert not window.value_of(f"Boolean({CHOSEN.format('Share')})"), "no answer comes in the channel"
    _follow(window, "#apps [data-entry]")
    window.wait_until(f"{POINTED}?.matches('.attach')")
    window.value_of(f"{CHOSEN.format('Share')}.click()")
    _has(window, "new-leads.csv")
    _has(window, "2 can be called later")
    _at_step(window, 9)
    _follow(window, ".look")
    window.wait_until("document.getElementById('inside').textContent.includes('chat.')")
    window.wait_until("document.getElementById('guide').textContent.startsWith('That was the last step.')")
    window.value_of(f"{CHOSEN.format('Close')}.click()")
    assert window.value_of("document.getElementById('guide').hidden")
