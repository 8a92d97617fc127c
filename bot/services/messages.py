"""The one sender of what waits to be told: in order for each reader, at Slack's pace, with retries.

A message is a row, written with its cause. It is taken before it is sent and closed after it: a crash repeats those on
their way and loses none. What its row names is read when it is sent. Of some kinds, all that wait for a reader are one.
"""

import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import compress
from time import monotonic, sleep
from typing import Any, Final

from sqlmodel import Session

from bot.services.agents import is_on_duty, is_on_shift
from bot.services.calls import callback_watch, recording
from bot.services.calls.callbacks import refusal_at_time, trouble_of
from bot.services.deps import Deps, retry_lost_turn
from bot.services.house_rules.proposals import views_of
from bot.services.ports import DeliveryFailed
from bot.services.reminders import broken_promises, lead_alerts, reminders
from bot.services.reports import digests
from policy.calendar.local_time import latest_zone
from storage.database.rows import PUT_OFF_FOR
from storage.errors import DatabaseTrouble
from storage.models import Agent, Attempt, Callback, Contact, HouseRuleProposal, Message, Team
from storage.queries import messages
from storage.queries.agents import agents_by_id

TAKEN_FOR = timedelta(minutes=1)  # a process that took it and sent nothing for so long has died
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)
A_SECOND = timedelta(seconds=1)  # so long a conversation rests between two messages
BROKEN = "broken"
MOST_BROKEN = 30  # tries in a row, a quarter of an hour: what cannot be read or drawn then never will
MOST_A_MESSAGE, MOST_OWED = 10, 100
_AGAIN_S = 0.1
Values = Mapping[str, Any]  # what a screen is given, by name
# By the id of each row, what is told of it, as it stands now. Those that are over are not among them.
Read = Callable[[Deps, Session, Sequence[Message]], Mapping[int, Any]]
_log = logging.getLogger(__name__)


def send_due(deps: Deps, is_over: Callable[[], bool] = lambda: False, together: int = 1) -> int:
    """Send what is due. Returns how many messages were sent. `is_over`: whether the process is to send no more.

    `together`: how many may be on their way, each to another reader: one, and one more for each that Slack took.
    """
    sent, at_rest, unclosed = 0, set[int](), list[_One]()
    with ThreadPoolExecutor(together, "nextcall-message") as threads:
        while due := _due(deps, at_rest):
            try:
                while due:
                    if is_over():
                        return sent
                    room = min(together, 1 + sent)
                    part, due = _take(deps, due[:room], unclosed), due[room:]
                    unclosed = []
                    ends = list(zip(part, threads.map(partial(_try, deps), part), strict=True))
                    unclosed = [one for one, fault in ends if fault is None]
                    sent += sum(bool(one.told) for one in unclosed)
                    for one in unclosed:
                        deps.kept.of(_Smaller).pop(one.key, None)
                    failed = {one.reader.id or 0: _cope(deps, one, fault) for one, fault in ends if fault is not None}
                    at_rest |= {key for key, fault in failed.items() if fault is not None}
                    if any(fault is not None and fault.is_for_all for fault in failed.values()):
                        return sent
            finally:
                _settle(deps, unclosed)
                unclosed = []
    return sent


def send_all(deps: Deps, within: float, together: int = 1) -> int:
    """Send for up to so many seconds, for a process that ends. Others send what is left. Returns how many were sent."""
    until, sent = monotonic() + within, 0
    while _due(deps, set()) and monotonic() < until:
        now_sent = send_due(deps, lambda: monotonic() >= until, together)
        sent += now_sent
        if not now_sent:
            sleep(_AGAIN_S)
    return sent


@dataclass(slots=True)
class _One:
    """One message to one reader: a row or, of things that are told together, several."""

    reader: Agent
    rows: list[Message] = field(default_factory=list)
    told: Collection[int] = ()  # once it is sent, the ids of the rows that were; the others are over

    @property
    def kind(self) -> str:
        return self.rows[0].kind

    @property
    def key(self) -> tuple[int, str]:
        return self.reader.id or 0, self.kind

    def takes(self, row: Message, smaller: Mapping[tuple[int, str], int]) -> bool:
        """Whether a row is told with the others. One that broke is told by itself."""
        is_sound = BROKEN not in (row.failed_because, self.rows[0].failed_because)
        return is_sound and row.kind == self.kind and len(self.rows) < smaller.get(self.key, _kind(self.kind).most)


