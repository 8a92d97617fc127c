"""Which of a list's other columns stand on a campaign's cards, and which of those are links.

Reason: an agent needs a contact's company or page in the client's system, and no card has room for twenty columns.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("card_details", "card_links"):
        op.add_column("campaign", sa.Column(name, sa.String(), nullable=False, server_default=""))
