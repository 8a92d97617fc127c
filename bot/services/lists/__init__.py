"""Imports lists of contacts, checking every row, and says before what that would do; pauses, moves and counts lists.

A surface first asks `preview_list`, shows its answer and its questions, and then calls `import_contacts` with the same
arguments. Both take a `Reading`: what a person said of the columns.
"""

from bot.services.lists import importing
from bot.services.lists.importing import import_contacts
from bot.services.lists.in_use import list_move, list_results, list_terms, withdrawal
from bot.services.lists.in_use.list_move import ListMoved
from bot.services.lists.in_use.list_terms import PRIORITIES
from bot.services.lists.in_use.withdrawal import BY_LIST, WITHDRAWN, ListChanged
from bot.services.lists.preview import preview_list
from bot.services.lists.proofs import Basis, ListProofs, NumbersFrom
from bot.services.lists.proofs import check as check_proofs
from bot.services.lists.reading import AS_RECOGNISED, Reading, keep_note_answers
from bot.services.lists.target import unused_name

# fmt: off
__all__ = [
    "AS_RECOGNISED", "BY_LIST", "PRIORITIES", "WITHDRAWN", "Basis", "ListChanged", "ListMoved", "ListProofs",
    "NumbersFrom", "Reading", "check_proofs", "import_contacts", "importing", "keep_note_answers", "list_move",
    "list_results", "list_terms", "preview_list", "unused_name", "withdrawal",
]
