"""One question: prepared facts, the moment asked about, and what the packs say for calls of this sort.

Only events up to that moment are known: later events are left out, and a later withdrawal has not happened.

What the facts suspend of rules, and which calls were agreed with the person: open callbacks and timed requests. A
callback is used by the first outgoing call to the person, for the principal, at or after its time.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from policy.calendar.local_time import FOREVER, Span, ZoneClock, date_of, day_of, epoch, epoch_up, intersection, merged
from policy.facts import types
from policy.facts.prepared import Prepared
from policy.templates.sentence import TEXT, Said, phrase, template
from policy.vocabulary import Outcome, Status

GIVES_WAY = template("{why}: {rule} gives way", why=TEXT, rule=TEXT)
LIFTED = phrase("A fact on record lifts this rule")


class Waiver(NamedTuple):
    """The suspended rules, when, and the words for it. `uncounts`: attempts made meanwhile do not count to those rules.

    `debt`: only for that debt of the call; empty: for all of it.
    """

    rules: tuple[str, ...]  # an id, or the beginning of ids followed by *
    spans: Sequence[Span]
    says: Said
    by: str  # the id of the rule that suspends them
    house_only: bool
    uncounts: bool = False
    debt: str = ""

    def within(self, life: Span) -> "Waiver":
        """The same waiver, limited to the time when the waiving rule is in force."""
        return self._replace(spans=intersection(list(self.spans), [life]))

    def suspends(self, rule_id: str, status: Status) -> bool:
        if self.house_only and status is not Status.HOUSE:
            return False
        return any(selects(pattern, rule_id) for pattern in self.rules)

    def is_for(self, debt: str) -> bool:
        """Whether it frees what a rule says about one debt of the call or, if the rule names none, about the whole
        call."""
        return self.debt in ("", debt)


def selects(pattern: str, rule_id: str) -> bool:
    """Whether a pattern means a rule: its id, or the beginning of its id followed by *."""
    return rule_id.startswith(pattern[:-1]) if pattern.endswith("*") else rule_id == pattern


T = TypeVar("T")
Rounded = Callable[[datetime], int]  # `epoch` or `epoch_up`
_REFUSING = frozenset(one for one in Outcome if one.meaning.is_refusal or one.meaning.stops)  # they end a request
CALL_CONSENTS = frozenset({"calls", "written"})  # the kinds of consent whose withdrawal also ends requests to be called


class Circumstances:
    """What applies to every call of one sort to contacts of one sort, whatever is on record.

    `clocks`: the clocks of every place where the person may live. `places`: those places. The rest is what the chosen
    packs say about requests and consents; see `Pack`.
    """

    __slots__ = ("clocks", "holds_stale_request", "places", "request_max_age_days", "third_party_consent_max_age_days")

    clocks: tuple[ZoneClock, ...]
    places: tuple[str, ...]
    request_max_age_days: int | None
    holds_stale_request: bool
    third_party_consent_max_age_days: int | None


class Case:
    """One question with its facts. Not shared between decisions."""

    __slots__ = ("_solicited", "always", "around", "at", "clocks", "dials", "now", "others", "prepared", "waivers")

    def __init__(self, prepared: Prepared, around: Circumstances, at: datetime, now: int) -> None:
        """`prepared`: what was known by `at`, which is in UTC; `now`: its epoch second."""
        self.prepared = prepared
        self.around = around
        self.at = at
        self.now = now
        self.clocks = around.clocks
        self.always: list[Span] = [(now, FOREVER)]  # from now on: the answer of most grounds that hold
        self.dials = prepared.dials
        self.others = prepared.others
        self._solicited: tuple[int, int] | None = None
        self.waivers: Sequence[Waiver] = ()  # what the facts suspend; found by asking the rules about this case

    @property
    def call(self) -> types.CallFacts:
        return self.prepared.facts.call

    @property
    def contact(self) -> types.ContactFacts:
        return self.prepared.facts.contact

    def every(self, kind: type[T]) -> list[T]:
        """The known events of one kind, in the order given."""
        return self.others.get(kind, [])

    def day_after(self, moment: int, days: int) -> int:
        """The latest midnight, over all clocks, that begins the local day some days after `moment`. Epoch seconds."""
        return max(clock.day_start(clock.day(moment) + days) for clock in self.clocks)

    def day_before_loss(self, moment: int, days: int) -> int:
        """The earliest such midnight: a permission that ends with a local day ends on the first clock to get there."""
        clocks = self.clocks
        if len(clocks) == 1:
            return clocks[0].day_start(clocks[0].day(moment) + days)
        return min(clock.day_start(clock.day(moment) + days) for clock in clocks)

    def first_moment_after(self, last: date) -> int:
        """The first moment after a local day that still counts, on the first clock to get there."""
        return min(clock.day_start(day_of(last) + 1) for clock in self.clocks)

    def local_date(self, moment: datetime) -> date:
        """The earliest local date of an instant, over all clocks. Ages count from it: the strict reading."""
        return date_of(min(clock.day(epoch(moment)) for clock in self.clocks))

    def solicited_until(self) -> int:
        """Until when the person's request makes the call solicited, in epoch seconds; 0 if it does not.

        A live request is complete, names the principal, was not followed by a refusal or a request to stop, and is no
        older than the packs allow, counted in local dates with the day of the request as day 0.
        """
        return self._solicited_span()[0]

    def solicited_at_last(self) -> int:
        """The same, with the second in which a consent is withdrawn: in that second the call may be either."""
        return self._solicited_span()[1]

    def _solicited_span(self) -> tuple[int, int]:
        if types.RequestFact not in self.others:
            return 0, 0
        if self._solicited is None:
            live = self.live_requests()
            ends = [max((self.request_end(one, rounded) for one in live), default=0) for rounded in (epoch, epoch_up)]
            self._solicited = (ends[0], ends[1]) if ends[0] > self.now else (0, 0)
        return self._solicited

    def live_requests(self) -> list[types.RequestFact]:
        """Live requests, whatever their age."""
        return [request for request in self.every(types.RequestFact) if self.is_live(request)]

    def is_live(self, request: types.RequestFact) -> bool:
        """Whether a request is complete, made to this principal, and not withdrawn since. Its age is ignored."""
        if not request.is_complete or request.principal != self.call.principal:
            return False
        ended = (dial for dial in self.dials if dial[1].outcome in _REFUSING)
        if any(dial[1].at >= request.at and dial[1].principal == request.principal for dial in ended):
            return False
        if self.taken_back(request) <= self.now:
            return False
        stops = (stop for stop in self.every(types.StopFact) if stop.principal in ("", request.principal))
        return not any(stop.reason in ("do_not_call", "cease") and stop.at >= request.at for stop in stops)

    def is_request_doubtful(self) -> bool:
        """Whether a live request is on record and the packs hold the call once the request is too old."""
        return self.around.holds_stale_request and bool(self.live_requests())

    def request_end(self, request: types.RequestFact, rounded: Rounded = epoch) -> int:
        """When a request becomes too old to make a call solicited, or is taken back, in epoch seconds.

        `epoch_up`: the first second throughout which it is over; one later, if it is taken back within a second.
        """
        age = self.around.request_max_age_days
        too_old = FOREVER if age is None else self.day_before_loss(epoch(request.at), age + 1)
        return min(too_old, self.taken_back(request, rounded))

    def taken_back(self, request: types.RequestFact, rounded: Rounded = epoch) -> int:
        """The second in which a consent to calls is withdrawn after a request; FOREVER if none is.

        `epoch_up`: the first whole second by which it is withdrawn.
        """
        back = min((at for at in self.withdrawn_at(CALL_CONSENTS) if at >= request.at), default=None)
        return FOREVER if back is None else rounded(back)

    def withdrawn_at(self, kinds: frozenset[str]) -> list[datetime]:
        """When consents of the kinds were withdrawn from this caller, each time it was said; future ones included.

        A consent that records its own withdrawal counts as a withdrawal too.
        """
        said = [
            one.at for one in self.every(types.WithdrawalFact) if any(self._takes_back(one, kind) for kind in kinds)
        ]
        said += [
            one.withdrawn_at
            for one in self.every(types.ConsentFact)
            if one.withdrawn_at is not None
            and one.kind in kinds
            and one.principal in ("", self.call.principal)
            and one.number in ("", self.contact.number)
        ]
        return said

    def ends_of(self, consent: types.ConsentFact) -> list[int]:
        """The seconds in which a consent ends: by its own words, and by the first withdrawal, in itself or later."""
        later = [one for one in self.every(types.WithdrawalFact) if one.at >= consent.at]
        said = [one.at for one in later if self._takes_back(one, consent.kind)]
        said += [consent.withdrawn_at] if consent.withdrawn_at is not None else []
        return [epoch(end) for end in (consent.ends_at, min(said, default=None)) if end is not None]

    def _takes_back(self, withdrawal: types.WithdrawalFact, kind: str) -> bool:
        """Whether it takes back consents of the kind from this caller: of the person or number it names, or of
        either, if it names none."""
        is_named = withdrawal.person == self.contact.person or withdrawal.number == self.contact.number
        return (
            withdrawal.kind in ("calls", kind)
            and withdrawal.principal in ("", self.call.principal)
            and (is_named or not (withdrawal.person or withdrawal.number))
        )

    def happened_by_now(
        self, field: str, event: types.ConsentFact | types.StopFact | types.HoldFact | types.CallbackFact
    ) -> bool:
        """Whether the instant in an event's field is set and not later than the moment asked about."""
        at = getattr(event, field)
        if at is None:
            return False
        epoch(at, f"events: {field}")
        return bool(at <= self.at)


