"""A proof pack as JSON, for a program. `docs/background/proof.md` describes it."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel

from bot.services.answers.evidence.proof_packs import ProofPack, PublishedBefore, Statement, StatementProof
from bot.services.audit.campaign_terms import stood_at
from bot.services.privacy.emptying import without_in_json, words_of
from policy.calendar.local_time import latest_zone
from policy.vocabulary import POSSIBLE_NO, Outcome
from storage import models

NAME_OUT: Final = "[name]"

# The columns of each table that a pack shows, separated by spaces; the first dates a row.
SHOWN: Final[Mapping[type[SQLModel], str]] = {
    models.ContactList: "imported_at name basis is_told_of_calls is_interest_assessed numbers_from",
    models.PersonNumber: "known_since kind line closed_at closed_because closed_attempt_id",
    models.Lease: (
        "offered_at leased_until lawful_until agent_id contact_id stage callback_id ended_at ended_because "
        "release_reason"
    ),
    models.DecisionRecord: (
        "at asked_for agent_id contact_id campaign_id lease_id verdict callable_from lawful_until rulebook "
        "house_pack findings"
    ),
    models.Attempt: (
        "opened_at closed_at agent_id contact_id campaign_id lease_id principal subject direction channel state "
        "outcome found_at"
    ),
    models.OutcomeRecord: "recorded_at attempt_id recorded_by outcome own_name is_typed supersedes_id taken_back_at",
    models.PhoneCall: "started_at ended_at system direction ring_seconds result agent_id attempt_id found_at",
    models.CallFinding: "found_at attempt_id kind seconds rule",
    models.Callback: "asked_at due_at is_hour_named agent_id contact_id principal attempt_id closed_at closed_because",
    models.Suppression: "since until principal source reason recorded_by attempt_id withdrawn_at withdrawn_because",
    models.Hold: "placed_at reason placed_by contact_id attempt_id lifted_at lifted_by is_taken_back",
    models.Override: "approved_at rule reason approved_by contact_id until",
    models.Consent: (
        "recorded_at given_at kind principal wording source is_proved is_third_party is_express from_creditor "
        "ends_at first_used_at withdrawn_at withdrawal_recorded_at"
    ),
    models.Withdrawal: "recorded_at at kind principal",
    models.Relationship: "recorded_at kind principal from_on ended_on is_related is_opt_out_offered end_recorded_at",
    models.CallRequest: "recorded_at at due_at principal is_complete",
    models.PersonalHours: "recorded_at at blocked_days blocked_from blocked_until ends_on source",
    models.Screening: "recorded_at register_name obtained_at is_listed listed_on campaign_id",
    models.Erasure: "at stops",
}
# Those with words, which it leaves out.
_WORDS: Final[Mapping[type[SQLModel], str]] = {
    models.Lease: "release_words",
    models.DecisionRecord: "facts",
    models.OutcomeRecord: "note answers",
    models.Suppression: "note",
    models.Hold: "note lifted_because",
    models.Override: "words",
}
KIND: Final[Mapping[type[SQLModel], str]] = {table: str(table.__tablename__) for table in SHOWN}
BY_AGENT: Final = ("agent_id", "recorded_by", "placed_by", "lifted_by", "approved_by")
_OUTCOMES: Final = frozenset(one.value for one in Outcome)


class Clocks:
    """The clock of the person called, where each contact counted as being at each moment."""

    def __init__(
        self, contacts: Sequence[models.Contact], corrected: Sequence[models.CorrectedPlace], otherwise: str
    ) -> None:
        self._zones = {one.id: one.zones for one in contacts}
        self._corrected = corrected
        self._otherwise = next(filter(None, self._zones.values()), "") or otherwise

    def zone(self, contact_id: int | None, at: datetime) -> str:
        """The zone, IANA; empty: unknown. Of several candidates, the one in which it is latest."""
        now = self._zones.get(contact_id, "") or self._otherwise
        corrected = stood_at(at, (one for one in self._corrected if one.contact_id == contact_id), None)
        return latest_zone((now if corrected is None else corrected.zones).split(), at)


class Teller:
    """Makes statements of rows, without the words and names in them."""

    def __init__(self, clocks: Clocks, holds: Sequence[models.Hold], names: Collection[str]) -> None:
        self._clocks, self._words = clocks, words_of(holds)
        any_of = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True) if one.strip())
        self._names = re.compile(rf"(?i)\b(?:{any_of})\b") if any_of else None

    def tell(self, row: Any, contact_id: int | None = None) -> Statement:
        columns, left_out = SHOWN[type(row)].split(), _WORDS.get(type(row), "").split()
        at: datetime = getattr(row, columns[0])
        left_out = [one for one in left_out if getattr(row, one)]
        values: dict[str, Any] = {}
        for column in columns:
            value = as_plain(getattr(row, column))
            if isinstance(row, models.Hold) and column == "reason":
                told = value if value in _OUTCOMES or value == POSSIBLE_NO else ""
            elif isinstance(row, models.DecisionRecord) and column == "findings":
                told = without_in_json(self._words, value)
            elif isinstance(row, models.Consent) and column in ("wording", "source") and self._names is not None:
                told = self._names.sub(NAME_OUT, value)
            else:
                told = value
            if told != value:
                left_out.append(column)
            values[column] = told
        zone = self._clocks.zone(contact_id or getattr(row, "contact_id", None), at)
        return Statement(KIND[type(row)], row.id or 0, at, zone, values, tuple(left_out))


def as_plain(value: Any) -> Any:
    """A column's value as JSON holds it; instants as 2026-11-24T10:00:00.417003Z."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        # Always with the fraction, as leaves of the log have it.
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    if isinstance(value, time):
        return f"{value:%H:%M:%S.%f}"
    return value.isoformat() if isinstance(value, date) else value


