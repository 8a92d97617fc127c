"""When it was decided that a reminder falls due.

Reason: an agent who wants one reminder a shift gets those that stood as the shift began. What is decided in it waits for the
next. Reminders of before do not say, and count as old.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reminder", sa.Column("scheduled_at", UTCDateTime(), nullable=True))
