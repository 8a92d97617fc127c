"""Digests of a day, week and month, their attachments, and what admins read if one cannot be posted."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from bot.services.answers.reports import Edition
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.language import N_, _, counted, figure, ngettext, plural, sentence, words_of
from bot.slack.wording.markup import Markup, filled
from bot.slack.wording.reports import calls, contacts_made, not_dialled_calls
from bot.slack.wording.times import long_day, month_of, short_day
from policy.vocabulary import Outcome


def heading(team: str, edition: Edition, on: date) -> str:
    if edition is Edition.WEEK:
        return _("{team}: the week to {day}").format(team=team, day=long_day(on))
    return f"{team}: {month_of(on) if edition is Edition.MONTH else long_day(on)}"


def so_far(time: str) -> str:
    return _("Not over yet. Figures as of {time}.").format(time=time)


# -- the audit


# What the audit looked for, after its count.
_AUDITED: Final = {
    "double leases": plural("double lease", "double leases"),
    "calls inside a lock": plural("call inside a lock", "calls inside a lock"),
    "calls outside hours": plural("call outside hours", "calls outside hours"),
    "calls over a cap": plural("call over a cap", "calls over a cap"),
    "calls to a suppressed person or number": plural(
        "call to a suppressed person or number", "calls to a suppressed person or number"
    ),
    "people called against the rules, as only the phone system’s records show": plural(
        "person called against the rules, as only the phone system’s records show",
        "people called against the rules, as only the phone system’s records show",
    ),
    "calls to a held contact": plural("call to a held contact", "calls to a held contact"),
    "attempts without an outcome": plural("attempt without an outcome", "attempts without an outcome"),
    "opt-outs recorded late or not put into force": plural(
        "opt-out recorded late or not put into force", "opt-outs recorded late or not put into force"
    ),
    "attempts without a stored decision": plural(
        "attempt without a stored decision", "attempts without a stored decision"
    ),
    "numbers shown without an attempt": plural("number shown without an attempt", "numbers shown without an attempt"),
}
_BEFORE: Final = words_of(
    {
        Edition.DAY: N_("The day before: {count}."),
        Edition.WEEK: N_("The week before: {count}."),
        Edition.MONTH: N_("The month before: {count}."),
    }
)


def audit_what(name: str, broken: int) -> str:
    return _AUDITED[name](broken) if name in _AUDITED else name


def audit_line(what: Markup, broken: int) -> str:
    return f":rotating_light: *{figure(broken)}* {what}"


others_held = plural(
    ":white_check_mark: {count} other promise held.", ":white_check_mark: {count} other promises held."
)
all_held = plural(":white_check_mark: {count} promise held.", ":white_check_mark: {count} promises held.")


def audit_verdict(broken: int, people: int = 0) -> str:
    """`people`: rung on earlier days against the rules, as only the phone system's records show."""
    if broken:
        return counted("*Audit: {count} broken promise.*", "*Audit: {count} broken promises.*", broken)
    if not people:
        return _("*Audit: every promise held.*")
    return counted(
        "*Audit: every promise of this day held. Call records show {count} person rung against the rules.*",
        "*Audit: every promise of this day held. Call records show {count} people rung against the rules.*",
        people,
    )


unproven_heading = sentence("*Numbers on no list* that lacked a screening or a basis:")


def audit_before(broken: int, edition: Edition) -> str:
    """The audit's count in the previous period, if different."""
    return _BEFORE(edition).format(count=figure(broken))


# -- what was done

quiet = sentence("No calls, no opt-outs, nothing refused or overridden.")
activity_heading = sentence("*Activity*")
agents_heading = sentence("*Agents*")
compared_with = words_of(
    {
        Edition.DAY: N_("In brackets: change from the day before."),
        Edition.WEEK: N_("In brackets: change from the week before."),
        Edition.MONTH: N_("In brackets: change from the month before."),
    }
)
all_the_same = words_of(
    {
        Edition.DAY: N_("Every figure is the same as the day before."),
        Edition.WEEK: N_("Every figure is the same as the week before."),
        Edition.MONTH: N_("Every figure is the same as the month before."),
    }
)


def change(now: int, before: int) -> str:
    """The change that follows a figure."""
    if now == before:
        return " " + _("(the same)")
    return f" ({'+' if now > before else '−'}{figure(abs(now - before))})"


def activity(figures: Sequence[tuple[int, str]]) -> str:
    """Calls, connected, contacts and not dialled, each with its change."""
    (made, made_by), (connected, connected_by), (contacts, contacts_by), (void, void_by) = figures
    parts = [
        f"{calls(made)}{made_by}",
        _("{count} connected").format(count=figure(connected)) + connected_by,
        contacts_made(contacts, made, contacts_by),
    ]
    parts += [not_dialled_calls(void) + void_by] if void else []
    return ", ".join(parts) + "."


