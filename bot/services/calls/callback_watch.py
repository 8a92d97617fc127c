"""Tells agents and team leads of every callback that is shut, also with its list or campaign, overdue or called off.

The callback stores what was told and who has yet to hear it: each reader is told once, of overdue ones daily. It is
marked before the messages go; a reader whose message failed or was lost in a crash is told a minute later. Of overdue
ones a team lead off duty is told once they are back.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services.agents import is_on_duty, is_on_shift
from bot.services.answers.callbacks import CallbackTrouble, Trouble
from bot.services.calls.callback_changes import forget_told
from bot.services.calls.callback_times import mark_told, refusal_at_time, trouble_of
from bot.services.deciding import refresh, rulebook_change, rules_key
from bot.services.deps import Deps
from bot.services.notices import tell_withdrawn
from bot.services.ports import DeliveryFailed
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Agent, Attempt, Callback, Campaign, Contact, ContactList
from storage.queries import agents, callback_trouble, lists, reminders

AGAIN_AFTER = timedelta(hours=24)
SOON = timedelta(hours=24)  # so long before it is due it passes on to anyone, or is told to wait for its campaign
OTHER_NEWS_FOR = timedelta(hours=1)  # before "not active": a bot of an earlier version may tell the other again
TRIED_AGAIN_AFTER = timedelta(minutes=1)  # a process that took it and sent nothing for so long has died
MOST = 200  # callbacks a tick
MOST_A_MESSAGE = 10
_CLOSED = {lists.PAUSED: Trouble.LIST_PAUSED, lists.EXPIRED: Trouble.LIST_EXPIRED}  # else withdrawn, with its reason

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _News:
    """One callback, what is wrong with it, and who is to hear it."""

    callback_id: int
    trouble: CallbackTrouble
    readers: Sequence[tuple[Agent, int]]  # with the team they lead; 0: the callback's agent
    later: Sequence[Agent] = ()  # leads off duty


def tell_troubles(deps: Deps) -> int:
    """Tell of every callback in trouble, and schedule reminders that were dropped. Returns how many messages were
    sent."""
    if rulebook_change.is_under_way(deps):
        _decide_first(deps)
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        is_quiet = not any(_found(uow.session, at, 1, locks=False).values())
    if is_quiet:
        return 0
    with deps.unit_of_work() as uow:
        at = deps.clock()
        news = list(_take(deps, uow.session, at))
    unheard, told = _send(news, deps)
    if news:
        with deps.unit_of_work() as uow:
            for one in news:
                callback = uow.session.get_one(Callback, one.callback_id)
                if callback.told_at == at:  # else it has other news by now
                    still = unheard.get(one.callback_id, ())
                    unheard_now = [actor for actor, _ in one.readers if actor.slack_user_id in still]
                    callback.unheard_by = _ids([*unheard_now, *one.later])
    return told


def _decide_first(deps: Deps) -> None:
    """Decide the contacts of open callbacks by the new rules now: among millions their turn may come hours later."""
    by_house: dict[int, list[Contact]] = defaultdict(list)
    with deps.unit_of_work() as uow:
        for contact in callback_trouble.decided_before(uow.session, rules_key(deps), MOST):
            by_house[contact.organisation_id].append(contact)
        for contacts in by_house.values():
            at = deps.clock()
            tell_withdrawn(uow.session, refresh.refresh_and_withdraw(deps, uow.session, contacts, at)[1], at)


def _found(
    session: Session, at: datetime, most: int, *, locks: bool
) -> Mapping[str, Sequence[callback_trouble.CallbackAndContact]]:
    overdue_before, soon = at - OVERDUE_AFTER, at + SOON
    return {
        "shut": callback_trouble.shut_callbacks(session, at, overdue_before, most, locks=locks),
        "overdue": callback_trouble.overdue_callbacks(session, overdue_before, at - AGAIN_AFTER, most, locks=locks),
        "called off": callback_trouble.called_off(session, most, locks=locks),
        "list closed": callback_trouble.on_closed_lists(session, most, locks=locks),
        "outside": callback_trouble.kept_outside(session, soon, most, locks=locks),
        "campaign active": callback_trouble.of_reactivated_campaigns(session, soon, most, locks=locks),
        "campaign inactive": callback_trouble.of_inactive_campaigns(
            session, soon, at - OTHER_NEWS_FOR, most, locks=locks
        ),
        "unreminded": callback_trouble.without_reminder(session, at, most, locks=locks),
        "owed": _owed(session, at, locks=locks),
    }


def _owed(session: Session, at: datetime, *, locks: bool) -> Sequence[callback_trouble.CallbackAndContact]:
    """Those that someone can be told of now."""
    owed = callback_trouble.owed_notices(session, at - TRIED_AGAIN_AFTER, MOST, locks=locks)
    keys = {callback.id: [int(one) for one in callback.unheard_by.split()] for callback, _ in owed}
    known = agents.agents_by_id(session, sorted({one for each in keys.values() for one in each}))
    return [
        (callback, contact)
        for callback, contact in owed
        if callback.closed_at is not None
        or any(one not in known or not _waits(callback, known[one], at) for one in keys[callback.id])
    ]


def _waits(callback: Callback, reader: Agent, at: datetime) -> bool:
    """Whether the reader is told later: of an overdue callback a lead who is off duty."""
    is_lead = reader.id != callback.agent_id and reader.is_active
    return is_lead and callback.told_of == callback_trouble.OVERDUE and not is_on_duty(reader, at)


def _take(deps: Deps, session: Session, at: datetime) -> Iterator[_News]:
    found = _found(session, at, MOST, locks=True)
    for callback, _ in found["outside"]:
        callback.agent_id = None  # no team of its agent works the campaign any more: anyone's
    for callback, _ in found["campaign active"]:
        forget_told(callback)
    for callback, contact in found["unreminded"]:
        reminders.schedule(session, contact, callback.agent_id or contact.owner_id or 0, max(callback.due_at, at), at)
    for callback, contact in found["owed"]:
        yield from _again(deps, session, callback, contact, at)
    for callback, contact in found["called off"]:
        yield from _called_off(session, callback, contact, at)
    for callback, contact in found["list closed"]:
        yield from _closed(session, callback, contact, callback_trouble.CLOSED_LIST, at)
    for callback, contact in found["campaign inactive"]:
        yield from _closed(session, callback, contact, callback_trouble.CAMPAIGN_INACTIVE, at)
    for callback, contact in found["shut"]:
        yield from _shut(deps, session, callback, contact, at)
    for callback, contact in found["overdue"]:
        yield from _overdue(deps, session, callback, contact, at)


def _shut(deps: Deps, session: Session, callback: Callback, contact: Contact, at: datetime) -> Iterator[_News]:
    refusal = refusal_at_time(deps, session, callback, contact, at)
    mark_told(callback, contact, contact.verdict.value, at)
    if refusal is not None:  # else only the cache calls it shut: nothing is wrong
        agent = _agent(session, callback)
        readers = _readers(session, callback, contact, agent)
        yield _news(callback, trouble_of(callback, contact, agent, at, refusal), readers, at)


def _overdue(deps: Deps, session: Session, callback: Callback, contact: Contact, at: datetime) -> Iterator[_News]:
    """Tell the first time at once, then daily while one of the readers is on shift."""
    agent = _agent(session, callback)
    readers = _readers(session, callback, contact, agent)
    is_repeat = callback.told_of == callback_trouble.OVERDUE
    if is_repeat and not any(is_on_shift(reader, at) for reader, _ in readers if not _waits(callback, reader, at)):
        return
    refusal = refusal_at_time(deps, session, callback, contact, at)
    mark_told(callback, contact, callback_trouble.OVERDUE, at)
    yield _news(callback, trouble_of(callback, contact, agent, at, refusal), readers, at)


def _called_off(session: Session, callback: Callback, contact: Contact, at: datetime) -> Iterator[_News]:
    """Tell the callback's agent and their team leads; not if that agent called it off, or it was anyone's."""
    mark_told(callback, contact, callback_trouble.CANCELLED, at)
    agent = _agent(session, callback)
    closing = session.get(Attempt, callback.closed_attempt_id) if callback.closed_attempt_id is not None else None
    if agent is None or (closing is not None and closing.agent_id == agent.id):
        return
    readers = _readers(session, callback, contact, agent)
    yield _news(callback, _off(callback, contact, agent, at), readers, at)


def _off(callback: Callback, contact: Contact, agent: Agent, at: datetime) -> CallbackTrouble:
    told = trouble_of(callback, contact, agent, at, None)
    return replace(told, trouble=Trouble.CALLED_OFF, is_finished=contact.finished_at is not None)


def _closed(session: Session, callback: Callback, contact: Contact, told_of: str, at: datetime) -> Iterator[_News]:
    """Tell that its list is closed, or its campaign not active."""
    mark_told(callback, contact, told_of, at)
    agent = _agent(session, callback)
    readers = _readers(session, callback, contact, agent)
    yield _news(callback, _why_closed(session, callback, contact, agent, at), readers, at)


def _why_closed(
    session: Session, callback: Callback, contact: Contact, agent: Agent | None, at: datetime
) -> CallbackTrouble:
    told = trouble_of(callback, contact, agent, at, None)
    because = contact.finished_because
    if not because:
        campaign = session.get_one(Campaign, contact.campaign_id)
        return replace(told, trouble=Trouble.CAMPAIGN_INACTIVE, closed_name=campaign.name)
    why = next((one for begins, one in _CLOSED.items() if because.startswith(begins)), Trouble.LIST_WITHDRAWN)
    return replace(told, trouble=why, closed_name=session.get_one(ContactList, contact.list_id).name)


def _again(deps: Deps, session: Session, callback: Callback, contact: Contact, at: datetime) -> Iterator[_News]:
    """Tell the readers who have yet to hear it, as it stands now; nothing if it is over."""
    agent, owed = _agent(session, callback), callback.unheard_by.split()
    callback.told_at, callback.unheard_by = at, ""
    readers = [(actor, team) for actor, team in _readers(session, callback, contact, agent) if str(actor.id) in owed]
    if callback.told_of == callback_trouble.CANCELLED:
        if agent is not None:
            yield _news(callback, _off(callback, contact, agent, at), readers, at)
    elif callback.told_of == callback_trouble.CLOSED_LIST:
        if callback.closed_at is None and contact.finished_because.startswith(lists.BY_LIST):
            yield _news(callback, _why_closed(session, callback, contact, agent, at), readers, at)
    elif callback.told_of == callback_trouble.CAMPAIGN_INACTIVE:
        if callback.closed_at is None and contact.finished_at is None:
            yield _news(callback, _why_closed(session, callback, contact, agent, at), readers, at)
    elif callback.closed_at is None and contact.finished_at is None:
        refusal = refusal_at_time(deps, session, callback, contact, at)
        if refusal is not None or callback.told_of == callback_trouble.OVERDUE:
            yield _news(callback, trouble_of(callback, contact, agent, at, refusal), readers, at)


def _news(callback: Callback, trouble: CallbackTrouble, readers: Sequence[tuple[Agent, int]], at: datetime) -> _News:
    """Call it once the callback is marked."""
    callback.unheard_by = _ids(actor for actor, _ in readers)
    later = [actor for actor, _ in readers if _waits(callback, actor, at)]
    return _News(callback.id or 0, trouble, [one for one in readers if one[0] not in later], later)


def _ids(readers: Iterable[Agent]) -> str:
    return " ".join(str(one.id) for one in readers)


def _agent(session: Session, callback: Callback) -> Agent | None:
    return None if callback.agent_id is None else session.get(Agent, callback.agent_id)


def _readers(
    session: Session, callback: Callback, contact: Contact, agent: Agent | None
) -> Sequence[tuple[Agent, int]]:
    """The agent and their team leads; for anyone's callback, the leads of the campaign's teams; if none, the admins."""
    is_there = agent is not None and agent.is_active
    team_id = _team_for(session, agent, contact.campaign_id) if agent is not None else None
    theirs = agents.team_leads(session, team_id) if team_id is not None else ()
    leads = theirs or callback_trouble.leads_of_campaign(session, contact.campaign_id)
    leads = leads or agents.admins(session, callback.organisation_id)
    about = team_id if theirs else None  # a lead of several teams hears of the one whose agent it is
    others = [(lead, about or lead.team_id or team_id or 0) for lead in leads if agent is None or lead.id != agent.id]
    return [*([(agent, 0)] if is_there and agent is not None else []), *others]


def _team_for(session: Session, agent: Agent, campaign_id: int) -> int | None:
    """The agent's team that works the campaign, whichever they work for now; else the one they work for."""
    working = callback_trouble.teams_of_campaign(session, campaign_id)
    theirs = agents.teams_of(session, [agent])[agent.id or 0]
    return next((one for one in theirs if one in working), agent.team_id)


def _send(news: Sequence[_News], deps: Deps) -> tuple[Mapping[int, set[str]], int]:
    """Send each reader their news, in few messages. Returns, by callback, who has yet to hear, and how many were
    sent."""
    by_reader: dict[str, list[CallbackTrouble]] = defaultdict(list)
    zones: dict[str, str] = {}
    for one in news:
        for reader, team_id in one.readers:
            by_reader[reader.slack_user_id].append(replace(one.trouble, team_id=team_id))
            zones[reader.slack_user_id] = reader.zone
    unheard: dict[int, set[str]] = defaultdict(set)
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
            for trouble in part:
                unheard[trouble.callback_id].add(user)
    return unheard, told
