"""Outcomes that an organisation names under the closed list, on which cards they stand, and what their forms were told.

Reason: centres count what they need to know, such as who wants a brochure, while rules go on reading the closed list. Calls
of before have no own outcome; a process of the version before records none.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_TEXTS = (("outcomerecord", "own_name"), ("outcomerecord", "answers"), ("campaign", "own_buttons"))


def upgrade() -> None:
    op.create_table(
        "ownoutcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("counts_as", sa.String(length=32), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    for table in ("attempt", "outcomerecord"):
        op.add_column(table, sa.Column("own_outcome_id", sa.Integer(), nullable=True))
    for table, name in (*_TEXTS, ("campaign", "own_outcomes")):
        op.add_column(table, sa.Column(name, sa.String(), nullable=False, server_default=""))
