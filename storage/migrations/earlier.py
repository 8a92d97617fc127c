"""Databases from before version 0.9.0: the last of their 60 revisions has the schema of the first migration."""

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from storage.errors import SchemaDiffers
from storage.migrations import applying
from storage.migrations.old_revisions import FIRST, LAST_OLD
from storage.migrations.shape import shape_of


def check(connection: Connection) -> None:
    """Compare a database at revision 0060 with the first migration, which is tried out. Raises SchemaDiffers.

    Roll the transaction back afterwards. Indexes and tables that an administrator has added are no difference.
    """
    found, wanted = shape_of(connection), _wanted(connection)
    ours = {line.partition(":")[0] for line in wanted}
    more = {line for line in found - wanted if line.partition(":")[0] in ours and ": CREATE INDEX" not in line}
    if differs := [f"missing: {line}" for line in sorted(wanted - found)] + [
        f"not ours: {line}" for line in sorted(more)
    ]:
        raise SchemaDiffers(LAST_OLD, differs)


def stamp(connection: Connection) -> None:
    """Note that the database, which was checked, is at the first revision."""
    connection.exec_driver_sql(f"UPDATE {applying.NOTED} SET version_num = '{FIRST}'")  # noqa: S608 - names of ours


def _wanted(connection: Connection) -> set[str]:
    """What the first migration makes, tried out elsewhere: in memory, or as temporary tables that the caller rolls
    back."""
    if connection.dialect.name == "sqlite":
        with create_engine("sqlite://").begin() as memory:
            return _made(memory)
    connection.exec_driver_sql("SET LOCAL search_path TO pg_temp")
    return _made(connection)


def _made(connection: Connection) -> set[str]:
    with Operations.context(MigrationContext.configure(connection)):
        applying.module_of(FIRST).upgrade()
    return shape_of(connection)
