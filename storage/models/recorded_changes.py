"""Changes of rows that the rows do not explain themselves: who changed what, when."""

from datetime import datetime

from storage.models.columns import OrganisationRow


class RecordedChange(OrganisationRow, table=True):
    """One change of one row: a role, a purpose, a list's basis, the time of a callback. Written with the change, never
    changed.

    `before` and `after`: JSON, the columns that changed with their values as leaves of the log say them; null for personal
    columns.
    """

    at: datetime
    changed_by: str  # Slack user id, or "command line"; empty: Nextcall itself, on its own schedule
    table_name: str
    row_id: int
    before: str
    after: str
