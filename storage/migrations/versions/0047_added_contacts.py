"""When a contact came to its campaign.

Reason: the result of a comparison of one campaign's numbers says nothing of those that joined the campaign later, from a list
or another campaign, though the number was known. A contact of before counts from its list.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("added_at", UTCDateTime(), nullable=True))
