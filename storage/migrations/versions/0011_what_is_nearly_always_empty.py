"""Who owns a contact is no longer indexed, and which attempt closed a number only where one did.

Reason: both are empty in every row of a list, and each row paid for an entry of nothing in either index. Nobody looks contacts
up by their owner. Numbers that an attempt closed are looked up by it, which is quick by the few that are closed. A process of
the version before asks the same and is answered the same.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_CLOSED = sa.text("closed_attempt_id IS NOT NULL")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # At once, and in the order in which those at work come by them: else they and this would wait for each other.
        op.execute("LOCK TABLE personnumber, contact IN ACCESS EXCLUSIVE MODE")
    op.drop_index("ix_contact_owner_id", "contact")
    op.drop_index("ix_personnumber_closed_attempt_id", "personnumber")
    op.create_index(
        "personnumber_closed_by",
        "personnumber",
        ["closed_attempt_id"],
        sqlite_where=_CLOSED,
        postgresql_where=_CLOSED,
    )
