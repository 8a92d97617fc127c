"""When a team's daily digest was switched on again.

Reason: the days before are owed none, and would be posted with the next one. Empty for a team that always had it.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("team", sa.Column("daily_since", UTCDateTime(), nullable=True))
