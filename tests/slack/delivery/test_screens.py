"""Two drawings of one screen at the same time: the one with the newer data is shown last."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from bot.slack.delivery.second_tries import Screens

WAITED_S = 0.05


class Drawings:
    """Drawings of a state that changes while the first drawing is in flight."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.threads, self.screens = threads, Screens()
        self.state, self.seen = 1, list[int]()
        self.has_read, self.let_go = Event(), Event()

    def held(self) -> Future[None]:
        begun = self.threads.submit(self._draw, "one", self.let_go)
        assert self.has_read.wait(60)
        return begun

    def at_once(self, screen: str) -> Future[None]:
        return self.threads.submit(self._draw, screen, None)

    def _draw(self, screen: str, until: Event | None) -> None:
        with self.screens.drawing(screen):
            read = self.state
            if until:
                self.has_read.set()
                assert until.wait(60)
            self.seen.append(read)


@pytest.fixture
def drawings() -> Iterator[Drawings]:
    with ThreadPoolExecutor(4) as threads:
        yield Drawings(threads)


def test_the_drawing_with_newer_data_is_shown_last(drawings: Drawings) -> None:
    first = drawings.held()
    drawings.state = 2
    second = drawings.at_once("one")
    with pytest.raises(TimeoutError):
        second.result(WAITED_S)
    drawings.let_go.set()
    first.result(10)
    second.result(10)
    assert drawings.seen == [1, 2]


def test_another_screen_does_not_wait(drawings: Drawings) -> None:
    first = drawings.held()
    drawings.state = 2
    drawings.at_once("another").result(10)
    drawings.let_go.set()
    first.result(10)
    assert drawings.seen == [2, 1]


def test_a_failed_drawing_does_not_block_the_next_one(drawings: Drawings) -> None:
    with pytest.raises(OSError, match="away"), drawings.screens.drawing("one"):
        raise OSError("away")
    drawings.at_once("one").result(10)
    assert drawings.seen == [1]
    assert not drawings.screens._turns
