"""Team status, checks, do-not-call, direct messages and Home. Digests are in digests.py."""

from collections.abc import Sequence
from typing import Final

from bot.slack.wording.labels import APP, label, outcome_name, stage, state, verdict
from bot.slack.wording.language import N_, _, counted, figure, ngettext, plural, sentence
from bot.slack.wording.markup import Markup, filled
from policy.vocabulary import HOLDING, ContactState, Outcome, Verdict

# -- team status

why_closed = plural("*Why the other one cannot be called*", "*Why the other {count} cannot be called*")
nobody_holds = sentence("No agent holds a contact.")
unreported_heading = sentence("*Calls without an outcome*")
all_reported = sentence("Every call has an outcome.")
agents_today = sentence("*Agents today*")
overdue_callbacks = plural(":alarm_clock: {count} callback is overdue.", ":alarm_clock: {count} callbacks are overdue.")
# A number of calls on its own: `3 calls`.
calls = plural("{count} call", "{count} calls")
next_opens = filled("Next contact opens: *{when}*.")
no_active_campaign = sentence(
    "No campaign of this team is active, so nobody gets its contacts. Admins change that on Home."
)


def status_heading(team: str) -> str:
    return _("{team}: where the contacts stand").format(team=team)


def sum_of_states(parts: Sequence[tuple[int, ContactState]], total: int) -> str:
    lines = [f"• *{figure(count)}* {state(one)}" for count, one in parts]
    in_all = ngettext("= *{count} contact* in all", "= *{count} contacts* in all", total)
    return "\n".join([*lines, in_all.format(count=figure(total))])


def figures_by_state(parts: Sequence[tuple[int, ContactState]]) -> str:
    """The six figures on one line."""
    return " · ".join(f"*{figure(count)}* {state(one)}" for count, one in parts)


def holds(agent: Markup, contact: Markup, number: Markup, at: str, since: Markup, until: Markup) -> str:
    said = _("• *{agent}*: {contact} ({number}), {stage} since {since}, until {until}")
    return said.format(agent=agent, contact=contact, number=number, stage=stage(at), since=since, until=until)


def unreported(name: Markup, number: Markup, when: Markup, agent: Markup) -> str:
    if agent:
        said = _("• {name} ({number}), called {when} by {agent}")
        return said.format(name=name, number=number, when=when, agent=agent)
    return _("• {name} ({number}), called {when}").format(name=name, number=number, when=when)


def several_unreported(name: Markup, number: Markup, calls: int, first: Markup, last: Markup, agent: Markup) -> str:
    """One agent's calls to one person."""
    said = ngettext(
        "• {name} ({number}), called {count} time from {first} to {last} by {agent}",
        "• {name} ({number}), called {count} times from {first} to {last} by {agent}",
        calls,
    )
    return said.format(name=name, number=number, count=figure(calls), first=first, last=last, agent=agent)


def agent_line(name: Markup, figures: Sequence[int]) -> str:
    return f"• *{name}*: {figures_of_a_day(figures)}"


def figures_of_a_day(figures: Sequence[int]) -> str:
    made, contacts, not_dialled, missing_outcomes, holding = figures
    parts = [calls(made), contacts_made(contacts, made)]
    parts += [not_dialled_calls(not_dialled)] if not_dialled else []
    parts += [_("*{count} without an outcome*").format(count=figure(missing_outcomes))] if missing_outcomes else []
    parts += [_("holds {count}").format(count=figure(holding))] if holding else []
    return " · ".join(parts)


def contacts_made(contacts: int, calls_made: int, change: str = "") -> str:
    """Conversations with the right person, and their share of the calls."""
    if not calls_made:
        return counted("{count} contact{change}", "{count} contacts{change}", contacts, change=change)
    return counted(
        "{count} contact{change}, contact rate {share}%",
        "{count} contacts{change}, contact rate {share}%",
        contacts,
        change=change,
        share=round(100 * contacts / calls_made),
    )


def not_dialled_calls(count: int) -> str:
    return _("{count} not dialled").format(count=figure(count))


# -- nothing callable

nothing_opens = sentence("None of these opens by itself. Ask your team lead.")
no_contacts = sentence("Your team has no contacts. Ask your team lead when the next list comes.")
no_campaign_of_yours = sentence("No campaign of your team is active, so you get no contacts. Ask an admin.")


