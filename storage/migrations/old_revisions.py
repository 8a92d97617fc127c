"""The revisions from before version 0.9.0. The last of them has the schema of the first migration."""

from typing import Final

TOO_OLD: Final = tuple(f"{number:04d}" for number in range(1, 60))
LAST_OLD: Final = "0060"
FIRST: Final = "0100"
NOTED: Final = "alembic_version"  # the table in which Alembic notes the revision
