"""Part of the plain reference: whether a rule of each kind speaks at a moment."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from policy import (
    AttemptFact,
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
from policy.calendars import Calendar
from policy.counting import Counted
from tests.policy.plain_grounds import holds, in_window
from tests.policy.plain_question import (
    Question,
    costs,
    dated,
    first_of_second,
    is_older,
    last_of_second,
    months_after,
    names,
    open_callbacks,
    requests_at_a_time,
    within,
)

RANK = {Effect.LOCK: 1, Effect.HOLD: 2, Effect.SUPPRESS: 3}


def speaks(question: Question, rule: Rule, moment: datetime) -> Effect | None:
    effect: Effect | None = _KINDS[rule.kind](question, rule, rule.parameters, moment)
    return effect


def _hours(question: Question, rule: Rule, hours: Any, moment: datetime) -> Effect | None:
    zones = question.zones[:1] if hours.best_zone_only else question.zones
    places = question.facts.contact.places
    if hours.calendar is not None and hours.calendar.unknown_in(places):
        return Effect.HOLD
    is_open = all(_is_open(hours, places, moment.astimezone(zone)) for zone in zones)
    return None if is_open else rule.effect or Effect.LOCK


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


def _cool_off(question: Question, rule: Rule, waits: Any, moment: datetime) -> Effect | None:
    for key in waits.keys:
        made = _counted(question.attempts(key), waits.counted)
        for debt, group in _groups(question, key, made, waits.allocation):
            if _is_free(question, rule, debt, moment):
                continue
            redial = _redial(question, group) if waits.redial else None
            for one in group:
                is_free = (
                    redial is not None
                    and one.outcome is Outcome.CUT_OFF
                    and one.at >= _latest_cut(group)
                    and moment <= redial
                )
                if not one.is_provisional and not is_free and _waits(question, rule, waits, one, moment):
                    return rule.effect or Effect.LOCK
    return None


def _latest_cut(group: list[AttemptFact]) -> datetime:
    return max(one.at for one in group if one.outcome is Outcome.CUT_OFF)


def _waits(question: Question, rule: Rule, waits: Any, one: AttemptFact, moment: datetime) -> bool:
    if not _chooses(question, rule, one.at):
        return False
    if one.outcome in waits.if_discussed and one.debts_discussed == ():
        return False
    if one.outcome is not None:
        lengths = [waits.after[one.outcome]] if one.outcome in waits.after else []
    elif waits.unreported is not None:
        lengths = [waits.after[waits.unreported]] if waits.unreported in waits.after else []
    else:
        scale = {"hours": 1, "days": 24, "months": 744, "for_ever": 10**9}
        lengths = [max(waits.after.values(), key=lambda length: scale[length.unit] * length.number)]
    return any(_runs(question, length, one.at, moment) for length in lengths)


def _runs(question: Question, length: Any, then: datetime, moment: datetime) -> bool:
    if length.unit == "hours":
        return moment < then + timedelta(hours=length.number)
    if length.unit == "for_ever":
        return True
    extra = timedelta(days=0 if length.start == "day1" else 1)
    for was, now in zip(question.days(then), question.days(moment), strict=True):
        last = was + timedelta(days=length.number) if length.unit == "days" else months_after(was, length.number)
        if now < last + extra:
            return True
    return False


def _cap(question: Question, rule: Rule, cap: Any, moment: datetime) -> Effect | None:
    for key in cap.keys:
        made = _counted(question.attempts(key), cap.counted)
        for debt, group in _groups(question, key, made, cap.allocation):
            if _is_free(question, rule, debt, moment):
                continue
            group = [one for one in group if not _freed(question, rule, cap, one, debt)]
            redial = _redial(question, group) if cap.redial else None
            if redial is not None and moment <= redial:
                group = [one for one in group if one is not group[-1]]
            if any(sum(_counts(cap, one, zone, moment) for one in group) >= cap.most for zone in question.zones):
                return rule.effect or Effect.LOCK
    return None


def _freed(question: Question, rule: Rule, cap: Any, one: AttemptFact, debt: str) -> bool:
    if any(_meets(one, other) and (one.outcome is not None or not other.outcomes) for other in cap.excluded):
        return True
    return all(_is_free(question, rule, debt, end) for end in (first_of_second(one.at), last_of_second(one.at)))


def _is_free(question: Question, rule: Rule, debt: str, moment: datetime) -> bool:
    """Whether a consent suspends the rule at the moment, for one debt of the call."""
    windows: list[Any] = [other for other in question.rules if other.kind == "consent_window"]
    windows = [other for other in windows if any(dated(other, on) for on in question.days(moment))]
    return any(names(other.parameters.rules, rule) and in_window(question, other, moment, debt) for other in windows)


def _counts(cap: Any, one: AttemptFact, zone: ZoneInfo, moment: datetime) -> bool:
    if cap.window == "roll_hours":
        return one.at + timedelta(hours=cap.length) > moment
    was, now = one.at.astimezone(zone).date(), moment.astimezone(zone).date()
    if cap.window == "roll_days":
        return bool((now - was).days < cap.length)
    if cap.window == "cal_week":
        return _week(was, cap.week_starts) == _week(now, cap.week_starts)
    within: dict[str, bool] = {
        "cal_day": was == now,
        "cal_month": (was.year, was.month) == (now.year, now.month),
        "ever": True,
    }
    return within[cap.window]


def _week(on: date, starts: int) -> date:
    return on - timedelta(days=(on.weekday() - starts) % 7)


def _counted(attempts: list[AttemptFact], counted: Counted) -> list[AttemptFact]:
    return [one for one in attempts if _meets(one, counted)]


def _meets(one: AttemptFact, counted: Counted) -> bool:
    return (
        one.direction in counted.directions
        and one.channel in counted.channels
        and (not counted.outcomes or one.outcome is None or one.outcome in counted.outcomes)
        and (not counted.messages or one.message in counted.messages)
        and one.message not in counted.not_messages
    )


def _groups(
    question: Question, key: tuple[str, ...], attempts: list[AttemptFact], allocation: str
) -> list[tuple[str, list[AttemptFact]]]:
    debts = question.facts.call.debts
    if "debt" not in key or not debts:
        return [("", attempts)]
    return [(debt, [one for one in attempts if costs(one, debt, allocation)]) for debt in debts]


def _redial(question: Question, group: list[AttemptFact]) -> datetime | None:
    """The last moment of the one free redial after the latest attempt, if that was cut off and was itself no redial."""
    if not group or group[-1].outcome is not Outcome.CUT_OFF:
        return None
    last, contact = group[-1], question.facts.contact
    if (last.person, last.number) != (contact.person, contact.number):
        return None
    if len(group) > 1:
        before = group[-2]
        is_redial = before.outcome is Outcome.CUT_OFF and last.at <= last_of_second(before.at + timedelta(minutes=10))
        if before.at == last.at or is_redial:
            return None
    return last_of_second(last.at + timedelta(minutes=10))


def _stop(question: Question, rule: Rule, stop: Any, moment: datetime) -> Effect | None:
    said = (_stops_said, _notices_given, _calls_so_ended)
    effects = [effect for look in said for effect in look(question, rule, stop, moment)]
    return max(effects, key=lambda effect: RANK.get(effect, 0), default=None)


def _stops_said(question: Question, rule: Rule, stop: Any, moment: datetime) -> Iterator[Effect]:
    for one in question.all(StopFact):
        is_meant = one.reason in stop.reasons and _chooses(question, rule, one.at) and _reaches(question, stop, one)
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
        if notice.kind in stop.notices and concerned and any(on >= notice.from_on for on in question.days(moment)):
            if notice.ended_on is None:
                yield Effect.HOLD
            elif any(on <= notice.ended_on for on in question.days(moment)):
                yield rule.effect or Effect.LOCK


def _calls_so_ended(question: Question, rule: Rule, stop: Any, moment: datetime) -> Iterator[Effect]:
    for key in stop.keys if stop.outcomes is not None else ():
        counted = _counted(question.attempts(key), stop.outcomes)
        ended = [one for one in counted if one.outcome is not None and _chooses(question, rule, one.at)]
        if len(ended) >= stop.times and (
            stop.lasts is None or _within_term(question, stop.lasts, ended[-1].at, moment)
        ):
            yield rule.effect or (Effect.SUPPRESS if stop.lasts is None else Effect.LOCK)


def _chooses(question: Question, rule: Rule, then: datetime) -> bool:
    """Whether an event of that moment belongs to this version of the rule."""
    return rule.version_by == "call" or any(dated(rule, on) for on in question.days(then))


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


def _hold(question: Question, rule: Rule, hold: Any, moment: datetime) -> Effect | None:
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


def _callback(question: Question, rule: Rule, callback: Any, moment: datetime) -> Effect | None:
    promises = [one for one in question.all(CallbackFact) if one.person == question.facts.contact.person]
    promises = [one for one in promises if one.principal == question.facts.call.principal]
    for one in question.attempts(("principal", "person")):
        if one.outcome is Outcome.CALLBACK_AGREED and not any(other.asked_at >= one.at for other in promises):
            return Effect.HOLD
    dues = [one.due_at for one in open_callbacks(question)]
    dues += [one.due_at for one in requests_at_a_time(question) if one.due_at is not None]
    if not dues or any(due <= question.asked_at for due in dues) or moment >= min(dues):
        return None
    return rule.effect or Effect.LOCK


def _register(question: Question, rule: Rule, register: Any, moment: datetime) -> Effect | None:
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
    return None


def _basis(question: Question, rule: Rule, basis: Any, moment: datetime) -> Effect | None:
    if any(holds(question, ground, moment) for ground in basis.accepts):
        return None
    principal = question.facts.call.principal
    kinds = {kind for ground in basis.accepts for kind in ground.made_of()}
    on_record = any(one.principal == principal for kind in kinds for one in question.all(kind))
    return basis.when_unknown if basis.when_unknown is not None and not on_record else rule.effect or Effect.SUPPRESS


def _ban(question: Question, rule: Rule, ban: Any, moment: datetime) -> Effect | None:
    if ban.only_where and not any(holds(question, ground, moment) for ground in ban.only_where):
        return None
    return None if any(holds(question, ground, moment) for ground in ban.unless) else rule.effect or Effect.SUPPRESS


def _personal_hours(question: Question, rule: Rule, hours: Any, moment: datetime) -> Effect | None:
    for fact in question.all(PersonalHoursFact):
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


def _spacing(question: Question, rule: Rule, spacing: Any, moment: datetime) -> Effect | None:
    for key in spacing.keys:
        times = [one.at for one in _counted(question.attempts(key), spacing.counted)]
        if spacing.gap_minutes is not None and any(
            moment < at + timedelta(minutes=spacing.gap_minutes) for at in times
        ):
            return rule.effect or Effect.LOCK
        for zone in question.zones if spacing.per_day is not None else ():
            days = [at.astimezone(zone).date() for at in times]
            now = moment.astimezone(zone).date()
            if any(days.count(on) >= spacing.per_day and (now - on).days < spacing.within_days for on in days):
                return rule.effect or Effect.LOCK
    return None


def _nothing(question: Question, rule: Rule, parameters: Any, moment: datetime) -> Effect | None:
    return None


_KINDS: dict[str, Any] = {
    "hours": _hours,
    "cool_off": _cool_off,
    "cap": _cap,
    "stop": _stop,
    "hold": _hold,
    "callback": _callback,
    "register": _register,
    "basis": _basis,
    "ban": _ban,
    "personal_hours": _personal_hours,
    "spacing": _spacing,
    "consent_window": _nothing,
    "duty": _nothing,
}
