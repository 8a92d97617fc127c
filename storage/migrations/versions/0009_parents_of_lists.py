"""On PostgreSQL, people, their numbers and contacts are no longer held to their parents by foreign keys.

Reason: the server looks each one up and locks it for each row: seven look-ups a row of a list, which took longer than writing
the three rows with all their indexes. An import takes the parents' ids from rows that it has read or written in the same
transaction, and nothing ever deletes an organisation, a campaign, a list or a person. SQLite, where the look-ups cost
little, keeps the keys, and every test of what writes these rows runs there. A process of the version before notices nothing.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KEYS = {
    "person": ("organisation_id",),
    "personnumber": ("organisation_id", "person_id"),
    "contact": ("organisation_id", "campaign_id", "list_id", "person_id"),
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    # In the order in which those at work come by them: in any other, they and this would wait for each other.
    op.execute("LOCK TABLE organisation, campaign, contactlist, person, personnumber, contact IN ACCESS EXCLUSIVE MODE")
    for table, columns in _KEYS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{column}_fkey")
