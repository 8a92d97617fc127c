"""A team says itself why it cannot follow its user group, so that admins are told of it once.

Reason: teams follow Slack user groups. The column has a default, so that a process of the version before goes on writing
rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("team", sa.Column("group_fault", sa.String(), nullable=False, server_default=sa.text("''")))
