"""What leads and admins were told once, as messages.

Reason: two tables said what was told to whom, with a sender of their own. What was told is carried over as sent, and is
not told again; what was not is found again. Bots of the version before may still write there, so both stay for now.
"""

from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None

_BREACHES = ("broken", "late_opt_out", "found")
_OF_CALLS = ("long_call", "broken", "late_opt_out")
_MESSAGE = sa.table(
    "message",
    *(sa.column(name, sa.Integer()) for name in ("organisation_id", "agent_id", "attempt_id", "tries")),
    *(sa.column(name, sa.String()) for name in ("once", "kind", "closed_because")),
    sa.column("params", sa.JSON()),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("written_at", "closed_at")),
)


def upgrade() -> None:
    connection = op.get_bind()
    metadata = sa.MetaData()
    old = ("alerttolead", "screeningwarning")
    alerts, warnings = (sa.Table(name, metadata, autoload_with=connection) for name in old)
    rows = [
        said(one)
        for table, said in ((alerts, _alert), (warnings, _warning))
        for one in connection.execute(table.select().where(table.c.told_at.is_not(None))).mappings()
    ]
    if rows:
        connection.execute(_MESSAGE.insert(), rows)


def _alert(one: Any) -> dict[str, Any]:
    about = {"alert": one["kind"], "team": one["team_id"], "subject": one["subject_id"]}
    attempt_id = one["subject_id"] if one["kind"] in _OF_CALLS else None
    return _row(one, "promise_broken" if one["kind"] in _BREACHES else "lead_alert", about, attempt_id)


def _warning(one: Any) -> dict[str, Any]:
    said = {"campaign": one["campaign_id"], "register": one["register_name"], "on": one["held_from"].isoformat()}
    return _row(one, "screening_ages", {**said, "is_last": bool(one["is_last"])}, None)


def _row(one: Any, kind: str, about: dict[str, Any], attempt_id: int | None) -> dict[str, Any]:
    at = one["told_at"]
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so
    return {
        "organisation_id": one["organisation_id"],
        "once": " ".join(map(str, (kind, *about.values(), one["agent_id"]))),
        "agent_id": one["agent_id"],
        "kind": kind,
        "attempt_id": attempt_id,
        "params": about,
        "written_at": at,
        "tries": 0,
        "closed_at": at,
        "closed_because": "sent",
    }
