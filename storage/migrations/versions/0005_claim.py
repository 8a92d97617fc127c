"""A contact says itself that it is leased; the claim goes by windows; reasons are counted by an index.

Reason: a hand-out that stays as quick however many contacts are leased, have expired or wait for their hours. The column may
be empty: a process of the version before claims and ends leases without it. The hand-out looks at the leases as well, so a
contact that such a process holds is offered to nobody; one that it gives back is put right by the next sweep.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WAITING = sa.text("finished_at IS NULL AND callable_from IS NOT NULL AND leased_until IS NULL")
_LEASED = sa.text("leased_until IS NOT NULL")


def upgrade() -> None:
    op.add_column("contact", sa.Column("leased_until", UTCDateTime(), nullable=True))
    op.execute(
        "UPDATE contact SET leased_until ="
        " (SELECT max(lease.leased_until) FROM lease WHERE lease.contact_id = contact.id AND lease.ended_at IS NULL)"
        " WHERE id IN (SELECT contact_id FROM lease WHERE ended_at IS NULL)"
    )
    op.drop_index("contact_claim", "contact")
    op.drop_index("ix_contact_campaign_id", "contact")  # the unique constraint begins with the campaign as well
    claim = ["campaign_id", "priority", "callable_until", "callable_from", "id"]
    op.create_index("contact_claim", "contact", claim, sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.create_index("contact_leased", "contact", ["leased_until"], sqlite_where=_LEASED, postgresql_where=_LEASED)
    reason = ["campaign_id", "verdict", "finished_because", "rule", "callable_from"]
    op.create_index("contact_reason", "contact", reason)
    if op.get_bind().dialect.name == "postgresql":
        # Leases leave dead entries at the head of the index: they go when a hundredth of the rows has changed, not a fifth.
        op.execute("ALTER TABLE contact SET (autovacuum_vacuum_scale_factor = 0.01)")
