"""Claim several contacts at once: the leases, the decisions they rest on and the marks on the contacts, written together.

For contacts that `candidates` has found, which are this transaction's own. Which of them are claimed is said by the unique
indexes on leases: of two that share a person or a number only the first is.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from policy.vocabulary import LeaseStage
from storage.leases import Terms
from storage.models import Contact, Lease


@dataclass(frozen=True, slots=True)
class Wish:
    """A contact to claim, on which terms, and the decision that allows it: the columns of its record but `lease_id`."""

    contact: Contact
    terms: Terms
    decision: Mapping[str, Any]


_LEASE = {
    "organisation_id": "int",
    "contact_id": "int",
    "person_id": "int",
    "number": "text",
    "agent_id": "int",
    "stage": "text",
    "offered_at": "timestamptz",
    "leased_until": "timestamptz",
    "lawful_until": "timestamptz",
    "ended_because": "text",
    "release_reason": "text",
    "release_words": "text",
}
_DECISION = {
    "organisation_id": "int",
    "contact_id": "int",
    "campaign_id": "int",
    "agent_id": "int",
    "asked_for": "text",
    "at": "timestamptz",
    "verdict": "text",
    "callable_from": "timestamptz",
    "lawful_until": "timestamptz",
    "rulebook": "text",
    "house_pack": "text",
    "findings": "json",
    "facts": "json",
}


def _listed(columns: Mapping[str, str], form: str = "{0}") -> str:
    return ", ".join(form.format(name, kind) for name, kind in columns.items())


_ON_POSTGRESQL = text(f"""
WITH wished AS MATERIALIZED (
  SELECT lease, decision FROM json_to_recordset(CAST(:wishes AS json)) AS wish(lease json, decision json)
), leased AS (
  INSERT INTO lease ({_listed(_LEASE)})
  SELECT {_listed(_LEASE)} FROM wished, json_to_record(lease) AS its({_listed(_LEASE, "{0} {1}")})
  ON CONFLICT DO NOTHING RETURNING id, contact_id, leased_until
), marked AS (
  UPDATE contact SET leased_until = leased.leased_until FROM leased WHERE contact.id = leased.contact_id
), stored AS (
  INSERT INTO decision ({_listed(_DECISION)}, lease_id)
  SELECT {_listed(_DECISION, "its.{0}")}, leased.id
    FROM wished, json_to_record(decision) AS its({_listed(_DECISION, "{0} {1}")})
    JOIN leased ON leased.contact_id = its.contact_id
)
SELECT contact_id, id FROM leased
""")  # noqa: S608 - our own words; what is written comes as one parameter

_LEASE_ON_SQLITE = text(f"""
INSERT INTO lease ({_listed(_LEASE)}) SELECT {_listed(_LEASE, "json_extract(value, '$.lease.{0}')")}
  FROM json_each(:wishes) WHERE true ON CONFLICT DO NOTHING RETURNING contact_id, id
""")  # noqa: S608
_DECISION_ON_SQLITE = text(f"""
INSERT INTO decision ({_listed(_DECISION)}, lease_id) SELECT {_listed(_DECISION, "json_extract(value, '$.decision.{0}')")},
       (SELECT id FROM lease WHERE ended_at IS NULL AND organisation_id = json_extract(value, '$.lease.organisation_id')
           AND contact_id = json_extract(value, '$.lease.contact_id'))
  FROM json_each(:wishes)
""")  # noqa: S608
_MARK_ON_SQLITE = text("""
UPDATE contact SET leased_until = json_extract(wish.value, '$.lease.leased_until')
  FROM json_each(:wishes) AS wish WHERE contact.id = json_extract(wish.value, '$.lease.contact_id')
""")


def claim_all(session: Session, wishes: Sequence[Wish]) -> dict[int, Lease]:
    """Lease each contact, stage offered, and store its decision. Answers the leases by contact: what is missing is held.

    The leases are plain values: the session does not watch them.
    """
    if not wishes:
        return {}
    if session.get_bind().dialect.name == "sqlite":
        ids = _on_sqlite(session, wishes)
    else:
        written = json.dumps([_written(wish, "+00") for wish in wishes])
        ids = _ids(session.execute(_ON_POSTGRESQL, {"wishes": written}))
    return {
        contact_id: Lease(id=ids[contact_id], **_lease(wish))
        for wish in wishes
        if (contact_id := wish.contact.id or 0) in ids
    }


def _on_sqlite(session: Session, wishes: Sequence[Wish]) -> dict[int, int]:
    written = [_written(wish, "") for wish in wishes]
    rows = session.execute(_LEASE_ON_SQLITE, {"wishes": json.dumps(written)})
    ids = _ids(rows)
    claimed = {"wishes": json.dumps([one for one in written if one["lease"]["contact_id"] in ids])}
    session.execute(_DECISION_ON_SQLITE, claimed)
    session.execute(_MARK_ON_SQLITE, claimed)
    return ids


def _ids(rows: Iterable[Row[Any]]) -> dict[int, int]:
    return {row.contact_id: row.id for row in rows}


def _written(wish: Wish, zone: str) -> dict[str, dict[str, Any]]:
    parts = {"lease": _lease(wish), "decision": {**wish.decision, "agent_id": wish.terms.agent_id}}
    return {
        part: {name: _instant(value, zone) if isinstance(value, datetime) else value for name, value in row.items()}
        for part, row in parts.items()
    }


def _instant(at: datetime, zone: str) -> str:
    """As SQLite keeps instants; with a zone, as PostgreSQL reads them."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds") + zone


def _lease(wish: Wish) -> dict[str, Any]:
    contact, terms = wish.contact, wish.terms
    return {
        "organisation_id": contact.organisation_id,
        "contact_id": contact.id,
        "person_id": contact.person_id,
        "number": contact.number,
        "agent_id": terms.agent_id,
        "stage": LeaseStage.OFFERED,
        "offered_at": terms.offered_at,
        "leased_until": terms.leased_until,
        "lawful_until": terms.lawful_until,
        "ended_because": "",
        "release_reason": "",
        "release_words": "",
    }
