"""Says the reasons stored on contacts as they stand now: "No calls on Sunday" may have been stored on Sunday."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.services.answers.calls import Closed
from policy import Rulebook, outside_hours
from policy.templates.sentence import said_again
from policy.vocabulary import ContactState
from storage.queries.reports import status


def closed_rows(session: Session, campaigns: Collection[int], at: datetime) -> tuple[Closed, ...]:
    """One row for each state and reason of the campaigns' contacts."""
    return tuple(
        replace(row, reason=said_again(row.reason, sentence))
        for row, sentence in status.by_state(session, campaigns, at)
    )


def said_for_now(rows: Iterable[Closed], rulebook: Rulebook) -> tuple[Closed, ...]:
    """The rows with what calling-hours rules say on any day; those that then say the same become one."""
    hours = {rule.id: outside_hours(rule) for rule in rulebook.rules() if rule.kind == "hours" and not rule.says}
    merged: dict[tuple[ContactState, str], Closed] = {}
    for row in rows:
        is_locked = row.state is ContactState.LOCKED
        one = replace(row, reason=hours[row.rule]) if is_locked and row.rule in hours else row
        before = merged.get((one.state, one.reason))
        merged[one.state, one.reason] = one if before is None else _together(before, one)
    return tuple(merged.values())


def _together(one: Closed, other: Closed) -> Closed:
    moments = [each.opens_at for each in (one, other) if each.opens_at is not None]
    return replace(one, count=one.count + other.count, opens_at=min(moments, default=None))
