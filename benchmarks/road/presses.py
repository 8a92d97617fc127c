"""What each press on a card asks the database until its commit, with one card held and with three.

`python -m benchmarks.road.presses [URL]`: on a SQLite file, or in an empty database of PostgreSQL.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event

from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.road.desk import Desk
from policy.vocabulary import Outcome

_REPEATS, _WARM = 5, 2
_SHAPE = Shape(600, campaigns=3, agents=30, leased=0)
_WRITES = ("INSERT", "UPDATE", "DELETE")
_OF_THE_TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Asked(NamedTuple):
    """Of one press. `began`: BEGINs until the commit, which is one COMMIT more; `after`: statements after that."""

    statements: int
    began: int
    after: int
    rows: int  # read, until the commit
    p50_ms: float  # of the whole press, its reply included


class _Transaction:
    def __init__(self) -> None:
        self.statements, self.rows, self.writes = 0, 0, False


def measured(url: str, cards: int) -> dict[str, Asked]:
    """Each press, by an agent who holds so many cards. The database must be empty; counts are the most of any press."""
    fill(url, _SHAPE)
    found: dict[str, list[tuple[list[_Transaction], float]]] = {}
    with Desk(url) as desk:
        desk.work(_WARM)
        for _ in range(_REPEATS):
            desk.ask(1, cards)
            for name, press in _presses(desk, cards):
                with _counted() as seen:
                    began = perf_counter()
                    press()
                    took = perf_counter() - began
                found.setdefault(name, []).append((seen, took))
    return {name: _most([_asked(*one) for one in presses]) for name, presses in found.items()}


def _presses(desk: Desk, cards: int) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "call", desk.call
    yield "outcome", desk.record
    yield "undo", desk.undo
    yield "refusal", partial(desk.record, Outcome.REFUSED)
    desk.ask(1, cards)
    yield "give back", desk.give_back


def _asked(seen: list[_Transaction], took: float) -> Asked:
    first = next(place for place, one in enumerate(seen, 1) if one.writes)
    to_commit, after = seen[:first], seen[first:]
    statements, rows = (sum(getattr(one, name) for one in to_commit) for name in ("statements", "rows"))
    return Asked(statements, first, sum(one.statements for one in after), rows, took * 1000)


def _most(presses: list[Asked]) -> Asked:
    statements, began, after, rows, times = zip(*presses, strict=True)
    return Asked(max(statements), max(began), max(after), max(rows), median(times))


@contextmanager
def _counted() -> Iterator[list[_Transaction]]:
    seen = list[_Transaction]()
    of = dict[int, _Transaction]()  # by connection

    def begin(connection: Connection) -> None:
        of[id(connection.connection.dbapi_connection)] = _Transaction()
        seen.append(of[id(connection.connection.dbapi_connection)])

    def keep(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        words = statement.split(maxsplit=1)[0].upper()
        if words in _OF_THE_TRANSACTION:
            return
        now = of[id(connection.connection.dbapi_connection)]
        now.statements += 1
        if words in _WRITES:
            now.writes = True
        elif "$1" in statement:  # as `Statement` sends it to PostgreSQL: the record, which is one row
            now.rows += 1
        else:
            again = connection.connection.cursor()
            again.execute(statement, parameters)
            now.rows += len(again.fetchall())
            again.close()

    event.listen(Engine, "begin", begin)
    event.listen(Engine, "after_cursor_execute", keep)
    try:
        yield seen
    finally:
        event.remove(Engine, "begin", begin)
        event.remove(Engine, "after_cursor_execute", keep)


def said(cards: int, found: dict[str, Asked]) -> str:
    """A line for each press."""
    return "\n".join(
        f"{name:<10} {cards} held: {one.statements} statements and {one.began} BEGIN to the commit, {one.after} after;"
        f" {one.rows} rows read, p50 {one.p50_ms:.1f} ms"
        for name, one in found.items()
    )


def main() -> None:
    logging.disable(logging.WARNING)
    for cards in (1, 3):
        with TemporaryDirectory(prefix="nextcall-bench-") as folder:
            url = sys.argv[1] if sys.argv[1:] else f"sqlite:///{Path(folder) / 'nextcall.db'}"
            print(said(cards, measured(url, cards)))


if __name__ == "__main__":
    main()
