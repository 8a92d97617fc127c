"""Claims contacts: writes the leases, their decisions and the marks on the contacts together.

The caller has locked the contacts for this transaction. The unique indexes on leases decide which of them are claimed:
of two that share a person or a number, the first.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from sqlmodel import Session

from policy.vocabulary import LeaseStage
from storage.database.statements import Statement, for_sqlite
from storage.hand_out.search import takes_locks
from storage.models import Lease
from storage.record.whole_record import AnyContact


class Wish(NamedTuple):
    """A contact to claim for an agent, and the fields of the decision record that allows it."""

    agent_id: int
    contact: AnyContact
    leased_until: datetime
    lawful_until: datetime  # leased_until is never later
    decision: Mapping[str, Any]
    callback_id: int | None = None


_LEASE = (
    "organisation_id, agent_id, offered_at, contact_id, person_id, number, callback_id, leased_until, lawful_until,"
    " stage, ended_because, release_reason, release_words"
)
_LEASED = (
    *("organisation_id", "agent_id", "at", "contact_id", "person_id", "number", "callback_id"),
    *("leased_until", "lease_lawful_until"),
)  # the fields of a wish for these columns, but for the last four
_OFFERED = f"'{LeaseStage.OFFERED}', '', '', ''"
_DECISION = (
    "organisation_id, agent_id, at, contact_id, campaign_id, verdict, callable_from, lawful_until, rulebook, "
    "house_pack, findings, sentences, facts"
)
# Contacts are looked up from an array: a join of few rows with many may read the many.
_ON_POSTGRESQL = Statement(
    "",
    f"""
WITH wished AS MATERIALIZED (
  SELECT * FROM json_to_recordset(CAST(:wishes AS json)) AS wish(
    organisation_id int, agent_id int, at timestamptz, contact_id int, person_id int, number text, callback_id int,
    leased_until timestamptz, lease_lawful_until timestamptz, campaign_id int, verdict text, callable_from timestamptz,
    lawful_until timestamptz, rulebook text, house_pack text, findings json, sentences json, facts json)
   WHERE {takes_locks("wish")}
), leased AS (
  INSERT INTO lease ({_LEASE})
  SELECT {", ".join(_LEASED)}, {_OFFERED} FROM wished ORDER BY contact_id
  ON CONFLICT DO NOTHING RETURNING id, contact_id, leased_until
), marked AS (
  UPDATE contact SET leased_until = (SELECT leased_until FROM leased WHERE contact_id = contact.id)
   WHERE id = ANY(ARRAY(SELECT contact_id FROM leased))
), stored AS (
  INSERT INTO decision (asked_for, lease_id, {_DECISION})
  SELECT 'hand_out', leased.id, {_DECISION} FROM wished JOIN leased USING (contact_id)
)
SELECT contact_id, id FROM leased
""",  # noqa: S608 - our own words; what is written comes as parameters
)

_DECISION_ON_SQLITE = (
    f"INSERT INTO decision (asked_for, lease_id, {_DECISION})"  # noqa: S608
    f" VALUES ('hand_out', :lease_id, :{_DECISION.replace(', ', ', :')})"
)
_MARK_ON_SQLITE = "UPDATE contact SET leased_until = :leased_until WHERE id = :contact_id"


def claim_all(session: Session, wishes: Sequence[Wish]) -> dict[int, Lease]:
    """Lease each contact (stage offered) and store its decision. Returns the leases, which no session watches, by id of
    the contacts claimed.

    A contact without a number, or whose person or number is leased or just being leased, is left out.
    """
    wished = [_fields(wish) for wish in wishes if wish.contact.number]
    if not wished:
        return {}
    session.flush()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    ids = _on_sqlite(session, wished) if is_sqlite else _on_postgresql(session, wished)
    return {one["contact_id"]: _lease(ids, one) for one in wished if one["contact_id"] in ids}


def _lease(ids: Mapping[int, int], wished: Mapping[str, Any]) -> Lease:
    told = {name: wished[name] for name in _LEASED if name in Lease.model_fields}
    contact_id, lawful_until = wished["contact_id"], wished["lease_lawful_until"]
    return Lease(id=ids[contact_id], offered_at=wished["at"], lawful_until=lawful_until, **told)


def _fields(wish: Wish) -> dict[str, Any]:
    return {
        **wish.decision,
        "agent_id": wish.agent_id,
        "person_id": wish.contact.person_id,
        "number": wish.contact.number,
        "callback_id": wish.callback_id,
        "leased_until": wish.leased_until,
        "lease_lawful_until": wish.lawful_until,
    }


def _on_postgresql(session: Session, wished: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    given = {"wishes": json.dumps(wished, default=datetime.isoformat)}
    return {row[0]: row[1] for row in _ON_POSTGRESQL.rows(session, given)}


def _on_sqlite(session: Session, wished: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    connection = session.connection()
    rows = [{name: for_sqlite(value) for name, value in fields.items()} for fields in wished]
    leases = tuple(chain.from_iterable(map(itemgetter(*_LEASED), rows)))
    found = connection.exec_driver_sql(_leases_on_sqlite(len(rows)), leases)
    ids: dict[int, int] = {row[0]: row[1] for row in found.cursor.fetchall()}
    claimed = [{**row, "lease_id": ids[row["contact_id"]]} for row in rows if row["contact_id"] in ids]
    if claimed:
        connection.exec_driver_sql(_DECISION_ON_SQLITE, claimed)
        connection.exec_driver_sql(_MARK_ON_SQLITE, claimed)
    return ids


def _leases_on_sqlite(many: int) -> str:
    rows = ", ".join([f"({'?, ' * len(_LEASED)}{_OFFERED})"] * many)
    return f"INSERT INTO lease ({_LEASE}) VALUES {rows} ON CONFLICT DO NOTHING RETURNING contact_id, id"  # noqa: S608
