"""How much of a list is written at once, and how long the database rests in between, so that nobody waits for long.

SQLite has one writer. In one process writers queue, but one of another process only looks from time to time, every 25 ms to
begin with, whether the file is free: whoever writes without a rest keeps it waiting until it gives up. PostgreSQL's writers
wait for each other's rows alone.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from bot.services.deps import Deps
from storage.database import UnitOfWork, bulk

FEWEST = 250  # with fewer, beginning and ending would be most of the work
_HELD_FOR_S = 0.1
_REST_S = 0.03
_HELD_BESIDE_OTHERS_S = 0.5
_TURN_S = 0.0005  # after which a thread at work lets another one have the interpreter
_MADE_BETWEEN = 100_000  # objects, some batches' worth, between two looks for garbage


@contextmanager
def alone() -> Iterator[None]:
    """For a process that does nothing else than import meanwhile.

    What is there already stays; of thousands of rows in memory none is garbage before its batch is written, and looking at
    each of them again and again would be a third of the work. Whoever reads ahead makes way at once for whoever writes: the
    database would otherwise wait five milliseconds for each next statement.
    """
    made_between, turn_s = gc.get_threshold(), sys.getswitchinterval()
    gc.freeze()
    gc.set_threshold(_MADE_BETWEEN)
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(turn_s)
        gc.set_threshold(*made_between)
        gc.unfreeze()


class Pace:
    """Transactions one after the other. `size`: how many rows the next one should write; first as few as ever."""

    def __init__(self, deps: Deps, most: int) -> None:
        self._deps, self._most = deps, most
        self._rest_s = 0.0
        self.size = min(most, FEWEST)

    @contextmanager
    def turn(self) -> Iterator[UnitOfWork]:
        """A transaction for `size` rows; by how long it takes the next one is measured."""
        sleep(self._rest_s)
        with self._deps.unit_of_work() as uow:
            begun, is_alone = monotonic(), bulk.has_one_writer(uow.session)
            yield uow
        took = max(monotonic() - begun, 1e-6)
        self._rest_s = _REST_S if is_alone else 0.0
        fitting = int(self.size * (_HELD_FOR_S if is_alone else _HELD_BESIDE_OTHERS_S) / took)
        self.size = min(self._most, max(FEWEST, min(fitting, 2 * self.size)))
