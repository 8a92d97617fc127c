"""The phone system's call records beside the attempts: what either side lacks, and how calls were made."""

from bot.services.reconcile.call_file import Order, is_call_file
from bot.services.reconcile.columns import CALL_COLUMNS, Lacking, are_of_calls, guess_columns, lacking
from bot.services.reconcile.day_order import ORDER_OF_DAYS
from bot.services.reconcile.findings import findings_about, write_findings
from bot.services.reconcile.kept_columns import columns_of, headings_to_name, keep_columns, kept_columns
from bot.services.reconcile.matching import TOLERANCE
from bot.services.reconcile.people import people_against
from bot.services.reconcile.reconciling import OTHER_CLOCK, reconcile

# fmt: off
__all__ = [
    "CALL_COLUMNS", "ORDER_OF_DAYS", "OTHER_CLOCK", "TOLERANCE", "Lacking", "Order", "are_of_calls", "columns_of",
    "findings_about", "guess_columns", "headings_to_name", "is_call_file", "keep_columns", "kept_columns", "lacking",
    "people_against", "reconcile", "write_findings",
]
