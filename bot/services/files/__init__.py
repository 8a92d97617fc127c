"""Reads files that other people made: a part at a time, refused with a line and a reason, never trusted."""

from bot.services.files import write_pace
from bot.services.files.bars import bar_questions, bars_of, doubt_of, possible_text, settled_texts
from bot.services.files.columns import CHOICES, Columns, NumberColumn, read_choices
from bot.services.files.dates import DayOrder, OrderSeen, day_in_order, orders_of
from bot.services.files.headings import company_in, company_mark, key_of
from bot.services.files.number_list import NUMBERLESS, NumberFile, NumberRow, numbers_in, open_numbers
from bot.services.files.rejects import check_reject_file, write_rejects
from bot.services.files.row_faults import RowFaults
from bot.services.files.row_numbers import kind_of_number, numbers_of
from bot.services.files.spoken import NO_ANSWERS, Answers, key_of_text
from bot.services.files.spreadsheet_cells import inert
from bot.services.files.table import (
    AS_IT_IS,
    MOST_LINES_IN_A_CELL,
    Record,
    SavedMapping,
    Table,
    Wishes,
    heading_key,
    open_list,
    open_table,
)
from bot.services.files.values import Listing, out_of_reach, read_day, read_listing, read_moment, read_yes_no
from bot.services.files.write_pace import Pace

# fmt: off
__all__ = [
    "AS_IT_IS", "CHOICES", "MOST_LINES_IN_A_CELL", "NO_ANSWERS", "NUMBERLESS", "Answers", "Columns", "DayOrder",
    "Listing", "NumberColumn", "NumberFile", "NumberRow", "OrderSeen", "Pace", "Record", "RowFaults", "SavedMapping",
    "Table", "Wishes", "bar_questions", "bars_of", "check_reject_file", "company_in", "company_mark", "day_in_order",
    "doubt_of", "heading_key", "inert", "key_of", "key_of_text", "kind_of_number", "numbers_in",
    "numbers_of", "open_list", "open_numbers", "open_table", "orders_of", "out_of_reach", "possible_text",
    "read_choices", "read_day", "read_listing", "read_moment", "read_yes_no", "settled_texts", "write_pace",
    "write_rejects",
]
