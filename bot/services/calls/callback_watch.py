"""Tells agents and team leads of every callback that is shut, also with its list or campaign, overdue or called off.

The callback stores what was told: each reader once, of overdue ones daily. The messages are written with that mark, and
say what stands when they are sent; nothing where there is other news by then. Of overdue ones a team lead off duty is
told once they are back.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services import notices
from bot.services.agents import is_on_duty, is_on_shift
from bot.services.answers.callbacks import CallbackTrouble, Trouble
from bot.services.calls.callback_changes import forget_told
from bot.services.calls.callbacks import mark_told, refusal_at_time, trouble_of
from bot.services.deciding import refresh, rulebook_change
from bot.services.deciding.decisions import rules_key
from bot.services.deciding.refresh import tell_withdrawn
from bot.services.deps import Deps
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Agent, Attempt, Callback, Campaign, Contact, ContactList, Message
from storage.queries import agents, callbacks, lists, reminders

AGAIN_AFTER = timedelta(hours=24)
SOON = timedelta(hours=24)  # so long before it is due it passes on to anyone, or is told to wait for its campaign
MOST = 200  # callbacks a tick
_Found = Mapping[str, Sequence[callbacks.CallbackAndContact]]
_CLOSED = {lists.PAUSED: Trouble.LIST_PAUSED, lists.EXPIRED: Trouble.LIST_EXPIRED}  # else withdrawn, with its reason


def tell_troubles(deps: Deps) -> int:
    """Let people be told of callbacks in trouble, and schedule dropped reminders. Returns how many messages."""
    if rulebook_change.is_under_way(deps):
        # Decide the contacts of open callbacks by the new rules now: among millions their turn may come hours later.
        by_house: dict[int, list[Contact]] = defaultdict(list)
        with deps.unit_of_work() as uow:
            for contact in callbacks.decided_before(uow.session, rules_key(deps), MOST):
                by_house[contact.organisation_id].append(contact)
            for contacts in by_house.values():
                at = deps.clock()
                tell_withdrawn(uow.session, refresh.refresh_and_withdraw(deps, uow.session, contacts, at)[1], at)
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        is_quiet = not any(_found(uow.session, at, 1, locks=False).values())
    if is_quiet:
        return 0
    with deps.unit_of_work() as uow:
        return sum(_take(deps, uow.session, deps.clock()))


def _found(session: Session, at: datetime, most: int, *, locks: bool) -> _Found:
    overdue_before, soon = at - OVERDUE_AFTER, at + SOON
    asked = {
        "shut": callbacks.shut_callbacks(at, overdue_before),
        "overdue": callbacks.overdue_callbacks(overdue_before, at - AGAIN_AFTER),
        "called off": callbacks.called_off(),
        "list closed": callbacks.on_closed_lists(),
        "outside": callbacks.kept_outside(soon),
        "campaign active": callbacks.of_reactivated_campaigns(soon),
        "campaign inactive": callbacks.of_inactive_campaigns(soon),
        "unreminded": callbacks.without_reminder(at),
    }
    return {name: callbacks.read(session, one, most, locks=locks) for name, one in asked.items()}


def _take(deps: Deps, session: Session, at: datetime) -> Iterator[int]:
    found = _found(session, at, MOST, locks=True)
    for callback, _ in found["outside"]:
        callback.agent_id = None  # no team of its agent works the campaign any more: anyone's
    for callback, _ in found["campaign active"]:
        forget_told(callback)
    for callback, contact in found["unreminded"]:
        reminders.schedule(session, contact, callback.agent_id or contact.owner_id or 0, max(callback.due_at, at), at)
    for callback, contact in found["called off"]:
        yield _called_off(session, callback, contact, at)
    for callback, contact in (*found["list closed"], *found["campaign inactive"]):
        is_list = contact.finished_because.startswith(lists.BY_LIST)
        told_of = callbacks.CLOSED_LIST if is_list else callbacks.CAMPAIGN_INACTIVE
        mark_told(callback, contact, told_of, at)
        yield _tell(session, callback, contact, at)
    for callback, contact in found["shut"]:
        refusal = refusal_at_time(deps, session, callback, contact, at)
        mark_told(callback, contact, contact.verdict.value, at)
        if refusal is not None:  # else only the cache calls it shut: nothing is wrong
            yield _tell(session, callback, contact, at)
    for callback, contact in found["overdue"]:
        yield _overdue(session, callback, contact, at)


def _overdue(session: Session, callback: Callback, contact: Contact, at: datetime) -> int:
    """Tell the first time at once, then daily while one of the readers is on shift."""
    readers = [reader for reader, _ in _readers(session, callback, contact)]
    is_repeat = callback.told_of == callbacks.OVERDUE
    if is_repeat and not any(is_on_shift(one, at) for one in readers if not _waits(callback, one, at)):
        return 0
    mark_told(callback, contact, callbacks.OVERDUE, at)
    return _tell(session, callback, contact, at)


def _called_off(session: Session, callback: Callback, contact: Contact, at: datetime) -> int:
    """Tell the callback's agent and their team leads; not if that agent called it off, or it was anyone's."""
    mark_told(callback, contact, callbacks.CANCELLED, at)
    agent = _agent(session, callback)
    closing = session.get(Attempt, callback.closed_attempt_id) if callback.closed_attempt_id is not None else None
    if agent is None or (closing is not None and closing.agent_id == agent.id):
        return 0
    return _tell(session, callback, contact, at)


def _tell(session: Session, callback: Callback, contact: Contact, at: datetime) -> int:
    """Call it once the callback is marked."""
    readers, about = [reader for reader, _ in _readers(session, callback, contact)], {"callback": callback.id}
    waiting = [one for one in readers if _waits(callback, one, at)]
    now = [one for one in readers if one not in waiting]
    return sum(
        notices.tell(session, some, kind, at, about, contact_id=callback.contact_id, lasts=None)
        for kind, some in (("callback_trouble", now), ("callback_waits", waiting))
    )


def _waits(callback: Callback, reader: Agent, at: datetime) -> bool:
    """Whether the reader is told later: of an overdue callback a lead who is off duty."""
    is_lead = reader.id != callback.agent_id and reader.is_active
    return is_lead and callback.told_of == callbacks.OVERDUE and not is_on_duty(reader, at)


def as_they_stand(deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, CallbackTrouble]:
    """By the id of its message, what is wrong with each callback, unless it is over or there is other news."""
    told: dict[int, CallbackTrouble] = {}
    for row in rows:
        callback = session.get_one(Callback, row.params["callback"])
        contact, agent = session.get_one(Contact, callback.contact_id), _agent(session, callback)
        teams = {reader.id: team_id for reader, team_id in _readers(session, callback, contact)}
        if callback.told_at == row.written_at and row.agent_id in teams:
            trouble = _stands(deps, session, callback, contact, agent)
            if trouble is not None:
                told[row.id or 0] = replace(trouble, team_id=teams[row.agent_id])
    return told


def _stands(
    deps: Deps, session: Session, callback: Callback, contact: Contact, agent: Agent | None
) -> CallbackTrouble | None:
    at, is_open = deps.clock(), callback.closed_at is None
    if callback.told_of == callbacks.CANCELLED:
        told = trouble_of(callback, contact, agent, at, None)
        return replace(told, trouble=Trouble.CALLED_OFF, is_finished=contact.finished_at is not None)
    if callback.told_of == callbacks.CLOSED_LIST:
        is_closed = is_open and contact.finished_because.startswith(lists.BY_LIST)
        return _why_closed(session, callback, contact, agent, at) if is_closed else None
    if not is_open or contact.finished_at is not None:
        return None
    if callback.told_of == callbacks.CAMPAIGN_INACTIVE:
        return _why_closed(session, callback, contact, agent, at)
    refusal = refusal_at_time(deps, session, callback, contact, at)
    is_news = refusal is not None or callback.told_of == callbacks.OVERDUE
    return trouble_of(callback, contact, agent, at, refusal) if is_news else None


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


def _agent(session: Session, callback: Callback) -> Agent | None:
    return None if callback.agent_id is None else session.get(Agent, callback.agent_id)


def _readers(session: Session, callback: Callback, contact: Contact) -> Sequence[tuple[Agent, int]]:
    """The agent and their team leads; for anyone's callback, the leads of the campaign's teams; if none, the admins."""
    agent = _agent(session, callback)
    is_there = agent is not None and agent.is_active
    team_id = None if agent is None else agent.team_id
    if agent is not None:  # their team that works the campaign, whichever they work for now
        working = callbacks.teams_of_campaign(session, contact.campaign_id)
        theirs = agents.teams_of(session, [agent])[agent.id or 0]
        team_id = next((one for one in theirs if one in working), team_id)
    own_leads = agents.leads_of_teams(session, [team_id]) if team_id is not None else ()
    leads = own_leads or callbacks.leads_of_campaign(session, contact.campaign_id)
    leads = leads or agents.admins(session, callback.organisation_id)
    about = team_id if own_leads else None  # a lead of several teams hears of the one whose agent it is
    others = [(lead, about or lead.team_id or team_id or 0) for lead in leads if agent is None or lead.id != agent.id]
    return [*([(agent, 0)] if is_there and agent is not None else []), *others]
