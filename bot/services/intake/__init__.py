"""From a file that a person shares in Slack to an import: recognised, read, shown, corrected, imported, reported."""

from bot.services.intake import shared, uses, withdrawing
from bot.services.intake.facts import ListFacts
from bot.services.intake.list_work import InThisProcess, ListJob, ListWork, Look, Progress
from bot.services.intake.work import Intake

# fmt: off
__all__ = [
    "InThisProcess", "Intake", "ListFacts", "ListJob", "ListWork", "Look", "Progress", "shared", "uses", "withdrawing",
]
