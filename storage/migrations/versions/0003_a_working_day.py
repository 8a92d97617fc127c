"""What people set for their working day: a pause, reminders, a language; a reasoned override; digests of weeks and months.

Reason: team leads pause agents and approve overrides, people choose when and in which language they are told, and the
digest has editions. Every new column has a default, so that a process of the version before goes on writing rows.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_EMPTY = sa.text("''")
_NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}


def upgrade() -> None:
    # Added in place: SQLite copies a table for anything more, and others refer to this one.
    op.add_column("agent", sa.Column("paused_at", UTCDateTime(), nullable=True))
    op.add_column("agent", sa.Column("paused_by", sa.Integer(), nullable=True))
    op.add_column("agent", _words("paused_because"))
    op.add_column("agent", sa.Column("reminders", sa.String(), nullable=False, server_default=sa.text("'shift'")))
    op.add_column("agent", _words("language"))
    op.add_column("agent", _words("locale"))
    op.add_column("agent", sa.Column("locale_read_at", UTCDateTime(), nullable=True))
    op.add_column("campaign", _words("outcomes"))
    op.add_column("team", sa.Column("editions", sa.String(), nullable=False, server_default=sa.text("'day week month'")))
    op.add_column("team", _words("agents_group"))
    op.add_column("team", _words("leads_group"))
    op.create_table(
        "override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("approved_at", UTCDateTime(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.ForeignKeyConstraint(["approved_by"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_override_contact_id", "override", ["contact_id"])
    op.create_index("override_day", "override", ["organisation_id", "approved_at"])
    with op.batch_alter_table("digestrun", naming_convention=_NAMES) as digest:
        digest.add_column(sa.Column("edition", sa.String(), nullable=False, server_default=sa.text("'day'")))
        digest.drop_constraint("digestrun_team_id_on_date_key", type_="unique")
        digest.create_unique_constraint("digestrun_team_id_edition_on_date_key", ["team_id", "edition", "on_date"])


def _words(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=False, server_default=_EMPTY)
