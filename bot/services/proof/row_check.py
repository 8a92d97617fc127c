"""Checks rows against leaves: each row against its newest leaf, and the leaves of one row against each other."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from sqlmodel import Session

from bot.services.answers.evidence.checks import Fault, Tampering
from bot.services.proof.explained import (
    LATE_AFTER,
    Ahead,
    Bundled,
    Bundles,
    Erasures,
    Explanations,
    Single,
    Turns,
    and_before,
    instant,
    leaves_by_row,
    lowest,
)
from bot.services.proof.gathering import MALFORMED, is_passed, statement_hash
from storage.log import leaf_text, rows
from storage.log.rows import SALT, StatedRow
from storage.log.statements import Stated
from storage.models import EvidenceLog

Tell = Callable[[Tampering], None]


class RowCheck:
    """One pass over each table's rows and leaves, side by side in the order of ids. `at`: now.

    It counts rows, those that wait for the log, and leaves whose personal columns are erased.
    """

    def __init__(
        self, session: Session, head: EvidenceLog, tell: Tell, noted: set[tuple[str, int]], at: datetime
    ) -> None:
        self._session, self._head, self._tell, self._noted, self._now = session, head, tell, noted, at
        self._turns = Turns(session, head)
        self._erasures = Erasures(session, head, self._turns)
        self._explanations = Explanations(session, head)
        self.rows = self.waiting = self.erased = 0

    def check(self, stated: Stated) -> None:
        bundles = Bundles(self._session, self._head.organisation_id, stated)
        alone = leaves_by_row(self._session, self._head.organisation_id, stated, "row")
        by_row = (list(some) for _, some in groupby(alone, key=lambda one: one.row_id))
        singles = Ahead(by_row, key=lambda some: some[0].row_id)
        every = rows.rows_where(self._session, stated, self._head.organisation_id, "1 = 1")
        found = Ahead(every, key=lambda row: row.row_id)
        while (row_id := lowest(found.next_key, singles.next_key, bundles.next_key)) is not None:
            row, some, bundled = found.take(row_id), singles.take(row_id) or (), bundles.take(row_id)
            try:
                self._row(stated, row_id, row, some, bundled)
            except MALFORMED:  # of one row: the others are checked all the same
                self._tell(Tampering(Fault.UNREADABLE, stated.name, row_id))

    def _row(
        self, stated: Stated, row_id: int, row: StatedRow | None, singles: Sequence[Single], bundled: Bundled | None
    ) -> None:
        self.rows += row is not None
        self.erased += sum(one.salt == rows.ERASED_SALT for one in (*singles, *((bundled,) if bundled else ())))
        for leaf in singles:
            if len(leaf.salt) != (SALT if stated.sealed else 0):
                self._tell(Tampering(Fault.UNSEALED, stated.name, row_id, number=leaf.number))
                return
        if row is None:
            self._tell(Tampering(Fault.REMOVED, stated.name, row_id))
        elif singles or bundled is not None:
            self._with_leaves(stated, row, singles, bundled)
        elif is_passed(self._head.marks, stated.name, row_id):
            self._tell(Tampering(Fault.INSERTED, stated.name, row_id))
        else:
            self.waiting += 1
            self._late(stated, row, self._head.size, None)

    def _with_leaves(self, stated: Stated, row: StatedRow, singles: Sequence[Single], bundled: Bundled | None) -> None:
        newest = singles[-1] if singles else None
        if newest is not None and (bundled is None or newest.number > bundled.number):
            now = leaf_text.of_row(newest.moment, newest.number, rows.statement_of(stated, row, newest.salt))
            is_same = now == newest.said
        else:
            newest = None
            assert bundled is not None
            is_same = statement_hash(rows.statement_of(stated, row, bundled.salt)) == bundled.hashed
        if is_same:
            first = singles[0] if bundled is None or (singles and singles[0].number < bundled.number) else bundled
            self._late(stated, row, first.number, first.moment)
        elif newest is None:
            self._differs_from_bundle(stated, row, bundled)
        else:
            self._differs(stated, row, newest, [*singles[:-1], *and_before(bundled)])
        if len(singles) > 1 or (bundled is not None and (singles or bundled.before)):
            self._earlier(stated, row, singles, bundled, is_single=newest is not None and is_same)

    def _earlier(
        self, stated: Stated, row: StatedRow, singles: Sequence[Single], bundled: Bundled | None, *, is_single: bool
    ) -> None:
        """What earlier leaves about the row say. `is_single`: the newest is no bundle, and says what the row says."""
        said = [known for leaf in singles if (known := self._said(stated, leaf)) is not None]
        if len(said) < len(singles):
            return
        resealed = self._resealed(stated, row, singles, said) if is_single else {}
        for (one, other), (before, after) in zip(pairwise(singles), pairwise(said), strict=True):
            was, now = before["is"], after["is"]
            # Leaves of before a migration lack the columns that it added.
            changed = [name for name in _lasting(stated, was) if name in was and was[name] != now.get(name)]
            if columns := {*changed, *(name for name in resealed.get(other.number, ()) if name in stated.lasting)}:
                fault = Tampering(Fault.REWRITTEN, stated.name, row.row_id, tuple(sorted(columns)), other.number)
                self._tell(fault)
            both = [name for name in stated.changing if name in was and name in now]
            moved = [name for name in both if was[name] != now[name] and name not in columns]
            words = [name for name in resealed.get(other.number, ()) if name not in stated.lasting]
            self._unexplained(stated, row.row_id, {**now, **dict.fromkeys(words)}, [*moved, *words], one, other)
            self._ended_late(stated, row, other.number, was, now)
        self._unsealed(stated, row, [*singles, *and_before(bundled)])
        differs = [self._differs_in_bundle(stated, row, each) for each in and_before(bundled)]
        if is_single and not any(differs) and bundled is not None and bundled.number < singles[0].number:
            was = StatedRow(row.row_id, said[0]["is"], row.personal)
            came = datetime.fromisoformat(singles[0].moment)
            if self._explanations.are_kept(came) and not self._is_as_bundled(stated, was, bundled):
                self._tell(Tampering(Fault.UNEXPLAINED, stated.name, row.row_id, number=singles[0].number))

    def _said(self, stated: Stated, leaf: Single) -> dict[str, Any] | None:
        """What a leaf says of its row; None if that cannot be read, which it tells."""
        try:
            said = json.loads(leaf.said)["statement"]
            for moment in (leaf.moment, *(end for name in stated.ends if (end := said["is"].get(name)))):
                instant(moment)
            return {"is": dict(said["is"]), "sealed": dict(said["sealed"])}
        except MALFORMED:
            self._tell(Tampering(Fault.LEAF_CHANGED, stated.name, leaf.row_id, number=leaf.number))
            return None

    def _differs(self, stated: Stated, row: StatedRow, newest: Single, earlier: Sequence[Single | Bundled]) -> None:
        """The row says something else than its newest leaf. With a note that it changed, this may be lawful."""
        is_noted = (stated.name, row.row_id) in self._noted
        said = self._said(stated, newest)
        if said is None:
            return
        plain = [name for name, value in row.said.items() if said["is"].get(name) != value]
        sealed = [
            name
            for name, text in row.personal.items()
            if said["sealed"].get(name) != rows.sealed_value(newest.salt, name, text)
        ]
        if is_noted:  # by a migration, perhaps, that added a column
            plain, sealed = (
                [one for one in plain if one in said["is"]],
                [one for one in sealed if one in said["sealed"]],
            )
            if self._is_erased_since(stated, newest, earlier):
                sealed = []
        if _is_salt(row, newest, plain, sealed if not is_noted else [one for one in sealed if one in stated.lasting]):
            self._tell(Tampering(Fault.UNSEALED, stated.name, row.row_id, tuple(sealed), newest.number))
        elif not is_noted:
            self._tell(Tampering(Fault.CHANGED, stated.name, row.row_id, (*plain, *sealed), newest.number))
        else:
            self._changed_since(stated, row, newest, said["is"], [*plain, *sealed])

    def _changed_since(
        self, stated: Stated, row: StatedRow, newest: Single, before: dict[str, Any], columns: Sequence[str]
    ) -> None:
        """The row changed, and waits for its new leaf: was that a change which the product makes, and who says so."""
        never = _lasting(stated, before)
        wrong = tuple(name for name in columns if name in never or name in stated.lasting)
        if wrong:
            self._tell(Tampering(Fault.CHANGED, stated.name, row.row_id, wrong, newest.number))
        others = [name for name in columns if name not in wrong]
        is_told = self._unexplained(stated, row.row_id, row.said, others, newest, None)
        is_late = self._ended_late(stated, row, self._head.size, before, row.said)
        self.waiting += not (wrong or is_told or is_late)

    def _unexplained(
        self,
        stated: Stated,
        row_id: int,
        now: dict[str, Any],
        columns: Iterable[str],
        before: Single,
        after: Single | None,
    ) -> bool:
        """Tell of columns that nothing on record says who changed. `after` None: its leaf is still to come."""
        if not self._explanations.are_kept(self._now if after is None else datetime.fromisoformat(after.moment)):
            return False
        found = tuple(
            one for one in columns if not self._explanations.explain(stated, row_id, one, now.get(one), before.number)
        )
        if found:
            number = before.number if after is None else after.number
            self._tell(Tampering(Fault.UNEXPLAINED, stated.name, row_id, found, number))
        return bool(found)

    def _differs_from_bundle(self, stated: Stated, row: StatedRow, bundled: Bundled | None) -> None:
        """As `_differs`; a bundle does not say which column."""
        assert bundled is not None
        if (stated.name, row.row_id) not in self._noted or self._differs_in_bundle(stated, row, bundled, tells=False):
            self._tell(Tampering(Fault.CHANGED, stated.name, row.row_id))
        elif bundled.salt == rows.ERASED_SALT and not self._is_erased_since(stated, bundled, ()):
            self._tell(Tampering(Fault.UNSEALED, stated.name, row.row_id))
        elif self._explanations.are_kept(self._now) and not self._is_as_bundled(stated, row, bundled):
            self._tell(Tampering(Fault.UNEXPLAINED, stated.name, row.row_id))
        else:
            self.waiting += 1

    def _is_as_bundled(self, stated: Stated, row: StatedRow, bundled: Bundled) -> bool:
        """Whether a row differs from what a bundle says of it only as rows explain themselves, or a statement does.

        A column that the bundle does not have was added since. What is empty in a new row may be filled by itself.
        """
        if bundled.salt == rows.ERASED_SALT or self._explanations.explain_any(stated, row.row_id, bundled.number):
            return True
        fresh = {} if stated.told_in else {one: _empty(stated, one) for one in stated.itself if one in row.said}
        words = {name: _empty(stated, name) for name in stated.itself if name in row.personal}
        first = StatedRow(row.row_id, {**row.said, **fresh}, {**row.personal, **words})
        without = [({**first.said}, first.personal)]
        without += [({k: v for k, v in first.said.items() if k != name}, first.personal) for name in first.said]
        found = (StatedRow(row.row_id, said, personal) for said, personal in without)
        return any(statement_hash(rows.statement_of(stated, one, bundled.salt)) == bundled.hashed for one in found)

    def _is_erased_since(self, stated: Stated, leaf: Single | Bundled, earlier: Sequence[Single | Bundled]) -> bool:
        """Whether the salt of a newest leaf went with an erasure, or with the return of a number that one had taken."""
        if leaf.salt != rows.ERASED_SALT:
            return False
        return self._erasures.came_after(stated, leaf) or any(one.salt == rows.ERASED_SALT for one in earlier)

    def _unsealed(self, stated: Stated, row: StatedRow, leaves: Sequence[Single | Bundled]) -> None:
        """Salts that are gone without an erasure in the log: what a leaf said before cannot be compared any more.

        A number that comes back after its erasure takes the salt of the leaf that the erasure left.
        """
        was_erased = False
        for one, other in pairwise(sorted(leaves, key=lambda leaf: leaf.number)):
            if one.salt != rows.ERASED_SALT:
                continue
            is_erased = self._erasures.lies_between(stated, one, other) or self._erasures.waits(stated)
            if not (is_erased or was_erased):
                columns = tuple(name for name in sorted(stated.sealed) if row.personal[name] is not None)
                self._tell(Tampering(Fault.UNSEALED, stated.name, row.row_id, columns, one.number))
                return
            was_erased = True

    def _differs_in_bundle(self, stated: Stated, row: StatedRow, bundled: Bundled, *, tells: bool = True) -> bool:
        """A bundle says that something never changes, and the row says otherwise. After an erasure nobody can tell."""
        if not bundled.lasting or bundled.salt == rows.ERASED_SALT:
            return False
        differs = statement_hash(rows.lasting_of(stated, row, bundled.salt)) != bundled.lasting
        if differs and tells:
            self._tell(Tampering(Fault.CHANGED, stated.name, row.row_id))
        return differs

    def _ended_late(
        self, stated: Stated, row: StatedRow, number: int, before: dict[str, Any], after: dict[str, Any]
    ) -> bool:
        """An end that was put in later than the moment it names: a stop withdrawn today as if it had been last week."""
        new = [name for name in stated.ends if after.get(name) and name in before and after[name] != before[name]]
        ended = next(
            (turn for name in new if (turn := self._turns.late(instant(after[name]) + LATE_AFTER, number))), None
        )
        if ended is not None:
            self._tell(Tampering(Fault.BACKDATED, stated.name, row.row_id, tuple(new), number, at=ended))
        return ended is not None

    def _late(self, stated: Stated, row: StatedRow, number: int, moment: str | None) -> None:
        if not stated.at or row.said.get("found_at"):  # the phone system's records bring calls of days ago
            return
        at = instant(row.said[stated.at])
        if (turn := self._turns.late(at + LATE_AFTER, number)) is None or self._turns.is_older(at, number):
            return
        taken = turn if moment is None else datetime.fromisoformat(moment)
        self._tell(Tampering(Fault.BACKDATED, stated.name, row.row_id, (stated.at,), number, at=taken))

    def _resealed(
        self, stated: Stated, row: StatedRow, singles: Sequence[Single], said: Sequence[dict[str, Any]]
    ) -> dict[int, list[str]]:
        """Personal columns of which earlier leaves say another text than the row, by the leaf that came after."""
        found: dict[int, list[str]] = {}
        told: set[str] = set()
        for (one, other), (before, _) in reversed(list(zip(pairwise(singles), pairwise(said), strict=True))):
            if one.salt == rows.ERASED_SALT:
                continue
            names = stated.sealed if other is singles[-1] else stated.lasting
            for name in names:
                seals = before["sealed"]
                differs = name in seals and seals[name] != rows.sealed_value(one.salt, name, row.personal[name])
                if differs and name not in told:
                    told.add(name)
                    found.setdefault(other.number, []).append(name)
        return found


def _is_salt(row: StatedRow, leaf: Single, plain: Sequence[str], sealed: Sequence[str]) -> bool:
    """Whether every personal column differs and nothing else: then it is the salt that was changed."""
    is_all = sealed and len(sealed) == sum(text is not None for text in row.personal.values()) and not plain
    return bool(is_all) and (len(sealed) > 1 or leaf.salt == rows.ERASED_SALT)


def _lasting(stated: Stated, before: dict[str, Any]) -> tuple[str, ...]:
    """Columns that never change: of a row that is settled, all."""
    is_settled = bool(stated.settled and before.get(stated.settled))
    return (*stated.fixed, *(stated.changing if is_settled else stated.never))


def _empty(stated: Stated, name: str) -> str | None:
    default = stated.table.model_fields[name].get_default(call_default_factory=True)
    return str(default) if isinstance(default, str) else None
