"""The Home tab: a person's own day, and the last audits of the teams somebody answers for."""

from datetime import date
from typing import Final

from bot.slack.blocks.text import Markup
from bot.slack.wording.reports import audit_verdict

CALLBACKS: Final = "Your callbacks this week"
NO_CALLBACKS: Final = "None promised."
TODAY: Final = "Your day so far"
DIGESTS: Final = "The last digests"


def callback(due: Markup, name: Markup, campaign: Markup, *, is_overdue: bool) -> str:
    return f"• {':alarm_clock: overdue since ' if is_overdue else ''}*{due}*: {name}, {campaign}"


def last_digest(team: Markup, on: date, broken: int, posted_at: Markup | None) -> str:
    sign = ":white_check_mark:" if broken == 0 else ":rotating_light:"
    posted = f"posted {posted_at}" if posted_at else "not posted yet"
    return f"{sign} *{team}*, {on:%a} {on.day} {on:%b}: {audit_verdict(broken).replace('*', '')} ({posted})"
