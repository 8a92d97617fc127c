"""Whether a ground permits at a moment. A ground without proof does not count."""

from datetime import date, datetime, time

import holidays

from tests.policy.second.known import Question, later, months_later
from tests.policy.second.packs import Table

_LASTING = ("contract", "client", "customer")


def any_holds(question: Question, grounds: list[Table], now: datetime) -> bool:
    return any(holds(question, ground, now) for ground in grounds)


def holds(question: Question, ground: Table, now: datetime) -> bool:
    call, contact = question.call, question.contact
    if "all_of" in ground:
        return all(holds(question, one, now) for one in ground["all_of"])
    if "consent" in ground:
        return any(consent_holds(question, ground, one, now) for one in question.all("consent"))
    if "relationship" in ground:
        return any(_tie_holds(question, ground, one, now) for one in question.all("relationship"))
    if "basis" in ground:
        return any(_basis_holds(question, ground, kind) for kind in ground["basis"])
    if "request" in ground:
        return _is_asked(question, ground, now)
    if "callback" in ground:
        return question.is_hour_named(now) if ground["callback"] == "named_hour" else bool(question.callbacks_due(now))
    if "authorised_for" in ground:
        return ground["authorised_for"] in call["authorised_for"]
    if "number_shown" in ground:
        return call["is_number_shown"] is True
    return contact["line"] in ground["line"]


def holds_since(question: Question, ground: Table, since: datetime, now: datetime) -> bool:
    """Whether the ground holds; its consents count only if given after a moment."""
    if "all_of" in ground:
        return all(holds_since(question, one, since, now) for one in ground["all_of"])
    if "consent" not in ground:
        return holds(question, ground, now)
    given = (one for one in question.all("consent") if one["at"] > since)
    return any(consent_holds(question, ground, one, now) for one in given)


def _is_asked(question: Question, ground: Table, now: datetime) -> bool:
    asked, within = question.live_requests(now), ground.get("within_days")
    if ground.get("unused", False):
        asked = [one for one in asked if not question.is_used(one.get("due_at") or one["at"])]
    asked = [one for one in asked if within is None or not question.is_older(one["at"], within, now)]
    return any(
        "within" not in ground or _is_in_business_days(question, ground["within"], one["at"], now) for one in asked
    )


def _is_in_business_days(question: Question, within: Table, then: datetime, now: datetime) -> bool:
    """Whether at most so many working days have begun after the day of `then`, on every clock, up to now."""
    for was, today in zip(question.days(then), question.days(now), strict=True):
        shut = holidays.country_holidays(within["holidays_of"], years=range(was.year, today.year + 2))
        days = (later(was, number) for number in range(1, (today - was).days + 1))
        begun = [day for day in days if day.weekday() < 5 and day not in shut]
        if len(begun) > within["business_days"] or (len(begun) == within["business_days"] and today != begun[-1]):
            return False
    return True


def _basis_holds(question: Question, ground: Table, kind: str) -> bool:
    """By the latest entry of that kind; of several at one moment each must be enough."""
    own = [
        one for one in question.all("basis") if one["kind"] == kind and one.get("principal", "") == question.principal
    ]
    last = [one for one in own if one["at"] == max(other["at"] for other in own)]
    return bool(last) and all(
        (one.get("is_told_of_calls", False) or not ground.get("told", False))
        and (one.get("is_assessed", False) or not ground.get("assessed", False))
        for one in last
    )


def _tie_holds(question: Question, ground: Table, tie: Table, now: datetime) -> bool:
    if not _is_tie_meant(question, ground, tie):
        return False
    first, ended, today = tie["from_on"], tie.get("ended_on"), question.days(now)
    if any(on < first for on in today):
        return False
    is_over = ended is not None and any(on > ended for on in today)
    is_lasting = tie["kind"] in _LASTING
    last = _last_day(ground, ended if is_lasting else first)
    if ground.get("current", False) or last is None:
        return not is_over
    return all(on <= last for on in today) and (is_lasting or not is_over)


def _is_tie_meant(question: Question, ground: Table, tie: Table) -> bool:
    return (
        tie["kind"] in ground["relationship"]
        and tie.get("principal", "") == question.principal
        and (tie.get("is_related", True) or not ground.get("related", False))
        and (tie.get("is_opt_out_offered", True) or not ground.get("opt_out_offered", False))
    )


