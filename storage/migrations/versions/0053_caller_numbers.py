"""The numbers that agents show when they call for a campaign, and those it had until they were changed.

Reason: a proof pack says which number a call was to show, and call records are compared with it. What the log says of a
campaign now has this column: each campaign is due for a new leaf.
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("campaign", "earlierterms"):
        op.add_column(table, sa.Column("caller_numbers", sa.String(), nullable=False, server_default=""))
    op.execute("INSERT INTO evidencechange (table_name, row_id) SELECT 'campaign', id FROM campaign")
