"""The template and values of a contact's reason, of why a file failed, and of each finding of a decision.

Reason: sentences in other languages are written from these. Rows of before have none, and are said in English as they
stand; a contact gets its own with its next decision.
"""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("sentence", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("decision", sa.Column("sentences", sa.JSON(), nullable=True))
    op.add_column("listfile", sa.Column("sentence", sa.String(), nullable=False, server_default=sa.text("''")))
