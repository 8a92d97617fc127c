"""What people are to be told, as rows.

Reason: a notice waited in the memory of one process, and its end lost it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("written_at", moment, nullable=False),
        sa.Column("not_before", moment, nullable=True),
        sa.Column("until", moment, nullable=True),
        sa.Column("taken_at", moment, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        sa.Column("closed_because", sa.String(), nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{table}_id"], [f"{table}.id"])
            for table in ("organisation", "agent", "contact", "attempt")
        ),
    )
    op.create_index("ix_message_contact_id", "message", ["contact_id"])
    op.create_index("ix_message_attempt_id", "message", ["attempt_id"])
    for name, columns, where, unique in (
        ("message_once", ["organisation_id", "once"], "once <> ''", True),
        ("message_open", ["id"], "closed_at IS NULL", False),
        ("message_reader", ["agent_id", "id"], "closed_at IS NULL", False),
    ):
        rows = sa.text(where)
        op.create_index(name, "message", columns, unique=unique, sqlite_where=rows, postgresql_where=rows)
