"""What agent and leads were told of a callback that cannot be made at its time, was not made, or was called off.

Reason: such a callback is said at once and while it is overdue every day, and never twice for the same. Those called off before
this version count as heard. A process of the version before goes on writing rows.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_UNHEARD = sa.text("closed_because = 'cancelled' AND told_of <> 'cancelled'")


def upgrade() -> None:
    op.add_column("callback", sa.Column("told_at", UTCDateTime(), nullable=True))
    op.add_column("callback", sa.Column("told_of", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("callback", sa.Column("told_until", UTCDateTime(), nullable=True))
    op.execute("UPDATE callback SET told_of = 'cancelled' WHERE closed_because = 'cancelled'")
    op.create_index(
        "callback_called_off", "callback", ["closed_at"], sqlite_where=_UNHEARD, postgresql_where=_UNHEARD
    )
