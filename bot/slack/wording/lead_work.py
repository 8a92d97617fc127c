"""A team lead's work: pauses, moving work between agents, overrides."""

from collections.abc import Sequence
from typing import Final

from bot.slack.wording.language import N_, _, figure, sentence
from bot.slack.wording.markup import Markup, filled
from bot.slack.wording.reports import calls, contacts_made
from policy.vocabulary import NOT_SAID, ReleaseReason

# -- the agents' day

is_paused = sentence("paused")

_GIVEN_BACK: Final[dict[str, str]] = {
    ReleaseReason.BREAK: N_("break"),
    ReleaseReason.END_OF_SHIFT: N_("end of shift"),
    ReleaseReason.NOT_MY_LANGUAGE: N_("language"),
    ReleaseReason.KNOWN_TO_ME: N_("knows them"),
    ReleaseReason.WRONG_CAMPAIGN: N_("wrong campaign"),
    ReleaseReason.OTHER: N_("something else"),
    NOT_SAID: N_("no reason given"),
}


def made(attempts: int, contacts: int) -> str:
    return f"{calls(attempts)} · {contacts_made(contacts, attempts)}"


def not_dialled(count: int, of: int) -> str:
    return _("{count} not dialled ({share}%)").format(count=figure(count), share=_share(count, of))


def without_outcome(count: int, of: int) -> str:
    return _("*{count} without an outcome ({share}%)*").format(count=figure(count), share=_share(count, of))


def given_back(reasons: Sequence[tuple[str, int]], of: int) -> str:
    count = sum(many for _reason, many in reasons)
    each = ", ".join(f"{figure(many)} {_(_GIVEN_BACK.get(reason, _GIVEN_BACK['other']))}" for reason, many in reasons)
    said = _("gave back {count} of {of} ({share}%): {reasons}")
    return said.format(count=figure(count), of=figure(of), share=_share(count, of), reasons=each)


def holds(count: int) -> str:
    return _("holds {count}").format(count=figure(count))


def _share(count: int, of: int) -> str:
    return figure(round(100 * count / of)) if of else "0"


# -- pauses

pause_title = sentence("Pause an agent")
pause_press = sentence("Pause an agent…")
end_pause = sentence("End the pause")
pause_about = sentence("They get no new contacts or reminders. They can finish the contacts they hold.")
whom = sentence("Who")
choose_somebody = sentence("Choose a person")
pause_why = sentence("Why? The agent will see it.")
pause_why_placeholder = sentence("Training until noon")
pause = sentence("Pause")
nobody_to_pause = sentence("No agent of this team is working now.")


def resting(name: Markup, by: Markup, since: Markup, reason: Markup) -> str:
    if reason:
        said = _(":double_vertical_bar: *{name}*: paused by {by} ({since}): {reason}")
    else:
        said = _(":double_vertical_bar: *{name}*: paused by {by} ({since})")
    return said.format(name=name, since=since, by=by, reason=reason)


def on_break(name: Markup, since: Markup, reason: str) -> str:
    said = _(":double_vertical_bar: *{name}*: on a break since {since} ({reason})")
    return said.format(name=name, since=since, reason=reason)


def paused(name: Markup, *, is_repeat: bool) -> str:
    if is_repeat:
        return _(":double_vertical_bar: *{name}* was already paused.").format(name=name)
    return _(":double_vertical_bar: *{name}* is paused and gets no new contacts.").format(name=name)


def resumed(name: Markup, *, is_repeat: bool) -> str:
    if is_repeat:
        return _(":arrow_forward: *{name}* was no longer paused.").format(name=name)
    return _(":arrow_forward: *{name}* gets contacts again.").format(name=name)


# -- moving work

move_title = sentence("Move the contact")
move_press = sentence("Move…")
who_takes = sentence("New agent")
give = sentence("Move")
nobody_takes = sentence("No other agent of this team is working now.")
reassign_title = sentence("Reassign a callback")
reassign_press = sentence("Reassign…")
anyone = sentence("Anyone in the team")
reassign = sentence("Reassign")
overdue_heading = sentence("*Overdue callbacks*")
# Says that the agent who now has the callback is told.
told = sentence("They have been told.")
reminded_now = sentence("They get a reminder.")
move_about = filled("We check *{name}* again first. The new agent then has 30 minutes; both are told.")
not_moved = filled(":no_entry: *{name}* may not be called now. No agent has the contact.")
reminded = filled("They have been told. Reminder: *{when}*.")
reminded_in_shift = filled("They have been told. The reminder comes once their shift has begun: not before *{when}*.")


