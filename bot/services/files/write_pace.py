"""Paces long imports: how much is written at once, and how long the database rests in between, to keep waits short.

SQLite has one writer. Writers of one process queue, but those of another only poll the file: a writer that never rests
keeps them waiting until they give up. Who waited writes during the rest, which the file tells: while nobody does, more
is written at once. PostgreSQL's writers wait only for each other's rows: a batch is as large as is soon worked off, and
its rows as soon free again. A busy machine alone, which shows on the clock, makes no very small batches there.

What is rolled back is only a look: on both engines nobody waits for it longer than for one small batch.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep, thread_time

from bot.services.deps import Deps
from storage.database import bulk
from storage.database.engine import has_one_writer
from storage.database.unit_of_work import UnitOfWork

FEWEST = 50  # a first batch, with nothing in memory yet, takes ten times as long a row as later ones
FEWEST_UNDONE = 2
_LOOKED_FOR_S = 0.05  # half of what a writer may hold: a turn now and then takes twice as long as the last
_HELD_FOR_S = 0.1
_HELD_WHILE_ALONE_S = 0.25
_ALONE_AFTER_S = 30.0  # without a writer beside it: an agent who works presses more often
_REST_S = 0.03
_WORKED_BESIDE_OTHERS_S = 0.5  # by the processor
_LOCKED_FOR_S = 1.0  # by the clock, which runs while the database works
_FEWEST_BY_THE_CLOCK = 200


class Pace:
    """Runs transactions one after the other. `size`: how many rows the next should write; the first is the smallest.

    `is_undone`: each is rolled back, as in a preview.
    """

    def __init__(self, deps: Deps, most: int, *, is_undone: bool = False) -> None:
        self._deps, self._most, self._is_undone = deps, most, is_undone
        self._fewest = FEWEST_UNDONE if is_undone else FEWEST
        self._rest_s = 0.0
        self._left: object = None  # the mark of the file as it was left
        self._others_at = monotonic()  # when somebody else was last seen to write
        self.size = min(most, self._fewest)

    @contextmanager
    def turn(self, rows: int) -> Iterator[UnitOfWork]:
        """A transaction that writes so many rows, about `size`. How long it takes, and whether others wrote since the
        last, sets the size of the next."""
        sleep(self._rest_s)
        with self._deps.unit_of_work() as uow:
            takes_turns = has_one_writer(uow.session)
            begun, worked = monotonic(), thread_time()
            may_take_s = self._may_take_s(uow, begun) if takes_turns or self._is_undone else _LOCKED_FOR_S
            yield uow
            if takes_turns:
                uow.session.flush()
                self._left = bulk.mark_of_writes(uow.session)
        fitting = self._fitting(rows, may_take_s, monotonic() - begun)
        self._rest_s = _REST_S if takes_turns else 0.0
        if not takes_turns and not self._is_undone:
            by_work = self._fitting(rows, _WORKED_BESIDE_OTHERS_S, thread_time() - worked)
            fitting = min(by_work, max(fitting, _FEWEST_BY_THE_CLOCK))
        self.size = min(self._most, max(self._fewest, min(fitting, max(2 * rows, self.size))))

    def _may_take_s(self, uow: UnitOfWork, at: float) -> float:
        if self._is_undone:
            return _LOOKED_FOR_S
        if bulk.mark_of_writes(uow.session) != self._left:
            self._others_at = at
        return _HELD_WHILE_ALONE_S if at - self._others_at > _ALONE_AFTER_S else _HELD_FOR_S

    def _fitting(self, rows: int, may_take_s: float, took_s: float) -> int:
        """How many rows take so long. A quick turn with few rows is no reason for smaller ones."""
        fitting = int(rows * may_take_s / max(took_s, 1e-6))
        return max(fitting, self.size) if took_s <= may_take_s else fitting
