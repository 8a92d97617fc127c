"""The channel to which the log's checkpoints are posted, and the posts.

Reason: a checkpoint left the building in the digest alone, whose channel many people write to. What the log says of an
organisation now has this column, and its name, which changes: each is due for a new leaf.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("checkpoint_channel", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "checkpointpost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.Column("posted_at", UTCDateTime(), nullable=True),
        sa.Column("message_ts", sa.String(), nullable=False),
        sa.Column("told_of", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organisation_id", "channel", "on_date"),
    )
    op.execute("INSERT INTO evidencechange (table_name, row_id) SELECT 'organisation', id FROM organisation")
