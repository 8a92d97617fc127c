"""Where an agent works: on Home, or in one direct message, which is remembered so that it can be drawn anew.

Reason: some agents keep the app's messages open and not its Home. Everyone of before works on Home.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("desk", sa.String(), nullable=False, server_default="home"))
    op.add_column("agent", sa.Column("desk_message", sa.String(), nullable=False, server_default=""))
