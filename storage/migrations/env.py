"""Alembic runs this for each upgrade, on the connection that `storage.migrations.upgrade` passes."""

from alembic import context
from sqlmodel import SQLModel

import storage.models  # noqa: F401 - names every table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,  # the whole upgrade or nothing, on SQLite too
    render_as_batch=True,  # SQLite changes a column by copying its table
)
with context.begin_transaction():
    context.run_migrations()
