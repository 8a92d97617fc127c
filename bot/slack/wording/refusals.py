"""Refusals and faults: one or two sentences that say what to do."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.services import errors
from bot.slack.wording.labels import APP, a_role, label, outcome_name
from bot.slack.wording.language import _, figure, ngettext
from bot.slack.wording.markup import shown
from bot.slack.wording.times import moment
from policy.vocabulary import OUTCOMES, Outcome, Role


def old_button() -> str:
    return _("That button is from an older message and does nothing any more. Type `/nextcall` for your contacts.")


def form_too_late() -> str:
    return _("Slack gave us too little time to open that form. Press the button once more.")


def form_limited(seconds: int) -> str:
    said = ngettext(
        "Slack is busy and did not open that form. Press the button again in {count} second.",
        "Slack is busy and did not open that form. Press the button again in {count} seconds.",
        seconds,
    )
    return said.format(count=figure(seconds))


def form_not_opened() -> str:
    return _("Slack did not open that form. Press the button again; if that goes on, tell an admin.")


def home_not_drawn() -> str:
    return _("Slack does not take your Home just now. It follows by itself; until then type `/nextcall`.")


def form_broken() -> str:
    return _("Something broke at our end and the form cannot be shown. Close it and try again.")


def stale_form() -> str:
    return _("This form can no longer be sent. Close it and press the button again.")


def incident(code: str) -> str:
    said = _(
        "Something broke at our end (incident `{code}`). Nothing you did is lost. Try again; if it happens twice, give an "
        "admin this code."
    )
    return said.format(code=code)


def database_away(code: str) -> str:
    said = _(
        "Our database does not answer just now (incident `{code}`). Wait a minute and do it again: what was kept already is "
        "not kept twice. If it lasts, give an admin this code."
    )
    return said.format(code=code)


def not_private() -> str:
    return _(
        "This message is not private, so the number stays hidden and no call was counted. Type `/nextcall` and press *Call* "
        "there, or call from Home."
    )


def stranger(user_id: str) -> str:
    said = _(
        "{app} does not know you yet. Ask your team lead or an admin to add your member id `{user}` to the setup file."
    )
    return said.format(app=APP, user=shown(user_id))


def _quoted(name: str) -> str:
    return _("“{name}”").format(name=name)


def _listed(names: Sequence[str], most: int = 10) -> str:
    kept = ", ".join(_quoted(shown(one)) for one in names[:most])
    if len(names) <= most:
        return kept
    return _("{names} and {count} more").format(names=kept, count=figure(len(names) - most))


def _unknown_campaign(error: errors.UnknownCampaign) -> str:
    asked = _quoted(shown(error.asked))
    if not error.known:
        said = _("No campaign is called {asked}, and your team has none yet. Ask your team lead for one.")
        return said.format(asked=asked)
    said = _(
        "Your team has no campaign called {asked}. It has: {known}. Type `/nextcall` with one of these, or alone for the "
        "most urgent contacts of all."
    )
    return said.format(asked=asked, known=_listed(error.known))


def _unknown_team(error: errors.UnknownTeam) -> str:
    known = _listed(error.known) or _("none yet")
    if not error.asked:
        return _("Say which team, such as `/teamstatus Energy`. There is: {known}.").format(known=known)
    said = _("No team is called {asked}. There is: {known}.")
    return said.format(asked=_quoted(shown(error.asked)), known=known)


def _count(error: errors.CountOutOfRange) -> str:
    said = _("You can ask for 1 to {most} contacts at once, not {asked}. Try `/nextcall 3`.")
    return said.format(most=error.most, asked=shown(str(error.asked), 20))


def _ambiguous(error: errors.AmbiguousAttempt) -> str:
    said = ngettext(
        "You have {count} call without an outcome: {names}. Say which by its number, such as `/outcome 07700 900123 no "
        "answer`, or press the outcome on its card.",
        "You have {count} calls without an outcome: {names}. Say which by its number, such as `/outcome 07700 900123 no "
        "answer`, or press the outcome on its card.",
        len(error.names),
    )
    return said.format(count=figure(len(error.names)), names=_listed(error.names))


def _unknown_outcome(error: errors.UnknownOutcome) -> str:
    asked = _quoted(shown(error.asked))
    if error.candidates:
        fits = ", ".join(_quoted(_as_typed(one, error.asked)) for one in error.candidates)
        said = _("{asked} could mean {fits}. Type a little more of the one you mean.")
        return said.format(asked=asked, fits=fits)
    every = ", ".join(outcome_name(one) for one in OUTCOMES)
    if not error.asked:
        return _("Say what came of the call. Type one of: {every}.").format(every=every)
    return _("{asked} is not an outcome. Type one of: {every}.").format(asked=asked, every=every)


def _as_typed(word: str, asked: str) -> str:
    """The label, or the word itself if it begins as typed: `not in service` for Dead number."""
    name = label(Outcome(word)).rstrip("…") if word in set(Outcome) else word
    return name if name.casefold().startswith(asked.casefold()) else shown(word.replace("_", " "))


def _bad_number(error: errors.BadNumber) -> str:
    if not error.asked:
        return _("Say which number, such as `07700 900123` or `+44 7700 900123`.")
    said = _(
        "{asked} is not a telephone number we can read. Write it as `07700 900123` or, for another country, with its "
        "code: `+1 202 555 0123`."
    )
    return said.format(asked=_quoted(shown(error.asked)))


def _unknown_day(error: errors.UnknownDay) -> str:
    said = _("{asked} is no day. Type it as `/teamstatus on 2026-11-20`, or `/teamstatus yesterday`.")
    return said.format(asked=_quoted(shown(error.asked)))


def _not_yours(error: errors.NotYours) -> str:
    if error.holder:
        said = _("That one is {holder}’s, so nothing was changed. Type `/nextcall` for yours.")
        return said.format(holder=shown(error.holder))
    return _("That one is not yours, so nothing was changed. Type `/nextcall` for yours.")


def _said_by_another(error: errors.SaidByAnother) -> str:
    said = _("{name} recorded *{outcome}* for this call, so you cannot undo it: ask {name}. Nothing was changed.")
    return said.format(name=shown(error.name), outcome=outcome_name(error.outcome))


def _paused(error: errors.Paused) -> str:
    by, since = shown(error.by), moment(error.since, "")
    if error.reason:
        said = _("{by} has paused you since {since}: {reason}.")
        said = said.format(by=by, since=since, reason=shown(error.reason, 200).rstrip("."))
    else:
        said = _("{by} has paused you since {since}.").format(by=by, since=since)
    return said + " " + _("Nothing new is handed out until the pause ends. What you hold stays yours: finish it.")


def _cannot_take(error: errors.CannotTake) -> str:
    if error.because == "paused":
        said = _("{name} is paused, so nothing was changed. Choose somebody else, or end the pause first.")
    elif error.because == "held":
        said = _("{name} holds it already, so nothing was changed.")
    else:
        said = _("{name}’s team does not work that campaign, so nothing was changed. Choose somebody else.")
    return said.format(name=shown(error.name))


def _role_needed(error: errors.RoleNeeded) -> str:
    role = a_role(Role(error.needed)) if error.needed in set(Role) else shown(str(error.needed))
    return _("Only {role} may do that. Ask yours.").format(role=role)


def _file(error: errors.FileRefused) -> str:
    return _("The file cannot be read: {reason}.").format(reason=shown(error.reason, 300).rstrip("."))


def _setup(error: errors.SetupRefused) -> str:
    said = _("The setup has faults: {faults}. Correct them and apply it again.")
    return said.format(faults=_listed(error.faults))


REFUSALS: Final[dict[type[errors.NextcallError], Callable[..., str]]] = {
    errors.NextcallError: lambda _e: _("That cannot be done now. Type `/nextcall` to see what you hold."),
    errors.NotEnrolled: lambda _e: _("{app} does not know you yet. Ask your team lead or an admin to add you.").format(
        app=APP
    ),
    errors.Deactivated: lambda _e: _(
        "Your account here is switched off. You can finish a call you have made: type `/outcome`. Ask your team lead if "
        "that is a mistake."
    ),
    errors.NoTeam: lambda _e: _(
        "You are on no team, so there are no contacts for you. Ask an admin to put you on one."
    ),
    errors.RoleNeeded: _role_needed,
    errors.NotYours: _not_yours,
    errors.UnknownCampaign: _unknown_campaign,
    errors.UnknownTeam: _unknown_team,
    errors.CountOutOfRange: _count,
    errors.Paused: _paused,
    errors.CannotTake: _cannot_take,
    errors.NothingToOverride: lambda _e: _(
        "No rule that stands against this call may be overridden now, or not for that reason. Nothing was changed."
    ),
    errors.ReasonNeeded: lambda _e: _("Say in a few words why: it is kept on record."),
    errors.NothingOnLease: lambda _e: _(
        "You have no call that waits for an outcome. For a call made off the list, give its number: "
        "`/outcome 07700 900123 no answer`."
    ),
    errors.AmbiguousAttempt: _ambiguous,
    errors.UnknownOutcome: _unknown_outcome,
    errors.BadNumber: _bad_number,
    errors.NumberNotKnown: lambda _e: _("That number is on none of your lists. Check it, or ask your team lead."),
    errors.TimeInPast: lambda _e: _("That time has gone. Choose a later one."),
    errors.NoSuchLocalTime: lambda _e: _(
        "The clocks go forward over that time, so it does not exist there. Choose another."
    ),
    errors.DayNotBegun: lambda _e: _("That day has not begun. Ask for today or a day before it."),
    errors.UnknownDay: _unknown_day,
    errors.SaidByAnother: _said_by_another,
    errors.UndoTooLate: lambda _e: _("Undo works for ten minutes. Correct the outcome instead, or ask your team lead."),
    errors.CorrectionUnconfirmed: lambda _e: _(
        "Another outcome is recorded for that call. Press *Correct it* to replace it."
    ),
    errors.TooSoonForNoAnswer: lambda _e: _(
        "It rang for less than 15 seconds. Let it ring that long; if it did, press *Record no answer anyway* on its card."
    ),
    errors.AlreadyGone: lambda _e: _("That is no longer here: what you see now is how things stand."),
    errors.LastAdmin: lambda _e: _(
        "That is the last admin. Make somebody else an admin first, so that the house can still be set up."
    ),
    errors.FileRefused: _file,
    errors.SetupRefused: _setup,
}


def refusal(error: errors.NextcallError) -> str:
    """The sentence for a refusal, with what to do."""
    kind = next(one for one in type(error).__mro__ if one in REFUSALS)
    return REFUSALS[kind](error)
