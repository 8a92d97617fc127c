"""Calls that a file of call records showed, that nobody recorded and that rules forbade: one row for each team and file.

Reason: the team's leads are told of them in one message. Calls found before are not told; the digests counted them.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forbiddencalls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("first_call_at", UTCDateTime(), nullable=False),
        sa.Column("last_call_at", UTCDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("worst", sa.JSON(), nullable=False),
        sa.Column("caller_id", sa.Integer(), nullable=True),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.ForeignKeyConstraint(["caller_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "forbiddencalls_open",
        "forbiddencalls",
        ["team_id", "system", "first_call_at", "last_call_at"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
