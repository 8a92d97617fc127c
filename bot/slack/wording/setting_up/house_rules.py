"""House rules: the page, the form, what a proposal means, and what came of it."""

from collections.abc import Mapping
from datetime import date

from bot.services.answers.house_rules import COMMAND_LINE, Stage
from bot.services.answers.rehearsals import Moves
from bot.slack.wording.labels import label
from bot.slack.wording.language import N_, _, counted, figure, plural, sentence, words_of
from bot.slack.wording.markup import Markup, named, shown
from bot.slack.wording.times import short_day
from policy.house import HouseLimits, NotTighter, Windows
from policy.vocabulary import Outcome

page_title = sentence("House rules")
form_title = sentence("House rules")
decline_title = sentence("Decline")
about_page = sentence(
    "Limits of your own, on top of law and house pack. They can only be tighter. One admin proposes them and sees what "
    "they mean; a second admin approves; they begin at midnight of their day."
)
for_every_campaign = sentence("Every campaign")
change_all = sentence("Limits for every campaign…")
choose_campaign = sentence("Limits for one campaign…")
nothing_yet = sentence("No limits of your own yet.")
only_admin = sentence(
    ":information_source: You are the only admin, so nobody else can approve here. Make a second person admin under "
    "*People*, or run `nextcall policy house approve` on the machine where Nextcall runs."
)
in_force_head = sentence("In force")
ahead_head = sentence("Approved, not yet in force")
waiting_head = sentence("Waiting for a second admin")
drafts_head = sentence("Your drafts")
past_head = sentence("Earlier")
no_limits = sentence("no limits of your own")
form_about = sentence(
    "Leave empty what you do not want to limit: law and house pack hold there. What you save replaces the limits of "
    "before."
)
day_asked = sentence("From which day on?")
day_hint = sentence("They begin at midnight, where your first team is.")
hours_hint = sentence("Such as 10:00-18:00, or 09:30-12:00, 13:00-17:00. Closed: write “closed”.")
hours_word = sentence("closed")
wait_hint = sentence("Hours from the call to the next.")
cap_hint = sentence("Attempts to one person or number, for one client.")
ring_asked = sentence("Let it ring for at least (seconds)")
callbacks_asked = sentence("Agreed callbacks")
callbacks_wait = sentence("Keep to every wait, daily limit and hour of the house")
callbacks_hint = sentence("Otherwise an agreed callback may come sooner, and at the hour the person named.")
cards_asked = sentence("Cards of one agent at a time, at most")
calls_asked = sentence("Open calls of one agent at a time, at most")
write_hours = sentence("Write times such as 10:00-18:00, in order, or “closed”.")
write_whole = sentence("Enter a whole number.")
choose_later_day = sentence("Choose a later day: this one has begun, or begins within a minute.")
nothing_limited = sentence("This limits nothing, and nothing was limited before.")
working = sentence(":hourglass_flowing_sand: I am working out what this means. You get a message in a moment.")
propose_button = sentence("Propose it")
propose_again = sentence("Change…")
discard_button = sentence("Discard")
withdraw_button = sentence("Withdraw")
approve_button = sentence("Approve")
decline_button = sentence("Decline…")
look_button = sentence("What it means…")
reason_asked = sentence("Why not?")
reason_hint = sentence("The person who proposed it reads this.")
sent_to_admins = sentence(":white_check_mark: Proposed. The other admins get it with what it means.")
taken_back = sentence(":white_check_mark: Taken back. Nothing has changed.")
not_worked_out = sentence("Still being worked out. Look again in a moment.")
none_moves = sentence("No contact opens, locks or moves.")
list_attached = sentence("The file below has every contact that stands otherwise.")
supply_head = sentence("Callable at some time of the day")
only_foreseen = sentence("Nothing has changed yet. Calls made meanwhile are not foreseen.")
you_decide = sentence("It needs your approval, or another admin’s.")
days = words_of({"mon-fri": N_("Mon-Fri"), "sat": N_("Saturday"), "sun": N_("Sunday")})
stage = words_of(
    {
        Stage.DRAFT: N_("draft"),
        Stage.PROPOSED: N_("waiting"),
        Stage.APPROVED: N_("approved"),
        Stage.DECLINED: N_("declined"),
        Stage.SUPERSEDED: N_("superseded by a later one"),
        Stage.WITHDRAWN: N_("taken back"),
    }
)
moves = words_of(
    {
        Moves.LOCKS: N_("Locks"),
        Moves.OPENS: N_("Opens"),
        Moves.LATER: N_("Opens later"),
        Moves.SOONER: N_("Opens sooner"),
        Moves.SHORTER: N_("Closes sooner"),
        Moves.LONGER: N_("Closes later"),
    }
)
_CAPS: Mapping[str, str] = {
    "day": N_("Attempts in a day"),
    "week": N_("Attempts in 7 days"),
    "month": N_("Attempts in 30 days"),
}
caps = words_of(_CAPS)
hours_of = plural("{count} hour", "{count} hours")
seconds_of = plural("{count} second", "{count} seconds")


def hours_asked(day: str) -> str:
    return _("Hours: {day}").format(day=days(day))


def wait_asked(outcome: Outcome) -> str:
    return _("Wait after: {outcome}").format(outcome=label(outcome))


