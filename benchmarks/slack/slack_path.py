"""S1 to S4: from Slack's request to the reply, against Bolt alone and a hand-written claim. Socket Mode on loopback.

On PostgreSQL, as for many agents. The app runs in its own process; the fake Slack and the people in this one. S1's
no-op is a command whose sender is identified as usual, after the ack, and gets no reply; with one in flight the next
follows when that is done. The import runs in another process, as shipped.
"""

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from benchmarks import goals
from benchmarks.harness import contenders, workers
from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.harness.servers import plain, server
from benchmarks.harness.workers import Contender, percentile
from benchmarks.slack.apps import NO_OP, Kind, Running, running
from benchmarks.slack.server import Act, Done, SlackServer, at_once, value_of
from bot.services.lists.importing import ListOrder, import_contacts

BOLT, PLAIN = Kind("Bolt default", is_before_response=False), Kind("Bolt, process_before_response")
OURS, WAITING = "nextcall", "nextcall without process_before_response"
_AGENTS, _WANTED, _MANY = 20_000, 5, 32
_REST_S = 0.02  # with one in flight nothing else runs, not even the last request's work after its ack
_SPAWN = multiprocessing.get_context("spawn")
Found = dict[str, list[float]]


def main(*, is_quick: bool = False) -> int:
    rows, seconds, repeats, lines = (150_000, 1.0, 2, 200_000) if is_quick else (1_000_000, 2.0, 3, 1_000_000)
    print(f"slack_path: {rows} contacts, {server().version()}, {seconds} s a cell, medians of {repeats}", flush=True)
    contacts = server().filled(f"contacts_{rows}", partial(fill, shape=Shape(rows)))
    raw = server().filled(f"raw_{rows}", partial(contenders.fill_raw, rows=rows))
    found: Found = {}
    with TemporaryDirectory(prefix="nextcall-bench-") as folder:
        listed = Path(folder) / "list.csv"
        _write_list(listed, lines)
        for repeat in range(1, repeats + 1):
            with server().copy(contacts) as url, server().copy(raw) as raw_url:
                _greet(url)
                asyncio.run(_repeat(url, raw_url, listed, seconds, found))
            so_far = ", ".join(f"{name} {goals.shown(number)}" for name, number in _numbers(found).items())
            print(f"  after repeat {repeat}: {so_far}", flush=True)
    for name, values in found.items():
        print(f"  {name:<72} {median(values):>9.2f}", flush=True)
    for name, number in _numbers(found).items():
        goals.report(name, number)
    return 0


def _numbers(found: Found) -> dict[str, float]:
    """The median of the ratios within each repeat."""

    def of(ours: str, *base: str, least: bool = False) -> float:
        bases = [min(some) if least else sum(some) for some in zip(*(found[one] for one in base), strict=True)]
        return float(median(one / other for one, other in zip(found[ours], bases, strict=True)))

    no_ops, claims = f"{PLAIN.name}: acks a second, {_MANY} in flight", f"raw claim: a second, {_MANY} workers"
    return {
        "S1": of(f"{OURS}: ack p50, 1 in flight", f"{BOLT.name}: ack p50, 1 in flight"),
        "S2": of("/nextcall: reply p50, 1 in flight", f"{PLAIN.name}: ack p50, 1 in flight", "raw claim: p50"),
        "S3": of(f"/nextcall: replies a second, {_MANY} in flight", no_ops, claims, least=True),
        "S4": of("ack p99 while a list is imported", "ack p99 without"),
    }


async def _repeat(url: str, raw_url: str, listed: Path, seconds: float, found: Found) -> None:
    async with SlackServer() as slack:
        for kind in (BOLT, PLAIN, Kind(OURS, url), Kind(WAITING, url, is_before_response=False)):
            async with running(kind, slack.api_url) as app:
                await slack.connected()
                for in_flight in (1, _MANY, 200):
                    await _acks(slack, app, kind.name, in_flight, seconds, found)
        for kind in (
            Kind("Bolt default, HTTP", is_before_response=False, is_http=True),
            Kind(f"{OURS}, HTTP", url, is_http=True),
        ):
            async with running(kind, slack.api_url) as app:
                slack.use_http(app.port)
                for in_flight in (1, _MANY):
                    await _acks(slack, app, kind.name, in_flight, seconds, found)
                slack.use_http(0)
        _claims(raw_url, seconds, found)
        agents = count(1)
        for workers in (8, 30, 60):
            async with running(Kind(OURS, url, workers=workers), slack.api_url) as app:
                await slack.connected()
                await _hand_outs(slack, app, agents, workers, seconds, found)
        async with running(Kind(OURS, url), slack.api_url):
            await slack.connected()
            await _while_importing(slack, url, listed, seconds, found)


