"""What the phone system recorded: its calls, where they differ from attempts, and the extensions of agents.

Reason: a call that nobody recorded counts against limits too, and is to be found. Attempts of before were all opened by
agents; agents have no extension yet, and are found by number and time alone.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("extension", sa.String(), nullable=False, server_default=""))
    op.add_column("attempt", sa.Column("found_at", UTCDateTime(), nullable=True))
    op.create_table(
        "phonecall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.Column("ring_seconds", sa.Float(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    keyed = sa.text("key <> ''")
    op.create_index(
        "phonecall_key",
        "phonecall",
        ["organisation_id", "key"],
        unique=True,
        sqlite_where=keyed,
        postgresql_where=keyed,
    )
    op.create_index("phonecall_number", "phonecall", ["organisation_id", "number", "started_at"])
    op.create_index("phonecall_person", "phonecall", ["organisation_id", "person_id"])
    op.create_index("ix_phonecall_attempt_id", "phonecall", ["attempt_id"])
    op.create_table(
        "callfinding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("attempt_id", "kind"),
    )
    op.create_index("callfinding_day", "callfinding", ["organisation_id", "found_at"])
