"""Who must not be called: opt-outs, the organisation's own lists, registers, and screenings against them."""

from bot.services.answers.registers import (
    Holds,
    ScreeningPreview,
    ScreeningReport,
    SuppressionPreview,
    SuppressionReport,
)
from bot.services.do_not_call import ageing, mistaken_stops, registers, screenings, suppressions
from bot.services.do_not_call.recognition import recognise
from bot.services.do_not_call.register_import import (
    ScreeningOrder,
    check_day,
    days_until_too_old,
    preview_screening,
    screen,
)
from bot.services.do_not_call.registers import Register
from bot.services.do_not_call.screenings import Screened, day_of
from bot.services.do_not_call.suppression_import import SuppressionOrder, import_list, preview_suppressions

# fmt: off
__all__ = [
    "Holds", "Register", "Screened", "ScreeningOrder", "ScreeningPreview", "ScreeningReport", "SuppressionOrder",
    "SuppressionPreview", "SuppressionReport", "ageing", "check_day", "day_of", "days_until_too_old", "import_list",
    "mistaken_stops", "preview_screening", "preview_suppressions", "recognise", "registers", "screen", "screenings",
    "suppressions",
]
