"""When somebody took back what they had said of an attempt and it stood by the word of others, and what was typed.

Reason: without the first they could not say it again, and of a number on no list nobody could ever undo what two had said;
without the second a call dialled again by hand and told within a minute of a press was taken for the press. And who has yet to hear
of a callback in trouble: without it one lead who could not be reached let all others hear the same again and again.
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
    op.add_column("outcomerecord", sa.Column("is_typed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("callback", sa.Column("unheard_by", sa.String(), nullable=False, server_default=sa.text("''")))
    owed = sa.text("unheard_by <> ''")
    op.create_index("callback_owed", "callback", ["told_at"], sqlite_where=owed, postgresql_where=owed)
