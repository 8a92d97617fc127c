"""When somebody took back what they had said of an attempt, and it stood by the word of others.

Reason: without it they could not say it again, and of a number on no list nobody could ever undo what two had said.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outcomerecord", sa.Column("taken_back_at", UTCDateTime(), nullable=True))
