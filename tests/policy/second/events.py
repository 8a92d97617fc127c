"""Random events around a moment, so that terms, counts and windows of the packs are near their edges."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.policy.second.known import OUTCOMES, later, months_later
from tests.policy.second.packs import Table

SECOND = timedelta(seconds=1)
OTHER_NUMBER = "+447700900456"
ENDING = {"not_in_service", "wrong_number", "do_not_call", "complaint", "vulnerable"}
COMMON = sorted(OUTCOMES - ENDING)


@dataclass(frozen=True)
class Makings:
    """What the events are made for: the moment on the person's clock, the call, the contact, the packs and their figures."""

    at: datetime
    zone: str
    call: Table
    contact: Table
    figures: list[int]
    packs: list[Table]
    near: list[Table]  # the packs, or the one, whose rules are to be met

    @property
    def rules(self) -> list[Table]:
        return [rule for pack in self.near for rule in pack["rules"]]

    def word(self, rng: Random, words: tuple[str, ...]) -> str:
        """One of the words; where a single rule is meant, mostly one that it names."""
        rules = self.rules
        named = [word for word in words if any(f"'{word}'" in str(rule) for rule in rules)] if len(rules) <= 2 else []
        return rng.choice(named if named and rng.random() < 0.7 else words)


def random_events(rng: Random, one: Makings) -> Iterator[Table]:
    """Up to seven events, sometimes a burst of calls, and mostly what makes the call lawful otherwise."""
    if rng.random() < 0.7:
        yield from _clearances(rng, one)
    if rng.random() < 0.3:
        yield from _burst(rng, one)
    kinds = {rule["kind"] for rule in one.rules}
    own = _OF_KIND.get(next(iter(kinds), ""), ()) if len(kinds) == 1 else ()
    makers = (*_MAKERS[::3], *own * 4) if own else _MAKERS
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 4, 6))):
        yield rng.choice(makers)(rng, one)


# Moments ----------------------------------------------------------------------------------------------------------------


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _before(rng: Random, one: Makings) -> datetime:
    """A moment before the question: some figure of hours or days ago to the second, or at the edge of such a local day."""
    figure, slip = rng.choice(one.figures), SECOND * rng.choice((-60, -1, 0, 0, 1, 60))
    how = rng.random()
    if how < 0.2:
        then = one.at.astimezone(UTC) - timedelta(hours=figure) + slip
    elif how < 0.35:
        then = one.at.astimezone(UTC) - timedelta(minutes=rng.choice((5, 10, 15))) + slip
    elif how < 0.75:
        on = later(one.at.date(), -(figure + rng.choice((-1, 0, 0, 1))))
        clock = rng.choice((time(0), time(23, 59, 59), time(12), time(11, 30, 15)))
        then = datetime.combine(on, clock, ZoneInfo(one.zone))
    else:
        then = one.at.astimezone(UTC) - timedelta(minutes=rng.randint(0, 3 * 24 * 60))
    return min(then.astimezone(UTC), one.at.astimezone(UTC)) if rng.random() < 0.97 else then.astimezone(UTC)


def _around(rng: Random, one: Makings) -> datetime:
    """A moment before or after the question, often to the second."""
    minutes = rng.choice((0, 0, 30, 60, 24 * 60, rng.randint(0, 5 * 24 * 60)))
    slip = SECOND * rng.choice((-1, 0, 1))
    return one.at.astimezone(UTC) + timedelta(minutes=minutes * rng.choice((-1, 1))) + slip


def _day(rng: Random, one: Makings) -> date:
    """A day some figure of days or months before the question, or near it."""
    today = one.at.date()
    if rng.random() < 0.4:
        return months_later(today, -rng.choice((1, 3, 6, 12, 18, 24))) + timedelta(days=rng.choice((-1, 0, 1)))
    return later(today, rng.choice((-1, 0, 0, 1)) - rng.choice([0, *one.figures]))


def _maybe(rng: Random, make: Callable[[Random, Makings], datetime], one: Makings, share: float) -> str | None:
    return _text(make(rng, one)) if rng.random() < share else None


def _whose(rng: Random) -> str:
    return rng.choice(("", "", "P", "P", "Q"))


def _number(rng: Random, one: Makings) -> str:
    return rng.choice(("", "", one.contact["number"], OTHER_NUMBER))


def _principal(rng: Random) -> str:
    return rng.choice(("Bright", "Bright", "Bright", "", "Other"))


# What makes calls lawful ------------------------------------------------------------------------------------------------


