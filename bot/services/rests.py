"""Work that gives way: after each piece it rests for a multiple of the time which that took."""

from collections.abc import Callable
from time import monotonic, sleep

TIMES = 4  # as long as it worked
LASTS_S = 4.0  # so long at most does one tick's work go on, rests included, but for its last piece


class Rests:
    """One tick's work. Called after each piece: rests, then answers whether there is time for another.

    Where the processor or the database is busy with people, a piece takes longer, and so does the rest.
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
