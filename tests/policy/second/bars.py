"""The rules that do not count: hours, stops, holds, callbacks, registers, lawful bases, bans, a person's own hours."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.policy.second.counts import is_other_version, meets
from tests.policy.second.grounds import any_holds, consent_holds, holds_since
from tests.policy.second.known import Question, later, months_later
from tests.policy.second.packs import Table, is_anywhere_in, is_base, is_dated, is_holiday

_RANK = {"lock": 1, "hold": 2, "suppress": 3}
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GROUPS = {"mon-fri": _WEEK[:5], "mon-sat": _WEEK[:6], "sat-sun": _WEEK[5:], "every_day": _WEEK}
_MIDNIGHT = time(0)


def hours(question: Question, rule: Table, pack: Table, now: datetime) -> str | None:
    zones = question.zones[:1] if rule.get("zone_policy") == "best" else question.zones
    zones = [*zones, *(ZoneInfo(name) for name in rule.get("also_on", []))]
    is_open = all(_is_open(question, rule, pack, now.astimezone(zone)) for zone in zones)
    return None if is_open else str(rule.get("effect", "lock"))


def _is_open(question: Question, rule: Table, pack: Table, local: datetime) -> bool:
    windows, places, on = rule["windows"], question.contact["places"], local.date()
    for shut in rule.get("closed", []):
        where = shut.get("places")
        if shut["from_on"] <= on <= shut["until_on"] and (not where or not places or is_anywhere_in(places, where)):
            return False
    asked = [_of_weekday(windows, _WEEK[on.weekday()])]
    if "calendar" in rule:
        if "holiday" in windows and is_holiday(pack, rule["calendar"], places, on):
            asked.append(windows["holiday"])
        elif "eve_of_holiday" in windows and is_holiday(pack, rule["calendar"], places, later(on, 1)):
            asked.append(windows["eve_of_holiday"])
    return all(any(_is_in(local.time(), start, end) for start, end in some) for some in asked)


def _of_weekday(windows: Table, day: str) -> list[list[time]]:
    """A single day wins over a group of days. Groups are not ranked by size: packs name each day once."""
    if day in windows:
        return list(windows[day])
    return next((list(windows[name]) for name, days in _GROUPS.items() if name in windows and day in days), [])


def _is_in(clock: time, start: time, end: time) -> bool:
    return start <= clock and (end == _MIDNIGHT or clock < end)


# Stops ----------------------------------------------------------------------------------------------------------------


def stop(question: Question, rule: Table, _pack: Table, now: datetime) -> str | None:
    said = [*_said(question, rule, now), *_noticed(question, rule, now), *_withdrawn(question, rule, now)]
    said += _ended_by_calls(question, rule, now)
    return max(said, key=lambda effect: _RANK.get(effect, 0), default=None)


def _said(question: Question, rule: Table, now: datetime) -> Iterator[str]:
    for one in question.all("stop"):
        if one["reason"] not in rule.get("reasons", []) or one.get("withdrawn_at") is not None:
            continue
        if is_other_version(question, rule, one["at"]) or not _is_barred(question, rule, one):
            continue
        term = rule["oral_lasts"] if "oral_lasts" in rule and not one.get("is_written", False) else rule.get("lasts")
        own_end = one.get("until")
        is_over = (
            now >= own_end if own_end is not None else term is not None and not in_term(question, term, one["at"], now)
        )
        if is_over:
            continue
        if rule.get("any_principal", False) or one.get("principal", "") in ("", question.principal):
            lapses = own_end is not None or term is not None
            yield rule.get("effect", "lock" if lapses else "suppress")
        elif rule.get("warns_others", False):
            yield "warn"


def _is_barred(question: Question, rule: Table, one: Table) -> bool:
    """Whether the stop covers this person, this number and these debts."""
    debts, asked = one.get("debts", []), question.call["debts"]
    if debts and asked and not rule.get("any_debt", False) and not set(debts) & set(asked):
        return False
    person, number = one.get("person", ""), one.get("number", "")
    is_person, is_number = bool(person == question.person), bool(number == question.number)
    if person and rule.get("whole_person", False):
        return is_person
    if not person and not number:
        return True
    if not person or not number:
        return is_person if person else is_number
    if one.get("is_pair_only", False):
        return is_person and is_number
    return is_number if one["reason"] == "number_closed" else is_person or is_number


def in_term(question: Question, term: Table, then: datetime, now: datetime) -> bool:
    """Whether a term is still running on some clock; the day it began is day 0."""
    return any(
        today <= _last_day(term, was) for was, today in zip(question.days(then), question.days(now), strict=True)
    )


def _last_day(term: Table, was: date) -> date:
    if "days" in term:
        return later(was, term["days"])
    if "months" in term:
        return months_later(was, term["months"])
    if "years" in term:
        return months_later(was, 12 * term["years"])
    raise NotImplementedError("no term in use is counted in business days")


def _noticed(question: Question, rule: Table, now: datetime) -> Iterator[str]:
    asked = set(question.call["debts"])
    for one in question.all("notice"):
        debts = set(one.get("debts", []))
        is_other = one.get("person", "") not in ("", question.person)
        concerns = not debts or not asked or bool(debts & asked)
        if is_other and not rule.get("joint_debtors", False):
            continue
        if one["kind"] not in rule.get("notices", []) or not concerns:
            continue
        if all(on < one["from_on"] for on in question.days(now)):
            continue
        is_doubtful = is_other and not (debts and asked)
        if one["ended_on"] is None:
            yield "hold"
        elif any(on <= one["ended_on"] for on in question.days(now)):
            yield "hold" if is_doubtful else rule.get("effect", "lock")


def _withdrawn(question: Question, rule: Table, now: datetime) -> Iterator[str]:
    kinds = rule.get("withdrawals", [])
    for at in question.withdrawals(kinds) if kinds else []:
        newer = [one for one in question.all("consent") if one["at"] > at]
        if at <= now and not any(
            consent_holds(question, {"consent": kind, "express": True}, one, now) for kind in kinds for one in newer
        ):
            yield rule.get("effect", "suppress")


def _ended_by_calls(question: Question, rule: Table, now: datetime) -> Iterator[str]:
    for key in rule["keys"] if "outcomes" in rule else []:
        ended = [one for one in question.attempts(key) if one.get("outcome") and meets(one, rule["outcomes"])]
        ended = [one for one in ended if not is_other_version(question, rule, one["at"])]
        if len(ended) >= rule.get("times", 1):
            if "lasts" not in rule:
                yield rule.get("effect", "suppress")
            elif in_term(question, rule["lasts"], ended[-1]["at"], now):
                yield rule.get("effect", "lock")


# The rest -------------------------------------------------------------------------------------------------------------


def hold(question: Question, rule: Table, _pack: Table, _now: datetime) -> str | None:
    placed = question.all("hold")
    if rule.get("by_hand", False) and any(one.get("lifted_at") is None for one in placed):
        return "hold"
    for call in question.attempts(("person",)):
        outcome = call.get("outcome")
        if outcome in rule.get("outcomes", []):
            lifts = [one["lifted_at"] for one in placed if one["reason"] == outcome and one.get("lifted_at")]
            if not any(at >= call["at"] for at in lifts):
                return "hold"
    return None


def callback(question: Question, rule: Table, _pack: Table, now: datetime) -> str | None:
    own = [one for one in question.all("callback") if one["person"] == question.person]
    said = [one["asked_at"] for one in own if one["principal"] == question.principal]
    agreed = [one for one in question.attempts(("principal", "person")) if one.get("outcome") == "callback_agreed"]
    if any(not any(at >= one["at"] for at in said) for one in agreed):
        return "hold"
    callbacks = question.agreed_calls(now)
    said = [(one.get("asked_at") or one["at"], one["due_at"]) for one in callbacks]
    if not said or max(said)[1] <= max(question.asked, now):
        return None
    return str(rule.get("effect", "lock"))


def register(question: Question, rule: Table, _pack: Table, now: datetime) -> str | None:
    is_required = rule.get("screening", "required") == "required"
    found = [one for one in question.all("screening") if one["register"] == rule["register"]]
    found = [one for one in found if one.get("number", "") in ("", question.number)]
    if rule.get("before_each_campaign", False):
        found = [one for one in found if one.get("campaign", "") == question.call["campaign"]]
    if any_holds(question, rule.get("exempt_by", []), now):
        return None
    if not found:
        return "hold" if is_required else None
    latest = max(found, key=lambda one: (one["obtained_at"], one["is_listed"]))
    if latest["is_listed"]:
        since = latest.get("listed_on")
        lag = timedelta(days=rule.get("entry_lag_days", 0))
        if since is None or any(on >= since + lag for on in question.days(now)):
            return str(rule.get("effect", "suppress"))
    if is_required and "max_age_days" in rule and question.is_older(latest["obtained_at"], rule["max_age_days"], now):
        return "hold"
    if is_required and any(
        _is_replaced(question, latest["obtained_at"], one, now) for one in rule.get("published", [])
    ):
        return "hold"
    return None


def _is_replaced(question: Question, obtained: datetime, issue: Table, now: datetime) -> bool:
    """Whether a later copy than the one obtained had to be used, on one of the person's clocks, by now."""
    for copied, today in zip(question.days(obtained), question.days(now), strict=True):
        day = copied + timedelta(days=1)
        while day + timedelta(days=issue.get("grace_days", 0)) <= today:
            if (day.month, day.day) == (issue["month"], issue["day"]):
                return True
            day += timedelta(days=1)
    return False


