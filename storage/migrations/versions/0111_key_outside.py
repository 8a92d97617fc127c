"""The log's public key is on record; its private key leaves the database with the next turn of the log.

Reason: who may write to the database could sign another log. The bot's first turn makes a key outside the database,
both keys sign, and the private one here is emptied.
"""

import sqlalchemy as sa
from alembic import op

revision = "0111"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidencelog", sa.Column("public_key", sa.LargeBinary(), nullable=False, server_default=sa.text("''")))
