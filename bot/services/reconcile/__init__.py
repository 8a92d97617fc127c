"""The phone system's call records beside the attempts: what either side lacks, and how calls were made."""

from bot.services.reconcile.call_file import Order, is_call_file
from bot.services.reconcile.matching import TOLERANCE
from bot.services.reconcile.reconciling import reconcile

__all__ = ["TOLERANCE", "Order", "is_call_file", "reconcile"]
