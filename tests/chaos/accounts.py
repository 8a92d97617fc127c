"""What became of all that was done: from what agents were told, what Slack took, and the rows."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from sqlmodel import Session, SQLModel, select

from storage.database import engine as engines
from storage.models import Agent, Attempt, Lease, Message, OutcomeRecord

_SENT = "sent"
_Row = TypeVar("_Row", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Account:
    """Counts; those that are lost or doubled are to be 0. A message that was on its way at a kill may come twice."""

    calls: int
    outcomes: int
    lost_outcomes: int
    doubled_outcomes: int
    doubled_leases: int
    messages: int
    lost_messages: int
    repeated_messages: int
    waiting_messages: int

    @property
    def is_sound(self) -> bool:
        return not (self.lost_outcomes or self.doubled_outcomes or self.doubled_leases or self.lost_messages)


def account(url: str, recorded: Mapping[int, str], taken: Mapping[str, int], true_until: datetime) -> Account:
    """`recorded`: what agents were told, by attempt. `taken`: how many messages Slack took, by conversation.

    `true_until`: when clocks began to differ. From then on, the moments of two bots do not say which came first.
    """
    engine = engines.create(url)
    with Session(engine) as session:
        leases = [one for one in _all(session, Lease) if one.offered_at < true_until]
        attempts = _all(session, Attempt)
        outcomes, messages = _all(session, OutcomeRecord), _all(session, Message)
        agents = {one.id: one.slack_user_id for one in _all(session, Agent)}
    engine.dispose()
    said = Counter((one.attempt_id, str(one.outcome)) for one in outcomes)
    # rows of one kind that one reader was told together are one message
    told = {(one.agent_id, one.kind, one.closed_at) for one in messages if one.closed_because == _SENT}
    sent = Counter(agents[agent_id] for agent_id, _kind, _closed_at in told)
    return Account(
        calls=len(attempts),
        outcomes=len(outcomes),
        lost_outcomes=sum(said[attempt, outcome] == 0 for attempt, outcome in recorded.items()),
        doubled_outcomes=sum(times > 1 for times in said.values()),
        doubled_leases=sum(
            _overlaps(leases, key)
            for key in (lambda one: one.contact_id, lambda one: one.person_id, lambda one: one.number)
        ),
        messages=len(messages),
        lost_messages=sum(max(0, times - taken.get(user, 0)) for user, times in sent.items()),
        repeated_messages=sum(max(0, times - sent[user]) for user, times in taken.items()),
        waiting_messages=sum(one.closed_at is None for one in messages),
    )


def _overlaps(leases: Iterable[Lease], key: Callable[[Lease], object]) -> int:
    """How often one was held by two at a time."""
    groups: dict[object, list[Lease]] = defaultdict(list)
    for lease in sorted(leases, key=lambda one: one.offered_at):
        groups[key(lease)].append(lease)
    return sum(
        first.ended_at is None or first.ended_at > second.offered_at
        for group in groups.values()
        for first, second in pairwise(group)
    )


def _all(session: Session, kind: type[_Row]) -> list[_Row]:
    return list(session.exec(select(kind)))
