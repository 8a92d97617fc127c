"""Part of the plain reference: the rules that count calls, or wait after them."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from policy import AttemptFact, Effect, Outcome, Rule
from policy.rules.counting import Counted
from tests.policy.plain.grounds import holds_since, in_window
from tests.policy.plain.question import Question, costs, dated, first_of_second, last_of_second, months_after, names


def cool_off(question: Question, rule: Rule, waits: Any, moment: datetime) -> Effect | None:
    for key in waits.keys:
        made = counted(question.attempts(key), waits.counted)
        for debt, group in _groups(question, key, made, waits):
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
                is_over = any(holds_since(question, ground, one.at, moment) for ground in waits.ended_by)
                is_over = is_over or one.is_provisional or is_free
                if not is_over and _waits(question, rule, waits, one, moment):
                    return rule.effect or Effect.LOCK
    return None


def _latest_cut(group: list[AttemptFact]) -> datetime:
    return max(one.at for one in group if one.outcome is Outcome.CUT_OFF)


def _waits(question: Question, rule: Rule, waits: Any, one: AttemptFact, moment: datetime) -> bool:
    if not chooses(question, rule, one.at):
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


def cap(question: Question, rule: Rule, cap: Any, moment: datetime) -> Effect | None:
    for key in cap.keys:
        made = counted(question.attempts(key), cap.counted)
        for debt, group in _groups(question, key, made, cap):
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


def counted(attempts: list[AttemptFact], counted: Counted) -> list[AttemptFact]:
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
    question: Question, key: tuple[str, ...], attempts: list[AttemptFact], rule: Any
) -> list[tuple[str, list[AttemptFact]]]:
    debts = question.facts.call.debts
    if "debt" not in key or not debts:
        return [("", attempts)]
    return [
        (debt, [one for one in attempts if costs(one, debt, rule.allocation, by_choice=rule.by_choice)])
        for debt in debts
    ]


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


def spacing(question: Question, rule: Rule, spacing: Any, moment: datetime) -> Effect | None:
    for key in spacing.keys:
        times = [one.at for one in counted(question.attempts(key), spacing.counted)]
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


def chooses(question: Question, rule: Rule, then: datetime) -> bool:
    """Whether an event at that moment belongs to this version of the rule."""
    return rule.version_by == "call" or any(dated(rule, on) for on in question.days(then))
