"""Calls and people near what a rule asks: the sorts of call it concerns, and what may be on record about them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from policy.facts import (
    AttemptFact,
    BasisFact,
    CallbackFact,
    CallFacts,
    ConsentFact,
    ContactFacts,
    Event,
    Facts,
    HoldFact,
    NoticeFact,
    PersonalHoursFact,
    RelationshipFact,
    RequestFact,
    ScreeningFact,
    StopFact,
    WithdrawalFact,
)
from policy.guide import ASKABLE, spaced
from policy.rules import Conditions, Rule, outcome_phrase
from policy.vocabulary import Outcome, Purpose

PERSON, NUMBER, PRINCIPAL, CAMPAIGN = "the person", "+447700900123", "the client", "the campaign"
OTHER = "+447700900999"
_DEBT = "a debt"
_ZONES = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "DE": "Europe/Berlin",
    "ES": "Europe/Madrid", "FR": "Europe/Paris", "GB": "Europe/London", "IE": "Europe/Dublin", "IN": "Asia/Kolkata",
    "IT": "Europe/Rome", "NL": "Europe/Amsterdam", "NZ": "Pacific/Auckland", "SG": "Asia/Singapore",
    "US": "America/New_York", "ZA": "Africa/Johannesburg",
}  # fmt: skip
COUNTRIES = tuple(_ZONES)
_NOON = time(12)
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_TIES = ("client", "contract", "customer", "donation", "inquiry", "interaction", "purchase")
_STOPS = (
    "do_not_call",
    "cease",
    "attorney",
    "dispute",
    "bankruptcy",
    "not_at_work",
    "not_at_home",
    "number_closed",
    "house",
)
_COMMON = (
    Outcome.NO_ANSWER, Outcome.CONVERSATION, Outcome.CUT_OFF, Outcome.REFUSED, Outcome.CALLBACK_AGREED,
    Outcome.DO_NOT_CALL, None,
)  # fmt: skip
_ALL: dict[str, frozenset[str]] = {  # what a condition that asks for nothing lets in
    "purposes": frozenset(Purpose),
    "lines": frozenset({"consumer", "business"}),
    "subscribers": frozenset({"individual", "corporate"}),
    "roles": frozenset({"consumer", "spouse", "third_party", "attorney"}),
    "caller_roles": frozenset({"creditor", "third_party"}),
    "number_kinds": frozenset({"mobile", "home", "work"}),
}
_FEW = 5  # up to so many attempts every number of them is tried; beyond, those around the caps


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of call to one sort of person."""

    call: CallFacts
    contact: ContactFacts
    is_solicited: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.contact.zones[0])

    def says(self) -> str:
        """`marketing call that nobody asked for, consumer line, GB (Europe/London)`."""
        call, contact = self.call, self.contact
        parts = [
            f"a {call.purpose} call{self._asked()}",
            f"sector {spaced(call.sector)}" if call.sector else "",
            f"by a {spaced(call.caller_role)}" if call.caller_role != "creditor" else "",
            "by an automated voice" if call.caller != "person" else "",
            f"under the code {', '.join(sorted(call.codes))}" if call.codes else "",
            f"to a {spaced(contact.role)}" if contact.role != "consumer" else "",
            f"on a {contact.line} line" if contact.line != "consumer" else "",
            f"on a {contact.number_kind} number" if contact.number_kind else "",
            f"of a {contact.subscriber} subscriber" if contact.subscriber else "",
            f"number source: {contact.source}" if contact.source else "",
            f"{' '.join(contact.places)} ({contact.zones[0]})",
        ]
        return ", ".join(part for part in parts if part)

    def _asked(self) -> str:
        if self.call.purpose not in ASKABLE:
            return ""
        return " that the person asked for" if self.is_solicited else " that nobody asked for"


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What is on record in one situation, in words and as events."""

    says: str
    events: tuple[Event, ...] = ()

    def facts(self, sort: Sort, noon: datetime) -> Facts:
        asked = (RequestFact(noon - 2 * _DAY, PRINCIPAL),) if sort.is_solicited else ()
        return Facts(sort.call, sort.contact, (*asked, *self.events))


def sorts_of(before: Rule | None, after: Rule | None, area: str) -> list[Sort]:
    """The sorts of call a change concerns: one that both versions concern, and one for each condition that only one has."""
    rules = [rule for rule in (before, after) if rule is not None]
    found = [_sort_for(rule.applies, area) for rule in rules]
    if len(rules) == 2:
        found += _changed_conditions(rules[0].applies, rules[1].applies, area)
    return list(dict.fromkeys(found))


def _sort_for(applies: Conditions, area: str) -> Sort:
    place = min(applies.places, default=area)
    country = place.split("-")[0]
    call = CallFacts(
        purpose=min(applies.purposes, default=Purpose.MARKETING if applies.solicited is not None else Purpose.SERVICE),
        principal=PRINCIPAL,
        campaign=min(applies.campaigns, default=CAMPAIGN),
        sector=min(applies.sectors, default=""),
        debts=(_DEBT,),
        caller_role=min(applies.caller_roles, default="creditor"),
        codes=frozenset(sorted(applies.codes)[:1]),
        is_number_shown=None,
        caller=min(applies.callers, default="person") if "person" not in applies.callers else "person",
    )
    contact = ContactFacts(
        person=PERSON,
        number=NUMBER,
        places=(place,),
        zones=(_ZONES.get(country, "UTC"),),
        role=_usual(applies.roles, "consumer"),
        number_kind=min(applies.number_kinds, default=""),
        line=_usual(applies.lines, "consumer"),
        subscriber=min(applies.subscribers, default=""),
        source=min(applies.sources, default=""),
    )
    return Sort(call, contact, applies.solicited is True)


def _usual(allowed: frozenset[str], usual: str) -> str:
    return usual if not allowed or usual in allowed else min(allowed)


def _changed_conditions(before: Conditions, after: Conditions, area: str) -> Iterator[Sort]:
    """One sort for each value that only one version asks for."""
    for one, other in ((before, after), (after, before)):
        base = _sort_for(one, area)
        for name in Conditions.__slots__:
            mine, theirs = getattr(one, name), getattr(other, name)
            if mine == theirs:
                continue
            if name == "solicited":
                yield _sort_for(replace(one, solicited=True), area)
                yield _sort_for(replace(one, solicited=False), area)
                continue
            if name == "not_sectors":
                yield from (replace(base, call=replace(base.call, sector=value)) for value in sorted(theirs - mine))
                continue
            for value in sorted((mine or _ALL.get(name, frozenset())) - theirs):
                changed: dict[str, Any] = {name: frozenset({value})}
                yield _sort_for(replace(one, **changed), area)


# On record ------------------------------------------------------------------------------------------------------------


def attempts(outcome: Outcome | None, how_many: int, noon: datetime) -> OnRecord:
    """Attempts of one outcome, a minute apart, the last of them at noon."""
    made = tuple(
        AttemptFact(
            at=noon - place * _MINUTE,
            number=NUMBER,
            person=PERSON,
            principal=PRINCIPAL,
            campaign=CAMPAIGN,
            outcome=outcome,
            debts_named=(_DEBT,),
            debts_discussed=(_DEBT,) if outcome is Outcome.CONVERSATION else (),
        )
        for place in range(how_many)
    )
    said = "an attempt whose outcome nobody recorded" if outcome is None else outcome_phrase(outcome)
    if not how_many:
        return OnRecord("nothing on record")
    return OnRecord(said if how_many == 1 else f"{how_many} times {said}", made)


def counts_around(mosts: Iterable[int]) -> list[int]:
    """The numbers of attempts to try: none, each up to a few, and those around each cap."""
    near = {count for most in mosts for count in (most - 1, most, most + 1)}
    return sorted({0, *range(min(_FEW, max(near, default=0)) + 1), *(one for one in near if one > 0)})


def elsewhere(noon: datetime) -> list[OnRecord]:
    """Attempts that count only on some keys: to another number, person, client, campaign or debt; and in other ways."""
    own = attempts(Outcome.CONVERSATION, 1, noon).events[0]
    assert isinstance(own, AttemptFact)
    changed: dict[str, dict[str, Any]] = {
        "on another number of the person's": {"number": OTHER},
        "with somebody else at the number": {"person": OTHER},
        "on another number with somebody else": {"number": OTHER, "person": OTHER},
        "for another client": {"principal": OTHER},
        "in another campaign": {"campaign": OTHER},
        "about another matter": {"subject": OTHER},
        "about another debt": {"debts_named": (OTHER,), "debts_discussed": (OTHER,)},
        "by another organisation": {"organisation": OTHER},
        "on a mobile": {"number_kind": "mobile"},
        "by the person, who rang": {"direction": "in"},
        "by text": {"channel": "text"},
        "by letter": {"channel": "letter"},
        "with a message left": {"message": "left"},
        "with a limited-content message": {"message": "limited_content"},
    }
    found = []
    for says, fields in changed.items():
        for outcome in (Outcome.CONVERSATION, Outcome.NO_ANSWER, None):
            events = tuple(replace(own, at=own.at - place * _MINUTE, outcome=outcome, **fields) for place in range(12))
            said = "unreported attempt" if outcome is None else outcome.value.replace("_", " ")
            found += [OnRecord(f"{count} times {said} {says}", events[:count]) for count in (1, 2, 3, 12)]
    return found


def everything(noon: datetime, registers: Iterable[str], notices: Iterable[str]) -> Iterator[OnRecord]:
    """One of each thing that may be on record, said or done at noon."""
    yield OnRecord("nothing on record")
    yield from reasons(noon, registers, notices)
    rare = (one for one in Outcome if one not in _COMMON and one is not Outcome.NOT_DIALLED)
    yield from (attempts(outcome, 1, noon) for outcome in rare)
    yield from grounds(noon)


def reasons(noon: datetime, registers: Iterable[str], notices: Iterable[str]) -> Iterator[OnRecord]:
    """What may bar a call: attempts, stops, holds, registers, notices."""
    yield from (attempts(outcome, 1, noon) for outcome in _COMMON)
    yield from (OnRecord(f"a stop: {spaced(reason)}", (StopFact(noon, reason, PERSON, NUMBER),)) for reason in _STOPS)
    yield OnRecord("a hold by a team lead", (HoldFact(noon, "team lead"),))
    yield OnRecord("a hold after a complaint", (HoldFact(noon, "complaint"),))
    yield OnRecord("a time named as inconvenient", (PersonalHoursFact(noon, frozenset(range(1, 8)), _NOON, time(14)),))
    for register in sorted(registers):
        clear = ScreeningFact(register, noon, False, number=NUMBER, campaign=CAMPAIGN)
        yield OnRecord(f"screened against {register}: not listed", (clear,))
        listed = replace(clear, is_listed=True, listed_on=noon.date())
        yield OnRecord(f"screened against {register}: listed on that day", (listed,))
    for notice in sorted(notices):
        ends = noon.date() + 7 * _DAY
        yield OnRecord(f"{spaced(notice)} for 7 days", (NoticeFact(notice, noon.date(), ends, (_DEBT,)),))


def grounds(noon: datetime) -> Iterator[OnRecord]:
    """What may permit a call: requests, agreed calls, consents, lawful bases, relationships."""
    for is_named, words in ((False, ""), (True, ", at an hour the person named")):
        agreed = CallbackFact(noon, noon + timedelta(hours=2), PERSON, PRINCIPAL, is_named)
        yield OnRecord(f"a call agreed for two hours later{words}", (agreed,))
    yield OnRecord("a request to be called", (RequestFact(noon, PRINCIPAL),))
    for kind in ("calls", "hours", "written"):
        given = ConsentFact(noon, kind, PRINCIPAL, NUMBER)
        yield OnRecord(f"a consent ({kind})", (given,))
        yield OnRecord(f"a consent ({kind}) that is not express", (replace(given, is_express=False),))
        third = replace(given, is_third_party=True, first_used_at=noon)
        yield OnRecord(f"a consent ({kind}) collected by somebody else, first used at once", (third,))
        yield OnRecord(f"a consent ({kind}) given to an earlier creditor", (replace(given, from_creditor=True),))
        yield OnRecord(f"a consent ({kind}) that names nobody", (replace(given, principal=""),))
        yield OnRecord(f"a consent ({kind}) withdrawn", (WithdrawalFact(noon, kind, PERSON, NUMBER, PRINCIPAL),))
    for kind in ("consent", "legitimate_interest", "contract"):
        for is_told in (False, True):
            basis = BasisFact(noon, kind, is_told, PRINCIPAL, is_assessed=is_told)
            told = ", told of calls and weighed" if is_told else ""
            yield OnRecord(f"lawful basis: {spaced(kind)}{told}", (basis,))
    for tie in _TIES:
        yield OnRecord(f"a relationship: {tie}", (RelationshipFact(tie, noon.date(), PRINCIPAL),))


def noon_of(sort: Sort, on: datetime) -> datetime:
    """Noon, on the person's clock, of the first Tuesday not before a moment. Aware UTC."""
    local = on.astimezone(sort.zone)
    day = local.date() + timedelta(days=(1 - local.weekday()) % 7)
    return datetime.combine(day, _NOON, sort.zone).astimezone(UTC)


def noon_before(sort: Sort, moment: datetime) -> datetime:
    """Noon, on the person's clock, of the day before a moment. Aware UTC."""
    day = (moment - timedelta(seconds=1)).astimezone(sort.zone).date()
    return datetime.combine(day, _NOON, sort.zone).astimezone(UTC)
