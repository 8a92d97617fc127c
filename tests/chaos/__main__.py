"""`python -m tests.chaos`: many agents at work while one fault follows another; then what was lost and doubled."""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.harness.workers import percentile
from tests.chaos.accounts import Account, account
from tests.chaos.agents import CallAgent, Heard
from tests.chaos.centre import TroubledCentre
from tests.chaos.faults import FAULTS
from tests.chaos.troubled_slack import TroubledSlack
from tests.crashes.small_disk import SmallDisk, small_disk
from tests.postgres import Server

_BOTS = 2
_DISK_MEGABYTES = 512
_CALM = "nothing"
_PATIENCE_S = 180.0
_QUIET_S = 10.0
_CONTACTS_OF_AN_AGENT = 60


def main(arguments: list[str] | None = None) -> int:
    asked = _arguments().parse_args(arguments)
    with TemporaryDirectory(prefix="nextcall-chaos-") as name, _opened(Path(name), asked) as (postgres, url, disk):
        heard, found = asyncio.run(_played(asked, Path(name), postgres, url, disk))
    _say(heard, found)
    return not found.is_sound


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.chaos", description=__doc__)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--lasts", type=float, default=40.0, help="seconds of each fault, and of recovery after it")
    parser.add_argument("--rests", type=float, default=30.0, help="seconds between two acts of an agent, in the mean")
    parser.add_argument("--only", nargs="*", choices=list(FAULTS), default=list(FAULTS), metavar="FAULT")
    parser.add_argument("--seed", type=int, default=1)
    return parser


@contextmanager
def _opened(folder: Path, asked: argparse.Namespace) -> Iterator[tuple[Server, str, SmallDisk]]:
    postgres = Server()
    try:
        with small_disk(_DISK_MEGABYTES) as disk, postgres.database(folder=disk.folder, is_migrated=False) as url:
            fill(url, Shape(asked.agents * _CONTACTS_OF_AN_AGENT, campaigns=3, agents=asked.agents, leased=0))
            yield postgres, url, disk
            disk.free()
    finally:
        postgres.stop()


async def _played(
    asked: argparse.Namespace, folder: Path, postgres: Server, url: str, disk: SmallDisk
) -> tuple[Heard, Account]:
    heard, over, phase = Heard(), asyncio.Event(), _CALM
    async with TroubledSlack(asked.seed) as slack:
        centre = TroubledCentre(folder, slack, postgres, url, disk)
        try:
            for _ in range(_BOTS):
                centre.start()
            await _until(lambda: slack.connections == _BOTS)
            everyone = [
                CallAgent(f"U{one:07}", slack, heard, lambda: phase, asked.rests, Random(f"{asked.seed} {one}"))
                for one in range(1, asked.agents + 1)
            ]
            print(f"  {'':<46} acts answered, of them put off; not answered; p50 and p99: meanwhile | afterwards")
            working = [asyncio.create_task(agent.work(over)) for agent in everyone]
            await asyncio.sleep(2 * asked.lasts)
            for fault in asked.only:
                phase = fault
                async with FAULTS[fault](centre, slack):
                    await asyncio.sleep(asked.lasts)
                phase = f"after: {fault}"
                await asyncio.sleep(asked.lasts)
                _progress(fault, heard)
            over.set()
            await asyncio.gather(*working)
            await _until(_Quiet(slack))
        finally:
            centre.stop()
        return heard, account(url, heard.recorded, slack.taken, centre.true_until)


class _Quiet:
    """Whether Slack has taken no message for a while: what was due is told."""

    def __init__(self, slack: TroubledSlack) -> None:
        self._slack, self._last, self._since = slack, -1, time.monotonic()

    def __call__(self) -> bool:
        if (taken := self._slack.taken.total()) != self._last:
            self._last, self._since = taken, time.monotonic()
        return time.monotonic() - self._since > _QUIET_S


async def _until(is_so: Callable[[], bool]) -> None:
    """Raises TimeoutError after a while."""
    async with asyncio.timeout(_PATIENCE_S):
        while not is_so():
            await asyncio.sleep(0.1)


def _progress(fault: str, heard: Heard) -> None:
    after = f"after: {fault}"
    print(f"  {fault:<46} {_row(heard, fault)} | {_row(heard, after)}", flush=True)


def _row(heard: Heard, phase: str) -> str:
    took = heard.took.get(phase, [])
    quick = f"{percentile(took, 0.5):5.2f} s {percentile(took, 0.99):6.2f} s" if took else f"{'-':>7} {'-':>8}"
    return f"{len(took):>5} {heard.put_off[phase]:>4} {heard.unanswered[phase]:>4} {quick}"


def _say(heard: Heard, found: Account) -> None:
    print(f"  {'no fault':<46} {_row(heard, _CALM)}")
    print(
        f"{found.calls:,} calls, {found.outcomes:,} outcomes, {found.messages:,} messages: "
        f"{found.lost_outcomes} outcomes lost, {found.doubled_outcomes} doubled, {found.doubled_leases} double leases, "
        f"{found.lost_messages} messages lost, {found.repeated_messages} sent again, "
        f"{found.waiting_messages} still to be told."
    )


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # connections end here without a word
    sys.exit(main())
