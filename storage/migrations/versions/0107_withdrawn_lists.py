"""A list says itself that it is withdrawn, and the index of numbers by the call that closed them goes.

Reason: that a list was withdrawn stood on its open contacts alone: one whose outcome was taken back later was open
again if every other had an outcome too. The index served an undo; what closes a number is now read from what was said.
"""

import sqlalchemy as sa
from alembic import op

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None

# The newest of several last. A list with contacts open that it had by then is worked: those closed moved to it, or it
# was taken up again.
_WITHDRAWN = """
INSERT INTO listwithdrawal (organisation_id, list_id, at, because)
SELECT said.organisation_id, said.list_id, said.at, said.because
FROM (
    SELECT organisation_id, list_id, max(finished_at) AS at, finished_because AS because FROM contact
    WHERE finished_because LIKE 'list withdrawn%' GROUP BY organisation_id, list_id, finished_because
) AS said
LEFT JOIN (
    SELECT list_id, min(added_at) AS first_at, count(*) - count(added_at) AS of_any_day FROM contact
    WHERE finished_at IS NULL GROUP BY list_id
) AS opened ON opened.list_id = said.list_id
WHERE opened.list_id IS NULL OR (opened.of_any_day = 0 AND opened.first_at > said.at)
ORDER BY said.at
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
