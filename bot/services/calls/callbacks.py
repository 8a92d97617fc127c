"""Agrees a callback at a time on the contact's own clock, if a call is lawful then.

And judges whether a callback may be made at its time, and moves it to another lawful time.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.services import notices
from bot.services.agents import may_lead
from bot.services.answers.callbacks import (
    CallbackMoved,
    CallbackQuestioned,
    CallbackRefused,
    CallbackTrouble,
    Trouble,
    Unusual,
)
from bot.services.answers.calls import OutcomeRecorded, Refusal
from bot.services.answers.people import Actor
from bot.services.calls import callback_changes, recording
from bot.services.calls.callback_changes import NewCallback
from bot.services.calls.off_list import campaigns_of
from bot.services.calls.recording import Said
from bot.services.deciding import refresh
from bot.services.deciding.decisions import Decided, decide_contact, decide_facts, if_agreed, record_decision
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import AlreadyGone, NoSuchLocalTime, NotYours, TimeInPast
from bot.services.hand_out import hand
from policy import CallbackFact, Facts, Prepared
from policy.calendar.local_time import date_in, day_of, latest_zone, minute_from, time_in
from policy.calendar.public_holidays import Calendar
from policy.vocabulary import Outcome, Verdict
from storage.models import Agent, Attempt, Callback, Contact
from storage.queries import agents, callbacks, contacts, reminders


def refusal_at_time(deps: Deps, session: Session, callback: Callback, contact: Contact, at: datetime) -> Refusal | None:
    """What forbids the callback at its time, or now if later, should nothing else happen; None: it is lawful."""
    decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
    then = max(callback.due_at, at)
    decision = decide_facts(deps, decided.facts, then, decided.house_pack)
    return None if decision.verdict is Verdict.CALLABLE else decided._replace(decision=decision).refusal


def trouble_of(
    callback: Callback, contact: Contact, agent: Agent | None, at: datetime, refusal: Refusal | None
) -> CallbackTrouble:
    """What is wrong with an open callback: shut at its time, or overdue."""
    is_late = callback.due_at <= at
    shut = Trouble.MISSED if is_late else Trouble.SHUT
    return CallbackTrouble(
        Trouble.OVERDUE if refusal is None else shut,
        callback.id or 0,
        contact.id or 0,
        contact.name,
        "" if agent is None else agent.name,
        callback.due_at,
        latest_zone(contact.zones.split(), callback.due_at),
        refusal,
    )


def mark_told(callback: Callback, contact: Contact, told_of: str, at: datetime) -> None:
    """Mark the news as told, so that it is not told again."""
    callback.told_at, callback.told_of, callback.told_until = at, told_of, contact.callable_from


@retry_lost_turn
def move_to(deps: Deps, actor: Actor, callback_id: int, due_at: datetime) -> CallbackMoved | CallbackRefused:
    """Give a callback another time, if a call is lawful then; a time that has passed meanwhile means now.

    For its agent, for anyone of the team if it is anyone's, and for their team lead. Raises AlreadyGone, NotYours. A
    repeat changes nothing.
    """
    with deps.unit_of_work() as uow:
        session = uow.session
        callback, contact, agent = _theirs(session, actor, callback_id)
        at = deps.clock()
        zone = latest_zone(contact.zones.split(), due_at)
        if callback.closed_at is not None or callback.due_at == due_at:
            standing = callbacks.open_on_contacts(session, [contact.id or 0])
            if not standing:
                raise AlreadyGone
            return CallbackMoved(contact.name, standing[0].due_at, zone)
        new_due = max(due_at, at)
        decided = _if_moved(deps, session, callback, contact, at, new_due)
        if not decided.is_callable:
            record_decision(session, decided, "callback", actor.agent_id)
            refusal = decided.refusal
            return CallbackRefused(contact.name, due_at, refusal, refusal.callable_from)
        moved = callback_changes.supersede(session, callback, new_due, at)
        withdrawn = refresh.redecide_touched(deps, session, refresh.Touched.about(contact), at, reminds=contact)
        keeper = callback.agent_id or contact.owner_id
        if keeper is not None:
            reminders.schedule(session, contact, keeper, new_due, at)
        refresh.tell_withdrawn(session, withdrawn, at, actor.slack_user_id)
        if agent is not None and agent.id != actor.agent_id:
            news = {"callback": moved.id, "by": actor.agent_id, "is_moved": True}
            notices.tell(session, [agent], "callback_given", at, news, contact_id=contact.id, lasts=None)
        return CallbackMoved(contact.name, new_due, zone)


def _theirs(session: Session, actor: Actor, callback_id: int) -> tuple[Callback, Contact, Agent | None]:
    callback = session.get(Callback, callback_id, with_for_update=True)
    if callback is None or callback.organisation_id != actor.organisation_id:
        raise AlreadyGone
    contact = session.get_one(Contact, callback.contact_id, with_for_update=True)
    agent = None if callback.agent_id is None else session.get(Agent, callback.agent_id)
    is_anyones = agent is None and contact.campaign_id in {one.id for one in campaigns_of(session, actor)}
    is_theirs = agent is not None and agent.id == actor.agent_id
    if not (is_theirs or is_anyones or may_lead(session, actor, contact)):
        raise NotYours("" if agent is None else agent.name)
    return callback, contact, agent


def _if_moved(
    deps: Deps, session: Session, callback: Callback, contact: Contact, at: datetime, due_at: datetime
) -> Decided[Contact]:
    """The verdict at the new time, as if it were agreed; the contact did not name that hour."""
    decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
    facts = decided.facts.facts
    agreed = CallbackFact(at, due_at, facts.contact.person, callback.principal)
    others = [one for one in facts.events if not (isinstance(one, CallbackFact) and one.closed_at is None)]
    supposed = Prepared(Facts(facts.call, facts.contact, (*others, agreed)))
    decision = decide_facts(deps, supposed, due_at, decided.house_pack)
    return decided._replace(facts=supposed, decision=decision)


BEGIN, END = time(8), time(20)  # of the hours in which people expect a call
_SUNDAY = 6
_OBSERVED = Calendar()  # each place's own public holidays
_SUGGEST_AFTER = timedelta(hours=1)
_SUGGEST_STEP = 300  # seconds: a time that people would name


@retry_lost_turn
def agree(  # noqa: PLR0913 - one argument a field of the form
    deps: Deps,
    actor: Actor,
    attempt_id: int,
    on: date,
    at_local: time,
    is_mine: bool,
    note: str = "",
    *,
    questioned: datetime | None = None,
) -> OutcomeRecorded | CallbackRefused | CallbackQuestioned:
    """Record a callback agreed for a date and time on the contact's clock; refused if no call would be lawful then.

    An unusual hour is questioned first. `questioned`: the moment that was, which is now agreed.
    Raises TimeInPast, NoSuchLocalTime, NotYours, AlreadyGone. A repeat for the same moment changes nothing.
    """

    def change(press: hand.Press) -> OutcomeRecorded | CallbackRefused | CallbackQuestioned:
        attempt = recording.take(press, attempt_id)
        session, at = press.session, deps.clock()
        contact, zone = _called(session, attempt, at)
        due_at = moment_of(on, at_local, zone)
        if due_at <= at:
            raise TimeInPast
        agreed = NewCallback(due_at, _keeper(session, attempt) if is_mine else None)
        if refused := _refused(deps, press, attempt, contact, at, due_at):
            return refused
        standing = callbacks.agreed_in(session, attempt_id)
        is_repeat = any((one.due_at, one.agent_id) == (agreed.due_at, agreed.agent_id) for one in standing)
        why = why_unusual(due_at, zone, contact.places.split())
        if why and not is_repeat and questioned != due_at:
            return CallbackQuestioned(contact.name, due_at, zone, why)
        said = Said(Outcome.CALLBACK_AGREED, note, None if is_repeat else agreed)
        return recording.write(deps, press, attempt, said, at)

    return hand.changed(deps, actor, change)


def suggest(deps: Deps, actor: Actor, attempt_id: int) -> tuple[str, str, datetime]:
    """What to fill into the form: name, the contact's zone, and the first lawful moment at least an hour from now."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        attempt = recording.find(uow.session, actor, attempt_id)
        contact, zone = _called(uow.session, attempt, at)
        # Round up to the next five minutes, a time that people would name.
        moment = at + _SUGGEST_AFTER
        soon = moment.replace(microsecond=0) + timedelta(seconds=-(moment.minute * 60 + moment.second) % _SUGGEST_STEP)
        decision = _if_agreed(deps, uow.session, attempt, contact, at, soon, is_hour_named=False).decision
        first = decision.callable_from if decision.verdict in (Verdict.CALLABLE, Verdict.LOCKED) else None
        return contact.name, zone, minute_from(first or soon)


