"""A proof pack as JSON, for a program. `docs/background/proof.md` describes it."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from bot.services.answers.evidence.proof_packs import ProofPack, PublishedBefore, Statement, StatementProof
from bot.services.evidence.statements import as_plain

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
