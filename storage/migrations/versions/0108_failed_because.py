"""Why the last try to send a message failed has a column of its own.

Reason: it stood where a closed message says why it was closed, so that an open one could look as if it were closed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0108"
down_revision = "0107"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("failed_because", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE message SET failed_because = closed_because, closed_because = '' WHERE closed_at IS NULL")