async def _acks(slack: SlackServer, app: Running, name: str, in_flight: int, seconds: float, found: Found) -> None:
    used = app.processor_s()
    took, done, acts = await _load(slack, in_flight, seconds)
    _note(found, f"{name}: processor ms each, {in_flight} in flight", (app.processor_s() - used) * 1000 / acts)
    _note(found, f"{name}: ack p50, {in_flight} in flight", percentile([one.acked for one in done], 0.5))
    _note(found, f"{name}: ack p99, {in_flight} in flight", percentile([one.acked for one in done], 0.99))
    _note(found, f"{name}: acks a second, {in_flight} in flight", len(done) / took)


async def _load(slack: SlackServer, in_flight: int, seconds: float) -> tuple[float, list[Done], int]:
    """Seconds, what was done in them, and how many acts in all, warm-up included."""
    users = count(1)
    no_op = lambda: slack.do(slack.command(NO_OP, _user(next(users))))  # noqa: E731 - one line
    rest = _REST_S if in_flight == 1 else 0.0
    _, warm = await at_once(no_op, in_flight, 0.3, rest)
    took, done = await at_once(no_op, in_flight, seconds, rest)
    return took, done, len(warm) + len(done)


def _claims(url: str, seconds: float, found: Found) -> None:
    """Claim by hand with raw psycopg."""
    contender = Contender("raw psycopg", contenders.open_raw, None)  # type: ignore[arg-type]  # the URL is given
    one, many = (workers.run(contender, url, count, seconds) for count in (1, _MANY))
    _note(found, "raw claim: p50", one.at(0.5))
    _note(found, f"raw claim: a second, {_MANY} workers", many.rate)


async def _hand_outs(
    slack: SlackServer, app: Running, agents: Iterator[int], workers: int, seconds: float, found: Found
) -> None:
    """/nextcall by agents who hold no contact; then Call on the first card of each."""
    cards: list[Act] = []

    async def ask() -> Done:
        user = _user(next(agents))
        done = await slack.do(slack.command("/nextcall", user, str(_WANTED)), waits_for_reply=True)
        cards.append(slack.press("call", value_of(done.reply, "call"), user))
        return done

    async def call() -> Done:
        return await slack.do(cards.pop(), waits_for_reply=True)

    await at_once(ask, 4, 0.5)
    if workers == 30:  # as shipped
        await _replies("/nextcall", ask, app, seconds, found, (1, _MANY))
        await _replies("Call", call, app, seconds / 2, found, (1,))
    else:
        took, done = await at_once(ask, _MANY, seconds)
        _note(found, f"/nextcall, {workers} workers: replies a second, {_MANY} in flight", len(done) / took)


async def _replies(
    name: str, do: Callable[[], Awaitable[Done]], app: Running, seconds: float, found: Found, at: Sequence[int]
) -> None:
    for in_flight in at:
        used = app.processor_s()
        took, done = await at_once(do, in_flight, seconds)
        _note(found, f"{name}: processor ms each, {in_flight} in flight", (app.processor_s() - used) * 1000 / len(done))
        _note(found, f"{name}: ack p99, {in_flight} in flight", percentile([one.acked for one in done], 0.99))
        _note(found, f"{name}: reply p50, {in_flight} in flight", percentile([one.replied for one in done], 0.5))
        _note(found, f"{name}: reply p99, {in_flight} in flight", percentile([one.replied for one in done], 0.99))
        _note(found, f"{name}: replies a second, {in_flight} in flight", len(done) / took)


async def _while_importing(slack: SlackServer, url: str, listed: Path, seconds: float, found: Found) -> None:
    _, alone, _ = await _load(slack, _MANY, seconds)
    with _importing(url, listed) as process:
        await asyncio.sleep(2)  # it is writing by then
        _, beside, _ = await _load(slack, _MANY, seconds)
        assert process.is_alive(), "the import was over too soon"
    _note(found, "ack p99 without", percentile([one.acked for one in alone], 0.99))
    _note(found, "ack p99 while a list is imported", percentile([one.acked for one in beside], 0.99))


@contextmanager
def _importing(url: str, listed: Path) -> Iterator[Any]:
    process = _SPAWN.Process(target=import_list, args=(url, listed), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join(5)


def import_list(url: str, listed: Path) -> None:
    """What `nextcall import` does."""
    import_contacts(contenders.deps(url), ListOrder(listed, "Campaign 1", list_name="Another list"))


def _write_list(path: Path, lines: int) -> None:
    """Write a list of numbers that no contact has."""
    with path.open("w") as file:
        file.write("Name,Phone,Country\n")
        file.writelines(f"Person {n},+4475{n:08},GB\n" for n in range(lines))


def _greet(url: str) -> None:
    """Set the agents' language, so that none is looked up at their first command."""
    with psycopg.connect(plain(url)) as connection:
        connection.execute("UPDATE agent SET language = 'en'")


def _user(number: int) -> str:
    return f"U{1 + number % _AGENTS:07}"


def _note(found: Found, name: str, value: float) -> None:
    found.setdefault(name, []).append(value)
