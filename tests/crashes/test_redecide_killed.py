"""`nextcall redecide` is killed half-way with SIGKILL, beside a bot that hands out: it resumes and skips no contact."""

import json
import os
import signal
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import text

from bot.services.deciding import rulebook_change
from storage.models import Contact, RedecideRun
from tests.crashes.centre import Centre
from tests.crashes.redecide_process import READ_AT_ONCE, WRITTEN_AT_ONCE
from tests.forks import Forks, is_alive
from tests.slack.scenarios.town import reads

MANY = READ_AT_ONCE + 2 * WRITTEN_AT_ONCE  # read twice, written often
_serial = count(1)
COPIES = "WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < :many)"


class Command:
    """The command in its own process, on the centre's database and clock."""

    def __init__(self, centre: Centre) -> None:
        self._centre, self._forks = centre, Forks("tests.crashes.redecide_process")
        self._said = centre.folder / "said"
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "NEXTCALL_"))},
            "CLOCK_FILE": str(centre.folder / "clock"),
            "DATABASE_URL": centre.engine.url.render_as_string(hide_password=False),
        }
        self._running: list[int] = []

    def start(self, *options: str, rests_for: float = 0.0) -> int:
        environ = {**self._environ, "RESTS_FOR": str(rests_for)}
        order = {"options": options, "environ": environ, "folder": str(self._centre.folder), "said": str(self._said)}
        self._running.append(self._forks.fork(**order))
        return self._running[-1]

    def answer(self, *options: str) -> str:
        process = self.start(*options)
        self._centre.until(lambda: not is_alive(process))
        return self._said.read_text()

    def kill(self, process: int) -> None:
        assert is_alive(process), "it is still at work"
        os.kill(process, signal.SIGKILL)
        self._centre.until(lambda: not is_alive(process))

    def stop(self) -> None:
        for process in filter(is_alive, self._running):
            os.kill(process, signal.SIGKILL)
        self._forks.stop()


@pytest.fixture
def command(centre: Centre) -> Iterator[Command]:
    made = Command(centre)
    yield made
    made.stop()


def outdated(centre: Centre) -> int:
    """Add many contacts that other rules have suppressed. Returns how many."""
    first = centre.acme.add_contact("Copy")
    columns = [column.name for column in Contact.__table__.c]  # type: ignore[attr-defined]
    before = 1_000_000 * next(_serial)  # far from the ids that the database assigns
    own = {
        "id": f"{before} + n",
        "person_id": f"{before} + n",
        "number": f"'+4474' || ({before} + n)",
        "name": "'Copy ' || n",
    }
    values = ", ".join(own.get(name, name) for name in columns)
    with centre.engine.begin() as connection:
        for statement in (
            f"INSERT INTO person (id, organisation_id, key, name) {COPIES}"
            f" SELECT {before} + n, {first.organisation_id}, 'copy ' || ({before} + n), 'Copy ' || n FROM copy",
            f"INSERT INTO contact ({', '.join(columns)}) {COPIES}"
            f" SELECT {values} FROM contact, copy WHERE contact.id = {first.id}",
            "UPDATE contact SET verdict = 'suppressed', because = 'old rules', callable_from = NULL,"
            " callable_until = NULL WHERE finished_at IS NULL",
        ):
            connection.execute(text(statement), {"many": MANY} if ":many" in statement else {})
    return left(centre)


def left(centre: Centre) -> int:
    """How many contacts still have the old rules' verdict."""
    with centre.acme.units(is_read_only=True) as uow:
        asked = text("SELECT count(*) FROM contact WHERE because = 'old rules'")
        return int(uow.session.execute(asked).scalar_one())


def verdicts(centre: Centre) -> dict[str, int]:
    with centre.acme.units(is_read_only=True) as uow:
        asked = text("SELECT verdict, count(*) FROM contact WHERE finished_at IS NULL GROUP BY verdict")
        return {verdict: many for verdict, many in uow.session.execute(asked)}  # noqa: C416 - no pairs to mypy


def kill_half_way(centre: Centre, command: Command, many: int) -> RedecideRun:
    process = command.start(rests_for=0.07)
    centre.until(lambda: 0 < left(centre) < many)
    command.kill(process)
    run = centre.acme.all(RedecideRun)[-1]
    print(f"killed after {run.decided} of {many} contacts; {left(centre)} are as the old rules had them")
    assert 0 < run.decided < many
    assert run.finished_at is None
    return run


@pytest.mark.long
def test_it_resumes_where_it_was_killed_and_skips_no_contact(centre: Centre, command: Command) -> None:
    many = outdated(centre)
    run = kill_half_way(centre, command, many)
    assert (run.decided, run.changed) == (many - left(centre),) * 2, "the position and the verdicts are one"
    centre.move(seconds=rulebook_change.STALE_AFTER.total_seconds() + 1)
    said = command.answer()
    assert f"Continuing the run that began at {run.started_at:%Y-%m-%d %H:%M} UTC: {run.decided:,} of {many:,}" in said
    assert f"{many:,} contacts decided by rulebook {run.rulebook}; {many:,} changed." in said
    assert (left(centre), verdicts(centre)) == (0, {"callable": many})
    again = json.loads(command.answer("--json"))
    assert (again["decided"], again["changed"], again["resumed"]) == (many, 0, False)


@pytest.mark.night
def test_agents_work_meanwhile_and_the_bot_resumes_the_killed_walk(centre: Centre, command: Command) -> None:
    centre.start()
    centre.until(lambda: any(run.finished_at for run in centre.acme.all(RedecideRun)))  # a bot begins one by itself
    many = outdated(centre)  # the bot does not know of these
    process = command.start(rests_for=0.7)  # twelve seconds in all, not waited for
    centre.until(lambda: 0 < left(centre) < many)
    alice = centre.person("alice")
    assert not alice.command("/nextcall 1").failed
    reads(alice, "Copy")
    command.kill(process)
    assert (0 < left(centre) < many, centre.acme.all(RedecideRun)[-1].finished_at) == (True, None)
    centre.move(seconds=rulebook_change.STALE_AFTER.total_seconds() + 1)
    centre.until(lambda: centre.acme.all(RedecideRun)[-1].finished_at)
    run = centre.acme.all(RedecideRun)[-1]
    assert (run.decided, left(centre), verdicts(centre)) == (many, 0, {"callable": many})
    assert "incident=" not in centre.log
