"""When quiet turns of the log ended, and when people were erased: what may lawfully come late, or not be opened any
more."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.services.proof.gathering import is_passed
from bot.services.proof.row_leaves import Ahead, Bundled, Single, instant
from storage.log import rows, tree
from storage.log.statements import BY_NAME, Stated
from storage.models import EvidenceLog

LATE_AFTER = timedelta(minutes=10)  # of the moment a row names: the log takes it in within seconds
_QUIET = 100  # rows: a turn that took in fewer left nothing waiting


class Turns:
    """When quiet turns ended: a row that names a moment well before one of them should have been in the log by then.

    A turn that took in many rows may have left others waiting, as behind a list of a million.
    """

    def __init__(self, session: Session, head: EvidenceLog) -> None:
        ours = f"WHERE organisation_id = {head.organisation_id}"
        at = tree.moment_column(session, "at")
        asked = f"SELECT size, {at} FROM evidencecheckpoint {ours} ORDER BY size"  # noqa: S608
        in_bundles = (
            "SELECT number, last_row_id - row_id FROM evidenceleaf"  # noqa: S608
            f" {ours} AND kind = 'rows' AND last_row_id > row_id ORDER BY number"
        )
        bundles = Ahead(tree.raw(session, in_bundles), key=lambda one: one[0])
        self._turns: list[tuple[datetime, int]] = []
        self._began: datetime | None = None
        latest = datetime.min.replace(tzinfo=UTC)
        before = 0
        for size, text in tree.raw(session, asked):
            moment = _instant_or_none(text)
            if moment is None or not isinstance(size, int):
                continue  # the tree's check tells of the checkpoint
            count = size - before
            while (number := bundles.next_key) is not None and number < size:
                count += bundles.take(number)[1]
            before, self._began = size, self._began or moment
            if moment > latest:  # a clock that was set back says nothing
                latest = moment
                if count < _QUIET:
                    self._turns.append((moment, size))

    def late(self, at: datetime, number: int) -> datetime | None:
        """A quiet turn that ended after a moment, before the leaf of this number came."""
        place = bisect_right(self._turns, at, key=lambda turn: turn[0])
        is_before = place < len(self._turns) and self._turns[place][1] <= number
        return self._turns[place][0] if is_before else None

    def is_older(self, at: datetime, number: int) -> bool:
        """Whether a row of this moment and leaf is from before the log, which took in first what there was."""
        return self._began is not None and at < self._began and number < self._turns[0][1]


class Erasures:
    """Leaves that say that people were erased, or that words of long ago were forgotten."""

    def __init__(self, session: Session, head: EvidenceLog, turns: Turns) -> None:
        self._turns = turns
        self._waiting = {  # whether a row of the table has no leaf yet
            name: any(
                not is_passed(head.marks, name, row.row_id)
                for row in rows.rows_where(session, BY_NAME[name], head.organisation_id, "1 = 1")
            )
            for name in ("erasure", "retentionrun")
        }
        leaves = f"SELECT number, {tree.moment_column(session, 'at')} FROM evidenceleaf"  # noqa: S608 - names of ours
        ours = f"WHERE organisation_id = {head.organisation_id} AND table_name ="
        self._of = {
            name: [
                (number, at)
                for number, text in tree.raw(session, f"{leaves} {ours} '{name}' ORDER BY number")
                if isinstance(number, int) and (at := _instant_or_none(text)) is not None
            ]
            for name in ("erasure", "retentionrun")
        }

    def came_after(self, stated: Stated, leaf: Single | Bundled) -> bool:
        """Whether one came after the newest leaf about a row, or waits for the log."""
        return self.waits(stated) or any(number > leaf.number for number, _ in self._known(stated))

    def waits(self, stated: Stated) -> bool:
        """Whether one is not in the log yet."""
        is_forgotten = stated.is_forgotten and self._waiting["retentionrun"]
        return self._waiting["erasure"] or is_forgotten

    def lies_between(self, stated: Stated, one: Single | Bundled, other: Single | Bundled) -> bool:
        """Whether one of them came after a leaf about a row, and the next leaf about it soon after or with that one."""
        until = datetime.fromisoformat(other.moment) + LATE_AFTER
        return any(
            number > one.number and at <= until and self._turns.late(at + LATE_AFTER, other.number) is None
            for number, at in self._known(stated)
        )

    def _known(self, stated: Stated) -> list[tuple[int, datetime]]:
        return self._of["erasure"] + (self._of["retentionrun"] if stated.is_forgotten else [])


def _instant_or_none(text: Any) -> datetime | None:
    try:
        return instant(text)
    except (ValueError, TypeError):
        return None
