"""How many calls an agent may have open at a time.

Reason: an agent could press Call on eight cards in a row, and each cost its contact an attempt.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("open_calls", sa.Integer(), nullable=False, server_default=sa.text("1")))
