"""When the agent of a callback was reminded shortly before it is due, and which process is doing so.

Reason: a reminder at its time alone comes when the agent is in another call. Callbacks of before count as not reminded; a
process of the version before goes on writing rows.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("ahead_taken_at", "ahead_told_at"):
        op.add_column("callback", sa.Column(name, UTCDateTime(), nullable=True))
