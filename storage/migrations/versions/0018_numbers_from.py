"""Where the numbers of a list came from, and whether the legitimate interest in calling them was assessed.

Reason: some laws forbid calls to numbers from a directory, or made up, that they permit to others. The columns have defaults, so
that a process of the version before goes on writing rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contactlist", sa.Column("is_interest_assessed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("contactlist", sa.Column("numbers_from", sa.String(), nullable=False, server_default=sa.text("''")))
