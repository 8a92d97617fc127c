"""Imports lists of contacts, checking every row; withdraws lists, and takes them up again."""

from bot.services.lists import importing, withdrawal
from bot.services.lists.importing import import_contacts
from bot.services.lists.proofs import Basis, ListProofs, NumbersFrom
from bot.services.lists.withdrawal import WITHDRAWN

__all__ = ["WITHDRAWN", "Basis", "ListProofs", "NumbersFrom", "import_contacts", "importing", "withdrawal"]
