"""Who was told that a screening grows too old, and how many days before people want to know.

Reason: contacts are held on the day on which a screening is too old, and obtaining a new one takes days.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "organisation", sa.Column("warn_days_before", sa.Integer(), nullable=False, server_default=sa.text("5"))
    )
    op.create_table(
        "screeningwarning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("register_name", sa.String(), nullable=False),
        sa.Column("held_from", sa.Date(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"]),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "register_name", "held_from", "is_last", "agent_id"),
    )
    op.create_index("ix_screeningwarning_agent_id", "screeningwarning", ["agent_id"])
