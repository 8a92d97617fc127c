"""Stops that an admin says were a mistake, and since when somebody is an admin.

Reason: a stop that was typed by mistake or came with a wrong file ends with a second person's yes, who has been an admin
for a week. Admins of before have been that for long enough.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("admin_since", UTCDateTime(), nullable=True))
    op.create_table(
        "mistakenstop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("suppression_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["suppression_id"], ["suppression.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_mistakenstop_suppression_id", "mistakenstop", ["suppression_id"])
