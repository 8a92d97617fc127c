"""Who said stop, if it was not a person of the organisation, and which holds ended because what placed them was taken back.

Reason: each statement of a stop or a hold is kept as its own. A hold that a team lead lifted says that somebody looked at the
person; one that was taken back with its outcome says nothing of what others said. Both columns have a default, so that a
process of the version before goes on writing rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("suppression", sa.Column("told_by", sa.String(), nullable=False, server_default=""))
    op.add_column("hold", sa.Column("is_taken_back", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE hold SET is_taken_back = true WHERE lifted_because = 'the outcome was taken back'")
