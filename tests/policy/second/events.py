"""Random events around a moment, placed so that terms, counts and windows of the packs are near their edges."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from tests.policy.second.counts import outcomes_of
from tests.policy.second.known import OUTCOMES
from tests.policy.second.makings import (
    OTHER_NUMBER,
    Makings,
    a_day,
    a_number,
    a_principal,
    around,
    before,
    maybe,
    whose,
    written,
)
from tests.policy.second.packs import Table

ENDING = {"not_in_service", "wrong_number", "do_not_call", "complaint", "vulnerable"}
COMMON = sorted(OUTCOMES - ENDING)


def random_events(rng: Random, one: Makings) -> Iterator[Table]:
    """Up to seven events, sometimes a burst of calls, and mostly the facts that make the call otherwise lawful."""
    if rng.random() < 0.7:
        yield from _clearances(rng, one)
    if rng.random() < 0.3:
        yield from _burst(rng, one)
    kinds = {rule["kind"] for rule in one.rules}
    own = _OF_KIND.get(next(iter(kinds), ""), ()) if len(kinds) == 1 else ()
    makers = (*_MAKERS[::3], *own * 4) if own else _MAKERS
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 4, 6))):
        yield rng.choice(makers)(rng, one)


# What makes calls lawful
# ------------------------------------------------------------------------------------------------


def _clearances(rng: Random, one: Makings) -> Iterator[Table]:
    registers = sorted({rule["register"] for pack in one.packs for rule in pack["rules"] if rule["kind"] == "register"})
    then = one.at.astimezone(UTC) - timedelta(days=rng.choice((1, 3, 9)))
    for register in registers:
        is_clear = rng.random() < 0.9
        obtained = then if rng.random() < 0.8 else before(rng, one)
        yield _screening(register, obtained, not is_clear, rng.choice((None, str(a_day(rng, one)))), one)
    if rng.random() < 0.8:
        yield {
            "event": "basis",
            "at": written(then),
            "kind": rng.choice(("consent", "legitimate_interest", "contract")),
            "is_told_of_calls": rng.random() < 0.9,
            "principal": "Bright",
            "is_assessed": rng.random() < 0.8,
        }
    if rng.random() < 0.6:
        yield {
            "event": "consent",
            "at": written(then - timedelta(days=rng.choice((0, 30, 200)))),
            "principal": "Bright",
        }
    if rng.random() < 0.3:
        yield {"event": "relationship", "kind": "contract", "from_on": "2025-01-01", "principal": "Bright"}


def _screening(register: str, at: datetime, is_listed: bool, listed_on: str | None, one: Makings) -> Table:
    found = {"event": "screening", "register": register, "obtained_at": written(at), "is_listed": is_listed}
    return {**found, "campaign": one.call["campaign"], **({"listed_on": listed_on} if listed_on and is_listed else {})}


def _burst(rng: Random, one: Makings) -> Iterator[Table]:
    """As many calls as some cap allows, one fewer or one more, within its window or near it."""
    caps = [rule for pack in one.near for rule in pack["rules"] if rule["kind"] == "cap" and 0 < rule["max"] < 40]
    if not caps:
        return
    rule = rng.choice(caps)
    length = replace(one, figures=[rule.get("length", 7)])
    for _ in range(max(rule["max"] + rng.choice((-1, 0, 0, 1)), 1)):
        at = one.at.astimezone(UTC) - timedelta(minutes=rng.randint(1, 20 * 60))
        if rule["window"] != "cal_day" and rng.random() < 0.7:
            at = before(rng, length)
        yield {**_plain_attempt(rng, one, rule.get("counts", {})), "at": written(at)}


def _plain_attempt(rng: Random, one: Makings, counts: Table) -> Table:
    """An attempt to this person and number for this caller that counts; sometimes one of its fields differs."""
    found = _attempt(rng, one)
    counted = sorted(outcomes_of(counts) - ENDING - {"not_dialled"}) or COMMON
    plain = {
        "number": one.contact["number"],
        "person": "P",
        "principal": "Bright",
        "campaign": "spring",
        "subject": one.call["subject"],
        "direction": rng.choice(counts.get("direction", ["out"])),
        "channel": rng.choice(counts.get("channel", ["voice"])),
        "number_kind": one.contact["number_kind"],
        "message": "",
        "outcome": rng.choice(counted if rng.random() < 0.9 else COMMON),
        "is_provisional": False,
    }
    other = rng.choice(sorted(plain)) if rng.random() < 0.2 else ""
    return {**found, **{key: value for key, value in plain.items() if key != other}}


# One event of each kind
# -------------------------------------------------------------------------------------------------


def _attempt(rng: Random, one: Makings) -> Table:
    has_debts = bool(one.call["debts"])
    outcome = rng.choice((None, one.word(rng, (*COMMON, *COMMON, "cut_off", "refused", *sorted(ENDING)))))
    outcome = outcome or (one.word(rng, tuple(COMMON)) if rng.random() < 0.8 else None)
    return {
        "event": "attempt",
        "at": written(before(rng, one)),
        "number": rng.choice((one.contact["number"], one.contact["number"], OTHER_NUMBER)),
        "person": rng.choice(("P", "P", "P", "Q", "")),
        "principal": rng.choice(("Bright", "Bright", "Bright", "Other")),
        "campaign": rng.choice(("spring", "spring", "winter", "")),
        "subject": rng.choice(("", "", "boiler")),
        **({} if outcome is None else {"outcome": outcome}),
        "direction": one.word(rng, ("out", "out", "out", "out", "in")),
        "channel": one.word(rng, ("voice", "voice", "voice", "voice", "text", "letter", "voicemail_drop")),
        "number_kind": rng.choice(("", "mobile", "work")),
        "message": one.word(rng, ("", "", "", "left", "limited_content", "impossible")),
        "debts_named": rng.choice(([], [], ["card"])) if has_debts else [],
        "debts_discussed": rng.choice(([], [], ["card"], ["loan"])) if has_debts else [],
        "debt_booked": rng.choice(("", "", "card", "loan")) if has_debts else "",
        "debts_booked": rng.choice(([], [], [], ["card", "loan"])) if has_debts else [],
        "organisation": rng.choice(("", "", "Acme", "Elsewhere")),
        "is_provisional": outcome is None and rng.random() < 0.3,
    }


def _stop(rng: Random, one: Makings) -> Table:
    reasons = (
        "do_not_call",
        "cease",
        "attorney",
        "dispute",
        "bankruptcy",
        "not_at_work",
        "not_at_home",
        "number_closed",
    )
    return {
        "event": "stop",
        "at": written(before(rng, one)),
        "reason": one.word(rng, (*reasons, "house")),
        "person": whose(rng),
        "number": a_number(rng, one),
        "principal": a_principal(rng),
        "debts": rng.choice(([], [], ["card"])),
        "is_written": rng.random() < 0.5,
        "is_pair_only": rng.random() < 0.3,
        "until": maybe(rng, around, one, 0.2),
        "withdrawn_at": maybe(rng, around, one, 0.3),
    }


def _hold(rng: Random, one: Makings) -> Table:
    lifted = maybe(rng, around, one, 0.7)
    reason = rng.choice(("complaint", "vulnerable", "tired"))
    return {
        "event": "hold",
        "at": written(before(rng, one)),
        "reason": reason,
        "lifted_at": lifted,
        "person": whose(rng),
    }


def _callback(rng: Random, one: Makings) -> Table:
    return {
        "event": "callback",
        "asked_at": written(before(rng, one)),
        "due_at": written(around(rng, one)),
        "person": rng.choice(("P", "P", "P", "Q")),
        "principal": rng.choice(("Bright", "Bright", "Other")),
        "is_hour_named": rng.random() < 0.5,
        "closed_at": maybe(rng, around, one, 0.2),
    }


def _request(rng: Random, one: Makings) -> Table:
    due = maybe(rng, around, one, 0.4)
    return {
        "event": "request",
        "at": written(before(rng, one)),
        "principal": rng.choice(("Bright", "Bright", "Bright", "", "Other")),
        "is_complete": rng.random() < 0.9,
        "person": whose(rng),
        **({"due_at": due, "is_hour_named": rng.random() < 0.5} if due else {}),
    }


def _personal_hours(rng: Random, one: Makings) -> Table:
    clocks = [one.at.strftime("%H:%M:%S"), "00:00:00", "09:00:00", "17:00:00", "22:00:00"]
    start = rng.choice((None, *clocks))
    return {
        "event": "personal_hours",
        "at": written(before(rng, one)),
        "blocked_days": sorted(rng.sample(range(1, 8), rng.randint(1, 7))),
        "blocked_from": start,
        "blocked_until": rng.choice((None, *clocks)),
        "ends_on": rng.choice((None, str(a_day(rng, one)), str(one.at.date()))),
        "source": rng.choice(("consumer", "creditor")),
        "person": whose(rng),
    }


def _consent(rng: Random, one: Makings) -> Table:
    return {
        "event": "consent",
        "at": written(before(rng, one)),
        "kind": one.word(rng, ("calls", "calls", "hours", "written")),
        "principal": rng.choice(("Bright", "Bright", "Bright", "", "Other")),
        "number": a_number(rng, one),
        "is_proved": rng.random() < 0.9,
        "is_third_party": rng.random() < 0.3,
        "is_express": rng.random() < 0.8,
        "from_creditor": rng.random() < 0.2,
        "starts_at": maybe(rng, around, one, 0.2),
        "ends_at": maybe(rng, around, one, 0.2),
        "withdrawn_at": maybe(rng, around, one, 0.2),
        "first_used_at": maybe(rng, before, one, 0.3),
        "debts": rng.choice(([], [], ["card"])),
        "days": rng.choice(([], [], [], [one.at.isoweekday()], [6, 7])),
        "only_on": rng.choice((None, None, None, str(one.at.date()))),
        **_times_of_day(rng, one),
    }


def _times_of_day(rng: Random, one: Makings) -> Table:
    """The times of day a consent is for, usually none; one may be the very second asked about."""
    if rng.random() < 0.7:
        return {}
    clock = one.at.strftime("%H:%M:%S")
    start, end = rng.choice((None, clock, "00:00:00", "08:00:00")), rng.choice((None, clock, "22:00:00", "00:00:00"))
    return {"open_from": start, "open_until": end}


def _debt_group(_rng: Random, _one: Makings) -> Table:
    return {"event": "debt_group", "name": "account", "debts": ["card", "loan"]}


def _withdrawal(rng: Random, one: Makings) -> Table:
    return {
        "event": "withdrawal",
        "at": written(before(rng, one)),
        "kind": rng.choice(("calls", "hours", "written")),
        "person": whose(rng),
        "number": a_number(rng, one),
        "principal": a_principal(rng),
    }


def _basis(rng: Random, one: Makings) -> Table:
    return {
        "event": "basis",
        "at": written(before(rng, one)),
        "kind": rng.choice(("consent", "legitimate_interest", "contract")),
        "is_told_of_calls": rng.random() < 0.7,
        "principal": a_principal(rng),
        "person": whose(rng),
        "is_assessed": rng.random() < 0.5,
    }


def _relationship(rng: Random, one: Makings) -> Table:
    return {
        "event": "relationship",
        "kind": one.word(rng, ("purchase", "inquiry", "contract", "client", "customer", "interaction", "donation")),
        "from_on": str(a_day(rng, one)),
        "principal": a_principal(rng),
        "ended_on": rng.choice((None, None, str(max(a_day(rng, one), date(2026, 1, 1))))),
        "is_related": rng.random() < 0.7,
        "is_opt_out_offered": rng.random() < 0.7,
        "person": whose(rng),
    }


def _screen(rng: Random, one: Makings) -> Table:
    registers = sorted({rule["register"] for pack in one.packs for rule in pack["rules"] if rule["kind"] == "register"})
    on = rng.choice((None, str(a_day(rng, one))))
    made = _screening(rng.choice(registers or ["tps"]), before(rng, one), rng.random() < 0.4, on, one)
    return {**made, "number": a_number(rng, one), "campaign": rng.choice(("", "spring", "winter"))}


def _notice(rng: Random, one: Makings) -> Table:
    first, last = sorted((a_day(rng, one), a_day(rng, one)))
    return {
        "event": "notice",
        "kind": "breathing_space",
        "from_on": str(first),
        "ended_on": rng.choice((None, str(last), str(max(one.at.date(), first)))),
        "debts": rng.choice(([], ["card"])),
        "person": whose(rng),
    }


def _override(rng: Random, one: Makings) -> Table:
    rules = [rule for pack in one.packs for rule in pack["rules"] if rule.get("override_reasons")]
    rule = rng.choice(rules) if rules else {"id": "base.none", "override_reasons": ["none"]}
    return {
        "event": "override",
        "at": written(before(rng, one)),
        "rule": rule["id"],
        "reason": rng.choice((*rule["override_reasons"], "another")),
        "by": "a team lead",
        "until": maybe(rng, around, one, 0.5),
    }


_MAKERS: tuple[Callable[[Random, Makings], Table], ...] = (
    *(_attempt,) * 8,
    *(_stop, _hold, _callback, _callback, _request, _request, _personal_hours, _consent, _consent, _consent),
    *(_withdrawal, _basis, _relationship, _relationship, _screen, _notice, _override, _debt_group),
)
_PROOFS = (_consent, _relationship, _basis, _request)
_OF_KIND: dict[str, tuple[Callable[[Random, Makings], Table], ...]] = {
    "hours": (_consent, _callback, _request),
    "cool_off": (_attempt, _attempt, _consent),
    "cap": (_attempt, _consent),
    "stop": (_stop, _stop, _withdrawal, _notice, _attempt),
    "register": (_screen, _screen, *_PROOFS),
    "basis": _PROOFS,
    "ban": _PROOFS,
    "personal_hours": (_personal_hours,),
    "hold": (_hold, _attempt),
    "callback": (_callback, _request),
    "consent_window": (_consent, _attempt),
    "spacing": (_attempt,),
}
