"""How each place and time zone of a contact is known.

Reason: after an import nobody could tell whether a place stood in the list or was only what the telephone number points to.
Rows of before do not say. What the log says of merged rows and corrected places now has this column: each is due for a new
leaf.
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("contact", "personmerge", "correctedplace"):
        op.add_column(table, sa.Column("known_by", sa.String(), nullable=False, server_default=""))
    for table in ("personmerge", "correctedplace"):
        op.execute(f"INSERT INTO evidencechange (table_name, row_id) SELECT '{table}', id FROM {table}")  # noqa: S608
