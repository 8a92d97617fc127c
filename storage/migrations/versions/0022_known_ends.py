"""From when the end of a consent or of a relationship was known, and what a number's line was taken for before a correction.

Reason: the audit judges a call by what was known when it was opened; a list of today may say that a consent was withdrawn
yesterday. Of earlier ends the moment is unknown: they count from their own day, as before.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent", sa.Column("withdrawal_recorded_at", UTCDateTime(), nullable=True))
    op.add_column("relationship", sa.Column("end_recorded_at", UTCDateTime(), nullable=True))
    op.create_table(
        "correctedline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("correctedline_person", "correctedline", ["person_id"])
