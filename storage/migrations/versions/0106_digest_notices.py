"""What admins were told of digests that their channels did not take, as messages.

Reason: it stood in the digest's content. What was told is carried over as sent, and is not told again on that day.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None

_TABLES = ("digestrun", "agent", "message")


def upgrade() -> None:
    connection, metadata, at = op.get_bind(), sa.MetaData(), datetime.now(UTC)
    runs, agents, messages = (sa.Table(name, metadata, autoload_with=connection) for name in _TABLES)
    unposted = connection.execute(runs.select().where(runs.c.posted_at.is_(None))).mappings()
    told = [one for one in unposted if one["content"].get("told")]
    admins = connection.execute(agents.select().where(agents.c.role == "admin", agents.c.is_active)).mappings().all()
    same = {"kind": "digest_not_posted", "written_at": at, "closed_at": at, "closed_because": "sent", "tries": 0}
    rows = {
        f"digest_not_posted {one['team_id']} {mark['on']} {mark['because']} {admin['id']}": {
            "organisation_id": one["organisation_id"],
            "agent_id": admin["id"],
            "params": {"digest": one["id"], "reason": mark["because"]},
        }
        for one in told
        for admin in admins
        if admin["organisation_id"] == one["organisation_id"] and (mark := one["content"]["told"])
    }
    if rows:
        connection.execute(messages.insert(), [{**same, **row, "once": once} for once, row in rows.items()])