def fewer(wanted: int, held: int) -> str:
    if held == 0:
        return _("No contact is callable now.")
    return _("You asked for {count}; only these are callable now.").format(count=figure(wanted))


def opens(when: Markup, *, is_theirs: bool) -> str:
    if is_theirs:
        return _("Next contact opens: *{when}*. It is yours.").format(when=when)
    return next_opens(when)


def callable_by_others(count: int) -> str:
    said = _("• *{count}* callable now, but not by you: you gave them back, or another agent promised a callback")
    return said.format(count=figure(count))


def closed_row(count: int, stands: ContactState, reason: Markup, when: Markup | None) -> str:
    why = f": {reason}" if reason else ""
    first = " " + _("(first opens {when})").format(when=when) if when else ""
    return f"• *{figure(count)}* {state(stands)}{why}{first}"


# -- /callcheck and /dnc

state_unknown = sentence(
    "The state is unknown, so the rules of every state apply. Add the state to the list to apply only its own."
)
callcheck_usage = sentence(
    "Type the number to check: `/callcheck 07700 900123`; or `/callcheck rules` for the rules of your campaign. "
    "Neither changes anything."
)
dnc_usage = sentence("Type the number and, if you like, a reason: `/dnc 07700 900123 asked us to stop`.")
check_heading = filled("May {number} be called?")
on_no_list = filled("{number} is on none of your lists.")
allowed_until = filled("Allowed until *{until}*.")
suppressed_since = filled(":no_entry: On do-not-call since {when}.")
decided_by = filled("Rulebook {rulebook}. This check changed nothing.")
changed_nothing = sentence("This check changed nothing.")


ringing_back = sentence("*Ringing back.* Calls from this person:")


def last_call(when: Markup, agent: Markup, outcome: str | None) -> str:
    said = _("We called last {when}, {agent}: {outcome}.")
    return said.format(when=when, agent=agent, outcome=outcome or _("no outcome"))


def check_line(
    name: Markup, campaign: Markup, found: Verdict, *, is_elsewhere: bool = False, is_finished: bool = False
) -> str:
    """`is_elsewhere`: another agent holds a contact that the rules allow to call. `is_finished` goes before it."""
    called = f"*{name}*, " if name else ""
    what = campaign or _("a call off the list")
    if is_finished:
        return f"{called}{what}: *{state(ContactState.FINISHED)}*"
    return f"{called}{what}: *{state(ContactState.LEASED) if is_elsewhere else verdict(found)}*"


def suppressed(number: Markup, principal: Markup, *, is_repeat: bool, was_stopped: bool) -> str:
    whom = _("for {principal}").format(principal=principal) if principal else _("for anyone here")
    if is_repeat:
        said = _(":no_entry: {number} is on do-not-call {who}. You already recorded this; nothing changed.")
    elif was_stopped:
        said = _(":no_entry: {number} was already on do-not-call {who}. Your request is recorded too.")
    else:
        said = _(":no_entry: {number} will not be called again {who}, in any list or campaign.")
    return said.format(number=number, who=whom)


def suppression_reach(contacts: int, callbacks: int, withdrawn: int) -> str:
    parts = [ngettext("{count} contact closed", "{count} contacts closed", contacts).format(count=figure(contacts))]
    if callbacks:
        cancelled = ngettext("{count} callback cancelled", "{count} callbacks cancelled", callbacks)
        parts.append(cancelled.format(count=figure(callbacks)))
    if withdrawn:
        taken_from = ngettext("withdrawn from {count} agent", "withdrawn from {count} agents", withdrawn)
        parts.append(taken_from.format(count=figure(withdrawn)))
    return ", ".join(parts) + "."


def stop_taken_back(number: Markup, *, is_repeat: bool, is_still_stopped: bool) -> str:
    if is_repeat:
        said = _(":leftwards_arrow_with_hook: You already took back your request for {number}.")
    else:
        said = _(":leftwards_arrow_with_hook: Your request for {number} is taken back.")
    if is_still_stopped:
        then = _("The number stays on do-not-call: somebody else stopped it too.")
    else:
        then = _("The usual rules decide again when to call.")
    return f"{said.format(number=number)} {then}"


