"""The country a campaign had until it was changed.

Reason: a campaign without a house pack of its own follows that of its country, and an audit of an earlier day must not judge
its calls by the country of today. Until this migration no country decided the house pack, so earlier rows need none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("earlierterms", sa.Column("country", sa.String(), nullable=False, server_default=""))
