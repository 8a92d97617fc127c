"""What lists say: holds whose source is a file, and what people said the columns of a file mean.

Reason: a list marks people as vulnerable, and no agent has placed that hold; and the next file with the same headings is
read as a person chose to read the last one.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hold") as hold:
        hold.alter_column("placed_by", existing_type=sa.Integer(), nullable=True)
        hold.add_column(sa.Column("note", sa.String(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "listmapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("headings", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organisation_id", "name"),
    )
