"""A bot that stops sends what is due for a moment, and waits for Slack no longer than that."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest

from bot.scheduler.ticks import Messenger
from bot.services import notices
from bot.services.deps import Deps
from storage.models import Agent, Message
from tests.fakes import FakeNotifier, SampleOrganisation

pytestmark = pytest.mark.both_engines


@dataclass
class Slow(FakeNotifier):
    """Each message takes `lasts` seconds, or until the test ends."""

    lasts: float = 0.0
    began: Event = field(default_factory=Event)
    is_over: Event = field(default_factory=Event)

    def tell(self, *_: Any) -> None:
        self.began.set()
        self.is_over.wait(self.lasts)


@pytest.fixture
def slow() -> Iterator[Slow]:
    slow = Slow()
    yield slow
    slow.is_over.set()
    sleep(0.1)


@pytest.fixture
def deps(acme: SampleOrganisation, slow: Slow) -> Deps:
    return replace(acme.deps, has_news=lambda _deps: None, notifier=slow)


def _put(acme: SampleOrganisation, deps: Deps, count: int) -> None:
    with deps.unit_of_work() as uow:
        reader = uow.session.get_one(Agent, acme.alice.agent_id)
        for _ in range(count):
            notices.tell(uow.session, [reader], "card_withdrawn", acme.clock(), {"because": "held", "name": "Ada"})


@pytest.mark.parametrize("is_begun", [True, False])
def test_it_stops_in_time_though_slack_does_not_answer(
    acme: SampleOrganisation, deps: Deps, slow: Slow, is_begun: bool
) -> None:
    slow.lasts, news = 60.0, Event()
    messenger = Messenger(deps, news)
    if is_begun:
        _put(acme, deps, 2)
    messenger.start()
    if is_begun:
        assert slow.began.wait(10)
    else:
        sleep(0.2)
        _put(acme, deps, 2)
    began = monotonic()
    messenger.stop(within=0.3)
    assert monotonic() - began < 2
    assert not news.is_set(), "no other part of the process tries again"


def test_it_ends_between_two_messages_and_leaves_the_rest(acme: SampleOrganisation, deps: Deps, slow: Slow) -> None:
    slow.lasts = 0.2
    messenger = Messenger(deps, Event())
    _put(acme, deps, 40)
    messenger.start()
    assert slow.began.wait(10)
    messenger.stop(within=0.5)
    sleep(0.5)
    ended = [one.closed_at for one in acme.all(Message)]
    assert 1 <= sum(one is not None for one in ended) < 10
    sleep(0.5)
    assert [one.closed_at for one in acme.all(Message)] == ended


def test_it_sends_what_is_due_before_it_stops(acme: SampleOrganisation, deps: Deps, slow: Slow) -> None:
    messenger = Messenger(deps, Event())
    messenger.start()
    _put(acme, deps, 3)
    messenger.stop(within=5)
    assert [one.closed_because for one in acme.all(Message)] == ["sent"] * 3
    assert slow.began.is_set()
