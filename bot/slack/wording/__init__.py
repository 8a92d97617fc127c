"""Every sentence a user reads in Slack: in English in `en.toml`, in other languages beside it. See `say`."""

from bot.slack.wording.language import figure
from bot.slack.wording.say import (
    Markup,
    as_plain,
    both,
    channel,
    city,
    clipped,
    clock,
    day,
    fallback,
    link,
    local_day_and_time,
    local_moment,
    local_time,
    moment,
    named,
    one_line,
    plain,
    say,
    shown,
    units,
    until,
    weekday,
    when,
    zone_of,
)

# fmt: off
__all__ = [
    "Markup", "as_plain", "both", "channel", "city", "clipped", "clock", "day", "fallback", "figure", "link",
    "local_day_and_time", "local_moment", "local_time", "moment", "named", "one_line", "plain", "say", "shown", "units",
    "until", "weekday", "when", "zone_of",
]
