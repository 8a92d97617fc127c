"""Every sentence a user reads in Slack: in English in `en.toml`, in other languages beside it. See `say`."""

from bot.slack.wording import (
    admin,
    admin_campaigns,
    admin_lists,
    admin_people,
    callbacks,
    calls,
    forms,
    labels,
    language,
    lead_work,
    leads,
    list_files,
    preferences,
    privacy,
    refusals,
    reports,
    times,
)
from bot.slack.wording.language import figure
from bot.slack.wording.markup import as_plain, channel, clipped, fallback, link, named, one_line, plain, shown, units
from bot.slack.wording.outcomes import own_outcomes
from bot.slack.wording.reporting import activity, digests
from bot.slack.wording.reporting.digests import audit_what
from bot.slack.wording.say import Markup, say
from bot.slack.wording.times import (
    both,
    city,
    clock,
    day,
    local_day_and_time,
    local_moment,
    local_time,
    moment,
    until,
    weekday,
    when,
    zone_of,
)

# fmt: off
__all__ = [
    "Markup", "activity", "admin", "admin_campaigns", "admin_lists", "admin_people", "as_plain",
    "audit_what", "both", "callbacks", "calls", "channel", "city", "clipped", "clock", "day", "digests", "fallback",
    "figure", "forms", "labels", "language", "lead_work", "leads", "link", "list_files",
    "local_day_and_time", "local_moment", "local_time", "moment", "named", "one_line", "own_outcomes",
    "plain", "preferences", "privacy", "refusals", "reports", "say", "shown", "times", "units", "until",
    "weekday", "when", "zone_of",
]
