"""Part of the plain reference: whether a rule applies at a moment. Each public function is named as a kind of rule."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from policy import (
    CallbackFact,
    Effect,
    HoldFact,
    NoticeFact,
    Outcome,
    PersonalHoursFact,
    Rule,
    ScreeningFact,
    StopFact,
)
from policy.calendar.local_time import ZoneClock
from policy.calendar.public_holidays import Calendar
from tests.policy.plain.counts import chooses, counted
from tests.policy.plain.grounds import consents_anew, holds, holds_since
from tests.policy.plain.question import (
    Question,
    first_of_second,
    is_older,
    requests_at_a_time,
    still_open,
    withdrawn,
    within,
)

RANK = {Effect.LOCK: 1, Effect.HOLD: 2, Effect.SUPPRESS: 3}


def hours(question: Question, rule: Rule, hours: Any, moment: datetime) -> Effect | None:
    zones = [*(question.zones[:1] if hours.best_zone_only else question.zones), *map(_zone_of, hours.also_on)]
    places = question.facts.contact.places
    if hours.calendar is not None and hours.calendar.unknown_in(places):
        return Effect.HOLD
    is_open = all(_is_open(hours, places, moment.astimezone(zone)) for zone in zones)
    return None if is_open else rule.effect or Effect.LOCK


def _zone_of(clock: ZoneClock) -> ZoneInfo:
    return ZoneInfo(clock.name)


def _is_open(hours: Any, places: tuple[str, ...], local: datetime) -> bool:
    on, second = local.date(), local.hour * 3600 + local.minute * 60 + local.second
    kinds = [hours.week[on.weekday()]]
    if hours.holiday is not None and _is_holiday(hours.calendar, places, on):
        kinds.append(hours.holiday)
    elif hours.eve is not None and _is_holiday(hours.calendar, places, on + timedelta(days=1)):
        kinds.append(hours.eve)
    closed = [one for one in hours.closures if one.first <= on <= one.last]
    if any(not one.places or not places or any(within(p, a) for p in places for a in one.places) for one in closed):
        return False
    return all(any(start <= second < end for start, end in windows) for windows in kinds)


def _is_holiday(calendar: Calendar, places: tuple[str, ...], on: date) -> bool:
    day = (on - date(1970, 1, 1)).days
    return any(day in calendar.holidays_in(places, year) for year in (on.year - 1, on.year, on.year + 1))


def stop(question: Question, rule: Rule, stop: Any, moment: datetime) -> Effect | None:
    said = (_stops_said, _notices_given, _consents_withdrawn, _calls_so_ended)
    effects = [effect for look in said for effect in look(question, rule, stop, moment)]
    return max(effects, key=lambda effect: RANK.get(effect, 0), default=None)


def _stops_said(question: Question, rule: Rule, stop: Any, moment: datetime) -> Iterator[Effect]:
    for one in question.all(StopFact):
        is_meant = one.reason in stop.reasons and chooses(question, rule, one.at) and _reaches(question, stop, one)
        if is_meant and _stop_lasts(question, stop, one, moment):
            if one.principal in ("", question.facts.call.principal) or stop.any_principal:
                is_lapsing = one.until is not None or _term_of(stop, one) is not None
                yield rule.effect or (Effect.LOCK if is_lapsing else Effect.SUPPRESS)
            elif stop.warns_others:
                yield Effect.WARN


def _notices_given(question: Question, rule: Rule, stop: Any, moment: datetime) -> Iterator[Effect]:
    debts = question.facts.call.debts
    for notice in question.all(NoticeFact):
        concerned = not notice.debts or not debts or set(debts) & set(notice.debts)
        is_doubtful = False
        if notice.person not in ("", question.facts.contact.person):
            concerned = concerned and stop.joint_debtors
            is_doubtful = not notice.debts or not debts
        if notice.kind in stop.notices and concerned and any(on >= notice.from_on for on in question.days(moment)):
            if notice.ended_on is None:
                yield Effect.HOLD
            elif any(on <= notice.ended_on for on in question.days(moment)):
                yield Effect.HOLD if is_doubtful else rule.effect or Effect.LOCK


def _consents_withdrawn(question: Question, rule: Rule, stop: Any, moment: datetime) -> Iterator[Effect]:
    for at in withdrawn(question, stop.withdrawals) if stop.withdrawals else ():
        if first_of_second(at) <= moment and not consents_anew(question, stop.withdrawals, at, moment):
            yield rule.effect or Effect.SUPPRESS


def _calls_so_ended(question: Question, rule: Rule, stop: Any, moment: datetime) -> Iterator[Effect]:
    for key in stop.keys if stop.outcomes is not None else ():
        made = counted(question.attempts(key), stop.outcomes)
        ended = [one for one in made if one.outcome is not None and chooses(question, rule, one.at)]
        if len(ended) >= stop.times and (
            stop.lasts is None or _within_term(question, stop.lasts, ended[-1].at, moment)
        ):
            yield rule.effect or (Effect.SUPPRESS if stop.lasts is None else Effect.LOCK)


def _reaches(question: Question, stop: Any, one: StopFact) -> bool:
    call, contact = question.facts.call, question.facts.contact
    named = {"person": one.person == contact.person, "number": one.number == contact.number}
    barred = [hit for part, hit in named.items() if getattr(one, part) != ""]
    if one.person != "" and stop.whole_person:
        is_barred = named["person"]
    elif len(barred) < 2 or one.is_pair_only:
        is_barred = all(barred)
    else:
        is_barred = named["number"] if one.reason == "number_closed" else any(barred)
    return (
        one.withdrawn_at is None
        and is_barred
        and (stop.any_debt or not one.debts or not call.debts or bool(set(call.debts) & set(one.debts)))
    )


def _stop_lasts(question: Question, stop: Any, one: StopFact, moment: datetime) -> bool:
    if one.until is not None:
        return moment < one.until
    term = _term_of(stop, one)
    return term is None or _within_term(question, term, one.at, moment)


def _term_of(stop: Any, one: StopFact) -> Any:
    return stop.oral_lasts if stop.oral_lasts is not None and not one.is_written else stop.lasts


def _within_term(question: Question, term: Any, then: datetime, moment: datetime) -> bool:
    for was, now in zip(question.days(then), question.days(moment), strict=True):
        if (now - date(1970, 1, 1)).days <= term.last_day((was - date(1970, 1, 1)).days):
            return True
    return False


def hold(question: Question, rule: Rule, hold: Any, moment: datetime) -> Effect | None:
    placed = question.all(HoldFact)
    if hold.by_hand and any(one.lifted_at is None for one in placed):
        return Effect.HOLD
    for attempt in question.attempts(("person",)):
        if attempt.outcome in hold.outcomes and attempt.outcome is not None:
            lifted = [
                one for one in placed if one.reason == attempt.outcome and one.lifted_at and one.lifted_at >= attempt.at
            ]
            if not lifted:
                return Effect.HOLD
    return None


def callback(question: Question, rule: Rule, callback: Any, moment: datetime) -> Effect | None:
    callbacks = [one for one in question.all(CallbackFact) if one.person == question.facts.contact.person]
    callbacks = [one for one in callbacks if one.principal == question.facts.call.principal]
    for one in question.attempts(("principal", "person")):
        if one.outcome is Outcome.CALLBACK_AGREED and not any(other.asked_at >= one.at for other in callbacks):
            return Effect.HOLD
    said = [(one.asked_at, one.due_at) for one in still_open(question, moment)]
    said += [(one.at, one.due_at) for one in requests_at_a_time(question, moment) if one.due_at is not None]
    if not said or max(said)[1] <= max(question.asked_at, moment):
        return None
    return rule.effect or Effect.LOCK


def register(question: Question, rule: Rule, register: Any, moment: datetime) -> Effect | None:
    mine = [one for one in question.all(ScreeningFact) if one.register == register.register]
    mine = [one for one in mine if one.number in ("", question.facts.contact.number)]
    if register.before_each_campaign:
        mine = [one for one in mine if one.campaign == question.facts.call.campaign]
    if not mine:
        return Effect.HOLD if register.is_required else None
    latest = max(mine, key=lambda one: (one.obtained_at, one.is_listed))
    lag = timedelta(days=register.entry_lag_days)
    if latest.is_listed and (
        latest.listed_on is None or any(on >= latest.listed_on + lag for on in question.days(moment))
    ):
        return rule.effect or Effect.SUPPRESS
    limit = register.max_age_days
    if register.is_required and limit is not None and is_older(question, latest.obtained_at, limit, moment):
        return Effect.HOLD
    if register.is_required and _is_replaced(question, register, latest.obtained_at, moment):
        return Effect.HOLD
    return None


def _is_replaced(question: Question, register: Any, obtained_at: datetime, moment: datetime) -> bool:
    """Whether on any clock an issue newer than the copy must be used by now."""
    for was, now in zip(question.days(obtained_at), question.days(moment), strict=True):
        for one in register.published:
            issues = (date(year, one.month, one.day) for year in range(was.year, now.year + 1))
            if any(was < issued <= now - timedelta(days=one.grace_days) for issued in issues):
                return True
    return False


def basis(question: Question, rule: Rule, basis: Any, moment: datetime) -> Effect | None:
    if any(holds(question, ground, moment) for ground in basis.accepts):
        return None
    principal = question.facts.call.principal
    kinds = {kind for ground in basis.accepts for kind in ground.made_of()}
    on_record = any(one.principal == principal for kind in kinds for one in question.all(kind))
    return basis.when_unknown if basis.when_unknown is not None and not on_record else rule.effect or Effect.SUPPRESS


def ban(question: Question, rule: Rule, ban: Any, moment: datetime) -> Effect | None:
    if ban.only_where and not any(holds(question, ground, moment) for ground in ban.only_where):
        return None
    return None if any(holds(question, ground, moment) for ground in ban.unless) else rule.effect or Effect.SUPPRESS


def personal_hours(question: Question, rule: Rule, hours: Any, moment: datetime) -> Effect | None:
    for fact in question.all(PersonalHoursFact):
        if any(holds_since(question, ground, fact.at, moment) for ground in rule.lifted_by):
            continue
        if fact.source in hours.sources and any(_is_blocked(fact, moment.astimezone(zone)) for zone in question.zones):
            return rule.effect or Effect.LOCK
    return None


def _is_blocked(fact: PersonalHoursFact, local: datetime) -> bool:
    start, end = fact.blocked_from or time(0), fact.blocked_until
    clock, today, yesterday = local.time(), local.date(), local.date() - timedelta(days=1)
    is_wrapping = end is not None and end <= start
    if _is_blocked_day(fact, today) and clock >= start and (is_wrapping or end is None or clock < end):
        return True
    return is_wrapping and end is not None and _is_blocked_day(fact, yesterday) and clock < end


def _is_blocked_day(fact: PersonalHoursFact, on: date) -> bool:
    return on.isoweekday() in fact.blocked_days and (fact.ends_on is None or on <= fact.ends_on)


def duty(question: Question, rule: Rule, parameters: Any, moment: datetime) -> Effect | None:
    return None


consent_window = duty  # what it suspends, the reference asks