def open_callbacks(case: Case) -> list[types.CallbackFact]:
    """Callbacks agreed with this person for this principal, neither used nor cancelled by the moment asked about."""
    return [
        callback
        for callback in case.every(types.CallbackFact)
        if callback.person == case.contact.person
        and callback.principal == case.call.principal
        and not case.happened_by_now("closed_at", callback)
        and not is_used(case, callback.due_at)
    ]


def timed_requests(case: Case) -> list[types.RequestFact]:
    """Live requests to be called at a time, whatever their age, that no call has used yet."""
    return [one for one in case.live_requests() if one.due_at is not None and not is_used(case, one.due_at)]


def is_time_missing(case: Case) -> bool:
    """Whether a call ended in an agreed callback but no callback since then, open or closed, says when."""
    ours = case.contact.person, case.call.principal
    latest = max(
        (one.asked_at for one in case.every(types.CallbackFact) if (one.person, one.principal) == ours), default=None
    )
    return any(
        call.outcome is Outcome.CALLBACK_AGREED and (latest is None or latest < call.at)
        for _, call in case.prepared.dials_of(("principal", "person"))
    )


def is_used(case: Case, due_at: datetime) -> bool:
    """Whether an outgoing call was made to the person, for the principal, at or after a time."""
    calls = case.prepared.dials_of(("principal", "person"))
    due = epoch(due_at)
    return any(
        then >= due and call.at >= due_at and call.direction == "out" and call.channel == "voice"
        for then, call in calls
    )


