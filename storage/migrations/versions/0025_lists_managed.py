"""When a list is paused, the last day it is worked, and its own priority.

Reason: a list is bought for a time, worked before another, and stopped for a day without being given up.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contactlist", sa.Column("paused_at", UTCDateTime(), nullable=True))
    op.add_column("contactlist", sa.Column("expires_on", sa.Date(), nullable=True))
    op.add_column("contactlist", sa.Column("priority", sa.Integer(), nullable=True))