class _Smaller(dict[tuple[int, str], int]):
    """How many rows of a kind go to a reader in one message after several failed together, until one is sent.

    Each failure halves it: a few tries find the row that cannot be read, and the others stay together.
    """


def _due(deps: Deps, at_rest: set[int]) -> list[_One]:
    """The next message of each reader, but of those that can be told nothing more now.

    They go out in order: none before an older one is sent or given up, unless that broke or waits until work begins.
    """
    at, due, behind = deps.clock(), dict[int, _One](), {*at_rest}
    others, smaller = deps.kept.of(_Others), deps.kept.of(_Smaller)
    with deps.unit_of_work(is_read_only=True) as uow:
        for row, reader in heard(deps, uow.session, at):
            key = row.agent_id
            if key in behind:
                continue
            if others.send(row, deps.kept.timer()) or _is_early(row, at):
                if row.taken_at is not None or (row.tries and row.failed_because != BROKEN):
                    behind.add(key)
            elif key not in due:
                due[key] = _One(reader, [row])
            elif due[key].takes(row, smaller):
                due[key].rows.append(row)
    return [one for key, one in due.items() if key not in behind]


def heard(deps: Deps, session: Session, at: datetime) -> Iterator[tuple[Message, Agent]]:
    """What each reader may be told now, and what is late, which is closed; oldest first."""
    waiting = messages.readers(session)
    readers = agents_by_id(session, [*{key for _, key in waiting}])
    theirs = defaultdict[str, list[int]](list)
    for kind, key in waiting:
        if may_hear(kind, readers[key], at):
            theirs[kind].append(key)
    found = messages.waiting(session, theirs, at)
    knows = deps.notifier.knows  # a newer process tells the others
    return ((row, readers[row.agent_id]) for row in found if knows(row.kind))


def may_hear(kind: str, reader: Agent, at: datetime) -> bool:
    """Whether a reader may be told of things of a kind now: of some only while they are at work."""
    return _kind(kind).may_hear(reader, at)


def _is_late(row: Message, at: datetime) -> bool:
    return row.until is not None and row.until <= at


