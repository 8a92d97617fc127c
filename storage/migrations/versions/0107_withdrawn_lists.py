"""A list says itself that it is withdrawn, and the index of numbers by the call that closed them goes.

Reason: that a list was withdrawn stood on its open contacts alone: one whose outcome was taken back later was open again
if every other had an outcome too. The index served an undo; what closes a number is now read from what was said.
"""

import sqlalchemy as sa
from alembic import op

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None

# The newest of several last.
_WITHDRAWN = """
INSERT INTO listwithdrawal (organisation_id, list_id, at, because)
SELECT contact.organisation_id, list_id, max(finished_at), finished_because FROM contact
WHERE finished_because LIKE 'list withdrawn%'
GROUP BY contact.organisation_id, list_id, finished_because ORDER BY max(finished_at)
"""


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "listwithdrawal",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("taken_up_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["list_id"], ["contactlist.id"]),
    )
    op.create_index("ix_listwithdrawal_list_id", "listwithdrawal", ["list_id"])
    op.execute(_WITHDRAWN)
    op.drop_index("personnumber_closed_by", "personnumber")
