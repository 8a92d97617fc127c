"""What is done with a list after its import: pauses, ends, moves and withdraws it, and counts what came of it."""

from bot.services.lists.in_use import list_move, list_results, list_terms, withdrawal
from bot.services.lists.in_use.list_move import ListMoved
from bot.services.lists.in_use.list_terms import PRIORITIES
from bot.services.lists.in_use.withdrawal import BY_LIST, WITHDRAWN, ListChanged

# fmt: off
__all__ = [
    "BY_LIST", "PRIORITIES", "WITHDRAWN", "ListChanged", "ListMoved", "list_move", "list_results", "list_terms",
    "withdrawal",
]
