"""S5a and S5b: how long people wait for a reply while the bot starts, in seconds, on the slower of the two databases.

60 agents press 6 times a second in all: `/nextcall 1`, Call, *busy*, and again. The app runs in its own process with
its scheduler, over Socket Mode on loopback. S5a: after an import by the same rules. S5b: after a rule change that
changes every window, so that each contact is decided and written again; three in ten have two calls on record, so each
of them is decided by itself. Compare both with a start without a walk.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import bindparam, text

from benchmarks import goals
from benchmarks.harness.contenders import deps
from benchmarks.harness.make_contacts import AT, Shape, fill
from benchmarks.harness.servers import server, sqlite_url
from benchmarks.harness.workers import percentile
from benchmarks.slack.apps import Kind, running
from benchmarks.slack.server import SlackServer, value_of
from bot.services.deciding.decisions import rules_key
from bot.slack import ids
from policy.vocabulary import Outcome
from storage import models
from storage.database import engine as engines

_AGENTS, _A_SECOND = 60, 6
_BUSY = ids.outcome_button(Outcome.BUSY)
_RUNG = """
INSERT INTO attempt (organisation_id, contact_id, person_id, number, number_kind, campaign_id, principal,
subject, agent_id,
                     direction, channel, opened_at, closed_at, state, outcome)
SELECT organisation_id, id, person_id, number, 'mobile', campaign_id, 'Bright Energy', '', 1, 'out', 'voice',
       rung.at, rung.at, 'reported', 'no_answer'
  FROM contact, (SELECT :first AS at UNION ALL SELECT :second) AS rung WHERE id % 10 < 3 RETURNING id
"""
SETTLED, IMPORTED, CHANGED = "no walk", "just imported", "other rules"


@dataclass(slots=True)
class Agent:
    """Makes calls, one press at a time."""

    user: str
    lease: str = ""
    attempt: str = ""

    async def press(self, slack: SlackServer) -> float:
        """Milliseconds until the reply."""
        if self.attempt:
            act, self.attempt = slack.press(_BUSY, self.attempt, self.user), ""
        elif self.lease:
            act, self.lease = slack.press("call", self.lease, self.user), ""
        else:
            act = slack.command("/nextcall", self.user, "1")
        done = await slack.do(act, waits_for_reply=True)
        if act.kind == "slash_commands":
            self.lease = value_of(done.reply, "call")
        else:
            self.attempt = value_of(done.reply, _BUSY)
        return done.replied


def main(*, is_quick: bool = False) -> int:
    rows, seconds, repeats = (20_000, 10, 1) if is_quick else (200_000, 60, 3)
    print(
        f"slack_start: {rows} contacts, {_AGENTS} agents, {_A_SECOND} presses a second for {seconds} s, {repeats} times"
    )
    found: dict[tuple[str, str], list[float]] = {}
    with ExitStack() as stack:
        roads = {name: stack.enter_context(database(rows)) for name, database in _DATABASES.items()}
        for _ in range(repeats):
            for name, copies in roads.items():
                for case in (SETTLED, IMPORTED, CHANGED):
                    with copies(is_marked=case != CHANGED) as url:
                        took, decided = asyncio.run(_measured(url, seconds, is_ticking=case != SETTLED))
                    print(f"  {name:<12} {case:<15} {_told(took)}; {decided} contacts decided", flush=True)
                    assert (decided > 0) is (case == CHANGED)
                    found.setdefault((name, case), []).append(percentile(took, 0.99))
    for goal, case in (("S5a", IMPORTED), ("S5b", CHANGED)):
        goals.report(goal, max(median(found[name, case]) for name in roads) / 1000)
    return 0


async def _measured(url: str, seconds: int, *, is_ticking: bool) -> tuple[list[float], int]:
    """The duration of each press, sorted, and how many contacts the bot decided meanwhile."""
    agents = [Agent(f"U{number:07}") for number in range(1, _AGENTS + 1)]
    async with SlackServer() as slack, running(Kind("nextcall", url, is_ticking=is_ticking), slack.api_url):
        await slack.connected()
        begun, presses = perf_counter(), []
        for beat in range(seconds * _A_SECOND):
            await asyncio.sleep(begun + beat / _A_SECOND - perf_counter())
            presses.append(asyncio.create_task(agents[beat % _AGENTS].press(slack)))
        took = sorted(await asyncio.gather(*presses))
        return took, _asked(url, "SELECT coalesce(sum(decided), 0) FROM redeciderun")


@contextmanager
def _on_postgresql(rows: int) -> Iterator[Any]:
    names = {marked: f"start_{rows}_{marked}".lower() for marked in (False, True)}
    for marked, name in names.items():
        server().filled(name, partial(_fill, rows=rows, is_marked=marked))
    yield lambda *, is_marked: server().copy(names[is_marked])


@contextmanager
def _on_sqlite(rows: int) -> Iterator[Any]:
    with sqlite_url() as marked, sqlite_url() as unmarked:
        _fill(marked, rows, is_marked=True)
        _fill(unmarked, rows, is_marked=False)
        yield lambda *, is_marked: sqlite_url(marked if is_marked else unmarked)


_DATABASES = {"SQLite": _on_sqlite, "PostgreSQL": _on_postgresql}


def _fill(url: str, rows: int, *, is_marked: bool) -> None:
    """Make agents with a known language, and contacts as imported by the rules in force, or by others."""
    fill(url, Shape(rows, contact={"decided_by": rules_key(deps(url)) if is_marked else 0}))
    _asked(url, "UPDATE agent SET language = 'en' RETURNING id")
    if not is_marked:
        _asked(url, _RUNG, first=AT - timedelta(days=45), second=AT - timedelta(days=40))


def _asked(url: str, statement: str, **moments: datetime) -> int:
    """The first value that the statement returns."""
    engine, moment = engines.create(url), models.Attempt.__table__.c.opened_at.type  # type: ignore[attr-defined]
    asked = text(statement).bindparams(*(bindparam(name, at, moment) for name, at in moments.items()))
    try:
        with engine.begin() as connection:
            return int(connection.execute(asked).scalars().all()[0])
    finally:
        engine.dispose()


def _told(took: list[float]) -> str:
    return f"p50 {percentile(took, 0.5):6.0f} ms, p99 {percentile(took, 0.99):6.0f}, longest {took[-1]:6.0f}"
