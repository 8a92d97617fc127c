"""Team status: what waits for the team lead, the forecast, and the buttons."""

from typing import Final

from bot.services.answers.leads import WasAsked
from bot.services.answers.teams import PACK, PLACE, Doing
from bot.slack.wording.labels import state
from bot.slack.wording.language import N_, _, counted, figure, ngettext, plural, sentence
from bot.slack.wording.markup import Markup, filled
from policy.vocabulary import ContactState, LeaseStage

set_place = sentence("Set the place…")
waiting = sentence("*Waiting for a decision*")
nothing_waits = sentence("Nothing is waiting for a decision.")
take_back_ask = sentence("Take it back?")

# By the kind of rule that holds. Any other missing fact is about the person.
_SUPPLY: Final = {
    "register": N_("screen the list and import the result"),
    "basis": N_("import it with the list"),
    PLACE: N_("set the place, or add it to the list and import that again"),
    PACK: N_("an admin writes a rule pack, as policy/packs/README.md says, or leaves them on hold"),
}
_SUPPLY_OTHERWISE: Final = N_("complete the list and import it again")

# -- at a glance

why_page = sentence("Why not the others")
ahead_page = sentence("What opens when")
held_page = sentence("Who holds what")
needs = sentence("*Needs a person*")
nothing_needed = sentence("Nothing needs you now.")
# Figures of the last hour stand behind each agent, such as `6/4`.
agents_now = sentence("*Agents* (calls/contacts, last hour)")
nobody_at_work = sentence("No agent is at work.")
ask_outcome = sentence("Ask for the outcome")
dry_from = filled(":warning: No contacts from about *{when}*")
place_unknown = filled(":round_pushpin: *{name}*: place unknown")
facts_missing = plural(":inbox_tray: *{count}* on hold: facts missing", ":inbox_tray: *{count}* on hold: facts missing")
_DOING: Final = {
    Doing.CALLING: N_("calling"),
    Doing.LOOKING: N_("looking"),
    Doing.ON_BREAK: N_("on a break"),
    Doing.PAUSED: N_("paused"),
    Doing.FREE: N_("free"),
}


def long_call(agent: Markup, since: Markup, *, is_over: bool = False) -> str:
    """`is_over`: the agent's time with the contact has ended, so that they may be free by now."""
    if is_over:
        return _(":telephone_receiver: *{agent}*: call of {when} has no outcome").format(agent=agent, when=since)
    return _(":telephone_receiver: *{agent}*: call open since {when}").format(agent=agent, when=since)


def calls_unsaid(agent: Markup, whom: Markup, calls: int, first: Markup, last: Markup) -> str:
    """Several calls of one agent to one person."""
    return counted(
        ":telephone_receiver: *{agent}*: {count} call to {whom} has no outcome, {first} to {last}",
        ":telephone_receiver: *{agent}*: {count} calls to {whom} have no outcome, {first} to {last}",
        calls,
        agent=agent,
        whom=whom,
        first=first,
        last=last,
    )


def team_runs_dry(team: Markup, when: Markup) -> str:
    return _(":warning: Team {team} has no contacts left from about *{when}*.").format(team=team, when=when)


def promise_broken() -> str:
    return _(":rotating_light: *A promise was broken.* The day's digest will count it.")


def forbidden_found(count: int, first: Markup, last: Markup) -> str:
    """`first` to `last`: the calls of the file that showed them."""
    return counted(
        ":rotating_light: *The phone system’s records of {first} to {last} show a call against the rules.* It was not "
        "recorded, or a call before it was not.",
        ":rotating_light: *The phone system’s records of {first} to {last} show {count} calls against the rules.* "
        "They were not recorded, or calls before them were not.",
        count,
        first=first,
        last=last,
    )


the_gravest = sentence("The gravest:")
found_calls_count = sentence(
    "They count from now on, and the day’s digest counts them too. Share the same file with me to read each of them: "
    "no call is counted twice."
)


def overdue_since(name: Markup, due: Markup) -> str:
    return _(":alarm_clock: *{name}*: callback overdue since {when}").format(name=name, when=due)


def held_since(name: Markup, since: Markup | None) -> str:
    if since:
        return _(":raised_hand: *{name}*: on hold since {when}").format(name=name, when=since)
    return _(":raised_hand: *{name}*: on hold").format(name=name)


def agent_now(name: Markup, doing: Doing, since: Markup | None, calls: int, contacts: int) -> str:
    """`since`: of a free agent the last call."""
    does = _(_DOING[doing])
    if since:
        does = _("{what} since {when}").format(what=does, when=since)
    return f"• *{name}*: {does} · {figure(calls)}/{figure(contacts)}"


def asked(agent: Markup, was: WasAsked) -> str:
    said = {
        WasAsked.NOW: _(":white_check_mark: We asked *{agent}* for the outcome."),
        WasAsked.ALREADY: _(":information_source: *{agent}* was asked a few minutes ago."),
        WasAsked.NOT_NEEDED: _(":white_check_mark: The call of *{agent}* has an outcome."),
        WasAsked.NOT_REACHED: _(":warning: *{agent}* could not be reached. Ask in person."),
    }
    return said[was].format(agent=agent)


# -- what is ahead

forecast = sentence("*What becomes callable*")
by_hour = sentence("Each hour today (team time): contacts left to call, and + contacts that open")
# Marks the hour in which no contacts are left. One short word, to fit a phone.
dry_here = sentence("dry")
by_day = sentence("Each day, starting with the rest of today")
nothing_today = sentence("No contacts are left to call today, and none will open.")
nothing_this_week = sentence("No more contacts open within a week.")
comes_again = sentence("Each contact is counted once, at its next opening.")