def moment_of(on: date, at_local: time, zone: str) -> datetime:
    """A local date and time as an instant; the first of two when the clocks go back. Raises NoSuchLocalTime."""
    wall = datetime.combine(on, at_local.replace(second=0, microsecond=0, tzinfo=None), tzinfo=ZoneInfo(zone))
    instant = wall.astimezone(UTC)  # there and back: a time that the clocks skip comes back as another
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise NoSuchLocalTime
    return instant


def _called(session: Session, attempt: Attempt, at: datetime) -> tuple[Contact, str]:
    """The contact of an attempt, and its zone. Raises AlreadyGone where there is none."""
    contact = contacts.contact_of(session, attempt)
    zone = "" if contact is None else latest_zone(contact.zones.split(), at)
    if contact is None or not zone:
        raise AlreadyGone
    return contact, zone


def _keeper(session: Session, attempt: Attempt) -> int | None:
    """The agent who made the call. None (anyone) if they left, or no team of theirs works the campaign now."""
    caller = session.get_one(Agent, attempt.agent_id)
    worked = agents.campaigns_of_teams(session, agents.teams_of(session, [caller])[caller.id or 0])
    may_keep = caller.is_active and attempt.campaign_id in {campaign.id for campaign in worked}
    return caller.id if may_keep else None


