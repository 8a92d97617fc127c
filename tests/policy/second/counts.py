"""The rules that count calls or wait after them: caps, waits and spacing."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.policy.second.grounds import holds_since, is_consent_open, is_consent_ours, is_consent_over
from tests.policy.second.known import CONNECTED, OUTCOMES, REACHED, TALKS, Question, months_later
from tests.policy.second.packs import Table, is_dated

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def meets(attempt: Table, counts: Table) -> bool:
    """Whether an attempt is one of those counted. An unreported attempt may have ended in any way."""
    if attempt.get("direction", "out") not in counts.get("direction", ["out"]):
        return False
    if attempt.get("channel", "voice") not in counts.get("channel", ["voice"]):
        return False
    message = attempt.get("message", "")
    if counts.get("message") and message not in counts["message"]:
        return False
    if message in counts.get("not_message", []):
        return False
    outcome = attempt.get("outcome")
    return outcome is None or outcome in outcomes_of(counts)


def outcomes_of(counts: Table) -> set[str]:
    found = set(counts.get("outcomes") or OUTCOMES) - set(counts.get("not_outcomes", []))
    if "connected" in counts:
        found = {one for one in found if (one in CONNECTED) == counts["connected"]}
    if "reached" in counts:
        found = {one for one in found if (one in REACHED) == counts["reached"]}
    return found


def is_about(attempt: Table, debt: str, allocation: str, *, by_choice: bool) -> bool:
    """Whether an attempt counts to a debt: one it was about, otherwise those booked, otherwise every one.

    By choice: a call that named no debt to the person counts where the caller books it, whatever was meant.
    """
    talked, meant = attempt.get("debts_discussed", []), attempt.get("debts_named", [])
    outcome, is_limited = attempt.get("outcome"), attempt.get("message", "") == "limited_content"
    if by_choice and not (outcome is None or outcome in REACHED or outcome == "voicemail_left"):
        meant = []
    about = talked or meant if allocation == "discussed" else [*talked, *meant]
    if by_choice and is_limited:
        about = []
    booked = [attempt["debt_booked"]] if attempt.get("debt_booked") else []
    about = about or [*booked, *attempt.get("debts_booked", [])]
    return debt in about or not about


def by_debt(
    question: Question, key: list[str], attempts: list[Table], rule: Table, allocation: str
) -> list[tuple[str, list[Table]]]:
    debts = question.call["debts"]
    if "debt" not in key or not debts:
        return [("", attempts)]
    how, by_choice = rule.get("allocation", allocation), rule.get("by_choice", False)
    return [(debt, [one for one in attempts if is_about(one, debt, how, by_choice=by_choice)]) for debt in debts]


# Consents that suspend limits ---------------------------------------------------------------------------------------


def is_suspended_by_consent(question: Question, rule: Table, debt: str, now: datetime) -> bool:
    """Whether a consent suspends the rule for a debt of the call; without a debt, for every debt."""
    windows = [
        one for one, _ in question.rules if one["kind"] == "consent_window" and selects(one["suspends"], rule["id"])
    ]
    windows = [one for one in windows if any(is_dated(one, on) for on in question.days(now))]
    debts = question.call["debts"] if debt == "" and question.call["debts"] else [debt]
    return any(all(_is_open_for(question, one, each, now) for each in debts) for one in windows)


def _is_open_for(question: Question, window: Table, debt: str, now: datetime) -> bool:
    return any(_opens(question, window, consent, debt, now) for consent in question.all("consent"))


def _opens(question: Question, window: Table, consent: Table, debt: str, now: datetime) -> bool:
    if not is_consent_ours(question, window["consent"], consent) or is_consent_over(question, consent, now):
        return False
    if consent.get("debts") and debt not in consent["debts"]:
        return False
    starts = consent.get("starts_at")
    if now < consent["at"] or (starts is not None and now < starts):
        return False
    if not is_consent_open(question, consent, now) or question.is_older(consent["at"], window["days"] - 1, now):
        return False
    if not window.get("ends_on_conversation", False):
        return True
    talks = [one for one in question.attempts(("principal", "person")) if consent["at"] < one["at"] <= now]
    talks = [one for one in talks if is_talk(one) and (debt == "" or is_about(one, debt, "discussed", by_choice=True))]
    return not talks


def is_talk(attempt: Table) -> bool:
    outcome = attempt.get("outcome")
    if outcome == "cut_off":
        return bool(attempt.get("debts_discussed"))
    return outcome is None or outcome in TALKS


def selects(patterns: list[str], rule: str) -> bool:
    return any(rule == one or (one.endswith("*") and rule.startswith(one[:-1])) for one in patterns)


# Caps -----------------------------------------------------------------------------------------------------------------


def cap(question: Question, rule: Table, _pack: Table, now: datetime) -> str | None:
    excluded = rule.get("excludes", [])
    for key in rule["keys"]:
        counted = [one for one in question.attempts(key) if meets(one, rule.get("counts", {}))]
        counted = [one for one in counted if not any(_is_surely(one, other) for other in excluded)]
        for debt, group in by_debt(question, key, counted, rule, "all_named"):
            if is_suspended_by_consent(question, rule, debt, now):
                continue
            costly = [one for one in group if not is_suspended_by_consent(question, rule, debt, one["at"])]
            if rule.get("redial", False) and is_redial_open(question, costly, now):
                costly = costly[:-1]
            if any(_used(rule, costly, zone, now) >= rule["max"] for zone in question.zones):
                return str(rule.get("effect", "lock"))
    return None


def _is_surely(attempt: Table, counts: Table) -> bool:
    """Like `meets`, for attempts to leave out of a count: those must be reported."""
    return meets(attempt, counts) and (attempt.get("outcome") is not None or outcomes_of(counts) == OUTCOMES)


def _used(rule: Table, attempts: list[Table], zone: Any, now: datetime) -> int:
    return sum(_is_within(rule, one["at"], zone, now) for one in attempts)


def _is_within(rule: Table, then: datetime, zone: Any, now: datetime) -> bool:
    window = rule["window"]
    if window == "ever":
        return True
    if window == "roll_hours":
        return now < then + timedelta(hours=rule["length"])
    was, today = then.astimezone(zone).date(), now.astimezone(zone).date()
    if window == "roll_days":
        return (today - was).days < int(rule["length"])
    if window == "cal_day":
        return was == today
    if window == "cal_month":
        return (was.year, was.month) == (today.year, today.month)
    starts = _WEEK.index(rule.get("week_starts", "mon"))
    return _week_of(was, starts) == _week_of(today, starts)


def _week_of(on: date, starts: int) -> date:
    return on - timedelta(days=(on.weekday() - starts) % 7)


def is_redial_open(question: Question, group: list[Table], now: datetime) -> bool:
    """Whether the one redial after a call that was cut off may still be made, to the same person and number.

    Up to and including the tenth minute, measured from second to second.
    """
    if not group or group[-1].get("outcome") != "cut_off":
        return False
    last = group[-1]
    if (last["person"], last["number"]) != (question.person, question.number):
        return False
    if len(group) > 1:
        before, ten = group[-2], timedelta(minutes=10)
        was_redial = before.get("outcome") == "cut_off" and _second(last["at"]) <= _second(before["at"]) + ten
        if was_redial or before["at"] == last["at"]:
            return False
    return _second(now) <= _second(last["at"]) + timedelta(minutes=10)


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


# Waits ----------------------------------------------------------------------------------------------------------------


def cool_off(question: Question, rule: Table, _pack: Table, now: datetime) -> str | None:
    counts: Table = {key: rule[key] for key in ("direction", "channel", "not_message") if key in rule}
    for key in rule["keys"]:
        counted = [one for one in question.attempts(key) if meets(one, counts)]
        for debt, group in by_debt(question, key, counted, rule, "discussed"):
            if is_suspended_by_consent(question, rule, debt, now):
                continue
            free = rule.get("redial", False) and is_redial_open(question, group, now)
            for one in group:
                if free and one.get("outcome") == "cut_off" and one["at"] == group[-1]["at"]:
                    continue
                if any(holds_since(question, ground, one["at"], now) for ground in rule.get("ended_by", [])):
                    continue
                if not one.get("is_provisional", False) and _waits(question, rule, one, now):
                    return str(rule.get("effect", "lock"))
    return None


def _waits(question: Question, rule: Table, attempt: Table, now: datetime) -> bool:
    if is_other_version(question, rule, attempt["at"]):
        return False
    outcome = attempt.get("outcome")
    if outcome is None and "unreported" in rule:
        outcome = rule["unreported"]
    for wait in rule["after"]:
        if outcome is not None and outcome not in wait["outcomes"]:
            continue
        is_discussion = wait.get("if_discussed", False)
        if is_discussion and attempt.get("outcome") is not None and not attempt.get("debts_discussed"):
            continue
        if _is_waiting(question, wait, rule.get("start", "day1"), attempt["at"], now):
            return True
    return False


def _is_waiting(question: Question, wait: Table, start: str, then: datetime, now: datetime) -> bool:
    if wait.get("for_ever", False):
        return True
    if "hours" in wait:
        return now < then + timedelta(hours=wait["hours"])
    for was, today in zip(question.days(then), question.days(now), strict=True):
        over = was + timedelta(days=wait["days"]) if "days" in wait else months_later(was, wait["months"])
        if today < over + timedelta(days=1 if start == "day0" else 0):
            return True
    return False


def is_other_version(question: Question, rule: Table, then: datetime) -> bool:
    """Whether the date of an event selects another version of the rule."""
    return rule.get("version_by") == "event" and not any(is_dated(rule, on) for on in question.days(then))


# Spacing --------------------------------------------------------------------------------------------------------------


def spacing(question: Question, rule: Table, _pack: Table, now: datetime) -> str | None:
    for key in rule["keys"]:
        times = [one["at"] for one in question.attempts(key) if meets(one, rule.get("counts", {}))]
        if "gap_minutes" in rule:
            if any(now < at + timedelta(minutes=rule["gap_minutes"]) for at in times):
                return str(rule.get("effect", "lock"))
            continue
        for zone in question.zones:
            days, today = [at.astimezone(zone).date() for at in times], now.astimezone(zone).date()
            if any(days.count(on) >= rule["per_day"] and (today - on).days < rule["within_days"] for on in set(days)):
                return str(rule.get("effect", "lock"))
    return None
