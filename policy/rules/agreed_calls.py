"""Calls agreed with the person: open callbacks and timed requests, when they are due, and when they are used.

A callback is used by the first outgoing call to the person, for the principal, at or after its time.
"""

from collections.abc import Iterator
from datetime import datetime

from policy.calendar.local_time import epoch, epoch_up
from policy.calendar.spans import FOREVER, Span, merged
from policy.facts.types import CallbackFact, RequestFact
from policy.rules.case import Case
from policy.vocabulary import Outcome


def open_callbacks(case: Case) -> list[CallbackFact]:
    """Callbacks agreed with this person for this principal, neither used nor cancelled by the moment asked about."""
    return [
        callback
        for callback in case.every(CallbackFact)
        if callback.person == case.contact.person
        and callback.principal == case.call.principal
        and not case.happened_by_now("closed_at", callback)
        and not is_used(case, callback.due_at)
    ]


def timed_requests(case: Case) -> list[RequestFact]:
    """Live requests to be called at a time, whatever their age, that no call has used yet."""
    return [
        request for request in case.live_requests() if request.due_at is not None and not is_used(case, request.due_at)
    ]


def is_time_missing(case: Case) -> bool:
    """Whether a call ended in an agreed callback but no callback since then, open or closed, says when."""
    contact, principal = case.contact, case.call.principal
    asked = [
        one.asked_at for one in case.every(CallbackFact) if one.person == contact.person and one.principal == principal
    ]
    latest = max(asked, default=None)
    return any(
        call.outcome is Outcome.CALLBACK_AGREED and (latest is None or latest < call.at)
        for _, call in case.dials_of(("principal", "person"))
    )


def is_used(case: Case, due_at: datetime) -> bool:
    """Whether an outgoing call was made to the person, for the principal, at or after a time."""
    calls = case.dials_of(("principal", "person"))
    due = epoch(due_at)
    return any(
        then >= due and call.at >= due_at and call.direction == "out" and call.channel == "voice"
        for then, call in calls
    )


def _comes(case: Case, due_at: datetime) -> int:
    """The first second of an agreed time, rounded up; a time that has come by the moment asked about counts at once."""
    second = epoch(due_at)
    return second if due_at <= case.at else epoch_up(due_at)


def _closes(callback: CallbackFact) -> int:
    """The first second in which an open callback frees nothing more, because it is closed; FOREVER if it is not."""
    return FOREVER if callback.closed_at is None else epoch(callback.closed_at)


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
    said = [(one.asked_at, _comes(case, one.due_at), _closes(one), _is_over(one)) for one in open_callbacks(case)]
    for request in timed_requests(case):
        if request.due_at is not None:
            over = case.taken_back_by(request)
            said.append((request.at, _comes(case, request.due_at), case.taken_back_in(request), over))
    found, start = [], case.now
    for _, comes, closes, over in sorted(said, reverse=True):
        if start < (end := min(comes, over)):
            found.append((start, end))
        start = max(start, closes)
    return found


def _is_over(callback: CallbackFact) -> int:
    """The first whole second at which a callback is closed; FOREVER if it is not."""
    return FOREVER if callback.closed_at is None else epoch_up(callback.closed_at)