def _clearances(rng: Random, one: Makings) -> Iterator[Table]:
    registers = sorted({rule["register"] for pack in one.packs for rule in pack["rules"] if rule["kind"] == "register"})
    then = one.at.astimezone(UTC) - timedelta(days=rng.choice((1, 3, 9)))
    for register in registers:
        is_clear = rng.random() < 0.9
        obtained = then if rng.random() < 0.8 else _before(rng, one)
        yield _screening(register, obtained, not is_clear, rng.choice((None, str(_day(rng, one)))), one)
    if rng.random() < 0.8:
        yield {
            "event": "basis",
            "at": _text(then),
            "kind": rng.choice(("consent", "legitimate_interest", "contract")),
            "is_told_of_calls": rng.random() < 0.9,
            "principal": "Bright",
            "is_assessed": rng.random() < 0.8,
        }
    if rng.random() < 0.6:
        yield {"event": "consent", "at": _text(then - timedelta(days=rng.choice((0, 30, 200)))), "principal": "Bright"}
    if rng.random() < 0.3:
        yield {"event": "relationship", "kind": "contract", "from_on": "2025-01-01", "principal": "Bright"}


def _screening(register: str, at: datetime, is_listed: bool, listed_on: str | None, one: Makings) -> Table:
    found = {"event": "screening", "register": register, "obtained_at": _text(at), "is_listed": is_listed}
    return {**found, "campaign": one.call["campaign"], **({"listed_on": listed_on} if listed_on and is_listed else {})}


def _burst(rng: Random, one: Makings) -> Iterator[Table]:
    """As many calls as some cap allows, one fewer or one more, within its window or about it."""
    caps = [rule for pack in one.near for rule in pack["rules"] if rule["kind"] == "cap" and 0 < rule["max"] < 40]
    if not caps:
        return
    rule = rng.choice(caps)
    length = replace(one, figures=[rule.get("length", 7)])
    for _ in range(max(rule["max"] + rng.choice((-1, 0, 0, 1)), 1)):
        at = one.at.astimezone(UTC) - timedelta(minutes=rng.randint(1, 20 * 60))
        if rule["window"] != "cal_day" and rng.random() < 0.7:
            at = _before(rng, length)
        yield {**_plain_attempt(rng, one), "at": _text(at)}


def _plain_attempt(rng: Random, one: Makings) -> Table:
    """A call out to this person and number for this caller; now and then one thing about it is another."""
    found = _attempt(rng, one)
    plain = {
        "number": one.contact["number"],
        "person": "P",
        "principal": "Bright",
        "campaign": "spring",
        "subject": one.call["subject"],
        "direction": "out",
        "channel": "voice",
        "number_kind": one.contact["number_kind"],
        "message": "",
        "outcome": one.word(rng, (*COMMON, "no_answer", "no_answer")),
        "is_provisional": False,
    }
    other = rng.choice(sorted(plain)) if rng.random() < 0.2 else ""
    return {**found, **{key: value for key, value in plain.items() if key != other}}


# One event of each kind -------------------------------------------------------------------------------------------------


def _attempt(rng: Random, one: Makings) -> Table:
    has_debts = bool(one.call["debts"])
    outcome = rng.choice((None, one.word(rng, (*COMMON, *COMMON, "cut_off", "refused", *sorted(ENDING)))))
    outcome = outcome or (one.word(rng, tuple(COMMON)) if rng.random() < 0.8 else None)
    return {
        "event": "attempt",
        "at": _text(_before(rng, one)),
        "number": rng.choice((one.contact["number"], one.contact["number"], OTHER_NUMBER)),
        "person": rng.choice(("P", "P", "P", "Q", "")),
        "principal": rng.choice(("Bright", "Bright", "Bright", "Other")),
        "campaign": rng.choice(("spring", "spring", "winter")),
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
        "at": _text(_before(rng, one)),
        "reason": one.word(rng, (*reasons, "house")),
        "person": _whose(rng),
        "number": _number(rng, one),
        "principal": _principal(rng),
        "debts": rng.choice(([], [], ["card"])),
        "is_written": rng.random() < 0.5,
        "is_pair_only": rng.random() < 0.3,
        "until": _maybe(rng, _around, one, 0.2),
        "withdrawn_at": _maybe(rng, _around, one, 0.3),
    }


def _hold(rng: Random, one: Makings) -> Table:
    lifted = _maybe(rng, _around, one, 0.7)
    reason = rng.choice(("complaint", "vulnerable", "tired"))
    return {
        "event": "hold",
        "at": _text(_before(rng, one)),
        "reason": reason,
        "lifted_at": lifted,
        "person": _whose(rng),
    }


def _callback(rng: Random, one: Makings) -> Table:
    return {
        "event": "callback",
        "asked_at": _text(_before(rng, one)),
        "due_at": _text(_around(rng, one)),
        "person": rng.choice(("P", "P", "P", "Q")),
        "principal": rng.choice(("Bright", "Bright", "Other")),
        "is_hour_named": rng.random() < 0.5,
        "closed_at": _maybe(rng, _around, one, 0.2),
    }