def _refused(
    deps: Deps, press: hand.Press, attempt: Attempt, contact: Contact, at: datetime, due_at: datetime
) -> CallbackRefused | None:
    decided = _if_agreed(deps, press.session, attempt, contact, at, due_at)
    if decided.is_callable:
        return None
    record_decision(press.session, decided, "callback", press.actor.agent_id, attempt.lease_id)
    refusal = replace(decided.refusal, zone=latest_zone(contact.zones.split(), at))
    first = None if refusal.callable_from is None else minute_from(refusal.callable_from)
    return CallbackRefused(contact.name, due_at, refusal, first)


def _if_agreed(
    deps: Deps,
    session: Session,
    attempt: Attempt,
    contact: Contact,
    at: datetime,
    due_at: datetime,
    *,
    is_hour_named: bool = True,
) -> Decided[Contact]:
    """The verdict at the agreed moment, as if the callback were agreed and nothing else happened until then."""
    decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
    facts = decided.facts.facts
    agreed = CallbackFact(at, due_at, facts.contact.person, facts.call.principal, is_hour_named)
    supposed = if_agreed(facts, attempt.number, attempt.opened_at, agreed)
    return decided._replace(facts=supposed, decision=decide_facts(deps, supposed, due_at, decided.house_pack))


def why_unusual(at: datetime, zone: str, places: Sequence[str]) -> tuple[Unusual, ...]:
    """What is unusual about a call at a moment: its hour, a Sunday, a public holiday in any of the places."""
    wall, on = time_in(zone, at), date_in(zone, at)
    said = {
        Unusual.EARLY: wall < BEGIN,
        Unusual.LATE: wall >= END,
        Unusual.SUNDAY: on.weekday() == _SUNDAY,
        Unusual.HOLIDAY: is_holiday(on, places),
    }
    return tuple(why for why, is_so in said.items() if is_so)


def is_holiday(on: date, places: Sequence[str]) -> bool:
    """Whether the day is a public holiday in any of the places (ISO 3166), observed or on its own date."""
    years = {on.year - 1, on.year, on.year + 1}  # one near New Year may be observed in the year before or after
    return any(day_of(on) in _OBSERVED.holidays_in(places, year) for year in years)
