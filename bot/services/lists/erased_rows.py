"""Refuses rows that would bring back an erased person who said stop; gives other erased numbers their history back."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.answers.lists import RowFault
from bot.services.calls.standing import is_in_force
from bot.services.erased_numbers import Hashes, hashes_of
from bot.services.lists.reading import Decidable
from bot.services.lists.rows import ContactRow
from bot.services.names import reference_key
from policy.templates.sentence import phrase
from storage.models import Campaign
from storage.queries import compliance
from storage.subject import erased_keys

REFUSED = phrase("not imported: the person was erased at their own request and is on do-not-call")


class _Erased(NamedTuple):
    """What is known of the rows of a batch. `named`: by line, their hashes; `known`: those that an erasure left."""

    named: dict[int, dict[str, str]]
    known: frozenset[str]
    refused: frozenset[int]


def lines_known(session: Session, campaign: Campaign, rows: list[Decidable], at: datetime) -> frozenset[int]:
    """The lines of the rows that an erasure knows."""
    found = _look_up(session, campaign, rows, at)
    return (
        frozenset()
        if found is None
        else frozenset(line for line, by_hash in found.named.items() if not found.known.isdisjoint(by_hash))
    )


def admit(
    session: Session, campaign: Campaign, rows: list[Decidable], at: datetime
) -> tuple[list[Decidable], list[RowFault]]:
    """The rows that may be written to a campaign, and the others as faults, without their cells. An erased number
    without a stop for its principal comes back, and with it its calls."""
    found = _look_up(session, campaign, rows, at)
    if found is None:
        return rows, []
    for line, by_hash in found.named.items():
        for hashed, number in by_hash.items():
            if line not in found.refused and number and hashed in found.known:
                erased_keys.bring_back(session, campaign.organisation_id, hashed, number)
    admitted = [one for one in rows if one[0].line not in found.refused]
    return admitted, [RowFault(line, REFUSED, ()) for line in sorted(found.refused)]


def _look_up(session: Session, campaign: Campaign, rows: list[Decidable], at: datetime) -> _Erased | None:
    """What erasures left of the rows' people; None if nothing."""
    organisation_id = campaign.organisation_id
    hashes = hashes_of(session, organisation_id)
    if hashes is None:
        return None
    kinds = erased_keys.kinds(session, organisation_id)
    named = {row.line: _hashes_of(hashes, row, kinds) for row, _ in rows}
    every = {hashed for by_hash in named.values() for hashed in by_hash}
    known = {one.hashed: one for one in erased_keys.erased_among(session, organisation_id, every)}
    if not known:
        return None
    persons = {one.person_id for one in known.values() if one.person_id is not None}
    stops = compliance.suppressions_on(session, organisation_id, list(known), persons)
    binding = [one for one in stops if is_in_force(one, at) and one.principal in ("", campaign.principal)]
    stopped = {one.number for one in binding} | {one.person_id for one in binding}
    refused = frozenset(
        line
        for line, by_hash in named.items()
        if any(one in known and (one in stopped or known[one].person_id in stopped - {None}) for one in by_hash)
    )
    return _Erased(named, frozenset(known), refused)


def _hashes_of(hashes: Hashes, row: ContactRow, kinds: frozenset[str]) -> dict[str, str]:
    """The hashes by which the row may be known, each with the number that it alone stands for."""
    found: dict[str, str] = {}
    numbers = [one.number for one in row.numbers]
    if erased_keys.NUMBER in kinds:
        found |= {hashes.of_number(number): number for number in numbers}
    if erased_keys.NAME in kinds:
        found |= dict.fromkeys((hashes.of_name(row.folded_name, number) for number in numbers), "")
    if erased_keys.REFERENCE in kinds and row.reference:
        found[hashes.of_reference(reference_key(row.reference))] = ""
    return found
