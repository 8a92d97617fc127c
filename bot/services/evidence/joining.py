"""Joins statements with their leaves in the transparency log: what of each is proven, and what stands beside it."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlmodel import Session

from bot.services.answers.evidence.proof_packs import (
    ColumnOpening,
    LogState,
    PublishedBefore,
    Statement,
    StatementProof,
)
from bot.services.proof import Proving, RowProof
from storage.log import heads
from storage.log.statements import BY_NAME

_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{6})Z")
_NUMBER: Final = "number"  # opened though no statement shows it: it says that the row is about the pack's number


class Joining:
    """Proves the statements of one pack against the newest checkpoint."""

    def __init__(self, session: Session, organisation_id: int) -> None:
        self._organisation_id = organisation_id
        self._proving, self.log = _proving(session, organisation_id)

    def join(self, one: Statement) -> Statement:
        """The statement with its proof; or saying why there is none: not_stated | waiting | differs | no_log."""
        if one.kind not in BY_NAME:
            return _beside(one, "not_stated")
        if self._proving is None or not self.log.note:
            return _beside(one, "no_log")
        leaves = self._proving.prove(one.kind, one.id)
        if not leaves:
            return _beside(one, "waiting")
        return _proven(one, leaves[-1])

    def published(
        self, session: Session, joined: Sequence[Statement], kept: Sequence[str] = ()
    ) -> tuple[PublishedBefore, ...]:
        """Published checkpoints that the log continues: for each statement the first that has it, and the newest.

        And those that somebody kept, whether they were published or not. Raises NotANote for one that is not of this
        log.
        """
        if self._proving is None:
            return ()
        given = {one.size: one for one in map(self._proving.ending_of, kept)}
        shown = heads.published_sizes(session, self._organisation_id)
        sizes = sorted(one for one in shown if 0 < one <= self.log.size)
        places = {bisect_right(sizes, one.proof.number) for one in joined if one.proof is not None} | {len(sizes) - 1}
        wanted = {sizes[place] for place in places if 0 <= place < len(sizes)} | given.keys()
        found = filter(None, map(self._proving.ending, sorted(wanted)))
        return tuple(PublishedBefore(one.size, shown.get(one.size), one.hashed, one.path) for one in found)

    def sign(self, canonical: bytes) -> str:
        """The log's signature of the pack; empty if there is no checkpoint to sign beside."""
        return "" if self._proving is None else self._proving.sign_pack(canonical)


def _proving(session: Session, organisation_id: int) -> tuple[Proving | None, LogState]:
    try:
        proving = Proving(session, organisation_id)
    except ValueError:  # the signing key on record is damaged
        return None, LogState(fault="key")
    found = proving.published
    if found is None:
        return None, LogState(fault="empty")
    return proving, LogState(found.note, found.public_key, found.size, found.at)


def _beside(one: Statement, why: str) -> Statement:
    return replace(one, values={}, beside=one.values, unproven=why)


def _proven(one: Statement, leaf: RowProof) -> Statement:
    if not leaf.statement:  # a bundled row that changed since
        return _beside(one, "differs")
    stated = json.loads(leaf.statement)
    said: Mapping[str, Any] = stated["is"]
    opened = {opening.column: opening for opening in leaf.openings}
    if stated["sealed"].get(_NUMBER) is not None and _NUMBER not in opened:  # an erasure's new leaf is still to come
        return _beside(one, "waiting")
    if not leaf.is_erased and any(text is not None and name not in opened for name, text in stated["sealed"].items()):
        return _beside(one, "differs")  # in what the leaf commits to, which could be opened
    values, beside = {}, {}
    for column, value in one.values.items():
        if column in said:
            if said[column] != as_leaf(value):
                return _beside(one, "differs")
            values[column] = value
        elif column in opened and is_opened_as(opened[column].text, value):
            values[column] = value
        else:
            beside[column] = value
    keys = tuple(_openings(leaf, values))
    proof = StatementProof(
        leaf.number, leaf.leaf.decode(), "" if b'"statement"' in leaf.leaf else leaf.statement.decode(), keys, leaf.path
    )
    return replace(one, values=values, beside=beside, proof=proof)


def _openings(leaf: RowProof, values: Mapping[str, Any]) -> Iterator[ColumnOpening]:
    for one in leaf.openings:
        if one.column == _NUMBER or one.column in values:
            yield ColumnOpening(one.column, one.key, one.text)


def as_leaf(value: Any) -> Any:
    """A value as leaves say it: instants as 2026-11-24 10:00:00.417003."""
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    return value if found is None else f"{found[1]} {found[2]}"


def is_opened_as(text: str, value: Any) -> bool:
    """Whether the text that a commitment opens to is this value; JSON columns are compared as values."""
    if isinstance(value, str):
        return text == value
    try:
        return bool(json.loads(text) == value)
    except ValueError:
        return False
