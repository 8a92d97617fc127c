"""Changes of rows that the rows do not explain themselves: who changed what, when."""

from datetime import datetime

from storage.models.columns import OrganisationRow, Signed, column


class RecordedChange(OrganisationRow, table=True):
    """One change of one row: a role, a purpose, a list's basis, the time of a callback. Written with the change, never
    changed.

    `before` and `after`: JSON, the columns that changed with their values as leaves of the log say them; null for
    personal columns.
    """

    __signed__ = Signed(at="at")
    __about__ = "a row by its id, what it says openly before and after, and the person who changed it"

    at: datetime = column(signed=True)
    # Slack user id, or "command line"; empty: Nextcall itself, on its own schedule
    changed_by: str = column(signed=True)
    table_name: str = column(signed=True)
    row_id: int = column(signed=True)
    before: str = column(signed=True)
    after: str = column(signed=True)
