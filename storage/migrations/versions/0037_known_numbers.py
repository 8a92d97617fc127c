"""Since when a number of a person is known.

Reason: the result of a comparison with a register that names only the numbers found says nothing of numbers that came later.
Numbers on record count from the first list of their person; of a number without a list the moment is unknown.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_FIRST_LISTS = """
UPDATE personnumber SET known_since = (
    SELECT min(contactlist.imported_at) FROM contact JOIN contactlist ON contactlist.id = contact.list_id
    WHERE contact.person_id = personnumber.person_id
)
"""


def upgrade() -> None:
    op.add_column("personnumber", sa.Column("known_since", UTCDateTime(), nullable=True))
    op.execute(_FIRST_LISTS)
