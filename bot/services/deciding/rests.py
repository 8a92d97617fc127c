"""Background work that gives way: after each piece it rests for a multiple of the time the piece took."""

from collections.abc import Callable
from time import monotonic, sleep

TIMES = 4  # the rest, as a multiple of the work
LASTS_S = 4.0  # seconds that one tick's work lasts at most, rests included, except for its last piece


class Rests:
    """One tick's work. Call it after each piece: it rests, then returns whether there is time for another.

    When people keep the processor or the database busy, a piece takes longer, and so does the rest.
    """

    def __init__(self, now: Callable[[], float] = monotonic, rest: Callable[[float], object] = sleep) -> None:
        self._now, self._rest = now, rest
        self._since = now()
        self._until = self._since + LASTS_S

    def __call__(self) -> bool:
        left = self._until - self._now()
        if left > 0:
            self._rest(min(TIMES * (self._now() - self._since), left))
        self._since = self._now()
        return self._since < self._until
