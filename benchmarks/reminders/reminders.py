"""A1, A2: reminders due at one moment against APScheduler's job store; and two replicas killed while they send.

The fake Slack answers at once. The product sends an agent one message about everything due; the base sends one message
for each job. Also reports one reminder for each agent, and contacts with a call on record: without one they are alike
and share a decision.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from statistics import median
from threading import Event
from time import perf_counter

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, insert, select
from sqlmodel import col

from benchmarks import goals
from benchmarks.harness.make_contacts import AT, Shape, fill
from benchmarks.harness.servers import sqlite_url
from benchmarks.reminders.outage import measure_outages
from bot.clock import system_clock
from bot.scheduler.ticks import MOST_IN_FLIGHT
from bot.services import messages
from bot.services.deciding.walk import StoredDecisions
from bot.services.deps import Deps
from bot.services.reminders import reminders
from policy import load_rulebook
from policy.vocabulary import AttemptState, Outcome, Verdict
from storage import models
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from storage.record import stored

_A_MESSAGE = 20


class _Slack:
    """Accepts every message at once."""

    def __init__(self) -> None:
        self.contacts: list[int] = []
        self.messages = 0

    def knows(self, _kind: str) -> bool:
        return True

    def tell(self, _user: str, _zone: str, _kind: str, values: messages.Values) -> None:
        self.messages += 1
        self.contacts += [line.contact_id for line in values["several"]]


def main(*, is_quick: bool = False) -> int:
    due, repeats = (400, 3) if is_quick else (2_000, 3)
    print(f"reminders: {due} due at one moment, SQLite, medians of {repeats}")
    rates: dict[str, list[float]] = {"job store": [], "one by one": [], "by agent": [], "called once": []}
    for _ in range(repeats):
        rates["job store"].append(_rate(due, partial(_fire_jobs, due)))
        rates["one by one"].append(_rate(due, partial(_send_due, due, 1)))
        rates["by agent"].append(_rate(due, partial(_send_due, due, _A_MESSAGE)))
        rates["called once"].append(_rate(due, partial(_send_due, due, _A_MESSAGE, are_called=True)))
    for name, some in rates.items():
        print(f"  {name:<12} {median(some):>8.0f} reminders a second", flush=True)
    base = rates["job store"]
    print(
        f"  one by one: {_of(rates['one by one'], base):.1f} times the job store; {_A_MESSAGE} a message, each contact "
        f"with a call on record: {_of(rates['called once'], base):.1f}; {_A_MESSAGE} a message:"
    )
    goals.report("A1", _of(rates["by agent"], base))
    goals.report("A2", measure_outages(*((200, 1) if is_quick else (1_000, 3))))
    return 0


def _of(ours: Sequence[float], base: Sequence[float]) -> float:
    return median(one / other for one, other in zip(ours, base, strict=True))


def _rate(due: int, fire: Callable[[Engine], tuple[float, int]]) -> float:
    """Reminders a second. Asserts that each was sent once."""
    with sqlite_url() as url:
        engine = engines.create(url)
        seconds, sent = fire(engine)
        engine.dispose()
    assert sent == due, f"{sent} of {due} were sent"
    return due / seconds


def _send_due(due: int, each: int, engine: Engine, *, are_called: bool = False) -> tuple[float, int]:
    """Send by the shipped service: rows taken, decided again, sent, marked."""
    fill_reminders(str(engine.url), due, each)
    slack, rulebook = _Slack(), load_rulebook()
    deps = Deps(lambda: AT, UnitsOfWork(engine), lambda: rulebook, slack)  # type: ignore[arg-type]
    if are_called:
        _call(engine)
    _lock(deps)
    before = perf_counter()
    told = reminders.send_due(deps)
    sent = messages.send_due(deps, together=MOST_IN_FLIGHT)
    seconds = perf_counter() - before
    assert told == sent == slack.messages == due // each
    return seconds, len(set(slack.contacts))


def fill_reminders(url: str, due: int, each: int) -> None:
    """Make `due` contacts whose owners are to be reminded now, `each` to an agent."""
    fill(url, Shape(due, campaigns=3, agents=due // each))
    engine = engines.create(url)
    rows = [
        {
            "organisation_id": 1,
            "agent_id": 1 + place // each,
            "contact_id": 1 + place,
            "due_at": AT - timedelta(seconds=1),
            "closed_because": "",
        }
        for place in range(due)
    ]
    with engine.begin() as connection:
        connection.execute(insert(models.Reminder), rows)
    engine.dispose()


def _call(engine: Engine) -> None:
    """Record one unanswered call to each contact, so that no two are alike."""
    call = models.Attempt(
        organisation_id=1,
        agent_id=1,
        number="",
        principal="Bright Energy",
        opened_at=AT - timedelta(days=7),
        closed_at=AT - timedelta(days=7),
        outcome=Outcome.NO_ANSWER,
        state=AttemptState.REPORTED,
    ).model_dump(exclude={"id"})
    with engine.begin() as connection:
        rows = connection.execute(
            select(
                col(models.Contact.id),
                col(models.Contact.person_id),
                col(models.Contact.number),
                col(models.Contact.campaign_id),
            )
        ).all()
        connection.execute(
            insert(models.Attempt),
            [
                {**call, "contact_id": id_, "person_id": person_id, "number": number, "campaign_id": campaign_id}
                for id_, person_id, number, campaign_id in rows
            ],
        )


def _lock(deps: Deps) -> None:
    """Cache on each contact what its lock cached: it opens when its reminder falls due, and until when."""
    with deps.unit_of_work() as uow:
        contacts = stored.contacts_after(uow.session, 0, 100_000)
        decisions = StoredDecisions(deps)
        decided = decisions.decide(uow.session, contacts, AT)
        opens_at = AT - timedelta(seconds=1)
        locked = [one._replace(verdict=Verdict.LOCKED, because="Wait", callable_from=opens_at) for one in decided]
        stored.write_verdicts(
            uow.session,
            [(contact.id, one) for contact, one in zip(contacts, locked, strict=True)],
            AT - timedelta(days=7),
            decisions.rules,
        )


_fired: list[int] = []
_all_fired = Event()


def fire(number: int, due: int) -> None:
    """A job of the base: send the message."""
    _fired.append(number)
    if len(_fired) == due:
        _all_fired.set()


def _fire_jobs(due: int, engine: Engine) -> tuple[float, int]:
    """Run date jobs from the job store, on a file with the same settings; none is dropped for being late."""
    _fired.clear()
    _all_fired.clear()
    with _scheduler(engine) as scheduler:
        for number in range(due):
            scheduler.add_job(
                fire, "date", (number, due), run_date=system_clock() - timedelta(seconds=1), misfire_grace_time=None
            )
        before = perf_counter()
        scheduler.resume()
        _all_fired.wait(120)
        seconds = perf_counter() - before
    return seconds, len(set(_fired))


@contextmanager
def _scheduler(engine: Engine) -> Iterator[BackgroundScheduler]:
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(engine=engine)},
        executors={"default": ThreadPoolExecutor(10, {"thread_name_prefix": "job"})},
        timezone="UTC",
    )
    scheduler.start(paused=True)
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=True)