def basis(question: Question, rule: Table, _pack: Table, now: datetime) -> str | None:
    if any_holds(question, rule["accepts"], now):
        return None
    effect = str(rule.get("effect", "suppress"))
    if _is_source_doubtful(question, rule):
        return "hold"
    return str(rule.get("when_unknown", effect)) if not _is_any_on_record(question, rule["accepts"]) else effect


def _is_any_on_record(question: Question, grounds: list[Table]) -> bool:
    """Whether anything on record for this caller could be one of the grounds: consents, bases, relationships."""
    kinds = {kind for ground in grounds for kind in _made_of(ground)}
    return any(one.get("principal", "") == question.principal for kind in kinds for one in question.all(kind))


def _made_of(ground: Table) -> set[str]:
    if "all_of" in ground:
        return set().union(*(_made_of(one) for one in ground["all_of"]))
    found = {key for key in ("consent", "relationship", "basis", "request") if key in ground}
    return found | ({"callback", "request"} if "callback" in ground else set())


def ban(question: Question, rule: Table, _pack: Table, now: datetime) -> str | None:
    if "only_where" in rule and not any_holds(question, rule["only_where"], now):
        return None
    if any_holds(question, rule.get("unless", []), now):
        return None
    return "hold" if _is_source_doubtful(question, rule) else str(rule.get("effect", "suppress"))