FORMAT = 1
_LEFT_OUT = (
    "This pack names no person and leaves out what agents and team leads wrote in their own words. "
    "Agents appear by role and id."
)


def as_json(pack: ProofPack) -> str:
    """Statements are rows of the record; reviews are what Nextcall works out from them. Instants are UTC, with a Z.

    Of a statement, `values` are what its leaf in the log commits to, and `beside` columns that the log leaves out.
    """
    return json.dumps(as_values(pack), default=_plain, ensure_ascii=False, indent=1) + "\n"


def as_canonical(pack: ProofPack) -> bytes:
    """What the pack's signature is over: its JSON without the signature, names sorted, without spaces, in ASCII."""
    values = {name: one for name, one in as_values(pack).items() if name != "signature"}
    return json.dumps(values, default=_plain, sort_keys=True, separators=(",", ":")).encode()


def as_values(pack: ProofPack) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": "nextcall proof pack",
        "about": _LEFT_OUT,
        "organisation": pack.organisation,
        "number": pack.number,
        "number_on_record": pack.recorded,
        "made_at": pack.at,
        "zone": pack.zone,
        "erased_at": pack.erased_at,
        "people": pack.people,
        "attempts_at_other_numbers": pack.elsewhere,
        "rulebook_in_use": pack.rulebook,
        "terms_kept_since": pack.terms_kept_since,
        "agents": {str(key): role for key, role in pack.agents.items()},
        "campaigns": {str(key): asdict(one) for key, one in pack.campaigns.items()},
        "log": {
            "note": pack.log.note,
            "public_key": pack.log.public_key,
            "fault": pack.log.fault,
            "published": [_published(one) for one in pack.log.published],
            "key_changes": pack.log.key_changes,
        },
        "statements": [_statement(one) for one in pack.statements],
        "reviews": {
            "broken": pack.broken,
            "calls": [asdict(one) for one in pack.calls],
            "decisions": [asdict(one) for one in pack.decisions],
            "stops": [{**asdict(one), "is_honoured": one.is_honoured} for one in pack.stops],
            "rule_sets": [asdict(one) for one in pack.rule_sets],
        },
        "signature": pack.signature,
    }


def _published(one: PublishedBefore) -> dict[str, Any]:
    on = None if one.on is None else one.on.isoformat()
    return {"size": one.size, "on": on, "hash": one.hashed.hex(), "path": [each.hex() for each in one.path]}


def _statement(one: Statement) -> dict[str, Any]:
    return {
        "record": {"table": one.kind, "id": one.id},
        "at": one.at,
        # on the clock of the person called, with its offset
        "local": one.at.astimezone(ZoneInfo(one.zone)).isoformat() if one.zone else None,
        "zone": one.zone,
        "values": one.values,
        "beside": one.beside,
        "left_out": one.left_out,
        "proof": _proof(one.proof),
        "unproven": one.unproven,
    }


def _proof(one: StatementProof | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "number": one.number,
        "leaf": one.leaf,
        "statement": one.statement,
        "openings": [{"column": each.column, "key": each.key.hex(), "text": each.text} for each in one.openings],
        "path": [each.hex() for each in one.path],
    }


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return as_plain(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.value if isinstance(value, Enum) else str(value)
