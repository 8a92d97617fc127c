"""Hypothesis strategies: questions to the packs, near the dates when something changes.

Instants fall into the first second of a minute, each on its own fraction, so that many share a second and a search by
minutes sees every boundary.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from policy import (
    AttemptFact,
    BasisFact,
    CallbackFact,
    CallFacts,
    ConsentFact,
    ContactFacts,
    DebtGroupFact,
    Event,
    Facts,
    HoldFact,
    NoticeFact,
    Outcome,
    OverrideFact,
    Pack,
    PersonalHoursFact,
    Purpose,
    RelationshipFact,
    RequestFact,
    Rulebook,
    ScreeningFact,
    StopFact,
    WithdrawalFact,
)

NUMBER, OTHER_NUMBER = "+447700900123", "+447700900456"
PERSON, OTHER_PERSON = "P", "Q"
PRINCIPAL = "Bright"
DEBTS = ("card", "loan")
ENDING = {  # outcomes that end most questions: fewer of them leave more to ask
    Outcome.NOT_IN_SERVICE,
    Outcome.WRONG_NUMBER,
    Outcome.DO_NOT_CALL,
    Outcome.COMPLAINT,
    Outcome.VULNERABLE,
}
ZONES = {
    "AU": ("Australia/Sydney", "Australia/Perth"),
    "BR": ("America/Sao_Paulo", "America/Manaus"),
    "CA": ("America/Toronto", "America/St_Johns"),
    "DE": ("Europe/Berlin",),
    "ES": ("Europe/Madrid", "Atlantic/Canary"),
    "FR": ("Europe/Paris", "Indian/Reunion"),
    "GB": ("Europe/London",),
    "IE": ("Europe/Dublin",),
    "IN": ("Asia/Kolkata",),
    "IT": ("Europe/Rome",),
    "NL": ("Europe/Amsterdam",),
    "NZ": ("Pacific/Auckland",),
    "SG": ("Asia/Singapore",),
    "US": ("America/New_York", "America/Los_Angeles", "America/Phoenix"),
    "ZA": ("Africa/Johannesburg",),
}
COMMON = tuple(outcome for outcome in Outcome if outcome not in ENDING)
# Clock changes of both hemispheres, and days with many holidays.
CHANGES = (
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2026, 4, 3),
    date(2026, 12, 25),
    date(2027, 1, 1),
)


@dataclass(frozen=True)
class Asked:
    """A question, and the house pack for it."""

    facts: Facts
    at: datetime
    house_pack: str | None


def version_days(pack: Pack) -> Iterator[date]:
    """The days when a version of one of its rules begins or ends, within the years of the tests."""
    for rule in pack.rules:
        for on in (rule.effective_from, rule.effective_until):
            if on is not None and date(2024, 1, 1) <= on <= date(2028, 1, 1):
                yield on


FRACTIONS = st.one_of(st.sampled_from((0, 1, 300_000, 999_999)), st.integers(0, 999_999))  # microseconds


@cache
def minutes(around: date) -> st.SearchStrategy[datetime]:
    """The minutes of the days around a date."""
    start = datetime.combine(around, time(0), UTC) - timedelta(days=2)
    return near(lambda: start, 0, 5 * 24 * 60)


@cache
def _any(*values: Any) -> st.SearchStrategy[Any]:
    """One of the values: what is said twice comes twice as often. Built once, which takes longer than to draw."""
    return st.sampled_from(values)


@cache
def _one_or_two(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)


def near(moment: Callable[[], datetime], least: int, most: int) -> st.SearchStrategy[datetime]:
    """Some minutes after a moment (before it if negative), on its own fraction of a second."""

    def put(minute: int, fraction: int) -> datetime:
        return (moment() + timedelta(minutes=minute)).replace(microsecond=fraction)

    return st.builds(put, st.integers(least, most), FRACTIONS)


@st.composite
def questions(draw: st.DrawFn, pack: Pack, rulebook: Rulebook) -> Asked:
    """A question that the pack covers."""
    at = draw(minutes(draw(_any(*CHANGES, *sorted(set(version_days(pack)))))))
    contact, call = draw(contacts(pack)), draw(calls(pack))
    _ASKED.at = at
    events = draw(_events(bool(call.debts)))
    events += clearances(at) if draw(_any(True, True, False)) else []
    houses = [name for name, other in rulebook.packs.items() if other.kind == "house"]
    house = pack.id if pack.kind == "house" else draw(_any(None, *houses))
    return Asked(Facts(call, contact, tuple(events)), at, house)


@st.composite
def contacts(draw: st.DrawFn, pack: Pack) -> ContactFacts:
    area = draw(_any(*(pack.areas or ("GB-ENG", "GB-NIR", "GB"))))
    known = ZONES.get(area.split("-")[0], ("Europe/Paris",))
    zones = draw(_one_or_two(*known))
    return ContactFacts(
        person=PERSON,
        number=NUMBER,
        places=(area,),
        zones=tuple(zones),
        number_kind=draw(_any("", "mobile", "work", "home")),
        line=draw(_any("consumer", "consumer", "business")),
        subscriber=draw(_any("", "individual", "corporate")),
        source=draw(_any("", "", "given", "directory", "random")),
    )


@st.composite
def calls(draw: st.DrawFn, pack: Pack) -> CallFacts:
    regulated = {purpose for rule in pack.rules for purpose in rule.applies.purposes} & (pack.covers or set(Purpose))
    purpose = draw(_any(*sorted(regulated or pack.covers or set(Purpose))))
    sectors = sorted({"", *(sector for rule in pack.rules for sector in rule.applies.sectors)})
    codes = {pack.code} | {code for rule in pack.rules for code in rule.applies.codes}
    return CallFacts(
        purpose=purpose,
        principal=PRINCIPAL,
        campaign="spring",
        subject=draw(_any("", "", "solar")),
        sector=draw(_any(*sectors)),
        debts=draw(_any((), DEBTS[:1], DEBTS)) if purpose is Purpose.DEBT else (),
        caller_role=draw(_any("creditor", "third_party")),
        codes=frozenset(codes - {""} if draw(_any(True, False)) else ()),
        authorised_for=frozenset(draw(_any((), ("pensions",)))),
        is_number_shown=draw(_any(True, True, None)),
        organisation=draw(_any("", "Us")),
        caller=draw(_any(*["person"] * 7, "automated")),
    )


_PERMITTING = (BasisFact, ConsentFact, OverrideFact, RequestFact)
_KNOWN_FROM = {CallbackFact: "asked_at", ScreeningFact: "obtained_at"}


def known_by(facts: Facts, at: datetime) -> Facts:
    """The facts without what is known only after a moment: what permits is known from its own moment, what bars
    throughout its second."""

    def is_known(event: Any) -> bool:
        known: datetime = getattr(event, _KNOWN_FROM.get(type(event), "at"), at)
        permits = isinstance(event, _PERMITTING) or (isinstance(event, ScreeningFact) and not event.is_listed)
        return (known if permits else known.replace(microsecond=0)) <= at

    return replace(facts, events=tuple(one for one in facts.events if is_known(one)))


def clearances(at: datetime) -> list[Event]:
    """Facts that make most calls lawful, so that many questions are callable."""
    then = at - timedelta(days=3)
    registers = (
        "tps",
        "ctps",
        "us-dnc",
        "ca-dncl",
        "bloctel",
        "sg-nvc",
        "sg-dnc",
        "au-dncr",
        "it-rpo",
        "br-nmp",
        "ie-ndd",
    )
    events: list[Event] = [ScreeningFact(register, then, False, campaign="spring") for register in registers]
    events.append(BasisFact(then, "consent", True, PRINCIPAL))
    events.append(ConsentFact(then, "calls", PRINCIPAL))
    return events


class _Moment:
    """The moment of the question being built. Values are drawn around it by strategies that are built once: building
    them for each question would take as long as answering it.
    """

    at: datetime


_ASKED = _Moment()


@cache
def _events(has_debts: bool) -> st.SearchStrategy[list[Event]]:
    before = near(lambda: _ASKED.at, -45 * 24 * 60, 60)
    lately = near(lambda: _ASKED.at, -3 * 24 * 60, 0)
    ahead = near(lambda: _ASKED.at, -3 * 24 * 60, 4 * 24 * 60)
    attempts = _attempt(lately, has_debts), _attempt(before, has_debts)
    return st.lists(st.one_of(*attempts, _rare_event(before, ahead)), max_size=7)


def an_attempt(when: st.SearchStrategy[datetime], call: CallFacts) -> st.SearchStrategy[Any]:
    return _attempt(when, bool(call.debts))


def _attempt(when: st.SearchStrategy[datetime], has_debts: bool) -> st.SearchStrategy[Any]:
    return st.builds(
        AttemptFact,
        at=when,
        number=st.sampled_from((NUMBER, NUMBER, OTHER_NUMBER)),
        person=st.sampled_from((PERSON, PERSON, OTHER_PERSON, "")),
        principal=st.sampled_from((PRINCIPAL, PRINCIPAL, "Other")),
        campaign=st.sampled_from(("spring", "spring", "autumn", "")),
        subject=st.sampled_from(("", "", "solar", "boilers")),
        outcome=st.sampled_from((None, Outcome.CUT_OFF, Outcome.NO_ANSWER, *COMMON, *COMMON, *Outcome)),
        direction=st.sampled_from(("out", "out", "out", "in")),
        number_kind=st.sampled_from(("", "work", "home")),
        message=st.sampled_from(("", "", "left", "limited_content")),
        debts_discussed=st.sampled_from(((), DEBTS[:1])) if has_debts else st.just(()),
        debt_booked=st.sampled_from(("", *DEBTS)) if has_debts else st.just(""),
        debts_booked=st.sampled_from(((), (), DEBTS[1:], DEBTS)) if has_debts else st.just(()),
        organisation=st.sampled_from(("", "", "", "Us", "Them")),
        is_provisional=st.sampled_from((False, False, False, True)),
    )


def a_stop(when: st.SearchStrategy[datetime]) -> st.SearchStrategy[Any]:
    return st.builds(
        StopFact,
        at=when,
        reason=st.sampled_from(("do_not_call", "cease", "attorney", "dispute", "not_at_work", "number_closed")),
        person=st.sampled_from(("", PERSON, OTHER_PERSON)),
        number=st.sampled_from(("", NUMBER, OTHER_NUMBER)),
        principal=st.sampled_from((PRINCIPAL, "", "Other")),
        debts=st.sampled_from(((), DEBTS[:1])),
        is_written=st.booleans(),
        is_pair_only=st.booleans(),
    )


_TIMES = (
    *[(None, None)] * 3,
    (time(6), time(12, 30, 0, 500_000)),
    (time(12, 30, 0, 500_000), time(22)),
    (time(20), time(0)),
)


def _a_consent(times: tuple[time | None, time | None], **given: Any) -> ConsentFact:
    return ConsentFact(open_from=times[0], open_until=times[1], **given)


def _rare_event(before: st.SearchStrategy[datetime], ahead: st.SearchStrategy[datetime]) -> st.SearchStrategy[Any]:
    days = st.integers(-30, 10).map(lambda day: (_ASKED.at + timedelta(days=day)).date())
    now = st.none().map(lambda _: _ASKED.at)
    maybe = st.one_of(st.none(), ahead)
    halves = st.sampled_from((time(0), time(6), time(12, 30), time(12, 30, 0, 500_000), time(22)))
    whose = st.sampled_from(("", "", PERSON, OTHER_PERSON))
    return st.one_of(
        a_stop(before),
        st.builds(
            HoldFact,
            at=before,
            reason=st.sampled_from(("complaint", "tired")),
            lifted_at=st.one_of(ahead, now),
            person=whose,
        ),
        st.builds(
            CallbackFact,
            asked_at=before,
            due_at=ahead,
            person=st.just(PERSON),
            principal=st.just(PRINCIPAL),
            is_hour_named=st.booleans(),
            closed_at=st.one_of(st.none(), st.none(), ahead),
        ),
        st.builds(
            RequestFact,
            at=before,
            principal=st.sampled_from((PRINCIPAL, "")),
            due_at=maybe,
            is_complete=st.booleans(),
            is_hour_named=st.booleans(),
            person=whose,
        ),
        st.builds(
            PersonalHoursFact,
            at=before,
            blocked_days=st.frozensets(st.integers(1, 7), min_size=1),
            blocked_from=halves,
            blocked_until=halves,
            ends_on=st.one_of(st.none(), days),
            source=st.sampled_from(("consumer", "creditor")),
            person=whose,
        ),
        st.builds(
            _a_consent,
            times=st.sampled_from(_TIMES),
            only_on=st.one_of(st.none(), st.none(), days),
            days=st.sampled_from((frozenset(), frozenset(), frozenset({1, 2, 3, 4, 5}))),
            at=before,
            kind=st.sampled_from(("calls", "hours", "written")),
            principal=st.sampled_from((PRINCIPAL, PRINCIPAL, "")),
            number=st.sampled_from(("", NUMBER, OTHER_NUMBER)),
            is_third_party=st.booleans(),
            first_used_at=st.one_of(st.none(), ahead),
            withdrawn_at=st.one_of(st.none(), st.none(), ahead),
            is_express=st.booleans(),
            ends_at=maybe,
            starts_at=maybe,
            debts=st.sampled_from(((), DEBTS[:1], DEBTS)),
        ),
        st.builds(
            WithdrawalFact,
            at=before,
            kind=st.sampled_from(("calls", "hours", "written")),
            person=st.sampled_from(("", PERSON, OTHER_PERSON)),
            number=st.sampled_from(("", NUMBER, OTHER_NUMBER)),
            principal=st.sampled_from((PRINCIPAL, "", "Other")),
        ),
        st.builds(
            BasisFact,
            at=before,
            kind=st.sampled_from(("consent", "legitimate_interest")),
            is_told_of_calls=st.booleans(),
            principal=st.sampled_from((PRINCIPAL, "Other")),
            person=whose,
            is_assessed=st.booleans(),
        ),
        st.builds(
            RelationshipFact,
            kind=st.sampled_from(("purchase", "inquiry", "contract", "client", "customer", "interaction")),
            from_on=days,
            principal=st.just(PRINCIPAL),
            ended_on=st.one_of(st.none(), days),
            person=whose,
        ),
        st.builds(
            ScreeningFact,
            register=st.sampled_from(("tps", "ctps", "us-dnc", "ca-dncl", "bloctel", "it-rpo")),
            obtained_at=before,
            is_listed=st.booleans(),
            listed_on=st.one_of(st.none(), days),
        ),
        st.builds(
            NoticeFact,
            kind=st.just("breathing_space"),
            from_on=days,
            ended_on=st.one_of(st.none(), days),
            debts=st.sampled_from(((), DEBTS[:1])),
            person=whose,
        ),
        st.just(DebtGroupFact("both", DEBTS)),
    )
