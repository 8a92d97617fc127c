"""The first and the last day of a campaign.

Reason: a campaign runs for a time, and nobody is called for it before or after. What the log says of a campaign now has
these columns: each campaign is due for a new leaf.
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("campaign", sa.Column("ends_on", sa.Date(), nullable=True))
    op.execute("INSERT INTO evidencechange (table_name, row_id) SELECT 'campaign', id FROM campaign")
