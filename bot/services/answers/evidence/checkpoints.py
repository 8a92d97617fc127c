"""A checkpoint of the log on its way to the channel that keeps it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CheckpointToKeep:
    """`note`: the signed note in full; `size`: how many entries the log had at `at`."""

    channel: str
    note: str
    size: int
    at: datetime
