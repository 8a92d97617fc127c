"""A campaign keeps how far the windows of its contacts were closed after a change of what decides.

Reason: a process that was stopped between two parts left the other contacts with the verdicts of the old terms.
"""

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("closed_upto", sa.Integer(), nullable=True))
