"""Paces long imports: how much is written at once, and how long the database rests in between, to keep waits short.

SQLite has one writer. Writers of one process queue, but those of another only poll the file, every 25 ms at first: a
writer that never rests keeps them waiting until they give up. PostgreSQL's writers wait only for each other's rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from bot.services.deps import Deps
from storage.database import bulk
from storage.database.unit_of_work import UnitOfWork

FEWEST = 25  # a first batch, with nothing in memory yet, takes ten times as long a row as later ones
_HELD_FOR_S = 0.1
_REST_S = 0.03
_HELD_BESIDE_OTHERS_S = 0.5


class Pace:
    """Runs transactions one after the other. `size`: how many rows the next should write; the first is the smallest."""

    def __init__(self, deps: Deps, most: int) -> None:
        self._deps, self._most = deps, most
        self._rest_s = 0.0
        self.size = min(most, FEWEST)

    @contextmanager
    def turn(self) -> Iterator[UnitOfWork]:
        """A transaction for `size` rows. How long it takes sets the size of the next."""
        sleep(self._rest_s)
        with self._deps.unit_of_work() as uow:
            begun, is_alone = monotonic(), bulk.has_one_writer(uow.session)
            yield uow
        took = max(monotonic() - begun, 1e-6)
        self._rest_s = _REST_S if is_alone else 0.0
        fitting = int(self.size * (_HELD_FOR_S if is_alone else _HELD_BESIDE_OTHERS_S) / took)
        self.size = min(self._most, max(FEWEST, min(fitting, 2 * self.size)))
