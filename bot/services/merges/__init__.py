"""Rows of lists that became one person: recorded with why, seen, and parted again with a reason."""

from bot.services.merges.parting import part
from bot.services.merges.splitting import ALONE, TOGETHER, Taken, record
from bot.services.merges.view import of_number

__all__ = ["ALONE", "TOGETHER", "Taken", "of_number", "part", "record"]
