"""Faults on request: rate limits, by tier or for a time, and calls that fail."""

import asyncio
import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass

from aiohttp import web

# Calls a minute by tier (docs.slack.dev/apis/web-api/rate-limits). chat.postMessage has its own limit: one a second in
# each channel.
PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}

_LOOKS_EVERY = 0.05  # seconds


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault to come.

    ``kind``: ``ratelimited``, ``timeout``, ``reset``, ``lost_reply`` (the call takes effect, then the connection is
    cut), ``no_reply`` (it takes effect, without an answer), ``cut`` (a download ends halfway), ``http_500`` and the
    like, or any error code of Slack.
    """

    kind: str
    retry_after: int = 1
    hangs_for: float = 35.0

    @property
    def is_after_the_call(self) -> bool:
        """Whether the call takes effect although it fails."""
        return self.kind in ("lost_reply", "no_reply")

    @property
    def is_of_transport(self) -> bool:
        """Whether no answer of Slack's application arrives."""
        return self.kind in ("timeout", "reset", "lost_reply", "no_reply") or self.kind.startswith("http_")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The response: a status, or none, because the connection is cut at once or after a delay."""
        if self.kind == "ratelimited":
            return web.Response(status=429, headers={"Retry-After": str(self.retry_after)})
        if self.kind.startswith("http_"):
            return web.Response(status=int(self.kind.removeprefix("http_")), text="upstream error")
        if self.kind in ("timeout", "no_reply"):
            # Sends nothing until the time is over or the caller has hung up.
            until = time.monotonic() + self.hangs_for
            while time.monotonic() < until and request.transport is not None and not request.transport.is_closing():
                await asyncio.sleep(_LOOKS_EVERY)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


class Faults:
    """The faults of the next calls. ``*`` stands for every method."""

    def __init__(self) -> None:
        self._next: dict[str, deque[Fault]] = defaultdict(deque)
        self._limits: list[tuple[str, str | None, float]] = []  # a method, a channel or None for each, until when

    def order(self, method: str, fault: Fault, times: int = 1) -> None:
        self._next[method].extend([fault] * times)

    def left(self, method: str) -> int:
        """How many requested faults are left."""
        return len(self._next[method])

    def end(self) -> None:
        """Ends all faults and limits."""
        self._next.clear()
        self._limits.clear()

    def limit(self, method: str, seconds: float, channel: str | None = None) -> None:
        """Refuses a method for real seconds; with a channel, named as the app names it, only there."""
        self._limits.append((method, channel, time.monotonic() + seconds))

    def take(self, method: str, channel: str | None = None) -> Fault | None:
        now = time.monotonic()
        for limited, where, until in self._limits:
            if limited == method and where in (None, channel) and until > now:
                return Fault("ratelimited", retry_after=math.ceil(until - now))
        for name in (method, "*"):
            if self._next[name]:
                return self._next[name].popleft()
        return None


class RateLimits:
    """Slack's rate limits, off until switched on. In real seconds, which the app's retry handlers sleep."""

    def __init__(self) -> None:
        self.is_on = False
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def seconds_to_wait(self, method: str, tier: int, channel_id: str | None) -> int:
        """Counts the call and returns 0, or returns whole seconds for ``Retry-After``."""
        if not self.is_on:
            return 0
        key, allowed, per = method, PER_MINUTE[tier], 60.0
        if method == "chat.postMessage":
            key, allowed, per = f"{method} {channel_id}", 1, 1.0
        now, calls = time.monotonic(), self._calls[key]
        while calls and now - calls[0] >= per:
            calls.popleft()
        if len(calls) >= allowed:
            return max(1, int(per - (now - calls[0]) + 0.999))
        calls.append(now)
        return 0