def unreported(count: int, by: str) -> str:
    return counted(
        "{count} call without an outcome{change}.", "{count} calls without an outcome{change}.", count, change=by
    )


def outcome_counts(counts: Sequence[tuple[Outcome, int]]) -> str:
    return " · ".join(f"{outcome_name(outcome)} {figure(count)}" for outcome, count in counts)


# -- day by day

days_heading = sentence("*Day by day*")
every_day_in_order = sentence("No promise was broken and no digest is missing.")


def day_line(on: date, made: int, contacts: int, refused: int, stops: int, broken: int) -> str:
    said = _("• *{day}*: {calls} · {contacts} · {refused} refused · {stops} opted out").format(
        day=short_day(on),
        calls=calls(made),
        contacts=contacts_made(contacts, made),
        refused=figure(refused),
        stops=figure(stops),
    )
    if not broken:
        return said
    found = ngettext(":rotating_light: {count} broken promise", ":rotating_light: {count} broken promises", broken)
    return f"{said} · {found.format(count=figure(broken))}"


def missing_days(days: Sequence[date]) -> str:
    said = ngettext(
        ":warning: No digest was posted for {days}. The day is counted here.",
        ":warning: No digests were posted for {days}. The days are counted here.",
        len(days),
    )
    return said.format(days=", ".join(short_day(on) for on in days))


# -- refusals, requests to stop, overrides

nothing_refused = sentence("No call was refused.")
stops_heading = sentence("*Opt-outs*")
still_out = plural(
    ":rotating_light: {count} card of a person who opted out is still open.",
    ":rotating_light: {count} cards of people who opted out are still open.",
)
nothing_overridden = sentence("No rule was overridden.")


def refusals_heading(change_of_all: str) -> str:
    return _("*Refused calls, by rule*") + change_of_all


def refused_by(count: int, rule: str) -> str:
    return f"• *{figure(count)}* × {rule}"


def stops(count: int, by: str) -> str:
    return counted("{count} opt-out{change}.", "{count} opt-outs{change}.", count, change=by)


def recorded_within(count: int, within: timedelta) -> str:
    return counted(
        "The one made in a call was recorded {time} after the call began.",
        "Slowest of the {count} made in calls: recorded {time} after the call began.",
        count,
        time=duration(within),
    )


def withdrawn_within(cards: int, within: timedelta) -> str:
    if within <= timedelta(0):
        return counted("{count} open card was withdrawn at once.", "{count} open cards were withdrawn at once.", cards)
    return counted(
        "{count} open card was withdrawn after {time}.",
        "{count} open cards were withdrawn, the last after {time}.",
        cards,
        time=duration(within),
    )


