"""An agent's working day, pauses, keeping a card longer; on Home the own day and the last audits."""

from bot.services.answers.people import BreakReason
from bot.services.answers.teams import DigestDay
from bot.slack.wording.language import figure
from bot.slack.wording.markup import shown
from bot.slack.wording.reporting.digests import audit_verdict
from bot.slack.wording.say import Markup, has_form, say
from bot.slack.wording.times import short_day


def reminded(choice: str, begins: str, ends: str) -> Markup:
    """The chosen reminders and hours, on Home."""
    return say("preferences.reminded", choice, begins=Markup(begins), ends=Markup(ends))


def break_reason(reason: str) -> Markup:
    """A BreakReason word. A team lead who paused themselves said why in their own words, or not at all."""
    word = reason or BreakReason.OTHER.value
    return say("preferences.break_reason", word) if has_form("preferences.break_reason", word) else shown(reason, 200)


def on_break(since: Markup, reason: str) -> Markup:
    return Markup(
        say("preferences.on_break", since=since, reason=break_reason(reason)) + "\n" + say("preferences.on_break_means")
    )


def break_began(returned: int, *, is_repeat: bool) -> Markup:
    if is_repeat:
        return say("preferences.break_began_repeat")
    return say("preferences.break_began", count=returned)


def paused(by: Markup, since: Markup, reason: Markup) -> Markup:
    """The pause, on the agent's own Home."""
    key = "preferences.paused_reason" if reason else "preferences.paused"
    then = say("preferences.paused_means")
    return Markup(say(key, by=by, since=since, reason=reason) + "\n" + then)


# -- Home: the own day, and the last audits


Counts = tuple[int, int, int]  # calls, contacts, successes


def own_figures(counts: Counts, an_hour: int) -> Markup:
    calls, contacts, successes = counts
    parts = [
        say("preferences.figure_calls", count=calls),
        say("preferences.figure_contacts", count=contacts),
        say("preferences.figure_successes", count=successes),
    ]
    parts += [say("preferences.figure_an_hour", count=an_hour)] if an_hour else []
    return Markup(" · ".join(parts))


def yesterday_by_now(counts: Counts) -> Markup:
    return say("preferences.yesterday_by_now", counts=_short(counts))


def team_median(counts: Counts) -> Markup:
    return say("preferences.team_median", counts=_short(counts))


def _short(counts: Counts) -> Markup:
    return Markup(" · ".join(map(figure, counts)))


def own_callback(due: Markup, name: Markup, campaign: Markup, *, is_overdue: bool) -> Markup:
    if is_overdue:
        return Markup("• " + say("preferences.own_callback", due=due, name=name, campaign=campaign))
    return Markup(f"• *{due}*: {name}, {campaign}")


def last_digest(team: Markup, day: DigestDay, posted_at: Markup | None) -> Markup:
    sign = ":rotating_light:" if day.broken or day.people else ":white_check_mark:"
    posted = say("preferences.last_digest_posted_at", when=posted_at) if posted_at else say("preferences.last_digest")
    return Markup(f"{sign} *{team}*, {day_verdict(day)} ({posted})")


def day_verdict(day: DigestDay) -> Markup:
    return Markup(f"{short_day(day.on)}: {audit_verdict(day.broken, day.people).replace('*', '')}")


def digest_day(day: DigestDay) -> Markup:
    """On the button that opens a day's digest."""
    return Markup(f"{'🚨' if day.broken or day.people else '✅'} {short_day(day.on)}")
