"""The phone system's call records beside the attempts: what either side lacks, and how calls were made."""

from bot.services.reconcile.call_file import Order, is_call_file
from bot.services.reconcile.findings import findings_about, write_findings
from bot.services.reconcile.matching import TOLERANCE
from bot.services.reconcile.reconciling import OTHER_CLOCK, reconcile

__all__ = ["OTHER_CLOCK", "TOLERANCE", "Order", "findings_about", "is_call_file", "reconcile", "write_findings"]
