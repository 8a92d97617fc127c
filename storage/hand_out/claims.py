"""Claims several contacts at once: writes the leases, their decisions and the marks on the contacts together.

The contacts come from `next_up`, which has locked them for this transaction. The unique indexes on leases decide which
of them are claimed: of two that share a person or a number, the first.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from sqlmodel import Session

from policy.vocabulary import LeaseStage
from storage.database import Statement, instant
from storage.hand_out.ready import Asking
from storage.hand_out.search import Candidate


class Wish(NamedTuple):
    """A contact to claim for an agent, and the fields of the decision record that allows it."""

    agent_id: int
    contact: Candidate
    leased_until: datetime
    lawful_until: datetime
    decision: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Leased:
    """An offered lease just written. No session watches it."""

    id: int
    number: str
    offered_at: datetime
    leased_until: datetime
    lawful_until: datetime
    stage: LeaseStage = LeaseStage.OFFERED


_LEASE = (
    "organisation_id, contact_id, person_id, number, agent_id, stage, offered_at, leased_until, lawful_until,"
    " ended_because, release_reason, release_words"
)
_DECIDED = (
    "campaign_id",
    "verdict",
    "callable_from",
    "lawful_until",
    "rulebook",
    "house_pack",
    "findings",
    "facts",
)  # what a wish takes from its decision
_DECISION = f"organisation_id, agent_id, at, contact_id, lease_id, asked_for, {', '.join(_DECIDED)}"
# Contacts are looked up from an array: a join of few rows with many may read the many.
_TO_ALL = "CAST(:organisation_id AS int), CAST(:at AS timestamptz)"
_ON_POSTGRESQL = Statement(
    "",
    f"""
WITH asked(organisation_id, at) AS MATERIALIZED (SELECT {_TO_ALL}),
wished AS MATERIALIZED (
  SELECT * FROM json_to_recordset(CAST(:wishes AS json)) AS wish(
    agent_id int, contact_id int, person_id int, number text, leased_until timestamptz, lease_lawful_until timestamptz,
    campaign_id int, verdict text, callable_from timestamptz, lawful_until timestamptz, rulebook text, house_pack text,
    findings json, facts json)
), leased AS (
  INSERT INTO lease ({_LEASE})
  SELECT organisation_id, contact_id, person_id, number, agent_id, '{LeaseStage.OFFERED}', at, leased_until,
         lease_lawful_until, '', '', '' FROM asked CROSS JOIN wished ORDER BY contact_id
  ON CONFLICT DO NOTHING RETURNING id, contact_id, leased_until
), marked AS (
  UPDATE contact SET leased_until = (SELECT leased_until FROM leased WHERE contact_id = contact.id)
   WHERE id = ANY(ARRAY(SELECT contact_id FROM leased))
), stored AS (
  INSERT INTO decision ({_DECISION})
  SELECT organisation_id, agent_id, at, contact_id, leased.id, 'hand_out', {", ".join(_DECIDED)}
    FROM asked CROSS JOIN wished JOIN leased USING (contact_id)
)
SELECT contact_id, id FROM leased
""",  # noqa: S608 - our own words; what is written comes as parameters
)

_DECISION_ON_SQLITE = f"INSERT INTO decision ({_DECISION}) VALUES (?, ?, ?, ?, ?, 'hand_out', {', '.join('?' * 8)})"  # noqa: S608
_MARK_ON_SQLITE = "UPDATE contact SET leased_until = ? WHERE id = ?"


def claim_all(session: Session, asking: Asking, wishes: Sequence[Wish]) -> dict[int, Leased]:
    """Lease each contact (stage offered) and store its decision. Returns the leases by id of the contacts claimed."""
    if not wishes:
        return {}
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    ids = _on_sqlite(session, asking, wishes) if is_sqlite else _on_postgresql(session, asking, wishes)
    return {
        wish.contact.id: Leased(
            ids[wish.contact.id], wish.contact.number, asking.at, wish.leased_until, wish.lawful_until
        )
        for wish in wishes
        if wish.contact.id in ids
    }


def _on_postgresql(session: Session, asking: Asking, wishes: Sequence[Wish]) -> dict[int, int]:
    wished = [
        {
            "agent_id": agent_id,
            "contact_id": contact.id,
            "person_id": contact.person_id,
            "number": contact.number,
            "leased_until": leased_until.isoformat(),
            "lease_lawful_until": lawful_until.isoformat(),
            **{name: value.isoformat() if isinstance(value, datetime) else value for name, value in decision.items()},
        }
        for agent_id, contact, leased_until, lawful_until, decision in wishes
    ]
    given = {
        "organisation_id": asking.organisation_id,
        "at": asking.at,
        "wishes": json.dumps(wished),
    }
    return {row[0]: row[1] for row in _ON_POSTGRESQL.rows(session, given)}


def _on_sqlite(session: Session, asking: Asking, wishes: Sequence[Wish]) -> dict[int, int]:
    connection, at = session.connection(), instant(asking.at)
    house, stage = asking.organisation_id, LeaseStage.OFFERED.value
    leases = [
        (house, one.id, one.person_id, one.number, agent, stage, at, instant(until), instant(lawful_until))
        for agent, one, until, lawful_until, _ in wishes
    ]
    found = connection.exec_driver_sql(_leases_on_sqlite(len(leases)), tuple(chain.from_iterable(leases)))
    ids: dict[int, int] = {row[0]: row[1] for row in found.cursor.fetchall()}
    claimed = [wish for wish in wishes if wish.contact.id in ids]
    if claimed:
        decisions = [
            (house, agent, at, one.id, ids[one.id], *map(_for_sqlite, itemgetter(*_DECIDED)(decision)))
            for agent, one, _, _, decision in claimed
        ]
        connection.exec_driver_sql(_DECISION_ON_SQLITE, decisions)
        marks = [(instant(wish.leased_until), wish.contact.id) for wish in claimed]
        connection.exec_driver_sql(_MARK_ON_SQLITE, marks)
    return ids


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return json.dumps(value) if isinstance(value, list | dict) else value


def _leases_on_sqlite(many: int) -> str:
    rows = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '')"] * many)
    return f"INSERT INTO lease ({_LEASE}) VALUES {rows} ON CONFLICT DO NOTHING RETURNING contact_id, id"  # noqa: S608