def _comes(case: Case, due_at: datetime) -> int:
    """The first second of an agreed time, rounded up; a time that has come by the moment asked about counts at once."""
    second = epoch(due_at)
    return second if due_at <= case.at else epoch_up(due_at)


def _closes(callback: types.CallbackFact, rounded: Rounded = epoch) -> int:
    """The first second in which an open callback frees nothing more, because it is closed; FOREVER if it is not."""
    return FOREVER if callback.closed_at is None else rounded(callback.closed_at)


def free_spans(case: Case) -> list[Span]:
    """The spans when an agreed call, or a live request for a call at a time, is due."""
    return merged((max(case.now, due), end) for due, end in _due(case) if end > case.now)


def _due(case: Case) -> Iterator[Span]:
    for callback in open_callbacks(case):
        yield _comes(case, callback.due_at), _closes(callback)
    if case.solicited_until():
        for request in timed_requests(case):
            if request.due_at is not None:
                yield _comes(case, request.due_at), case.request_end(request)


def named_hours(case: Case) -> list[Span]:
    """From the hour a person named to the end of that local day, while the call is agreed or requested."""
    spans = []
    for callback in open_callbacks(case):
        if callback.is_hour_named:
            ends = min(case.day_before_loss(epoch(callback.due_at), 1), _closes(callback))
            spans.append((max(case.now, _comes(case, callback.due_at)), ends))
    for request in timed_requests(case) if case.solicited_until() else ():
        if request.is_hour_named and request.due_at is not None:
            ends = min(case.day_before_loss(epoch(request.due_at), 1), case.request_end(request))
            spans.append((max(case.now, _comes(case, request.due_at)), ends))
    return merged(spans)


def waits(case: Case) -> list[Span]:
    """Until when to wait for the call agreed or requested last, whatever was agreed before.

    Once that one is closed or withdrawn, the one before it stands again.
    """
    said = [
        (one.asked_at, _comes(case, one.due_at), _closes(one), _closes(one, epoch_up)) for one in open_callbacks(case)
    ]
    for request in timed_requests(case):
        if request.due_at is not None:
            over = case.taken_back(request, epoch_up)
            said.append((request.at, _comes(case, request.due_at), case.taken_back(request), over))
    found, start = [], case.now
    for _, comes, closes, over in sorted(said, reverse=True):
        if start < (end := min(comes, over)):
            found.append((start, end))
        start = max(start, closes)
    return found
