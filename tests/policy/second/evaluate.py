"""The verdict on one question at one moment: every rule is asked, suspended ones are left out, the strictest wins."""

from collections.abc import Callable
from datetime import datetime

from tests.policy.second import bars, counts
from tests.policy.second.grounds import any_holds
from tests.policy.second.known import Question
from tests.policy.second.packs import Table, is_dated

VERDICTS = ("callable", "locked", "held", "suppressed")
Asks = Callable[[Question, Table, Table, datetime], str | None]
_RANK = {"lock": 1, "hold": 2, "suppress": 3}


def verdict_at(question: Question, now: datetime) -> tuple[str, set[str]]:
    """The verdict, and the rules that apply against the call, including those that only warn."""
    rank, speaking = (2, {"base.unknown"}) if bars.uncovered(question, now) else (0, set())
    for rule, pack in question.rules:
        effect = _effect(question, rule, pack, now)
        if effect is not None:
            speaking.add(rule["id"])
            rank = max(rank, _RANK.get(effect, 0))
    return VERDICTS[rank], speaking


def asked_of(kind: str) -> Asks | None:
    """The function named as the kind of rule; None: such a rule bars nothing by itself."""
    return getattr(bars, kind, None) or getattr(counts, kind, None)


def _effect(question: Question, rule: Table, pack: Table, now: datetime) -> str | None:
    asks = asked_of(rule["kind"])
    if asks is None or not _is_in_force(question, rule, now):
        return None
    solicited = rule.get("applies_when", {}).get("solicited")
    if solicited is not None and solicited != question.is_solicited(now):
        return None
    effect = asks(question, rule, pack, now)
    if effect is None or _is_silenced(question, rule, pack, now):
        return None
    if rule["mode"] == "warn":
        return "warn"
    return "hold" if effect == "suppress" and solicited is False and question.is_doubtful(now) else effect


def _is_in_force(question: Question, rule: Table, now: datetime) -> bool:
    return rule.get("version_by") == "event" or any(is_dated(rule, on) for on in question.days(now))


def _is_silenced(question: Question, rule: Table, pack: Table, now: datetime) -> bool:
    if rule["kind"] != "personal_hours" and any_holds(question, rule.get("lifted_by", []), now):
        return True
    if counts.is_suspended_by_consent(question, rule, "", now):
        return True
    return _is_overridden(question, rule, now) or _gives_way_to_callback(question, rule, pack, now)


def _is_overridden(question: Question, rule: Table, now: datetime) -> bool:
    """Whether a team lead's override lifts the rule: until the override's end; without an end, for the next call."""
    for one in question.all("override"):
        if one["rule"] == rule["id"] and one["reason"] in rule.get("override_reasons", []):
            calls = [
                call for call in question.attempts(("principal", "person")) if call.get("direction", "out") == "out"
            ]
            until = one.get("until")
            if now < until if until is not None else not any(call["at"] > one["at"] for call in calls):
                return True
    return False


def _gives_way_to_callback(question: Question, rule: Table, pack: Table, now: datetime) -> bool:
    """House rules give way to an agreed call that is due; more of them do if the person named the hour."""
    if rule["status"] != "house":
        return False
    for other in pack["rules"]:
        if other["kind"] == "callback" and any(is_dated(other, on) for on in question.days(now)):
            if counts.selects(other.get("frees", []), rule["id"]) and question.callbacks_due(now):
                return True
            if counts.selects(other.get("frees_if_hour_named", []), rule["id"]) and question.is_hour_named(now):
                return True
    return False
