"""How long an offered contact stays with its agent, and whether the lease can be extended."""

from datetime import datetime, timedelta
from typing import Protocol

from policy.vocabulary import LeaseStage

LEASED_FOR = timedelta(minutes=30)
KEPT_FOR = timedelta(minutes=10)  # added once, if the agent asks


class AnyLease(Protocol):
    """A lease in force: a database object or plain values."""

    @property
    def id(self) -> int | None: ...
    @property
    def number(self) -> str: ...
    @property
    def stage(self) -> LeaseStage: ...
    @property
    def offered_at(self) -> datetime: ...
    @property
    def leased_until(self) -> datetime: ...
    @property
    def lawful_until(self) -> datetime: ...


def may_be_kept(lease: AnyLease) -> bool:
    """Whether the lease was not yet extended and the law leaves room: its end shows both."""
    return lease.leased_until <= lease.offered_at + LEASED_FOR and lease.leased_until < lease.lawful_until
