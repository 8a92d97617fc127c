"""The Home tab: the user's own day, and the last audits of their teams."""

from datetime import date

from bot.slack.wording.digests import audit_verdict
from bot.slack.wording.language import _, sentence
from bot.slack.wording.markup import Markup
from bot.slack.wording.times import short_day

callbacks = sentence("Your callbacks this week")
no_callbacks = sentence("No callbacks promised.")
today = sentence("Your day so far")
digests = sentence("Latest digests")


def callback(due: Markup, name: Markup, campaign: Markup, *, is_overdue: bool) -> str:
    if is_overdue:
        return "• " + _(":alarm_clock: overdue since *{due}*: {name}, {campaign}").format(
            due=due, name=name, campaign=campaign
        )
    return f"• *{due}*: {name}, {campaign}"


def last_digest(team: Markup, on: date, broken: int, posted_at: Markup | None) -> str:
    sign = ":white_check_mark:" if broken == 0 else ":rotating_light:"
    posted = _("posted {when}").format(when=posted_at) if posted_at else _("not posted yet")
    return f"{sign} *{team}*, {short_day(on)}: {audit_verdict(broken).replace('*', '')} ({posted})"
