"""PostgreSQL looks at the leases again after each thousand that change, not after each tenth of them all.

Reason: leases in force are few of many, and how many there are changes within minutes each morning. A plan made while there were
hardly any may read all of them for each claim; it is made anew when the table is analysed. Nothing else is different.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE lease SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000)"
        )
