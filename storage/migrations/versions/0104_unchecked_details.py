"""PostgreSQL looks up no parents of what else lists say of people (`storage.models`).

Reason: three look-ups and locks for each row of a list took longer than to write it. SQLite keeps the keys.
"""

import sqlalchemy as sa
from alembic import op

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for key in sa.inspect(connection).get_foreign_keys("contactdetails"):
        op.drop_constraint(str(key["name"]), "contactdetails", type_="foreignkey")
