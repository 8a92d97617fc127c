"""What agents at work cost: `python -m benchmarks.slack.size`, by how many agents there are and how many bots.

Each agent acts every 30 seconds: `/nextcall 1`, Call, *busy*, and again. The bots are processes with all their timed
work, on one PostgreSQL that commits to its disk; a small Slack on loopback gives each request to one of them in turn.
"""

import asyncio
from contextlib import AsyncExitStack
from time import perf_counter

import psycopg

from benchmarks.harness import servers, workers
from benchmarks.harness.contenders import deps
from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.harness.workers import percentile
from benchmarks.slack.apps import Kind, Running, running
from benchmarks.slack.server import SlackServer
from benchmarks.slack.slack_start import Agent
from bot.services.deciding.decisions import rules_key

_EVERY_S, _SECONDS, _SETTLES_S = 30, 90, 15
_CONTACTS = 100_000
_CASES = ((20, 1), (200, 1), (200, 2), (200, 4), (600, 1), (600, 2))  # agents, bots


def main() -> int:
    print(f"{workers.machine()}; {servers.server().version()}, {_CONTACTS:,} contacts, {_SECONDS} s each")
    print(
        "agents bots  presses/s  p50 ms  p99 ms  bots ms/press  PostgreSQL ms/press  commits/press  connections  Slack"
    )
    filled = servers.server().filled("size", _fill)
    for agents, bots in _CASES:
        with servers.server().copy(filled) as url:
            asyncio.run(_measured(url, agents, bots))
    servers.stop()
    return 0


def _fill(url: str) -> None:
    fill(url, Shape(_CONTACTS, agents=2_000, contact={"decided_by": rules_key(deps(url))}))
    with psycopg.connect(servers.plain(url)) as connection:
        connection.execute("UPDATE agent SET language = 'en'")


async def _measured(url: str, agents: int, bots: int) -> None:
    async with SlackServer() as slack, AsyncExitStack() as stack:
        apps = [
            await stack.enter_async_context(running(Kind("nextcall", url, is_ticking=True), slack.api_url))
            for _ in range(bots)
        ]
        await slack.connected(bots)
        people = [Agent(f"U{number:07}") for number in range(1, agents + 1)]
        await _pressed(slack, people, _SETTLES_S)
        before = _used(url, apps, slack)
        took = await _pressed(slack, people, _SECONDS)
        bots_s, server_s, commits, asked = (
            now - then for now, then in zip(_used(url, apps, slack), before, strict=True)
        )
        presses = len(took)
        waits = f"{percentile(took, 0.5):>7.0f} {percentile(took, 0.99):>7.0f}"
        each = f"{bots_s * 1000 / presses:>14.1f} {server_s * 1000 / presses:>20.1f} {commits / presses:>14.1f}"
        print(
            f"{agents:>6} {bots:>4} {presses / _SECONDS:>10.1f} {waits} {each} {_connections(url):>12} "
            f"{asked / presses:>6.1f}",
            flush=True,
        )


def _used(url: str, apps: list[Running], slack: SlackServer) -> tuple[float, float, float, float]:
    """Processor seconds of the bots and of PostgreSQL, commits and what Slack was asked, all until now."""
    server = servers.server().processor_s()
    return sum(app.processor_s() for app in apps), server, _commits(url), slack.asked


async def _pressed(slack: SlackServer, people: list[Agent], seconds: int) -> list[float]:
    """How many milliseconds each press took."""
    begun, presses, a_second = perf_counter(), [], len(people) / _EVERY_S
    for beat in range(int(seconds * a_second)):
        await asyncio.sleep(begun + beat / a_second - perf_counter())
        presses.append(asyncio.create_task(people[beat % len(people)].press(slack)))
    return list(await asyncio.gather(*presses))


def _commits(url: str) -> int:
    return _number(url, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")


def _connections(url: str) -> int:
    return _number(url, "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()")


def _number(url: str, statement: str) -> int:
    with psycopg.connect(servers.plain(url)) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    raise SystemExit(main())
