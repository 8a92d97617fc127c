"""Statements of changes: who changed a row of the set-up, a callback, a card or a stop, when, before and after.

Reason: a role or a purpose that was changed past Nextcall looked like one that an admin had changed. What the log says of an
organisation has a new column, so each is due for a new leaf.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recordedchange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("organisation", sa.Column("changes_kept_since", UTCDateTime(), nullable=True))
    kept = sa.table("organisation", sa.column("changes_kept_since", UTCDateTime()))
    op.execute(kept.update().values(changes_kept_since=datetime.now(UTC)))
    op.execute("INSERT INTO evidencechange (table_name, row_id) SELECT 'organisation', id FROM organisation")
