"""Part of the plain reference: the facts as they were known, and simple questions about them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from policy import (
    AttemptFact,
    BasisFact,
    CallbackFact,
    CallFacts,
    ConsentFact,
    ContactFacts,
    DebtGroupFact,
    Facts,
    HoldFact,
    NoticeFact,
    Outcome,
    Pack,
    PersonalHoursFact,
    RelationshipFact,
    RequestFact,
    Rule,
    Rulebook,
    ScreeningFact,
    StopFact,
    WithdrawalFact,
    choose_packs,
)
from policy.vocabulary import Got

TALKS = {
    Outcome.CONVERSATION,
    Outcome.CALLBACK_AGREED,
    Outcome.NOT_NOW,
    Outcome.REFUSED,
    Outcome.SUCCESS,
    Outcome.DO_NOT_CALL,
    Outcome.CUT_OFF,
    Outcome.COMPLAINT,
    Outcome.VULNERABLE,
}


# A second is judged as a whole: bars count from its beginning, permissions from their exact moment.
BARRING = (AttemptFact, StopFact, HoldFact, CallbackFact, PersonalHoursFact, WithdrawalFact)


@dataclass(frozen=True)
class Question:
    """Facts known at one moment, the packs that apply, and the zones of the person."""

    facts: Facts
    packs: tuple[Pack, ...]
    zones: tuple[Any, ...]
    asked_at: datetime
    rules: tuple[Rule, ...]

    def all(self, kind: type) -> list[Any]:
        return [event for event in self.facts.events if type(event) is kind]

    def attempts(self, key: tuple[str, ...]) -> list[AttemptFact]:
        call, contact = self.facts.call, self.facts.contact
        return [one for one in self.all(AttemptFact) if all(_may_share(one, part, call, contact) for part in key)]

    def days(self, at: datetime) -> list[date]:
        return [at.astimezone(zone).date() for zone in self.zones]


def _may_share(one: AttemptFact, part: str, call: CallFacts, contact: ContactFacts) -> bool:
    """Whether an attempt has the same client, person, line or matter, or may have because the record leaves it out."""
    if part == "organisation":
        return "" in (one.organisation, call.organisation) or one.organisation == call.organisation
    if part == "number_kind":
        return "" in (one.number_kind, contact.number_kind) or one.number_kind == contact.number_kind
    if part == "person":
        return one.person == contact.person or (one.person == "" and one.number == contact.number)
    if part == "campaign":
        return one.campaign in ("", call.campaign)
    if part == "subject":
        if (one.subject or one.campaign) == (call.subject or call.campaign):
            return True
        return "" in (one.subject, call.subject) and one.campaign in ("", call.campaign)
    return part == "debt" or (one.principal == call.principal if part == "principal" else one.number == contact.number)


def ask(facts: Facts, rulebook: Rulebook, at: datetime, house_pack: str | None = None) -> Question:
    """The question at a moment, without what was not known yet."""
    for group in {one for one in facts.events if isinstance(one, DebtGroupFact)}:
        facts = _as_one_debt(facts, group)
    known = [event for event in facts.events if is_known(event, at) and _is_of(event, facts.contact.person)]
    dialled = [event for event in known if getattr(event, "outcome", None) is not Outcome.NOT_DIALLED]
    undone = [_as_of(event, at) for event in dialled]
    undone.sort(key=lambda event: event.at if isinstance(event, AttemptFact) else datetime.min.replace(tzinfo=UTC))
    packs = tuple(rulebook.pack(name) for name in choose_packs(facts.call, facts.contact, rulebook, house_pack))
    zones = tuple(ZoneInfo(name) for name in facts.contact.zones)
    edges = tuple(ZoneInfo(name) for name in ("Etc/GMT-14", "Etc/GMT+12"))
    rules = tuple(rule for pack in packs for rule in pack.rules if rule.is_enabled)
    rules = tuple(rule for rule in rules if rule.applies.met_by(facts.call, facts.contact))
    return Question(replace(facts, events=tuple(undone)), packs, zones or edges, at, rules)


def _as_one_debt(facts: Facts, group: DebtGroupFact) -> Facts:
    """Each debt of a group replaced by the group's name; in a consent, only if it names all of them."""

    def renamed(debts: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(group.name if debt in group.debts else debt for debt in debts))

    events: list[Any] = []
    for event in facts.events:
        if isinstance(event, AttemptFact):
            event = replace(event, debts_named=renamed(event.debts_named), debts_booked=renamed(event.debts_booked))
            event = replace(event, debts_discussed=renamed(event.debts_discussed))
            event = replace(event, debt_booked="".join(renamed([event.debt_booked])))
        elif isinstance(event, StopFact | NoticeFact) or (
            isinstance(event, ConsentFact) and set(group.debts) <= set(event.debts)
        ):
            event = replace(event, debts=renamed(event.debts))
        events.append(event)
    return replace(facts, call=replace(facts.call, debts=renamed(facts.call.debts)), events=tuple(events))