def _request(rng: Random, one: Makings) -> Table:
    due = _maybe(rng, _around, one, 0.4)
    return {
        "event": "request",
        "at": _text(_before(rng, one)),
        "principal": rng.choice(("Bright", "Bright", "Bright", "", "Other")),
        "is_complete": rng.random() < 0.9,
        "person": _whose(rng),
        **({"due_at": due, "is_hour_named": rng.random() < 0.5} if due else {}),
    }


def _personal_hours(rng: Random, one: Makings) -> Table:
    clocks = [one.at.strftime("%H:%M:%S"), "00:00:00", "09:00:00", "17:00:00", "22:00:00"]
    start = rng.choice((None, *clocks))
    return {
        "event": "personal_hours",
        "at": _text(_before(rng, one)),
        "blocked_days": sorted(rng.sample(range(1, 8), rng.randint(1, 7))),
        "blocked_from": start,
        "blocked_until": rng.choice((None, *clocks)),
        "ends_on": rng.choice((None, str(_day(rng, one)), str(one.at.date()))),
        "source": rng.choice(("consumer", "creditor")),
        "person": _whose(rng),
    }


def _consent(rng: Random, one: Makings) -> Table:
    return {
        "event": "consent",
        "at": _text(_before(rng, one)),
        "kind": one.word(rng, ("calls", "calls", "hours", "written")),
        "principal": rng.choice(("Bright", "Bright", "Bright", "", "Other")),
        "number": _number(rng, one),
        "is_proved": rng.random() < 0.9,
        "is_third_party": rng.random() < 0.3,
        "is_express": rng.random() < 0.8,
        "from_creditor": rng.random() < 0.2,
        "starts_at": _maybe(rng, _around, one, 0.2),
        "ends_at": _maybe(rng, _around, one, 0.2),
        "withdrawn_at": _maybe(rng, _around, one, 0.2),
        "first_used_at": _maybe(rng, _before, one, 0.3),
        "debts": rng.choice(([], [], ["card"])),
        "days": rng.choice(([], [], [], [one.at.isoweekday()], [6, 7])),
        "only_on": rng.choice((None, None, None, str(one.at.date()))),
        **_times_of_day(rng, one),
    }


def _times_of_day(rng: Random, one: Makings) -> Table:
    """Times of the day for which a consent is, mostly none; one may be the very second asked about."""
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
        "at": _text(_before(rng, one)),
        "kind": rng.choice(("calls", "hours", "written")),
        "person": _whose(rng),
        "number": _number(rng, one),
        "principal": _principal(rng),
    }


def _basis(rng: Random, one: Makings) -> Table:
    return {
        "event": "basis",
        "at": _text(_before(rng, one)),
        "kind": rng.choice(("consent", "legitimate_interest", "contract")),
        "is_told_of_calls": rng.random() < 0.7,
        "principal": _principal(rng),
        "person": _whose(rng),
        "is_assessed": rng.random() < 0.5,
    }


def _relationship(rng: Random, one: Makings) -> Table:
    return {
        "event": "relationship",
        "kind": one.word(rng, ("purchase", "inquiry", "contract", "client", "customer", "interaction", "donation")),
        "from_on": str(_day(rng, one)),
        "principal": _principal(rng),
        "ended_on": rng.choice((None, None, str(max(_day(rng, one), date(2026, 1, 1))))),
        "is_related": rng.random() < 0.7,
        "is_opt_out_offered": rng.random() < 0.7,
        "person": _whose(rng),
    }


def _screen(rng: Random, one: Makings) -> Table:
    registers = sorted({rule["register"] for pack in one.packs for rule in pack["rules"] if rule["kind"] == "register"})
    on = rng.choice((None, str(_day(rng, one))))
    made = _screening(rng.choice(registers or ["tps"]), _before(rng, one), rng.random() < 0.4, on, one)
    return {**made, "number": _number(rng, one), "campaign": rng.choice(("", "spring", "winter"))}


def _notice(rng: Random, one: Makings) -> Table:
    first, last = sorted((_day(rng, one), _day(rng, one)))
    return {
        "event": "notice",
        "kind": "breathing_space",
        "from_on": str(first),
        "ended_on": rng.choice((None, str(last), str(max(one.at.date(), first)))),
        "debts": rng.choice(([], ["card"])),
        "person": _whose(rng),
    }


def _override(rng: Random, one: Makings) -> Table:
    rules = [rule for pack in one.packs for rule in pack["rules"] if rule.get("override_reasons")]
    rule = rng.choice(rules) if rules else {"id": "base.none", "override_reasons": ["none"]}
    return {
        "event": "override",
        "at": _text(_before(rng, one)),
        "rule": rule["id"],
        "reason": rng.choice((*rule["override_reasons"], "another")),
        "by": "a team lead",
        "until": _maybe(rng, _around, one, 0.5),
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
