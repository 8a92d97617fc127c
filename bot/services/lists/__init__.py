"""Imports lists of contacts, checking every row; withdraws, pauses, moves and counts lists."""

from bot.services.lists import importing, list_move, list_results, list_terms, withdrawal
from bot.services.lists.importing import import_contacts
from bot.services.lists.list_move import ListMoved
from bot.services.lists.list_terms import PRIORITIES
from bot.services.lists.proofs import Basis, ListProofs, NumbersFrom
from bot.services.lists.withdrawal import BY_LIST, WITHDRAWN

# fmt: off
__all__ = [
    "BY_LIST", "PRIORITIES", "WITHDRAWN", "Basis", "ListMoved", "ListProofs", "NumbersFrom", "import_contacts", "importing",
    "list_move", "list_results", "list_terms", "withdrawal",
]
