"""What befalls the centre, one after the other. Each lasts for a while; then it has as long to recover."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from tests.chaos.centre import TroubledCentre
from tests.chaos.troubled_slack import TroubledSlack

_EVERY_S = 5.0  # seconds between two cuts
Fault = Callable[[TroubledCentre, TroubledSlack], AbstractAsyncContextManager[None]]


def _of_slack(trouble: str) -> Fault:
    @asynccontextmanager
    async def fault(_centre: TroubledCentre, slack: TroubledSlack) -> AsyncIterator[None]:
        slack.trouble = trouble
        yield
        slack.trouble = ""

    return fault


def _again_and_again(does: Callable[[TroubledCentre, TroubledSlack], Awaitable[None]]) -> Fault:
    @asynccontextmanager
    async def fault(centre: TroubledCentre, slack: TroubledSlack) -> AsyncIterator[None]:
        async def repeat() -> None:
            while True:
                await does(centre, slack)
                await asyncio.sleep(_EVERY_S)

        repeating = asyncio.create_task(repeat())
        yield
        repeating.cancel()

    return fault


async def _drop(_centre: TroubledCentre, slack: TroubledSlack) -> None:
    await slack.drop()


async def _crash(centre: TroubledCentre, _slack: TroubledSlack) -> None:
    await asyncio.to_thread(centre.postgres.crash)


async def _kill(centre: TroubledCentre, _slack: TroubledSlack) -> None:
    centre.kill()
    centre.start()


@asynccontextmanager
async def _read_only(centre: TroubledCentre, _slack: TroubledSlack) -> AsyncIterator[None]:
    with centre.read_only():
        yield


@asynccontextmanager
async def _without_connections(centre: TroubledCentre, _slack: TroubledSlack) -> AsyncIterator[None]:
    with centre.without_connections():
        yield


@asynccontextmanager
async def _full(centre: TroubledCentre, _slack: TroubledSlack) -> AsyncIterator[None]:
    await asyncio.to_thread(centre.disk.fill)
    yield
    centre.disk.free()


@asynccontextmanager
async def _clock_jumps(centre: TroubledCentre, _slack: TroubledSlack) -> AsyncIterator[None]:
    centre.jump(days=1)
    yield
    centre.jump(minutes=-5)


@asynccontextmanager
async def _clocks_differ(centre: TroubledCentre, _slack: TroubledSlack) -> AsyncIterator[None]:
    centre.kill()
    centre.start(ahead=25.0)
    yield
    centre.kill()
    centre.start()


FAULTS: Mapping[str, Fault] = {
    "Slack is slow": _of_slack("slow"),
    "Slack answers 429": _of_slack("limited"),
    "Slack answers 500": _of_slack("failing"),
    "Slack resets connections": _of_slack("resetting"),
    "sockets are dropped": _again_and_again(_drop),
    "Slack delivers twice": _of_slack("repeating"),
    "PostgreSQL dies and restarts": _again_and_again(_crash),
    "PostgreSQL is read-only": _read_only,
    "PostgreSQL has no connection left": _without_connections,
    "the disk is full": _full,
    "bots are killed": _again_and_again(_kill),
    "the clock jumps a day, then back five minutes": _clock_jumps,
    "one clock is 25 s ahead": _clocks_differ,
}
