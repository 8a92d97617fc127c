"""An agent's working day, pauses, keeping a card longer; on Home the own day and the last audits."""

from typing import Final

from bot.services.answers.teams import DigestDay
from bot.slack.wording.language import N_, _, counted, figure, plural, sentence, words_of
from bot.slack.wording.markup import Markup, filled
from bot.slack.wording.reporting import audit_verdict
from bot.slack.wording.times import short_day

working_day = sentence("Your working day")
change = sentence("Change…")
when_reminded = sentence("Remind me when contacts open again")
shift_begins = sentence("My shift begins")
shift_ends = sentence("My shift ends")
shift_hint = sentence("In your time zone. For the whole day, choose the same time twice.")
choose_hours = sentence("Choose a time.")
dial_with = sentence("Dial with")
kept_settings = sentence(":white_check_mark: Working day saved.")
# A choice of reminders, in the form.
reminders = words_of(
    {
        "shift": N_("During my shift, as they open"),
        "quiet": N_("Once a shift, and before callbacks"),
        "off": N_("Never: I check here"),
    }
)
_REMINDED: Final = {
    "shift": N_("Reminders during your shift, {begins} to {ends}, as your contacts open."),
    "quiet": N_(
        "One reminder a shift, as soon as a contact opens, and one before each callback. Your shift: {begins} to "
        "{ends}."
    ),
    "off": N_(
        "No reminders. Callbacks are listed here; `/nextcall` gives you the contacts that are due. Shift: {begins} "
        "to {ends}."
    ),
}


def reminded(choice: str, begins: str, ends: str) -> str:
    """The chosen reminders and hours, on Home."""
    return _(_REMINDED[choice]).format(begins=begins, ends=ends)


def dial_hint(example: str) -> str:
    return _("A link with {example} in it, such as sip:{example}@pbx.example. Empty: your telephone.").format(
        example=example
    )


def no_dial_link(example: str) -> str:
    said = _("Write a link that begins with https://, tel:, sip: or callto: and has {example} in it once.")
    return said.format(example=example)


desk_about = sentence("Where you work")
desk = words_of({"home": N_("On Home"), "messages": N_("In Messages")})
desk_in_messages = sentence(
    ":white_check_mark: Your cards are now in *Messages* too: one message, drawn anew after each press there."
)
desk_on_home = sentence(":white_check_mark: You work on Home. The message with your cards is gone.")
pause_me = sentence("Pause me")
pause_about = sentence("A break: no new contacts, no reminders. What you were offered goes back.")
back_to_work = sentence("Back to work")
is_back = sentence(":white_check_mark: You are back.")
break_reason = words_of({"lunch": N_("Lunch"), "training": N_("Training"), "other": N_("Something else")})
breaks_today = plural("{count} minute of breaks", "{count} minutes of breaks")


def on_break(since: Markup, reason: str) -> str:
    said = _(":double_vertical_bar: *On a break* since {since}: {reason}.")
    return said.format(since=since, reason=break_reason(reason)) + "\n" + _("No new contacts, no reminders.")


def break_began(returned: int, *, is_repeat: bool) -> str:
    if is_repeat:
        return _(":double_vertical_bar: You were paused already.")
    return counted(
        ":leftwards_arrow_with_hook: {count} contact went back to the list.",
        ":leftwards_arrow_with_hook: {count} contacts went back to the list.",
        returned,
    )


def paused(by: Markup, since: Markup, reason: Markup) -> str:
    """The pause, on the agent's own Home."""
    if reason:
        said = _(":double_vertical_bar: *{by} paused you* ({since}): {reason}")
    else:
        said = _(":double_vertical_bar: *{by} paused you* ({since}).")
    then = _("You get no new contacts or reminders. Finish the contacts you hold.")
    return said.format(by=by, since=since, reason=reason) + "\n" + then


# -- cards

keep = sentence("Keep longer")
see_card = sentence("See the card")
yours_until = filled("yours until {until}")


def kept(name: Markup, until: Markup) -> str:
    return _(":hourglass: *{name}* stays yours until *{until}*.").format(name=name, until=until)


def not_kept(name: Markup, until: Markup) -> str:
    said = _(":hourglass: You cannot keep *{name}* longer. It is yours until *{until}*.")
    return said.format(name=name, until=until)


def given(name: Markup, by: Markup) -> str:
    """Direct message to an agent given a contact. It stays in Slack, so it holds no number."""
    said = _(":point_right: {by} gave you *{name}* for 30 minutes.")
    return said.format(by=by, name=name)


# -- Home: the own day, and the last audits

own_callbacks = sentence("Your callbacks this week")
no_callbacks = sentence("No callbacks promised.")
own_today = sentence("Your day so far")
latest_digests = sentence("Latest digests")


Counts = tuple[int, int, int]  # calls, contacts, successes


def own_figures(counts: Counts, an_hour: int) -> str:
    calls, contacts, successes = counts
    parts = [
        counted("*{count}* call", "*{count}* calls", calls),
        counted("*{count}* contact", "*{count}* contacts", contacts),
        counted("*{count}* success", "*{count}* successes", successes),
    ]
    parts += [_("*{count}* an hour").format(count=figure(an_hour))] if an_hour else []
    return " · ".join(parts)


def yesterday_by_now(counts: Counts) -> str:
    return _("Yesterday by now: {counts}").format(counts=_short(counts))


def team_median(counts: Counts) -> str:
    return _("Team’s median today: {counts}").format(counts=_short(counts))


def _short(counts: Counts) -> str:
    return " · ".join(map(figure, counts))


def own_callback(due: Markup, name: Markup, campaign: Markup, *, is_overdue: bool) -> str:
    if is_overdue:
        return "• " + _(":alarm_clock: overdue since *{due}*: {name}, {campaign}").format(
            due=due, name=name, campaign=campaign
        )
    return f"• *{due}*: {name}, {campaign}"


def stop_undoable(name: Markup, until: Markup) -> str:
    said = _("*Do not call* is recorded: {name}. You can take it back until {until}.")
    return said.format(name=name, until=until)


def last_digest(team: Markup, day: DigestDay, posted_at: Markup | None) -> str:
    sign = ":rotating_light:" if day.broken or day.people else ":white_check_mark:"
    posted = _("posted {when}").format(when=posted_at) if posted_at else _("not posted yet")
    return f"{sign} *{team}*, {day_verdict(day)} ({posted})"


def day_verdict(day: DigestDay) -> str:
    return f"{short_day(day.on)}: {audit_verdict(day.broken, day.people).replace('*', '')}"


def digest_day(day: DigestDay) -> str:
    """On the button that opens a day's digest."""
    return f"{'🚨' if day.broken or day.people else '✅'} {short_day(day.on)}"