class _Others:
    """What other processes send, by what this one has seen: moments of two machines are never compared."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, datetime], float] = {}  # what a reader is sent and when it was taken, since when

    def send(self, row: Message, now: float) -> bool:
        """Whether one has taken the message, and has not died. `now`: seconds that pass in this process."""
        if row.taken_at is None:
            return False
        lasts, seen = TAKEN_FOR.total_seconds(), self._seen
        since = seen.setdefault((row.agent_id, row.taken_at), now)
        if since == now:
            self._seen = {key: then for key, then in list(seen.items()) if now - then < 2 * lasts}
        return now - since < lasts


def _is_early(row: Message, at: datetime) -> bool:
    """Whether it is not due yet; one that was tried again by a clock that ran ahead does not wait for it."""
    if row.not_before is None or row.not_before <= at:
        return False
    return not row.tries or row.not_before <= at + PUT_OFF_FOR


@retry_lost_turn
def _take(deps: Deps, due: Sequence[_One], sent: Sequence[_One]) -> list[_One]:
    """Take what no other process has taken and what is not late, and close what was sent before."""
    with deps.unit_of_work() as uow:
        at = deps.clock()
        _close_sent(uow.session, sent, at)
        taken = messages.take(uow.session, [row for one in due for row in one.rows], at)
    ours = []
    for one in due:
        rows = [row for row in taken if row.agent_id == one.reader.id]
        if late := [row for row in rows if _is_late(row, at)]:
            _close(deps, one, late, "out_of_date", "out_of_date")
        if kept := [row for row in rows if not _is_late(row, at)]:
            ours.append(_One(one.reader, kept))
    return ours


def _try(deps: Deps, one: _One) -> Exception | None:
    try:
        told = _read(deps, one.rows)
        if told:
            things = tuple(told.values())
            values: Values = things[0] if _kind(one.kind).most == 1 else {"several": things}
            deps.notifier.tell(one.reader.slack_user_id, one.reader.zone, one.kind, values)
    except Exception as fault:
        return fault
    one.told = told
    return None


def _cope(deps: Deps, one: _One, fault: Exception) -> DeliveryFailed | None:
    """Close what failed, or put it back. Returns why its reader can be told nothing more now."""
    if isinstance(fault, DatabaseTrouble):
        _log.warning("event=message_not_read kind=%s reason=%s", one.kind, fault)
        fault = DeliveryFailed("database_trouble", is_permanent=False)
    if isinstance(fault, DeliveryFailed):
        return _failed(deps, one, fault)
    if len(one.rows) == 1:
        incident, [row] = secrets.token_hex(4), one.rows
        _log.error("event=message_broke incident=%s kind=%s", incident, one.kind, exc_info=fault)
        if row.failed_because == BROKEN and row.tries >= MOST_BROKEN:
            _close(deps, one, one.rows, BROKEN, f"incident {incident}")
        else:
            _failed(deps, one, DeliveryFailed(f"incident {incident}", is_permanent=False), BROKEN)
    else:  # one of them cannot be read, or they are too much for Slack
        deps.kept.of(_Smaller)[one.key] = len(one.rows) // 2
        with deps.unit_of_work() as uow:
            messages.put_back(uow.session, one.rows)
    return None


@retry_lost_turn
def _settle(deps: Deps, sent: Sequence[_One]) -> None:
    """Close what was sent, and what is over. If this fails, the rows stay taken: they are not sent again at once."""
    if sent:
        with deps.unit_of_work() as uow:
            _close_sent(uow.session, sent, deps.clock())


def _close_sent(session: Session, sent: Sequence[_One], at: datetime) -> None:
    for one in sent:
        over = [row for row in one.rows if row.id not in one.told]
        if one.told:
            messages.close(session, one.told, at, "sent")
        if over:
            messages.forget(session, [row.id or 0 for row in over], at)
            _kind(one.kind).over(session, over)


def _failed(deps: Deps, one: _One, failed: DeliveryFailed, because: str = "") -> DeliveryFailed | None:
    if failed.is_recipient_gone:
        _close(deps, one, one.rows, "undeliverable", str(failed), is_permanent=True)
        return None
    asked, tries = timedelta(seconds=failed.retry_after), max(row.tries for row in one.rows)
    then = deps.clock() + (asked or min(FIRST_PAUSE * 2 ** min(tries, 8), LONGEST_PAUSE))
    if late := [row for row in one.rows if row.until is not None and then > row.until]:
        _close(deps, one, late, "out_of_date", str(failed))
    with deps.unit_of_work() as uow:
        if timedelta(0) < asked <= A_SECOND:  # Slack's pace, no failure
            messages.put_back(uow.session, one.rows)
        else:
            messages.put_back(uow.session, one.rows, then, because)
    return failed


def _close(
    deps: Deps, one: _One, rows: Sequence[Message], because: str, reason: str = "", *, is_permanent: bool = False
) -> None:
    if reason:
        user = one.reader.slack_user_id
        _log.warning("event=notice_failed user=%s permanent=%s reason=%s", user, is_permanent, reason)
    with deps.unit_of_work() as uow:
        messages.close(uow.session, [row.id or 0 for row in rows], deps.clock(), because)
        if because == BROKEN:
            _kind(one.kind).over(uow.session, rows)


def _read(deps: Deps, rows: Sequence[Message]) -> Mapping[int, Any]:
    with deps.unit_of_work(is_read_only=True) as uow:
        return _kind(rows[0].kind).read(deps, uow.session, rows)


def _plain(_deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, Values]:
    """What each row says, with names in place of ids, and the name of whom it is about."""
    told = {}
    for row in rows:
        values: dict[str, Any] = dict(row.params)
        for key in values.keys() & _NAMED.keys():
            named: Any = session.get_one(_NAMED[key], values[key])
            values[key] = named.name
        if row.contact_id is not None:
            values["name"] = session.get_one(Contact, row.contact_id).name
        elif row.attempt_id is not None:
            values["name"] = recording.name_of(session, session.get_one(Attempt, row.attempt_id))
        told[row.id or 0] = values
    return told


def _outcome_alert(deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, Values]:
    calls = [None if row.attempt_id is None else session.get_one(Attempt, row.attempt_id) for row in rows]
    same = [one is None or one.outcome == row.params["outcome"] for row, one in zip(rows, calls, strict=True)]
    return _plain(deps, session, list(compress(rows, same)))


def _callback_given(deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, Values]:
    told = {}
    for row in rows:
        callback = session.get_one(Callback, row.params["callback"])
        if callback.closed_at is None and callback.agent_id in (None, row.agent_id):
            contact, reader = session.get_one(Contact, callback.contact_id), session.get_one(Agent, row.agent_id)
            at = deps.clock()
            refusal = refusal_at_time(deps, session, callback, contact, at)
            told[row.id or 0] = {
                "name": contact.name,
                "by": session.get_one(Agent, row.params["by"]).name,
                "due_at": callback.due_at,
                "zone": latest_zone(contact.zones.split(), callback.due_at),
                "is_moved": row.params["is_moved"],
                "wrong": None if refusal is None else trouble_of(callback, contact, reader, at, refusal),
            }
    return told


def _house_rules_decided(deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, Values]:
    found = {row.id or 0: session.get_one(HouseRuleProposal, row.params["proposal"]) for row in rows}
    return {key: {"one": views_of(deps, session, one.organisation_id, [one])[0]} for key, one in found.items()}


def _on_shift(reader: Agent, at: datetime) -> bool:
    return reader.is_active and is_on_shift(reader, at)


def _on_duty(reader: Agent, at: datetime) -> bool:
    return reader.is_active and is_on_duty(reader, at)


def _on_duty_or_gone(reader: Agent, at: datetime) -> bool:
    """What somebody who is gone will not be told ends: it is over for them."""
    return not reader.is_active or is_on_duty(reader, at)


@dataclass(frozen=True, slots=True)
class Kind:
    """How messages of one kind are read, how many rows are one message, when a reader may be told, and what else is to
    be done of those that are over or given up as broken."""

    read: Read = _plain
    most: int = 1
    may_hear: Callable[[Agent, datetime], bool] = lambda _reader, _at: True
    over: Callable[[Session, Sequence[Message]], None] = lambda _session, _rows: None


_NAMED: Final[Mapping[str, type[Agent] | type[Team]]] = {"agent": Agent, "by": Agent, "team": Team}
_PLAIN: Final = Kind()
# Those that differ from a plain one: what its row names is read, one by one, and told at any time.
KINDS: Final[Mapping[str, Kind]] = {
    "callable_again": Kind(reminders.as_they_stand, reminders.MOST_AT_ONCE, _on_duty_or_gone, reminders.come_back),
    "callback_given": Kind(_callback_given),
    "callback_trouble": Kind(callback_watch.as_they_stand, MOST_A_MESSAGE),
    "callback_waits": Kind(callback_watch.as_they_stand, MOST_A_MESSAGE, _on_duty_or_gone),
    "callbacks_soon": Kind(reminders.soon_as_they_stand, MOST_A_MESSAGE, _on_shift),
    "digest_not_posted": Kind(digests.as_it_stands),
    "house_rules_decided": Kind(_house_rules_decided),
    "lead_alert": Kind(lead_alerts.as_they_stand, MOST_A_MESSAGE, _on_duty),
    "outcome_alert": Kind(_outcome_alert),
    "outcome_asked": Kind(reminders.as_they_are_owed, MOST_OWED),
    "outcomes_owed": Kind(reminders.as_they_are_owed, MOST_OWED, _on_shift),
    "promise_broken": Kind(broken_promises.as_they_stand, MOST_A_MESSAGE, _on_duty),
    "screening_ages": Kind(lead_alerts.screenings_as_they_stand, MOST_A_MESSAGE, _on_shift),
}


def _kind(name: str) -> Kind:
    return KINDS.get(name, _PLAIN)
