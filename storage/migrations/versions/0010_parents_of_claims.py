"""On PostgreSQL, leases and decisions are no longer held to their parents by foreign keys.

Reason: for each contact handed out the server looked nine parents up and locked them, the one row of the organisation among
them, for which everybody who hands out then queues: a third of what writing a claim costs. A claim takes its ids from rows
that the same transaction has just read or written, and nothing ever deletes an organisation, a campaign, a person, a contact,
an agent or a lease. SQLite, where the look-ups cost little, keeps the keys, and every test of what writes these rows runs
there. A process of the version before notices nothing.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEYS = {
    "lease": ("organisation_id", "contact_id", "person_id", "agent_id"),
    "decision": ("organisation_id", "contact_id", "campaign_id", "agent_id", "lease_id"),
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    # In the order in which a hand-out comes by them: in any other, it and this would wait for each other.
    op.execute(
        "LOCK TABLE campaign, contact, lease, decision, organisation, person, agent IN ACCESS EXCLUSIVE MODE"
    )
    for table, columns in _KEYS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{column}_fkey")
