"""Answers about the phone system's records."""

from dataclasses import dataclass
from datetime import datetime

from bot.services.answers.lists import RowFault


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a file of call records says beside the attempts. With `is_dry_run`, what it would change.

    Calls, not rows: one call may be several rows. `skew_seconds`: how far the phone system's clock is ahead; None if too
    few calls tell.
    """

    name: str
    system: str
    is_dry_run: bool
    rows: int
    since: datetime | None  # the first call out
    until: datetime | None  # the last
    matched: int = 0
    unrecorded: int = 0  # calls nobody recorded: attempts now
    forbidden: int = 0  # of those, against the rules of that moment
    without_call: int = 0
    short_rings: int = 0
    withheld: int = 0
    abandoned: int = 0
    calls_in: int = 0
    known: int = 0  # calls of an earlier file
    failed: int = 0  # never reached a telephone, and nobody recorded them
    strangers: int = 0  # calls with numbers that are on no list
    inside: int = 0  # rows between extensions, or from a withheld number
    twice: int = 0  # calls at a local time that came twice
    skew_seconds: int | None = None
    unknown_agents: tuple[str, ...] = ()  # as the file names them
    cards_withdrawn: int = 0
    faults: tuple[RowFault, ...] = ()
    fault_count: int = 0
    heading: tuple[str, ...] = ()
