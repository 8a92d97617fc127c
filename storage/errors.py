"""What storage refuses, as facts. The driver's error is kept as the cause."""

from collections.abc import Sequence
from typing import Final

MOST_NAMED: Final = 3
QUEUE_FULL: Final = "the writers of this process did not get their turn"  # no other program is in the way


class StorageError(Exception):
    """The database refused something."""


class DatabaseTrouble(StorageError):
    """The database is gone, full, or busy for too long.

    Nothing was saved, unless the connection broke during the commit, which may then have succeeded. A retry does no
    harm.
    """

    says = (
        "the database could not do that now ({reason}): check that it runs and has room, then try again;"
        " nothing is saved twice"
    )

    def __init__(self, reason: str) -> None:
        super().__init__(self.says.format(reason=reason))


class TurnLost(DatabaseTrouble):
    """PostgreSQL ended this transaction to resolve a deadlock or conflict. Nothing was saved."""


class DatabaseLocked(DatabaseTrouble):
    """Another process kept the database locked for longer than the timeout."""

    says = (
        "another program has kept the database locked for 15 seconds: let it finish or end it, then try again;"
        " nothing is saved twice"
    )


class DatabaseBusy(DatabaseTrouble):
    """The writers of this process queued for longer than the timeout: it has more to write than its disk takes."""

    says = (
        "Nextcall had more to write than the disk took in 15 seconds: try again in a moment; if it lasts, let imports"
        " end first or use a quicker disk; nothing is saved twice"
    )


class DatabaseReadOnly(DatabaseTrouble):
    """The database takes no writes: the file or server is read-only."""

    says = (
        "the database is read-only ({reason}): give this program the right to write the file and its folder,"
        " or name the server that takes writes in DATABASE_URL"
    )


class DatabaseClosed(DatabaseTrouble):
    """The user of DATABASE_URL lacks a permission."""

    says = "the user of DATABASE_URL may not do this ({reason}): grant that user the right"


class TableGone(DatabaseTrouble):
    """A table or column of this revision is missing."""

    says = "a table or column of Nextcall is missing from the database ({reason}): restore the latest backup"


class DatabaseDamaged(DatabaseTrouble):
    """The file is damaged or is no database."""

    says = "the database file is damaged ({reason}): restore the latest backup"


class NotRestored(StorageError):
    """A backup was not put back. The message says why and what to do; the database is as it was."""


class LeaseLost(StorageError):
    """Another transaction ended or moved the lease between reading and writing."""

    def __init__(self, lease_id: int) -> None:
        super().__init__(f"lease {lease_id} is no longer in that stage")


class SchemaRefused(StorageError):
    """The database's tables are not those this program was built for."""


class SchemaOutOfDate(SchemaRefused):
    """The database needs a migration. `found` is empty for a database without tables."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(
            f"the database is at revision {found or 'none'}; this program needs {expected}: run `nextcall migrate`"
        )
        self.found = found


class SchemaOfAnother(SchemaRefused):
    """The database holds tables, and none of them is this program's."""

    def __init__(self) -> None:
        super().__init__(
            "the database belongs to another program, so Nextcall left it alone: name Nextcall's own, or a new one, in"
            " DATABASE_URL"
        )


class SchemaTooOld(SchemaRefused):
    """The database is from before version 0.9.0, and not at the last revision of then."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"the database is at revision {found}, from before version 0.9.0: check out commit 6ce782e5 of Nextcall, "
            "run `make install` and `.venv/bin/nextcall migrate` there, then start this version again "
            "(docs/how-to/upgrade.md)"
        )


class SchemaDiffers(SchemaRefused):
    """The schema is not that of the revision which the database names. `differences`: missing parts, and foreign
    ones."""

    def __init__(self, found: str, differences: Sequence[str]) -> None:
        more = len(differences) - MOST_NAMED
        super().__init__(
            f"the database says that it is at revision {found}, but its tables are not those of that revision "
            f"({'; '.join(differences[:MOST_NAMED])}{f'; and {more} more' if more > 0 else ''}): nothing was changed;"
            " restore the latest backup, or put the tables right, then try again"
        )


class SchemaTooNew(SchemaRefused):
    """A newer version of the program wrote the database."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(
            f"the database is at revision {found}, which this version (revision {expected}) does not know:"
            " install the newer version again, or restore the copy made before the upgrade"
        )
        self.found = found
        self.expected = expected

    @property
    def is_upgraded(self) -> bool:
        """Whether a later revision of ours is found, not an unknown one."""
        return self.found.isdecimal() and self.found > self.expected
