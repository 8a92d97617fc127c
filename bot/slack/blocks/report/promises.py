"""The promises that an audit checked: the broken ones with their findings, then how many others held."""

from collections.abc import Sequence

from bot.services.answers.reports import AuditCheck
from bot.slack.blocks.kit.kit import first_lines
from bot.slack.wording import say, shown
from bot.slack.wording.reporting import digests
from bot.slack.wording.rules.said import translated_line

MOST_DETAILS = 3  # of each promise; the file has all


def broken_lines(audit: Sequence[AuditCheck]) -> list[str]:
    return [line for one in audit if one.broken for line in _broken(one)]


def held_lines(audit: Sequence[AuditCheck]) -> list[str]:
    """How many promises held, beside the broken ones if there are any; nothing if none held."""
    held = sum(not one.broken for one in audit)
    said = "digests.others_held" if held < len(audit) else "digests.all_held"
    return [say(said, count=held)] if held else []


def _broken(one: AuditCheck) -> list[str]:
    what = shown(digests.audit_what(one.name, one.broken), 120)
    details = first_lines([translated_line(detail, 220) for detail in one.details], MOST_DETAILS)
    return [say("digests.audit_line", broken=one.broken, what=what), *(f"     {detail}" for detail in details)]
