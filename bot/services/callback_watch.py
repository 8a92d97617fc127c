"""Let no promised call go by in silence: tell agent and leads of each that is shut, overdue or called off.

What was told is kept on the promise: nobody hears the same twice, and of what is overdue they hear daily. The mark is set
before the messages go and taken back where one failed. What a crash in between swallows is said again once the promise is
overdue, and the next day.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services import local_day
from bot.services.callback_results import CallbackTrouble, Trouble
from bot.services.callback_times import judge, mark_told, trouble_of
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from storage.models import Agent, Attempt, Callback, Contact
from storage.queries import agents, scheduling, troubled
from storage.queries.candidates import OVERDUE_AFTER

AGAIN_AFTER = timedelta(hours=24)
MOST = 200  # promises a tick
MOST_A_MESSAGE = 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _News:
    """One promise, what is wrong with it, and what its mark said before."""

    callback_id: int
    trouble: CallbackTrouble
    readers: Sequence[tuple[Agent, int]]  # with the team they lead; 0: the agent
    before: tuple[datetime | None, str, datetime | None]


def tell_troubles(deps: Deps) -> int:
    """Tell of every promise that is in trouble, and let those be reminded of whose reminder was dropped.

    Answers how many messages were sent.
    """
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        is_quiet = not any(_found(uow.session, at, 1, locks=False).values())
    if is_quiet:
        return 0
    with deps.unit_of_work() as uow:
        at = deps.clock()
        news = list(_take(deps, uow.session, at))
    failed, told = _send(news, deps)
    if failed:
        with deps.unit_of_work() as uow:
            for one in (one for one in news if one.callback_id in failed):
                callback = uow.session.get_one(Callback, one.callback_id)
                callback.told_at, callback.told_of, callback.told_until = one.before
    return told


def _found(session: Session, at: datetime, most: int, *, locks: bool) -> Mapping[str, Sequence[troubled.Promise]]:
    overdue_before = at - OVERDUE_AFTER
    return {
        "shut": troubled.shut(session, at, overdue_before, most, locks=locks),
        "overdue": troubled.overdue(session, overdue_before, at - AGAIN_AFTER, most, locks=locks),
        "called off": troubled.called_off(session, most, locks=locks),
        "unreminded": troubled.without_reminder(session, at, most, locks=locks),
    }


def _take(deps: Deps, session: Session, at: datetime) -> Iterator[_News]:
    found = _found(session, at, MOST, locks=True)
    for callback, contact in found["unreminded"]:
        scheduling.schedule(session, contact, callback.agent_id or 0, at, at)
    for callback, contact in found["called off"]:
        yield from _called_off(session, callback, contact, at)
    for callback, contact in found["shut"]:
        yield from _shut(deps, session, callback, contact, at)
    for callback, contact in found["overdue"]:
        yield from _overdue(deps, session, callback, contact, at)


def _shut(deps: Deps, session: Session, callback: Callback, contact: Contact, at: datetime) -> Iterator[_News]:
    refusal = judge(deps, session, callback, contact, at)
    before = _mark(callback, contact, contact.verdict.value, at)
    if refusal is not None:  # else the cache knows less than the engine: nothing is wrong
        agent = _agent(session, callback)
        readers = _readers(session, callback, contact, agent)
        yield _News(callback.id or 0, trouble_of(callback, contact, agent, at, refusal), readers, before)


def _overdue(deps: Deps, session: Session, callback: Callback, contact: Contact, at: datetime) -> Iterator[_News]:
    """The first time at once; then daily, while somebody who reads it is at work."""
    agent = _agent(session, callback)
    readers = _readers(session, callback, contact, agent)
    is_repeat = callback.told_of == troubled.OVERDUE
    if is_repeat and not any(_is_at_work(reader, at) for reader, _ in readers):
        return
    refusal = judge(deps, session, callback, contact, at)
    before = _mark(callback, contact, troubled.OVERDUE, at)
    yield _News(callback.id or 0, trouble_of(callback, contact, agent, at, refusal), readers, before)


def _called_off(session: Session, callback: Callback, contact: Contact, at: datetime) -> Iterator[_News]:
    """Whoever called it off knows."""
    before = _mark(callback, contact, troubled.CANCELLED, at)
    agent = _agent(session, callback)
    closing = session.get(Attempt, callback.closed_attempt_id) if callback.closed_attempt_id is not None else None
    if agent is None or (closing is not None and closing.agent_id == agent.id):
        return
    told = replace(
        trouble_of(callback, contact, agent, at, None),
        trouble=Trouble.CALLED_OFF,
        is_finished=contact.finished_at is not None,
    )
    yield _News(callback.id or 0, told, _readers(session, callback, contact, agent), before)


def _mark(
    callback: Callback, contact: Contact, told_of: str, at: datetime
) -> tuple[datetime | None, str, datetime | None]:
    """What stood there before."""
    before = callback.told_at, callback.told_of, callback.told_until
    mark_told(callback, contact, told_of, at)
    return before


def _agent(session: Session, callback: Callback) -> Agent | None:
    return None if callback.agent_id is None else session.get(Agent, callback.agent_id)


def _readers(
    session: Session, callback: Callback, contact: Contact, agent: Agent | None
) -> Sequence[tuple[Agent, int]]:
    """The agent, and the leads of their team; of an anyone's promise, those of the campaign's teams. Admins, where there
    are no leads."""
    is_there = agent is not None and agent.is_active
    team_id = agent.team_id if agent is not None else None
    leads = agents.team_leads(session, team_id) if team_id is not None else ()
    leads = leads or troubled.leads_of_campaign(session, contact.campaign_id)
    leads = leads or troubled.admins(session, callback.organisation_id)
    others = [(lead, lead.team_id or team_id or 0) for lead in leads if agent is None or lead.id != agent.id]
    return [*([(agent, 0)] if is_there and agent is not None else []), *others]


def _is_at_work(agent: Agent, at: datetime) -> bool:
    return local_day.is_within(agent.zone, at, agent.shift_from, agent.shift_until)


def _send(news: Sequence[_News], deps: Deps) -> tuple[set[int], int]:
    """Each reader's in one message, or a few. Answers which promises somebody has yet to hear of, and how many were sent."""
    by_reader: dict[str, list[CallbackTrouble]] = defaultdict(list)
    zones: dict[str, str] = {}
    for one in news:
        for reader, team_id in one.readers:
            by_reader[reader.slack_user_id].append(replace(one.trouble, team_id=team_id))
            zones[reader.slack_user_id] = reader.zone
    failed: set[int] = set()
    told, is_over = 0, False
    for user, troubles in by_reader.items():
        for start in range(0, len(troubles), MOST_A_MESSAGE):
            part = troubles[start : start + MOST_A_MESSAGE]
            try:
                if not is_over:
                    deps.notifier.callbacks_in_trouble(user, zones[user], tuple(part))
                    told += 1
                    continue
            except DeliveryFailed as fault:
                _log.warning("callback_trouble_failed user=%s permanent=%s reason=%s", user, fault.is_permanent, fault)
                if fault.is_recipient_gone:
                    continue
                is_over = fault.is_for_all
            failed |= {one.callback_id for one in part}
    return failed, told
