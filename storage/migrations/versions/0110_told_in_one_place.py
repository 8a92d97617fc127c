"""What was told in places of their own goes: it is told by messages alone.

Reason: two tables and two columns of callbacks stayed for bots that still wrote there. What they found and told nobody
becomes a message, if it is not one.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0109"
branch_labels = None
depends_on = None

_BREACHES = ("broken", "late_opt_out", "found")
_MESSAGE = sa.table(
    "message",
    *(sa.column(name, sa.Integer()) for name in ("organisation_id", "agent_id", "contact_id", "attempt_id", "tries")),
    *(sa.column(name, sa.String()) for name in ("once", "kind", "closed_because")),
    sa.column("params", sa.JSON()),
    sa.column("written_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    connection = op.get_bind()
    rows = [*_untold_breaches(connection), *_owed_callbacks(connection)]
    if rows:
        connection.execute(_MESSAGE.insert(), rows)
    op.drop_table("alerttolead")
    op.drop_table("screeningwarning")
    op.drop_index("callback_owed", "callback")
    op.drop_column("callback", "unheard_by")
    op.drop_column("callback", "ahead_taken_at")


def _untold_breaches(connection: sa.Connection) -> Iterable[dict[str, Any]]:
    alerts = sa.Table("alerttolead", sa.MetaData(), autoload_with=connection)
    known = set(connection.execute(sa.select(_MESSAGE.c.once)).scalars())
    untold = alerts.select().where(alerts.c.told_at.is_(None), alerts.c.kind.in_(_BREACHES))
    for one in connection.execute(untold).mappings():
        about = {"alert": one["kind"], "team": one["team_id"], "subject": one["subject_id"]}
        once = " ".join(map(str, ("promise_broken", *about.values(), one["agent_id"])))
        if once not in known:
            attempt_id = None if one["kind"] == "found" else one["subject_id"]
            yield _row(one, "promise_broken", one["agent_id"], about, datetime.now(UTC), once, attempt_id=attempt_id)


def _owed_callbacks(connection: sa.Connection) -> Iterable[dict[str, Any]]:
    callbacks = sa.Table("callback", sa.MetaData(), autoload_with=connection)
    for one in connection.execute(callbacks.select().where(callbacks.c.unheard_by != "")).mappings():
        for agent_id in map(int, one["unheard_by"].split()):
            kind = "callback_trouble"
            if one["told_of"] == "overdue" and agent_id != one["agent_id"]:
                kind = "callback_waits"
            at = one["told_at"]
            at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so
            yield _row(one, kind, agent_id, {"callback": one["id"]}, at, contact_id=one["contact_id"])


def _row(  # noqa: PLR0913 - one argument a column
    one: Mapping[Any, Any],
    kind: str,
    agent_id: int,
    params: dict[str, Any],
    at: datetime,
    once: str = "",
    contact_id: int | None = None,
    attempt_id: int | None = None,
) -> dict[str, Any]:
    return {
        "organisation_id": one["organisation_id"],
        "once": once,
        "agent_id": agent_id,
        "kind": kind,
        "contact_id": contact_id,
        "attempt_id": attempt_id,
        "params": params,
        "written_at": at,
        "tries": 0,
        "closed_because": "",
    }