def _is_source_doubtful(question: Question, rule: Table) -> bool:
    return bool(rule.get("applies_when", {}).get("source")) and not question.contact["source"]


def personal_hours(question: Question, rule: Table, _pack: Table, now: datetime) -> str | None:
    meant = rule.get("sources", ["consumer", "creditor"])
    facts = [one for one in question.all("personal_hours") if one.get("source", "consumer") in meant]
    grounds = rule.get("lifted_by", [])
    facts = [one for one in facts if not any(holds_since(question, ground, one["at"], now) for ground in grounds)]
    locals_ = [now.astimezone(zone) for zone in question.zones]
    return str(rule.get("effect", "lock")) if any(_is_shut(one, at) for one in facts for at in locals_) else None


def _is_shut(fact: Table, local: datetime) -> bool:
    start = time.fromisoformat(fact["blocked_from"]) if fact.get("blocked_from") else time(0)
    end = time.fromisoformat(fact["blocked_until"]) if fact.get("blocked_until") else None
    clock, today = local.time(), local.date()
    over_midnight = end is not None and end <= start
    if _is_shut_day(fact, today) and clock >= start and (end is None or over_midnight or clock < end):
        return True
    return over_midnight and end is not None and clock < end and _is_shut_day(fact, later(today, -1))


def _is_shut_day(fact: Table, on: date) -> bool:
    return on.isoweekday() in fact["blocked_days"] and (fact.get("ends_on") is None or on <= fact["ends_on"])


def uncovered(question: Question, now: datetime) -> bool:
    """Whether no pack covers a place, the purpose, the caller or the day."""
    places, call = question.contact["places"], question.call
    if not places or not question.contact["zones"]:
        return True
    for place in places:
        answering = [
            pack
            for pack in question.packs
            if is_anywhere_in([place], pack.get("areas", []))
            and is_base(pack)
            and (not pack.get("covers") or call["purpose"] in pack["covers"])
            and call["caller"] in pack.get("callers", ["person"])
        ]
        if any(not any(is_dated(pack, on) for pack in answering) for on in question.days(now)):
            return True
    return False
