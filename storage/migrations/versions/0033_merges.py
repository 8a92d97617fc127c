"""Which rows of lists were taken for one person, why and when; and attempts that count for two people once parted.

Reason: a team lead sees why two rows are one person, and says that they are not. Rows imported before have no statement.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_IS_PARTED = sa.text("parted_from IS NOT NULL")
_TEXTS = ("why", "name", "reference", "numbers", "brought", "places", "zones", "source")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    # written in bulk: PostgreSQL does not look these parents up (storage/models/parents.py)
    of_lists = (("organisation_id", "organisation"), ("person_id", "person"), ("campaign_id", "campaign"))
    unchecked = [sa.ForeignKeyConstraint([name], [f"{table}.id"]) for name, table in of_lists] if is_sqlite else []
    parted_from = [sa.ForeignKeyConstraint(["parted_from"], ["person.id"])] if is_sqlite else []
    op.create_table(
        "personmerge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in _TEXTS),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("earlier_line", sa.Integer(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("merged_at", UTCDateTime(), nullable=False),
        sa.Column("parted_from", sa.Integer(), nullable=True),
        sa.Column("parted_at", UTCDateTime(), nullable=True),
        sa.Column("parted_by", sa.Integer(), nullable=True),
        sa.Column("parted_because", sa.String(), nullable=False, server_default=""),
        *unchecked,
        *parted_from,
        sa.ForeignKeyConstraint(["parted_by"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("personmerge_person", "personmerge", ["person_id"])
    op.create_index(
        "personmerge_parted", "personmerge", ["parted_from"], sqlite_where=_IS_PARTED, postgresql_where=_IS_PARTED
    )
    op.create_table(
        "sharedattempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sharedattempt_person", "sharedattempt", ["organisation_id", "person_id"])
    op.create_index("sharedattempt_attempt", "sharedattempt", ["attempt_id"])