def nobody_calls(closes_at: Markup | None) -> str:
    return _("No calls in the last hour, so no forecast.") + _closing(closes_at)


def enough(calls_an_hour: int, closes_at: Markup | None) -> str:
    said = ngettext(
        "At {count} call an hour, there are enough contacts for today.",
        "At {count} calls an hour, there are enough contacts for today.",
        calls_an_hour,
    )
    return said.format(count=figure(calls_an_hour)) + _closing(closes_at)


def runs_dry(calls_an_hour: int, dry_at: Markup) -> str:
    return counted(
        ":warning: At {count} call an hour, no contacts are left from about *{when}*.",
        ":warning: At {count} calls an hour, no contacts are left from about *{when}*.",
        calls_an_hour,
        when=dry_at,
    )


def _closing(closes_at: Markup | None) -> str:
    if not closes_at:
        return ""
    return " " + _("No calls are allowed today from about {when}.").format(when=closes_at)


# -- what waits

no_reason = sentence("no reason given")
tell_admins = sentence("Tell the admins")
see_missing = sentence("See what is missing")


def on_hold(name: Markup, number: Markup, campaign: Markup, reason: Markup, since: Markup | None) -> str:
    of = f" ({number})" if number else ""
    said = f"• *{name}*{of}, {campaign}: {reason}"
    return said + ", " + _("since {when}").format(when=since) if since else said


def wanting(count: int, reason: Markup, kind: str) -> str:
    to_do = _(_SUPPLY.get(kind, _SUPPLY_OTHERWISE))
    said = _("• *{count}* on hold: {reason}. To do: {to_do}.")
    return said.format(count=figure(count), reason=reason or no_reason(), to_do=to_do)


def admins_told(count: int) -> str:
    if not count:
        return _(":warning: No admin could be reached. Please tell one in person.")
    return counted(
        ":white_check_mark: {count} admin has been told.", ":white_check_mark: {count} admins have been told.", count
    )


def wanted(by: Markup, team: Markup) -> str:
    """Direct message to an admin: who asks, and for which team."""
    return _(":inbox_tray: {by} asks you to provide what contacts of team {team} need:").format(by=by, team=team)


def take_back_sure(agent: str) -> str:
    """The question before a lead takes a contact back. Plain text: dialogues show no markup."""
    return _("{agent} has not called yet. The contact goes back to the list, and {agent} is told.").format(agent=agent)


def taken(name: Markup, *, is_repeat: bool) -> str:
    if is_repeat:
        return _(":leftwards_arrow_with_hook: *{name}* was already taken back.").format(name=name)
    return _(":leftwards_arrow_with_hook: *{name}* is back on the list.").format(name=name)


def not_taken(name: Markup, because: str) -> str:
    if because == LeaseStage.CALLING:
        return _(":telephone_receiver: *{name}* is being called now. Nothing changed.").format(name=name)
    said = _(":information_source: *{name}* was no longer with the agent. Nothing changed.")
    return said.format(name=name)


def lift_about(name: Markup, reason: Markup) -> str:
    about = _("*{name}* is on hold: {reason}").format(name=name, reason=reason or no_reason())
    return about + "\n" + _("After that, the other rules still apply.")


def lifted(name: Markup, *, is_repeat: bool) -> str:
    if is_repeat:
        return _(":white_check_mark: *{name}*: the hold was already lifted.").format(name=name)
    return _(":white_check_mark: *{name}*: hold lifted.").format(name=name)


acknowledge_by = filled("Complaint about their data: acknowledge it by {day}.")
acknowledged = filled(":white_check_mark: *{name}*: complaint acknowledged.")


def stands_now(stands: ContactState) -> str:
    if stands is ContactState.HELD:
        return _("Still on hold for another reason: see below.")
    return _("Now: {state}.").format(state=state(stands))


# -- one person from several rows of lists

merged_heading = filled("*{name}* is one person from several rows of lists:")
parted_heading = filled("*{name}* was parted from another person:")
of_before = filled(
    "*{name}* is on several lists. Which rows became one person was not yet recorded then. If they are two people, "
    "import those lists again; then an admin runs `nextcall part`. Numbers on record until then stay with both."
)
merged_other = sentence("• First on a list that your team does not work.")
how_to_part = sentence("If they are two people, an admin runs `nextcall part`.")


def merged_first(name: Markup, source: Markup) -> str:
    return _("• First on the list {name} ({source}).").format(name=name, source=source)


def merged_row(name: Markup, reference: Markup, numbers: Markup, where: Markup, why: str) -> str:
    """`where`: file, line and campaign."""
    who = _("{name} (reference {reference})").format(name=name, reference=reference) if reference else name
    return _("• {who}, {numbers}: {where}. {why}.").format(who=who, numbers=numbers, where=where, why=why)


def merged_where(source: Markup, line: int, campaign: Markup) -> str:
    said = _("{source}, line {line}, campaign {campaign}")
    return said.format(source=source, line=figure(line), campaign=campaign)


def merged_because(why: str, earlier_line: int) -> str:
    if why == "reference" and earlier_line:
        return _("Same reference as line {line}").format(line=figure(earlier_line))
    if why == "reference":
        return _("Same reference")
    if earlier_line:
        return _("Same name and number as line {line}").format(line=figure(earlier_line))
    return _("Same name and number")


def parted_row(name: Markup, by: Markup, when: Markup, reason: Markup) -> str:
    said = _("• {name}: parted by {by} ({when}): {reason}")
    return said.format(name=name, by=by or _("an admin"), when=when, reason=reason)