def moved(name: Markup, to: Markup, *, is_repeat: bool) -> str:
    if is_repeat:
        return _(":arrow_right: *{name}* was already with {to}.").format(name=name, to=to)
    return _(":arrow_right: *{name}* is now with {to}.").format(name=name, to=to)


def reassign_about(name: Markup, due: Markup) -> str:
    return _("We promised *{name}* a callback: *{due}*.").format(name=name, due=due)


def overdue(name: Markup, campaign: Markup, due: Markup, agent: Markup) -> str:
    if agent:
        said = _(":alarm_clock: *{name}*, {campaign}: promised for *{due}* by {agent}")
    else:
        said = _(":alarm_clock: *{name}*, {campaign}: promised for *{due}*, by anyone in the team")
    return said.format(name=name, campaign=campaign, due=due, agent=agent)


def reassigned(name: Markup, to: Markup, *, is_repeat: bool) -> str:
    if is_repeat and to:
        return _(":calendar: The callback to *{name}* was already {to}’s.").format(name=name, to=to)
    if is_repeat:
        return _(":calendar: Anyone in the team could already make the callback to *{name}*.").format(name=name)
    if to:
        return _(":calendar: The callback to *{name}* is now {to}’s.").format(name=name, to=to)
    return _(":calendar: Anyone in the team can now make the callback to *{name}*.").format(name=name)


# -- more than the screen shows

any_contact_title = sentence("Move a contact")
any_contact_press = sentence("Another contact…")
any_callback_press = sentence("Another callback…")
which_contact = sentence("Contact and current agent")
which_callback = sentence("Callback and current agent")
choose_contact = sentence("Choose a contact")
choose_callback = sentence("Choose a callback")
back_to_list = sentence("No one: back to the list")
nothing_to_move = sentence("No contact of this team can be moved now.")
nothing_overdue = sentence("No callback is overdue any more.")

# -- overrides

override_title = sentence("Override a rule")
override_press = sentence("Override…")
may_be_overridden = sentence(":key: You may override a rule here, with a reason.")
override_reason = sentence("Reason the rule allows")
override_words = sentence("The case in your words")
override_hint = sentence("Kept on record with your name, and in the digest. No telephone numbers.")
override_until = sentence("Last day, for more than one call")
override_until_hint = sentence("Leave empty for one call. The day ends in your time zone.")
approve = sentence("Approve")
why_overridden = sentence("Describe the case in a few words.")
day_gone = sentence("That day is over. Choose a later day, or leave it empty.")

_REASONS: Final = {
    "required_by_law": N_("The law requires the call"),
    "litigation": N_("It serves litigation about the debt"),
    "information_request": N_("It answers a question they asked"),
    "time_critical_harm": N_("It prevents harm that cannot wait"),
    "debtor_asked": N_("They asked for it"),
    "legal_proceedings": N_("It serves legal proceedings"),
    "no_separate_list": N_("The state issues no separate list"),
    "answer_wrong_or_incomplete": N_("Their answer was wrong or incomplete"),
}


def override_about(name: Markup, campaign: Markup) -> str:
    return _("*{name}*, {campaign}. If you approve, you override:").format(name=name, campaign=campaign)


def reason(word: str) -> str:
    """The reason in words. A reason from a house pack stays as it is."""
    return _(_REASONS[word]) if word in _REASONS else word.replace("_", " ")


def overridden(name: Markup, until: Markup | None, *, is_repeat: bool) -> str:
    if is_repeat:
        return _(":key: *{name}*: already approved.").format(name=name)
    if until:
        return _(":key: *{name}*: approved for every call until {until}.").format(name=name, until=until)
    return _(":key: *{name}*: approved for one call.").format(name=name)