def is_known(event: Any, at: datetime) -> bool:
    if isinstance(event, RelationshipFact | NoticeFact | DebtGroupFact):
        return True
    known: datetime = getattr(event, {CallbackFact: "asked_at", ScreeningFact: "obtained_at"}.get(type(event), "at"))
    is_barring = isinstance(event, BARRING) or (isinstance(event, ScreeningFact) and event.is_listed)
    return (first_of_second(known) if is_barring else known) <= at


def _is_of(event: Any, person: str) -> bool:
    """Whether an event about one person is about this one; an event without a name is."""
    personal = (RequestFact, BasisFact, RelationshipFact, PersonalHoursFact, HoldFact)
    return not isinstance(event, personal) or event.person in ("", person)


def first_of_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def last_of_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=999_999)


def _as_of(event: Any, at: datetime) -> Any:
    """A stop's withdrawal or a hold's lifting in the future has not happened: it would end a bar."""
    if isinstance(event, StopFact) and event.withdrawn_at is not None and event.withdrawn_at > at:
        return replace(event, withdrawn_at=None)
    if isinstance(event, HoldFact) and event.lifted_at is not None and event.lifted_at > at:
        return replace(event, lifted_at=None)
    return event


def within(place: str, area: str) -> bool:
    return place == area or place.startswith(area + "-") or area.startswith(place + "-")


def dated(item: Any, on: date) -> bool:
    return bool(item.effective_from <= on and (item.effective_until is None or on <= item.effective_until))


def is_solicited(question: Question, moment: datetime) -> bool:
    return any(is_live(question, request, moment) for request in question.all(RequestFact))


def is_live(question: Question, request: RequestFact, moment: datetime) -> bool:
    ages = [pack.request_max_age_days for pack in question.packs if pack.request_max_age_days is not None]
    is_fresh = not ages or not is_older(question, request.at, min(ages), moment)
    return is_fresh and _stands(question, request, moment)


def is_doubtful(question: Question) -> bool:
    """Whether the person asked to be called, perhaps too long ago, and every pack with an age limit holds later
    calls."""
    setting = [pack for pack in question.packs if pack.request_max_age_days is not None]
    asked = [one for one in question.all(RequestFact) if _stands(question, one)]
    return bool(asked and setting) and all(pack.holds_stale_request for pack in setting)


def _stands(question: Question, request: RequestFact, moment: datetime | None = None) -> bool:
    until = max(moment or question.asked_at, question.asked_at)
    principal = question.facts.call.principal
    refused = [one for one in question.all(AttemptFact) if one.outcome in (Outcome.REFUSED, Outcome.DO_NOT_CALL)]
    stops = [one for one in question.all(StopFact) if one.reason in ("do_not_call", "cease")]
    stops = [one for one in stops if one.principal in ("", principal)]
    return (
        request.is_complete
        and request.principal == principal
        and not any(one.at >= request.at and one.principal == principal for one in refused)
        and not any(one.at >= request.at for one in stops)
        and not any(
            request.at <= at and (first_of_second(at) <= question.asked_at or at <= until)
            for at in withdrawn(question, ("calls", "written"))
        )
    )


