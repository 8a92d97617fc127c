"""Engines, transactions, queues of waiting threads and bulk rows. Hides how SQLite and PostgreSQL differ."""

from storage.database import archive, backup, bulk, engine
from storage.database.backup import Report
from storage.database.bulk import is_one_of
from storage.database.database_files import are_open_to_all, copies_of, files_of, is_among, open_private
from storage.database.engine import (
    apply_change,
    copy_file,
    insert_or_change,
    insert_unless_taken,
    is_first,
    is_lost_turn,
    lock_schema,
    read_only,
)
from storage.database.statements import Statement, instant
from storage.database.storable import storable
from storage.database.troubles import DRIVER_ERRORS, reason_of, trouble_of
from storage.database.unit_of_work import AUTHOR, Author, UnitOfWork, UnitsOfWork, read_aside

# fmt: off
__all__ = [
    "AUTHOR",
    "DRIVER_ERRORS",
    "Author",
    "Report",
    "Statement",
    "UnitOfWork",
    "UnitsOfWork",
    "apply_change",
    "archive",
    "are_open_to_all",
    "backup",
    "bulk",
    "copies_of",
    "copy_file",
    "engine",
    "files_of",
    "insert_or_change",
    "insert_unless_taken",
    "instant",
    "is_among",
    "is_first",
    "is_lost_turn",
    "is_one_of",
    "lock_schema",
    "open_private",
    "read_aside",
    "read_only",
    "reason_of",
    "storable",
    "trouble_of",
]
