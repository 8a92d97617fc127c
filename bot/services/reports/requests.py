"""Opt-outs with how fast they took effect, and overrides."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services.answers.reports import Honoured, OverrideUsed, StopWithdrawn
from bot.services.numbers.parsing import mask
from storage.models import Lease, Suppression, Team
from storage.queries import setup
from storage.queries.reports import digests

_MAYBE_A_NUMBER = re.compile(r"\+?\d(?:[\s().\-/]*\d){6,}")


@dataclass(frozen=True, slots=True)
class Stops:
    """Opt-outs in a span: how many, and how fast they took effect."""

    count: int
    honoured: Honoured


class _Request(NamedTuple):
    """One opt-out. It stops a number and a person: two rows."""

    rows: tuple[Suppression, ...]

    @property
    def since(self) -> datetime:
        return self.rows[0].since

    @property
    def attempt_id(self) -> int | None:
        return self.rows[0].attempt_id

    def reaches(self, lease: Lease, principal: str) -> bool:
        """Whether it stops a card that was out when it was recorded."""
        is_out = lease.offered_at <= self.since and (lease.ended_at is None or lease.ended_at >= self.since)
        return is_out and any(
            row.principal in ("", principal)
            and (lease.number == row.number or (row.person_id is not None and lease.person_id == row.person_id))
            for row in self.rows
        )


def stops_in(session: Session, team: Team, since: datetime, until: datetime) -> Stops:
    """The opt-outs that the team's agents recorded in [since, until)."""
    requests = _requests(digests.requests_to_stop(session, team.id or 0, since, until))
    calls = digests.opened_at(session, {one.attempt_id for one in requests if one.attempt_id is not None})
    waits = [one.since - calls[one.attempt_id][0] for one in requests if one.attempt_id in calls]
    own = {lease_id for _, lease_id in calls.values()}
    ends = _cards(session, team.organisation_id, requests, own)
    return Stops(
        len(requests),
        Honoured(
            in_calls=len(waits),
            recorded_within=max(waits, default=None),
            cards=len(ends),
            withdrawn_within=max((end for end in ends if end is not None), default=None),
            still_out=ends.count(None),
        ),
    )


def _requests(rows: Iterable[Suppression]) -> list[_Request]:
    found: dict[tuple[object, ...], list[Suppression]] = defaultdict(list)
    for row in rows:
        key = (row.attempt_id,) if row.attempt_id is not None else (row.recorded_by, row.since)
        found[key].append(row)
    return [_Request(tuple(same)) for same in found.values()]


def _cards(
    session: Session, organisation_id: int, requests: Sequence[_Request], own: Collection[int | None]
) -> list[timedelta | None]:
    """How long each other card stayed out after the record; None: it is still out."""
    rows = [row for one in requests for row in one.rows]
    if not rows:
        return []
    numbers = {row.number for row in rows if row.number}
    persons = {row.person_id for row in rows if row.person_id is not None}
    found = digests.cards_of(session, organisation_id, numbers, persons, requests[0].since)
    return [
        None if lease.ended_at is None else lease.ended_at - one.since
        for one in requests
        for lease, principal in found
        if lease.id not in own and one.reaches(lease, principal)
    ]


def overrides_in(
    session: Session, campaigns: Collection[int], since: datetime, until: datetime
) -> tuple[OverrideUsed, ...]:
    """The overrides approved in [since, until) on contacts of the campaigns, oldest first."""
    return tuple(
        OverrideUsed(
            at=row.approved_at,
            by=name,
            contact_id=row.contact_id,
            rule=row.rule,
            reason=row.reason,
            words=without_numbers(row.words),
            until=row.until,
        )
        for row, name in digests.overrides(session, campaigns, since, until)
    )


def mistakes_in(session: Session, organisation_id: int, since: datetime, until: datetime) -> tuple[StopWithdrawn, ...]:
    """The stops that were withdrawn as mistakes in [since, until), oldest first."""
    people = {one.slack_user_id: one.name for one in setup.agents(session, organisation_id)}
    return tuple(
        StopWithdrawn(
            row.decided_at or until,
            people.get(row.asked_by, row.asked_by),
            people.get(row.decided_by, row.decided_by),
        )
        for row in digests.stops_withdrawn(session, organisation_id, since, until)
    )


def without_numbers(words: str) -> str:
    """A person's words, for a channel: whatever could be a telephone number keeps only its last digits."""
    return _MAYBE_A_NUMBER.sub(lambda found: mask(re.sub(r"\D", "", found[0])), words)


def merged(parts: Sequence[Stops]) -> Stops:
    """Join the opt-outs of consecutive spans."""
    every = [one.honoured for one in parts]
    return Stops(
        sum(one.count for one in parts),
        Honoured(
            in_calls=sum(one.in_calls for one in every),
            recorded_within=_slowest(one.recorded_within for one in every),
            cards=sum(one.cards for one in every),
            withdrawn_within=_slowest(one.withdrawn_within for one in every),
            still_out=sum(one.still_out for one in every),
        ),
    )


def _slowest(times: Iterable[timedelta | None]) -> timedelta | None:
    return max((one for one in times if one is not None), default=None)
