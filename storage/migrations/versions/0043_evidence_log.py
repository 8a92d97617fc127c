"""The transparency log: leaves, tree, checkpoints, and the rows that changed since their last leaf.

Reason: whoever writes to the database could change the record unseen. The triggers that note changed rows are not here:
they follow `storage.log`, and are made anew after each upgrade.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def _table(name: str, *columns: sa.Column | sa.Constraint) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def upgrade() -> None:
    _table(
        "evidencelog",
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.UniqueConstraint("organisation_id"),
    )
    _table(
        "evidenceleaf",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("last_row_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("hashed", sa.LargeBinary(), nullable=False),
        sa.Column("salts", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("organisation_id", "number"),
    )
    op.create_index("evidenceleaf_row", "evidenceleaf", ["organisation_id", "table_name", "row_id"])
    _table(
        "evidencenode",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hashed", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("organisation_id", "level", "number"),
    )
    _table(
        "evidencecheckpoint",
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.UniqueConstraint("organisation_id", "size"),
    )
    op.create_index("evidencecheckpoint_at", "evidencecheckpoint", ["organisation_id", "at"])
    op.create_table(
        "evidencechange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
