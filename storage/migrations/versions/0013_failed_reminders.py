"""How often a reminder could not be sent.

Reason: it is tried again within seconds, and ever more seldom while Slack does not take it. The column has a default, so that a
process of the version before goes on writing rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reminder", sa.Column("failed", sa.Integer(), nullable=False, server_default=sa.text("0")))