def withdrawn(question: Question, kinds: Iterable[str]) -> list[datetime]:
    """When consents of the kinds were withdrawn from this caller, whether the consents are on record or not."""
    call, contact = question.facts.call, question.facts.contact
    own = [one for one in question.all(ConsentFact) if one.kind in kinds and one.withdrawn_at is not None]
    own = [one for one in own if one.principal in ("", call.principal) and one.number in ("", contact.number)]
    said = [one for one in question.all(WithdrawalFact) if takes_back(question, one, kinds)]
    return [one.withdrawn_at for one in own] + [one.at for one in said]


def takes_back(question: Question, one: WithdrawalFact, kinds: Iterable[str]) -> bool:
    call, contact = question.facts.call, question.facts.contact
    is_meant = [(one.person, contact.person), (one.number, contact.number)]
    named = [(said, asked) for said, asked in is_meant if said != ""]
    is_ours = one.principal in ("", call.principal) and (not named or any(said == asked for said, asked in named))
    return is_ours and (one.kind == "calls" or one.kind in kinds)


def requests_at_a_time(question: Question, moment: datetime) -> list[RequestFact]:
    """Timed requests still in force, whatever their age, and not yet used by a call at or after their time."""
    timed = [one for one in question.all(RequestFact) if one.due_at is not None and _stands(question, one, moment)]
    return [one for one in timed if not is_used(question, one.due_at)]


def is_older(question: Question, then: datetime, days: int, moment: datetime) -> bool:
    """Whether more than that many local days lie between, on any clock."""
    pairs = zip(question.days(then), question.days(moment), strict=True)
    return any((now - was).days > days for was, now in pairs)


def names(patterns: Iterable[str], rule: Rule) -> bool:
    return any(rule.id == one or (one.endswith("*") and rule.id.startswith(one[:-1])) for one in patterns)


def open_callbacks(question: Question) -> list[CallbackFact]:
    call, contact = question.facts.call, question.facts.contact
    return [
        one
        for one in question.all(CallbackFact)
        if one.person == contact.person
        and one.principal == call.principal
        and (one.closed_at is None or one.closed_at > question.asked_at)
        and not is_used(question, one.due_at)
    ]


def still_open(question: Question, moment: datetime) -> list[CallbackFact]:
    """Those of the open callbacks that are not closed by a later moment."""
    return [one for one in open_callbacks(question) if one.closed_at is None or one.closed_at > moment]


def is_used(question: Question, due: datetime) -> bool:
    calls = question.attempts(("principal", "person"))
    return any(one.at >= due and one.direction == "out" and one.channel == "voice" for one in calls)


def has_come(question: Question, due: datetime, moment: datetime) -> bool:
    """Whether an agreed time has come; a time that has come by the moment asked about counts for the whole second."""
    return due <= moment or (due <= question.asked_at and first_of_second(question.asked_at) <= moment)


def is_due(question: Question, moment: datetime) -> bool:
    if any(has_come(question, one.due_at, moment) for one in still_open(question, moment)):
        return True
    asked = [one for one in question.all(RequestFact) if one.due_at is not None and is_live(question, one, moment)]
    return is_solicited(question, question.asked_at) and any(
        has_come(question, one.due_at, moment) and not is_used(question, one.due_at) for one in asked if one.due_at
    )


def is_named_hour(question: Question, moment: datetime) -> bool:
    callbacks: list[Any] = still_open(question, moment)
    if is_solicited(question, question.asked_at):
        callbacks += [one for one in requests_at_a_time(question, moment) if is_live(question, one, moment)]
    return any(
        one.is_hour_named and has_come(question, one.due_at, moment) and not is_older(question, one.due_at, 0, moment)
        for one in callbacks
    )


def costs(one: AttemptFact, debt: str, allocation: str, *, by_choice: bool = False) -> bool:
    reached = one.outcome is None or one.outcome.meaning.got >= Got.PERSON or one.outcome is Outcome.VOICEMAIL_LEFT
    meant = one.debts_named if reached or not by_choice else ()
    about = one.debts_discussed + meant
    if allocation == "discussed" and one.debts_discussed:
        about = one.debts_discussed
    if by_choice and one.message == "limited_content":
        about = ()
    booked = {one.debt_booked, *one.debts_booked} - {""}
    known = set(about) or booked
    return debt in known or not known


def months_after(on: date, months: int) -> date:
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(on.day, last))
