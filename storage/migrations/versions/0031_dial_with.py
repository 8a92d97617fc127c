"""How each person dials the number on a card.

Reason: some dial by softphone or in a CRM, whose links are not `tel:`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("dial_with", sa.String(), nullable=False, server_default=""))
