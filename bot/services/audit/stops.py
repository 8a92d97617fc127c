"""When the stop of a call was said: with the statement since which it has stood without a break.

If it was taken back and said again, the second time counts. If others only repeated it, or it stood while its agent
said otherwise, the first time counts.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from policy.vocabulary import STOPPING
from storage.models import OutcomeRecord, Suppression


def stands_at(withdrawn_at: datetime | None, at: datetime) -> bool:
    """Whether what was withdrawn then, or never, still stood."""
    return withdrawn_at is None or withdrawn_at > at


def beginning(stops: Sequence[Suppression], said: Iterable[OutcomeRecord], at: datetime) -> OutcomeRecord | None:
    """The statement with which the stop of a call that stands at a moment began. None: none stands, or none is known.

    `stops`, `said`: all of the call, the statements oldest first. A stop that ended with a correction, and returned as
    that was undone, was recorded anew: it still goes by what its speaker had said.
    """
    first = _first(stops, at)
    if first is None:
        return None
    theirs = [one for one in said if one.outcome in STOPPING and one.recorded_by == first.recorded_by]
    return next((one for one in reversed(theirs) if one.recorded_at <= first.since), None)


def _first(stops: Sequence[Suppression], at: datetime) -> Suppression | None:
    stood = [one for one in stops if one.since <= at and stands_at(one.withdrawn_at, at)]
    first = min(stood, key=lambda one: one.since, default=None)
    return first if first is None or first.since == at else _first(stops, first.since)
