"""By which rules a contact was decided last, and whether a walk decides those again that its rules have decided already.

Reason: contacts that an import has just decided need no walk when the bot starts by the same rules.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("decided_by", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("redeciderun", sa.Column("is_whole", sa.Boolean(), nullable=False, server_default=sa.true()))
