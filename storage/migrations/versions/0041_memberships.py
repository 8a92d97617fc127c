"""People in several teams: the teams that a person may work for, beside the one they work for now.

Reason: an agent who worked for two teams had to be moved by an admin each time. Everyone of before is in one team.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "membership",
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.PrimaryKeyConstraint("agent_id", "team_id"),
    )
    op.create_index("ix_membership_team_id", "membership", ["team_id"])
