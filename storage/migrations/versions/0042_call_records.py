"""Which days' call records were compared with the attempts.

Reason: a digest says so when a day's records are missing. Files compared before are not known.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callrecords",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("first_call_at", UTCDateTime(), nullable=False),
        sa.Column("last_call_at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.Column("skew_seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organisation_id", "system", "first_call_at", "last_call_at"),
    )
    op.create_index("callrecords_read", "callrecords", ["organisation_id", "read_at"])
    calls_in = sa.text("direction = 'in'")
    op.create_index(
        "phonecall_in",
        "phonecall",
        ["organisation_id", "found_at"],
        sqlite_where=calls_in,
        postgresql_where=calls_in,
    )