def duration(time: timedelta) -> str:
    """The duration in a suitable unit, rounded up, so never shorter than it was."""
    seconds = max(-(-time // timedelta(seconds=1)), 0)
    if seconds < 60:
        return _("{count} s").format(count=figure(seconds))
    if seconds < 2 * 3600:
        minutes = -(-seconds // 60)
        return counted("{count} minute", "{count} minutes", minutes)
    hours = -(-seconds // 3600)
    return counted("{count} hour", "{count} hours", hours)


def stop_withdrawn(when: str, asked_by: Markup, agreed_by: Markup) -> str:
    if asked_by == agreed_by:
        return _("• A stop was withdrawn as a mistake, {when}, on {who}.").format(when=when, who=asked_by)
    said = _("• A stop was withdrawn as a mistake, {when}: {who} said so, {second} agreed.")
    return said.format(when=when, who=asked_by, second=agreed_by)


def overrides_heading(by: str) -> str:
    return _("*Overrides*") + by


def override(rule: Markup, when: str, actor: Markup, reason: Markup) -> str:
    said = _("• *{rule}*: overridden for one contact, {when}, approved by {who}: {reason}")
    return said.format(rule=rule, when=when, who=actor, reason=reason)


# -- what waits, and what expires

waiting_heading = sentence("*Waiting for a decision*")
nothing_waits = sentence("Nothing is waiting for a decision.")
waiting_not_kept = sentence("What waited that day is not on record. `/teamstatus` shows what waits now.")
some_wait = plural("{count} contact waits for a decision.", "{count} contacts wait for a decision.")
coming_heading = sentence("*Coming up*")
nothing_comes = sentence("Nothing expires soon (screenings 7 days, rules 14, reviews 30).")


def waits(count: int, reason: Markup) -> str:
    return _("• *{count}* on hold: {reason}").format(count=figure(count), reason=reason or _("no reason given"))


def expiring(contacts: int, on: date, register: Markup, *, is_at_least: bool) -> str:
    if is_at_least:
        return counted(
            "• At least *{count}* contact goes on hold from {day}. Screen it against the {register} again before then.",
            "• At least *{count}* contacts go on hold from {day}. Screen them against the {register} again before "
            "then.",
            contacts,
            day=short_day(on),
            register=register,
        )
    return counted(
        "• *{count}* contact goes on hold from {day}. Screen it against the {register} again before then.",
        "• *{count}* contacts go on hold from {day}. Screen them against the {register} again before then.",
        contacts,
        day=short_day(on),
        register=register,
    )


def review(pack: Markup, on: date, *, is_past: bool) -> str:
    if is_past:
        said = _("• :warning: The review of pack {pack} was due by {day}. Read its sources again.")
    else:
        said = _("• The review of pack {pack} is due by {day}.")
    return said.format(pack=pack, day=short_day(on))


def old_readings(rules: int, days: int, since: date) -> str:
    return counted(
        "• The source of *{count}* rule was last read on {day}, more than {days} days ago. Ask an admin to read it "
        "again.",
        "• The sources of *{count}* rules were last read more than {days} days ago, the first on {day}. Ask an admin "
        "to read them again.",
        rules,
        days=days,
        day=long_day(since),
    )


def rule_change(what: str, on: date, title: Markup, rule: Markup) -> str:
    if what == "begins":
        said = _("• From {day}: “{title}” ({rule}) applies.")
    elif what == "ends":
        said = _("• From {day}: “{title}” ({rule}) no longer applies.")
    else:
        said = _("• From {day}: “{title}” ({rule}) changes.")
    return said.format(day=short_day(on), title=title, rule=rule)


# -- Slack's own charts

calls_by_hour = sentence("Calls by hour")
calls_by_day = sentence("Calls by day")
all_calls = sentence("Calls")
contacts_of_day = sentence("Contacts")
answered = sentence("Answered, no contact")
not_answered = sentence("Not answered")


# -- the foot, and what is attached

cut_short = sentence("The digest is too long for Slack. The evidence in the thread has everything.")
evidence_title = sentence("Evidence")
chart_title = words_of(
    {
        Edition.DAY: N_("The day, and the contacts that open next"),
        Edition.WEEK: N_("The week, day by day"),
        Edition.MONTH: N_("The month, day by day"),
    }
)
foot = filled("Rulebook {rulebook}. Chart and evidence are in the thread; numbers are masked.")
foot_without_chart = filled("Rulebook {rulebook}. The evidence is in the thread; numbers are masked.")
foot_quiet = filled("Rulebook {rulebook}.")
foot_alone = filled("Rulebook {rulebook}. Rebuilt from the record, visible only to you; numbers are masked.")


def log_mark(size: int, root: str) -> str:
    """The log's checkpoint: how many entries it has, and their root in base64."""
    return _("Log: {size} entries, root `{root}`").format(size=figure(size), root=root)


def log_lost(size: int) -> str:
    said = _(":warning: The database was put back from a copy: the log had {size} entries before.")
    return said.format(size=figure(size))


def chart_alt(edition: Edition) -> str:
    if edition is Edition.DAY:
        return _("Bar charts: the team's calls by hour, their outcomes, and the contacts that open each day")
    return _("Bar charts: the team's calls, refusals and opt-outs by day, calls by hour, and outcomes")


# -- for admins, if a channel takes no digest

tried_again = sentence("Calls continue. Nextcall posts the digest within an hour of the fix.")

_CAUSES: Final = {
    "is_archived": N_("The channel is archived. Restore it, or choose another on Home or with `nextcall apply`."),
    "not_in_channel": N_(
        "I am not a member of the channel. Type `/invite @Nextcall` there, or choose another on Home or with "
        "`nextcall apply`."
    ),
    "channel_not_found": N_(
        "There is no such channel, or it is private and I am not a member. Type `/invite @Nextcall` there, or choose "
        "another on Home or with `nextcall apply`."
    ),
    "restricted_action": N_(
        "Posting there is restricted. Allow the app to post, or choose another channel on Home or with `nextcall "
        "apply`."
    ),
}
_NOT_POSTED: Final = words_of(
    {
        Edition.DAY: N_(":warning: The digest of {team} for {day} could not be posted."),
        Edition.WEEK: N_(":warning: The digest of {team} for the week to {day} could not be posted."),
        Edition.MONTH: N_(":warning: The digest of {team} for the month to {day} could not be posted."),
    }
)


def not_posted(team: Markup, edition: Edition, on: date) -> str:
    return _NOT_POSTED(edition).format(team=team, day=short_day(on))


def why_not_posted(code: str, shown_code: Markup) -> str:
    if code in _CAUSES:
        return _(_CAUSES[code])
    return _("Slack answered {code}. Run `nextcall doctor` to see what to do.").format(code=shown_code)
