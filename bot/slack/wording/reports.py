"""Team status, checks, do-not-call, direct messages and Home. Digests are in digests.py."""

from collections.abc import Sequence

from bot.slack.wording.labels import label
from bot.slack.wording.language import figure
from bot.slack.wording.say import Markup, say
from policy.vocabulary import HOLDING, ContactState, Outcome, Verdict

# -- team status


def sum_of_states(parts: Sequence[tuple[int, ContactState]], total: int) -> Markup:
    lines = [f"• *{figure(count)}* {say('labels.state', one)}" for count, one in parts]
    return Markup("\n".join([*lines, say("reports.sum_of_states", count=total)]))


def figures_of_a_day(figures: Sequence[int]) -> Markup:
    made, contacts, not_dialled, missing_outcomes, holding = figures
    parts = [say("reports.calls", count=made), contacts_made(contacts, made)]
    parts += [say("reports.not_dialled_calls", count=not_dialled)] if not_dialled else []
    parts += [say("reports.figures_of_a_day_missing_outcomes", count=missing_outcomes)] if missing_outcomes else []
    parts += [say("reports.figures_of_a_day_holding", count=holding)] if holding else []
    return Markup(" · ".join(parts))


def contacts_made(contacts: int, calls_made: int, change: str = "") -> Markup:
    """Conversations with the right person, and their share of the calls."""
    if not calls_made:
        return say("reports.contacts_alone", count=contacts, change=Markup(change))
    return say("reports.contacts_made", count=contacts, change=Markup(change), share=round(100 * contacts / calls_made))


# -- nothing callable


def fewer(wanted: int, held: int) -> Markup:
    if held == 0:
        return say("reports.none_callable")
    return say("reports.fewer", count=wanted)


def opens(when: Markup, *, is_theirs: bool) -> Markup:
    if is_theirs:
        return say("reports.opens", when=when)
    return say("reports.next_opens", when=when)


def closed_row(count: int, stands: ContactState, reason: Markup, when: Markup | None) -> Markup:
    why = f": {reason}" if reason else ""
    first = " " + say("reports.closed_row", when=when) if when else ""
    return Markup(f"• *{figure(count)}* {say('labels.state', stands)}{why}{first}")


# -- /callcheck and /dnc


def check_line(
    name: Markup, campaign: Markup, found: Verdict, *, is_elsewhere: bool = False, is_finished: bool = False
) -> Markup:
    """`is_elsewhere`: another agent holds a contact that the rules allow to call. `is_finished` goes before it."""
    called = f"*{name}*, " if name else ""
    what = campaign or say("reports.off_the_list")
    if is_finished:
        return Markup(f"{called}{what}: *{say('labels.state', ContactState.FINISHED)}*")
    stands = say("labels.state", ContactState.LEASED) if is_elsewhere else say("labels.verdict", found)
    return Markup(f"{called}{what}: *{stands}*")


def suppressed(number: Markup, principal: Markup, *, is_repeat: bool, was_stopped: bool) -> Markup:
    whom = say("reports.suppressed_for", principal=principal) if principal else say("reports.suppressed_for_all")
    if is_repeat:
        key = "reports.suppressed_repeat"
    elif was_stopped:
        key = "reports.suppressed_was_stopped"
    else:
        key = "reports.suppressed_now"
    return say(key, number=number, who=whom)


def suppression_reach(contacts: int, callbacks: int, withdrawn: int) -> Markup:
    parts = [say("reports.suppression_reach", count=contacts)]
    if callbacks:
        parts.append(say("reports.suppression_reach_callbacks", count=callbacks))
    if withdrawn:
        parts.append(say("reports.suppression_reach_withdrawn", count=withdrawn))
    return Markup(", ".join(parts) + ".")


def stop_taken_back(number: Markup, *, is_repeat: bool, is_still_stopped: bool) -> Markup:
    key = "reports.stop_taken_back_repeat" if is_repeat else "reports.stop_taken_back"
    then = say("reports.stop_taken_back_still_stopped") if is_still_stopped else say("reports.rules_decide_again")
    return Markup(f"{say(key, number=number)} {then}")


# -- direct messages


def reminder_line(name: Markup, campaign: Markup, why: str, since: Markup | None, until: Markup) -> Markup:
    said = say("reports.reminder_line", name=name, campaign=campaign, why=Markup(why), until=until)
    if since is None:
        return said
    return say("reports.reminder_line_since", name=name, campaign=campaign, why=Markup(why), since=since, until=until)


def card_withdrawn(name: Markup, because: str) -> Markup:
    if because == "erased":
        return say("reports.card_withdrawn_erased")
    why = say("reports.card_withdrawn", because)
    return say("reports.card_gone", name=name, why=why)


def lead_alert(agent: Markup, contact: Markup, outcome: Outcome) -> Markup:
    said = say("reports.lead_alert", agent=agent, outcome=label(outcome), contact=contact)
    if outcome is Outcome.ABANDONED:
        return Markup(f"{said} {say('reports.abandoned_locks')}")
    return Markup(f"{said} {say('reports.held_until_decided')}") if outcome in HOLDING else said


# -- Home
