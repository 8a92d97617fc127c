"""Run by Alembic for each upgrade, on the connection that `storage.migrations.upgrade` hands it."""

from alembic import context
from sqlmodel import SQLModel

import storage.models  # noqa: F401 - names every table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,  # the whole upgrade or none of it, on SQLite too
    render_as_batch=True,  # SQLite changes a column by copying its table
)
with context.begin_transaction():
    context.run_migrations()
