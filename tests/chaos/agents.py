"""Agents at work: each asks for a contact, presses Call, records what came of it, and does it again if nothing
answers."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from time import perf_counter
from typing import Any

from benchmarks.slack.server import Act, value_of
from tests.chaos.troubled_slack import TroubledSlack

ANSWERS = ("outcome_no_answer", "outcome_busy", "outcome_refused", "outcome_no_answer")
_REPLY_WITHIN_S = 20.0
_RECORDED = (":white_check_mark:", "recorded")
_serial = count(1)


@dataclass
class Heard:
    """What all agents know, by phase. `took`: seconds until a reply."""

    took: dict[str, list[float]] = field(default_factory=dict)
    put_off: Counter[str] = field(default_factory=Counter)  # acts answered by a sentence alone, such as *try again*
    unanswered: Counter[str] = field(default_factory=Counter)
    recorded: dict[int, str] = field(default_factory=dict)  # outcomes that a reply called recorded, by attempt


@dataclass
class CallAgent:
    """One agent. `rests`: seconds between two acts, in the mean."""

    user: str
    slack: TroubledSlack
    heard: Heard
    phase: Callable[[], str]
    rests: float
    random: Random

    async def work(self, is_over: asyncio.Event) -> None:
        shown: dict[str, Any] = {}
        while not is_over.is_set():
            await asyncio.sleep(self.random.expovariate(1 / self.rests))
            shown = await self._act(shown)

    async def _act(self, shown: dict[str, Any]) -> dict[str, Any]:
        """The next thing to do with what is shown. Returns what is shown then; nothing where no reply came."""
        chosen = self.random.choice(ANSWERS)
        for action in (chosen, "call"):
            if value := value_of(shown, action):
                reply = await self._do(self.slack.press(action, value, self.user))
                if action == chosen and all(word in str(reply) for word in _RECORDED):
                    self.heard.recorded[int(value)] = chosen.removeprefix("outcome_")
                return reply
        return await self._do(self.slack.command("/nextcall", self.user, "1"))

    async def _do(self, act: Act) -> dict[str, Any]:
        key, phase, before = f"k{next(_serial)}", self.phase(), perf_counter()
        replied = self.slack.reply_to(key)
        try:
            if await self.slack.send(act, key):
                at, reply = await asyncio.wait_for(replied, _REPLY_WITHIN_S)
                self.heard.took.setdefault(phase, []).append(at - before)
                self.heard.put_off[phase] += not any(block.get("elements") for block in reply.get("blocks", ()))
                return reply
        except TimeoutError:
            pass
        finally:
            self.slack.forget(key)
        self.heard.unanswered[phase] += 1
        return {}
