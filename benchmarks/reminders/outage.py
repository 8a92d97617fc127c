"""Two replicas on one PostgreSQL send reminders as they fall due; both are killed, stay away, and come back.

The fake Slack appends each message to a file before it answers, so the record survives the kill. The replicas' clock
runs fast, so that an outage of 1 minute and a taking of 5 pass quickly.
"""

import json
import os
from collections import Counter
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep, time
from typing import Any

import psycopg
from sqlalchemy import text

from benchmarks.harness.make_contacts import AT, Shape, fill
from benchmarks.harness.servers import plain, server
from bot.scheduler.ticks import MOST_IN_FLIGHT
from bot.services import messages
from bot.services.deps import Deps, Kept
from bot.services.reminders import reminders
from policy import load_rulebook
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork

_FASTER = 30.0
_OUTAGE = timedelta(seconds=60)  # by the replicas' clock
_FALL_DUE_OVER = timedelta(minutes=5)
_A_MESSAGE = 5
_TOGETHER = 20  # messages due at the same moment, so that several are in flight
_ANSWERS_AFTER_S = 0.2  # time for a kill to meet them
_AT_MOST_S = 180
_SPAWN = get_context("spawn")
_WAITING = " + ".join(f"(SELECT count(*) FROM {table} WHERE closed_at IS NULL)" for table in ("reminder", "message"))


class _Slack:
    """Appends each message in one write, which is whole or absent, and answers a little later."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def knows(self, _kind: str) -> bool:
        return True

    def tell(self, _user: str, _zone: str, _kind: str, values: messages.Values) -> None:
        os.write(self._file, (json.dumps([line.contact_id for line in values["several"]]) + "\n").encode())
        sleep(_ANSWERS_AFTER_S)


def measure_outages(due: int, outages: int) -> int:
    """Reminders lost or sent twice, apart from the few messages in flight in each killed replica."""
    name = server().filled("outage", partial(_fill, due=due))
    with TemporaryDirectory(prefix="nextcall-bench-") as folder:
        slack = Path(folder) / "messages"
        slack.touch()
        in_flight = _run(server().url(name), slack, outages)
        sent = Counter(contact for line in slack.read_text().splitlines() for contact in json.loads(line))
    server().drop(name)
    lost, twice = due - len(sent), {contact for contact, times in sent.items() if times > 1}
    wrong = lost + len(twice - in_flight)
    print(
        f"  two replicas, {outages} outages of {_OUTAGE.seconds} s: {len(sent)} of {due} reminders arrived, {lost} "
        "lost;"
    )
    print(
        f"  {len(twice)} arrived twice, {len(twice & in_flight)} of them in flight when their sender was killed",
        flush=True,
    )
    return wrong


def _fill(url: str, due: int) -> None:
    fill(url, Shape(due, campaigns=3, agents=due // _A_MESSAGE))
    with psycopg.connect(plain(url)) as connection:
        connection.execute(
            "INSERT INTO reminder (organisation_id, agent_id, contact_id, due_at, closed_because) "
            "SELECT 1, 1 + n / %(each)s, 1 + n, %(at)s + (n / %(together)s) * %(over)s / %(bursts)s, '' "
            "FROM generate_series(0, %(last)s) n",
            {
                "each": _A_MESSAGE,
                "at": AT,
                "over": _FALL_DUE_OVER,
                "together": _TOGETHER * _A_MESSAGE,
                "bursts": due / (_TOGETHER * _A_MESSAGE),
                "last": due - 1,
            },
        )


def _run(url: str, slack: Path, outages: int) -> set[int]:
    """Run until every reminder is closed. Returns the contacts of messages in flight at a kill."""
    random, in_flight, begun = Random(5), set[int](), _SPAWN.Value("d", 0.0)
    span = _FALL_DUE_OVER.total_seconds() / _FASTER / outages
    replicas = _start(url, slack, begun)
    for _ in range(outages):
        sleep(random.uniform(0.2, 0.8) * span)
        for replica in replicas:
            replica.kill()
            replica.join(10)
        unmarked = _in_flight(url, slack)
        fresh = [
            message for message in unmarked if in_flight.isdisjoint(message)
        ]  # the others have waited since an earlier kill
        assert len(fresh) <= MOST_IN_FLIGHT * len(replicas), "a replica had more messages in flight than it may"
        print(f"  {len(fresh)} messages were in flight when both were killed")
        in_flight |= {contact for message in unmarked for contact in message}
        sleep(_OUTAGE.total_seconds() / _FASTER)
        replicas = _start(url, slack, begun)
    until = monotonic() + _AT_MOST_S
    while _open(url) and monotonic() < until:
        sleep(0.5)
    for replica in replicas:
        replica.kill()
        replica.join(10)
    return in_flight


def _start(url: str, slack: Path, begun: Any) -> list[Any]:
    """Start two replicas that are ready to send, so that a kill meets them at work. Their clock begins with the
    first."""
    ready, go = _SPAWN.Barrier(3), _SPAWN.Event()
    replicas = [_SPAWN.Process(target=_replica, args=(url, slack, begun, ready, go), daemon=True) for _ in range(2)]
    for replica in replicas:
        replica.start()
    ready.wait(_AT_MOST_S)
    begun.value = begun.value or time()
    go.set()
    return replicas


def _replica(url: str, slack: Path, begun: Any, ready: Any, go: Any) -> None:
    rulebook, units = load_rulebook(), UnitsOfWork(engines.create(url))
    ready.wait(_AT_MOST_S)
    go.wait(_AT_MOST_S)
    deps = Deps(
        lambda: AT + timedelta(seconds=(time() - begun.value) * _FASTER),
        units,
        lambda: rulebook,
        _Slack(slack),  # type: ignore[arg-type]
        kept=Kept(lambda: time() * _FASTER),
    )
    while True:
        reminders.send_due(deps)
        messages.send_due(deps, together=MOST_IN_FLIGHT)
        sleep(0.05)


def _in_flight(url: str, slack: Path) -> list[list[int]]:
    """Messages that Slack has and no replica has marked as sent."""
    with psycopg.connect(plain(url)) as connection:
        unmarked = {row[0] for row in connection.execute("SELECT contact_id FROM message WHERE closed_at IS NULL")}
    arrived = {tuple(json.loads(line)) for line in slack.read_text().splitlines()}
    return [list(message) for message in arrived if unmarked & set(message)]


def _open(url: str) -> int:
    engine = engines.create(url)
    with engine.connect() as connection:
        found = int(connection.execute(text(f"SELECT {_WAITING}")).scalar_one())
    engine.dispose()
    return found
