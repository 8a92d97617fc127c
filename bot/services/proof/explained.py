"""Which statement on record explains that a row changed: who changed it, or what else happened to it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from math import inf
from typing import Any

from sqlmodel import Session, col, select

from bot.services.proof.row_leaves import instant
from storage.log import leaf_text, tree
from storage.log.statements import BY_NAME, Stated
from storage.models import Attempt, EvidenceLog, Organisation, OutcomeRecord, RecordedChange

_STATEMENTS = str(RecordedChange.__tablename__)
_OUTCOMES_IN = str(Attempt.__tablename__)


class Explanations:
    """Read once, by the row that changed. A statement explains changes since it came into the log, or if it waits."""

    def __init__(self, session: Session, head: EvidenceLog) -> None:
        self._session, self._organisation_id = session, head.organisation_id
        self._kept_since = _kept_since(session, head.organisation_id)
        self._said: dict[tuple[str, int], list[tuple[float, dict[str, Any]]]] = {}
        self._told_in: dict[str, dict[int, float]] = {}
        numbers = self._numbers(_STATEMENTS)
        asked = select(RecordedChange.id, RecordedChange.table_name, RecordedChange.row_id, RecordedChange.after)
        ours = col(RecordedChange.organisation_id) == self._organisation_id
        for change_id, table, row_id, after in session.exec(asked.where(ours).order_by(col(RecordedChange.id))):
            said = leaf_text.read_or_nothing(after)
            self._said.setdefault((table, row_id), []).append((numbers.get(change_id or 0, inf), said))
        self._outcomes = self._reported()
        self._next = next(self._outcomes, None)

    def are_kept(self, at: datetime) -> bool:
        """Whether a change that the log took in at a moment must be explained: earlier versions kept no statements."""
        return self._kept_since is None or at > self._kept_since + timedelta(minutes=10)

    def explain(self, stated: Stated, row_id: int, column: str, value: Any, since: int) -> bool:
        """Whether one says that a column became this, since the leaf of a number."""
        if stated.name == _OUTCOMES_IN and column == "outcome":
            # Whether an outcome of the attempt is on record; none: whether one was. Asked in ascending ids.
            while self._next is not None and self._next[0] < row_id:
                self._next = next(self._outcomes, None)
            if self._next is None or self._next[0] != row_id:
                return False
            return value is None or value in self._next[1]
        if column in stated.itself:
            return not stated.told_in or self._is_told(stated, row_id, since)
        said = self._said.get((stated.name, row_id), ())
        return any(
            number > since and column in after and (column in stated.sealed or after[column] == value)
            for number, after in said
        )

    def explain_any(self, stated: Stated, row_id: int, since: int) -> bool:
        """Whether one says that anything of the row changed: a bundle does not say what."""
        said = self._said.get((stated.name, row_id), ())
        is_told = bool(stated.told_in) and self._is_told(stated, row_id, since)
        return is_told or any(number > since for number, _ in said)

    def _is_told(self, stated: Stated, row_id: int, since: int) -> bool:
        """Whether another table has a row about it that is as new."""
        if stated.name not in self._told_in:
            table, column = stated.told_in.split()
            numbers = self._numbers(table)
            mapped: Any = BY_NAME[table].table
            ours = mapped.organisation_id == self._organisation_id
            found = self._session.exec(select(mapped.id, getattr(mapped, column)).where(ours).order_by(mapped.id))
            self._told_in[stated.name] = {about: numbers.get(one, inf) for one, about in found}
        return self._told_in[stated.name].get(row_id, -1) > since

    def _numbers(self, table: str) -> dict[int, int]:
        """By row: the number of its first leaf."""
        asked = (
            "SELECT number, kind, row_id, said FROM evidenceleaf"  # noqa: S608 - a name of ours
            f" WHERE organisation_id = {self._organisation_id} AND table_name = '{table}' ORDER BY number DESC"
        )
        found: dict[int, int] = {}
        for number, kind, row_id, said in tree.raw(self._session, asked):
            ids = [row_id] if kind == leaf_text.ROW else leaf_text.rows_in_bundle(said)
            found.update(dict.fromkeys(ids, number))
        return found

    def _reported(self) -> Iterator[tuple[int, set[str]]]:
        """The outcomes recorded of each attempt, in ascending ids of the attempts."""
        asked = (
            f"SELECT attempt_id, outcome FROM {OutcomeRecord.__tablename__}"  # noqa: S608 - a name of ours
            f" WHERE organisation_id = {self._organisation_id} ORDER BY attempt_id"
        )
        for attempt_id, some in groupby(tree.raw(self._session, asked), key=lambda one: one[0]):
            if isinstance(attempt_id, int):
                yield attempt_id, {one[1] for one in some}


def _kept_since(session: Session, organisation_id: int) -> datetime | None:
    """None: since the log began, or the cell cannot be read; the organisation's own leaf says that it changed."""
    column = tree.moment_column(session, "changes_kept_since")
    table = Organisation.__tablename__
    asked = f"SELECT {column} FROM {table} WHERE id = {organisation_id}"  # noqa: S608 - names of ours
    for (said,) in tree.raw(session, asked):
        try:
            return None if said is None else instant(said)
        except (ValueError, TypeError):
            return None
    return None
