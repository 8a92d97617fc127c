"""Who must not be called: opt-outs, the organisation's own lists, registers, and screenings against them."""

from bot.services.do_not_call import registers, screenings, suppressions
from bot.services.do_not_call.register_index import ListedNumbers, Numbers
from bot.services.do_not_call.registers import Register
from bot.services.do_not_call.screenings import Screened, ScreeningOrder, ScreeningReport, day_of, screen
from bot.services.do_not_call.suppression_import import SuppressionOrder, SuppressionReport, import_list

# fmt: off
__all__ = [
    "ListedNumbers", "Numbers", "Register", "Screened", "ScreeningOrder", "ScreeningReport", "SuppressionOrder",
    "SuppressionReport", "day_of", "import_list", "registers", "screen", "screenings", "suppressions",
]