callbacks_reopened = plural("{count} callback is open again.", "{count} callbacks are open again.")


# -- direct messages

reminder_heading = plural(":bell: You can call {count} contact again.", ":bell: You can call {count} contacts again.")
# Some of the contacts open later in the shift.
shift_heading = plural(
    ":bell: You can call {count} contact again in this shift.",
    ":bell: You can call {count} contacts again in this shift.",
)
chase_heading = plural(
    ":hourglass: {count} call needs an outcome. Until you record it, it counts as an attempt.",
    ":hourglass: {count} calls need an outcome. Until you record it, each counts as an attempt.",
)
chase_done = sentence(":white_check_mark: All your calls have an outcome.")
not_shown = sentence("Slack did not take our answer. Nothing is lost: press *See my cards*.")
forbidden_call_counts = sentence("The call counts, and the audit will show it.")
see_status = sentence("See the team’s status")
callback_due_at = filled(", promised for *{when}*")
taken = filled(":bell: You took these at {time}.")


def reminder_line(name: Markup, campaign: Markup, why: str, since: Markup | None, until: Markup) -> str:
    said = _("• *{name}*, {campaign}{why}: call before *{until}*")
    if since is not None:
        said = _("• *{name}*, {campaign}{why}: call from *{since}*, before *{until}*")
    return said.format(name=name, campaign=campaign, why=why, since=since, until=until)


def last_was(outcome: Outcome) -> str:
    return _(", last: {outcome}").format(outcome=outcome_name(outcome))


_CARD_WITHDRAWN: Final = {
    "suppressed": N_("they must not be called. If it is ringing, hang up"),
    "held": N_("a team lead must check first. Do not call"),
    "taken_back": N_("a team lead took it back"),
    "moved": N_("a team lead gave it to another agent"),
    "not_theirs": N_("an admin changed your team, the campaign or the list"),
    "parted": N_("a list named two people as one. Ask for the next contact again"),
}
_WITHDRAWN_OTHERWISE: Final = N_("a call is not allowed now")


def card_withdrawn(name: Markup, because: str) -> str:
    if because == "erased":
        return _(
            ":no_entry: One of your cards is gone: the person asked us to erase their data. If it is ringing, hang up."
        )
    why = _(_CARD_WITHDRAWN.get(because, _WITHDRAWN_OTHERWISE))
    return _(":no_entry: *{name}* is no longer on your cards: {why}.").format(name=name, why=why)


_HELD_UNTIL_DECIDED: Final = N_("The contact is on hold until you decide.")
_ALERTS: Final = {
    Outcome.ABANDONED: N_("UK house policy locks this number for 72 hours."),
    **dict.fromkeys(HOLDING, _HELD_UNTIL_DECIDED),
}


def lead_alert(agent: Markup, contact: Markup, outcome: Outcome) -> str:
    said = _(":rotating_light: {agent} recorded *{outcome}* for {contact}.")
    said = said.format(agent=agent, outcome=label(outcome), contact=contact)
    return f"{said} {_(_ALERTS[outcome])}" if outcome in _ALERTS else said


def forbidden_call(agent: Markup, contact: Markup, outcome: Outcome) -> str:
    said = _(":rotating_light: {agent} called {contact} off the list, but the call was not allowed (*{outcome}*):")
    return said.format(agent=agent, contact=contact, outcome=label(outcome))


# -- Home

home_open = sentence("Calls that need an outcome")
home_no_cards = sentence("You hold no contacts.")
desk_opens = sentence("Your cards will be here in a moment.")
home_start = sentence("How to")
how_to_agent = sentence(
    "• `/nextcall` gives you the next people you may call; `/nextcall 5` gives you five\n"
    "• *Call* shows the number. Dial, then press the outcome\n"
    "• `/outcome 07700 900123 no answer` records a call off the list\n"
    "• `/callcheck 07700 900123` says whether you may call a number, and when\n"
    "• `/dnc 07700 900123` stops all calls to a number at once"
)
how_to_lead = sentence("• `/teamstatus` shows which contacts are callable, which are not and why, and who holds what")


def home_heading(name: str) -> str:
    return f"{APP}: {name}"


def home_team(team: str) -> str:
    return _("Team {team}").format(team=team)
