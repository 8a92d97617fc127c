"""What Slack delivered and was taken is kept for a while by Slack's own id.

Reason: what Slack delivers again changes nothing, however much happened in between. A guess by time stood for this.
"""

import sqlalchemy as sa
from alembic import op

revision = "0109"
down_revision = "0108"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "takenrequest",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("trigger", sa.String(), nullable=False, unique=True),
        sa.Column("taken_as", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
    )
