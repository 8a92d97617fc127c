"""An index on when reminders ended.

Reason: each tick asks whether a clock that ran ahead told of what is still to come, of every reminder and not only of callbacks'.
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "reminder_ended",
        "reminder",
        ["closed_at"],
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