def title(campaign: str, on: date) -> str:
    """`House rules for *Energy switch* from Tue 1 Dec on`."""
    if not campaign:
        return _("House rules for every campaign from {day} on").format(day=short_day(on))
    return _("House rules for *{campaign}* from {day} on").format(campaign=shown(campaign), day=short_day(on))


def windows(one: Windows) -> str:
    """`10:00-18:00`, or closed."""
    return ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in one) or hours_word()


def limits_in_words(limits: HouseLimits) -> list[tuple[str, str]]:
    """Each limit that is set: what it limits, and to what."""
    found = [(hours_asked(day), windows(one)) for day, one in limits.hours.items()]
    found += [(wait_asked(outcome), hours_of(hours)) for outcome, hours in limits.waits.items()]
    found += [(caps(span), str(most)) for span, most in limits.caps.items()]
    if limits.ring_seconds:
        found.append((ring_asked(), str(limits.ring_seconds)))
    if limits.callbacks_wait:
        found.append((callbacks_asked(), callbacks_wait()))
    if limits.open_cards:
        found.append((cards_asked(), str(limits.open_cards)))
    if limits.open_calls:
        found.append((calls_asked(), str(limits.open_calls)))
    return found


def changes(before: HouseLimits, after: HouseLimits) -> list[str]:
    """A line for each limit that differs."""
    was, now = dict(limits_in_words(before)), dict(limits_in_words(after))
    lines = []
    for name in {**now, **was}:
        old, new = was.get(name), now.get(name)
        if old == new:
            continue
        if old is None:
            lines.append(_("• {what}: *{now}*").format(what=name, now=new))
        elif new is None:
            lines.append(_("• {what}: no limit of your own any more (was {before})").format(what=name, before=old))
        else:
            lines.append(_("• {what}: *{now}* (was {before})").format(what=name, now=new, before=old))
    return lines


def scope_line(campaign: str, limits: HouseLimits, on: date) -> str:
    """What holds in a scope, and since when."""
    said = "; ".join(f"{what}: {value}" for what, value in limits_in_words(limits)) or no_limits()
    scope = shown(campaign) if campaign else for_every_campaign()
    return _("*{scope}* (from {day}): {limits}").format(scope=scope, day=short_day(on), limits=said)


def person(name: str) -> str:
    """A name; words for the command line."""
    return _("the command line") if name == COMMAND_LINE else named(name)


def made_by(name: str, how: Stage) -> str:
    said = _("Draft by {person}, not proposed yet") if how is Stage.DRAFT else _("Proposed by {person}")
    return said.format(person=person(name))


def decided_line(how: Stage, name: str, reason: str) -> str:
    said = f"{stage(how)}: {person(name)}" if name else stage(how)
    return f"{said}: {shown(reason, 300)}" if reason else said


def moved_head(how: Moves, contacts: int) -> str:
    return f"*{moves(how)}*: {counted('{count} contact', '{count} contacts', contacts)}"


def moved_line(contacts: int, campaign: str, because: Markup) -> str:
    return _("• {count} in {campaign}: {because}").format(
        count=figure(contacts), campaign=shown(campaign), because=because or _("callable")
    )


def live(contacts: int) -> str:
    return counted("*What it means* for {count} live contact", "*What it means* for {count} live contacts", contacts)


def broken(calls: int, of: int) -> str:
    return _("*Calls of the last 30 days*: it would have forbidden {calls} of {of}.").format(
        calls=figure(calls), of=figure(of)
    )


def supply_line(on: date, before: int, after: int) -> str:
    return f"{short_day(on)}: {figure(before)} → {figure(after)}"


def approved(campaign: str, on: date, by: str) -> str:
    return _(":white_check_mark: {title}: approved by {person}. They begin at midnight.").format(
        title=title(campaign, on), person=person(by)
    )


def declined(campaign: str, on: date, by: str, reason: str) -> str:
    return _(":no_entry_sign: {title}: declined by {person}. {reason}").format(
        title=title(campaign, on), person=person(by), reason=shown(reason, 300)
    )


def not_tighter(one: NotTighter) -> str:
    """Why a value changes nothing, and what to enter."""
    kind, _name, _of = one.field.partition(":")
    already = one.already[0] if one.already else 0
    if kind == "hours":
        open_then = ", ".join(_window(*pair) for pair in zip(one.already[::2], one.already[1::2], strict=True))
        return _("Law and house pack leave open: {windows}. Stay inside that.").format(
            windows=open_then or hours_word()
        )
    if kind == "wait":
        asks = _("The law asks for {hours} already") if one.is_law else _("The house pack asks for {hours} already")
        return _("{asks} ({pack}). Enter more, or leave it empty.").format(
            asks=asks.format(hours=hours_of(already)), pack=one.pack
        )
    if kind == "cap":
        asks = _("The law allows {count} at most") if one.is_law else _("The house pack allows {count} at most")
        return _("{asks} ({pack}). Enter fewer, or leave it empty.").format(
            asks=asks.format(count=already), pack=one.pack
        )
    if kind == "ring_seconds":
        return _("The house pack asks for {count} already. Enter more, or leave it empty.").format(
            count=seconds_of(already)
        )
    return _("It is {count} at most already. Enter fewer, or leave it empty.").format(count=already)


def _window(opens: int, closes: int) -> str:
    return f"{_clock(opens)}-{_clock(closes)}"


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}"
