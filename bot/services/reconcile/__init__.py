"""The phone system's call records beside the attempts: what either side lacks, and how calls were made."""

from bot.services.reconcile.call_file import ORDER_OF_DAYS, Order
from bot.services.reconcile.columns import (
    CALL_COLUMNS,
    Lacking,
    are_of_calls,
    columns_of,
    guess_columns,
    headings_to_name,
    keep_columns,
    kept_columns,
    lacking,
    open_records,
)
from bot.services.reconcile.findings import findings_about, write_findings
from bot.services.reconcile.matching import TOLERANCE
from bot.services.reconcile.people import people_against
from bot.services.reconcile.reconciling import OTHER_CLOCK, reconcile

# fmt: off
__all__ = [
    "CALL_COLUMNS", "ORDER_OF_DAYS", "OTHER_CLOCK", "TOLERANCE", "Lacking", "Order", "are_of_calls", "columns_of",
    "findings_about", "guess_columns", "headings_to_name", "keep_columns", "kept_columns", "lacking", "open_records",
    "people_against", "reconcile", "write_findings",
]