def _last_day(ground: Table, since: date | None) -> date | None:
    """The last day of the term, counted from an event or from a contract's end; None: no term, or a current
    contract."""
    if since is not None and "within_months" in ground:
        return months_later(since, ground["within_months"])
    return later(since, ground["within_days"]) if since is not None and "within_days" in ground else None


def is_consent_ours(question: Question, ground: Table, consent: Table) -> bool:
    """Whether a consent is of the right kind and given to this caller for this number, whatever the debts."""
    principal = consent.get("principal", "")
    is_named = principal == question.principal or (principal == "" and not ground.get("named", True))
    return (
        consent.get("kind", "calls") == ground["consent"]
        and consent.get("is_proved", True)
        and is_named
        and consent.get("number", "")
        in ([question.number] if ground.get("for_number", False) else ["", question.number])
        and (consent.get("is_express", True) or not ground.get("express", False))
        and not (consent.get("from_creditor", False) and ground.get("direct", False))
        and (ground.get("third_party", True) or not consent.get("is_third_party", False))
        and (not ground.get("after_listing", False) or _is_after_listings(question, consent))
        and (not ground.get("dated", False) or _is_for_a_named_hour(consent))
    )


def _is_for_a_named_hour(consent: Table) -> bool:
    """Whether it names one local day and a time within it."""
    return consent.get("only_on") is not None and consent.get("open_from") is not None


def _is_after_listings(question: Question, consent: Table) -> bool:
    listed = [one.get("listed_on") for one in question.all("screening") if one["is_listed"]]
    given = min(question.days(consent["at"]))
    return bool(listed) and all(on is not None and on < given for on in listed)


def consent_holds(question: Question, ground: Table, consent: Table, now: datetime) -> bool:
    debts, asked = consent.get("debts", []), question.call["debts"]
    if not is_consent_ours(question, ground, consent):
        return False
    if debts and (not asked or any(one not in debts for one in asked)):
        return False
    starts = consent.get("starts_at")
    if is_consent_over(question, consent, now) or (starts is not None and now < starts):
        return False
    if not is_consent_open(question, consent, now):
        return False
    today = question.days(now)
    given = min(question.days(consent["at"]))
    if "lasts_days" in ground and any((on - given).days > ground["lasts_days"] for on in today):
        return False
    if "lasts_months" in ground and any(on > months_later(given, ground["lasts_months"]) for on in today):
        return False
    return not consent.get("is_third_party", False) or _is_fresh(question, ground, consent, now)


def is_consent_open(question: Question, consent: Table, now: datetime) -> bool:
    """Whether the moment is within a consent's days and times of the day, on every clock."""
    first, last = (time.fromisoformat(consent.get(key) or "00:00") for key in ("open_from", "open_until"))
    for zone in question.zones:
        local = now.astimezone(zone)
        if consent.get("days") and local.isoweekday() not in consent["days"]:
            return False
        if consent.get("only_on") is not None and local.date() != consent["only_on"]:
            return False
        if local.time() < first or (last != time(0) and local.time() >= last):
            return False
    return True


def _is_fresh(question: Question, ground: Table, consent: Table, now: datetime) -> bool:
    """Whether a consent that another party collected was first used in time, or still can be."""
    limits = [] if ground.get("however_old", False) else [pack.get(_MOST_DAYS) for pack in question.packs]
    known = [one for one in (ground.get("third_party_max_age_days"), *limits) if one is not None]
    if not known:
        return True
    given, used = min(question.days(consent["at"])), consent.get("first_used_at")
    moments = [now] if used is None or used > question.asked else [used, now]
    return any(all((on - given).days <= min(known) for on in question.days(one)) for one in moments)


_MOST_DAYS = "third_party_consent_max_age_days"


def is_consent_over(question: Question, consent: Table, now: datetime) -> bool:
    """Whether its own end, or a withdrawal in any form, has come."""
    kind = consent.get("kind", "calls")
    back = (one["at"] for one in question.all("withdrawal") if question.takes_back(one, (kind,)))
    ends = [consent.get("ends_at"), consent.get("withdrawn_at"), *(at for at in back if at >= consent["at"])]
    return any(end is not None and end <= now for end in ends)
