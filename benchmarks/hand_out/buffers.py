"""Counts the buffers that each statement of a hand-out touches, as PostgreSQL reports them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

from benchmarks.harness.contenders import WANTED, Desk, engine

_EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
_EXPLAINED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


class Counted:
    """Shared buffers counted so far, by statement."""

    def __init__(self) -> None:
        self.buffers: list[tuple[int, str]] = []

    @property
    def total(self) -> int:
        return sum(buffers for buffers, _ in self.buffers)


@contextmanager
def counting(of: Engine) -> Iterator[Counted]:
    """Explain each statement on the same connection before it runs, and roll the explanation back."""
    counted = Counted()

    def explain(_conn: Any, cursor: Any, statement: str, parameters: Any, _context: Any, is_many: bool) -> None:
        if statement.lstrip().upper().startswith(_EXPLAINED):
            for one in parameters if is_many else [parameters]:
                counted.buffers.append((_buffers(cursor.connection, statement, one), statement))

    event.listen(of, "before_cursor_execute", explain)
    try:
        yield counted
    finally:
        event.remove(of, "before_cursor_execute", explain)


def claim_buffers(url: str, desk: Desk, claims: int) -> list[int]:
    """The buffers of each of `claims` claims."""
    found = []
    for _ in range(claims):
        with counting(engine(url)) as counted:
            got = desk.claim()
        assert got == WANTED, f"a claim that was to be explained got {got}"
        found.append(counted.total)
    return found


def _buffers(connection: Any, statement: str, parameters: Any) -> int:
    is_inside = connection.info.transaction_status == TransactionStatus.INTRANS or not connection.autocommit
    begin, undo = ("SAVEPOINT explained", "ROLLBACK TO explained") if is_inside else ("BEGIN", "ROLLBACK")
    with connection.cursor() as cursor:
        cursor.execute(begin)
        cursor.execute(_EXPLAIN + statement, parameters)
        plan = cursor.fetchone()[0]
        cursor.execute(undo)
    top = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return int(top["Shared Hit Blocks"]) + int(top["Shared Read Blocks"])
