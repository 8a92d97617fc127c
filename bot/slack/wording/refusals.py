"""What a person is told when something is refused or breaks: one sentence or two that say what to do."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.services import errors
from bot.slack.blocks.text import shown
from bot.slack.wording.labels import APP, ROLES, counted, label
from policy.vocabulary import OUTCOMES, Outcome

INCIDENT: Final = (
    "Something broke at our end (incident `{}`). Nothing you did is lost. Try again; if it happens twice, give an admin "
    "this code."
)
OLD_BUTTON: Final = (
    "That button is from an older message and does nothing any more. Type `/nextcall` for your contacts."
)
FORM_TOO_LATE: Final = "Slack gave us too little time to open that form. Press the button once more."
FORM_BROKEN: Final = "Something broke at our end and the form cannot be shown. Close it and try again."
STALE_FORM: Final = "This form can no longer be sent. Close it and press the button again."


def incident(code: str) -> str:
    return INCIDENT.format(code)


def stranger(user_id: str) -> str:
    return (
        f"{APP} does not know you yet. Ask your team lead or an admin to add your member id `{shown(user_id)}` to the "
        "setup file."
    )


def _listed(names: Sequence[str], most: int = 10) -> str:
    kept = ", ".join(f"“{shown(one)}”" for one in names[:most])
    return kept + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _unknown_campaign(error: errors.UnknownCampaign) -> str:
    if not error.known:
        return f"No campaign is called “{shown(error.asked)}”, and your team has none yet. Ask your team lead for one."
    return (
        f"Your team has no campaign called “{shown(error.asked)}”. It has: {_listed(error.known)}. Type `/nextcall` with "
        "one of these, or alone for the most urgent contacts of all."
    )


def _unknown_team(error: errors.UnknownTeam) -> str:
    if not error.asked:
        return f"Say which team, such as `/teamstatus Energy`. There is: {_listed(error.known) or 'none yet'}."
    return f"No team is called “{shown(error.asked)}”. There is: {_listed(error.known) or 'none yet'}."


def _count(error: errors.CountOutOfRange) -> str:
    return f"You can ask for 1 to {error.most} contacts at once, not {shown(str(error.asked), 20)}. Try `/nextcall 3`."


def _ambiguous(error: errors.AmbiguousAttempt) -> str:
    return (
        f"You have {counted(len(error.names), 'call')} without an outcome: {_listed(error.names)}. Say which by its "
        "number, such as `/outcome 07700 900123 no answer`, or press the outcome on its card."
    )


def _unknown_outcome(error: errors.UnknownOutcome) -> str:
    if error.candidates:
        fits = ", ".join(f"“{_as_typed(one, error.asked)}”" for one in error.candidates)
        return f"“{shown(error.asked)}” could mean {fits}. Type a little more of the one you mean."
    every = ", ".join(meaning.label.rstrip("…") for meaning in OUTCOMES.values())
    asked = f"“{shown(error.asked)}” is not an outcome." if error.asked else "Say what came of the call."
    return f"{asked} Type one of: {every}."


def _as_typed(word: str, asked: str) -> str:
    """The label, or the word itself where that is what begins as the person wrote: `not in service` for Dead number."""
    name = label(Outcome(word)).rstrip("…") if word in set(Outcome) else word
    return name if name.casefold().startswith(asked.casefold()) else shown(word.replace("_", " "))


def _bad_number(error: errors.BadNumber) -> str:
    if not error.asked:
        return "Say which number, such as `07700 900123` or `+44 7700 900123`."
    return (
        f"“{shown(error.asked)}” is not a telephone number we can read. Write it as `07700 900123` or, for another "
        "country, with its code: `+1 202 555 0123`."
    )


REFUSALS: Final[dict[type[errors.NextcallError], Callable[..., str]]] = {
    errors.NextcallError: lambda _: "That cannot be done now. Type `/nextcall` to see what you hold.",
    errors.NotEnrolled: lambda _: f"{APP} does not know you yet. Ask your team lead or an admin to add you.",
    errors.Deactivated: lambda _: "Your account here is switched off. Ask your team lead if that is a mistake.",
    errors.NoTeam: lambda _: "You are on no team, so there are no contacts for you. Ask an admin to put you on one.",
    errors.RoleNeeded: lambda e: f"Only {ROLES.get(e.needed, shown(str(e.needed)))} may do that. Ask yours.",
    errors.NotYours: lambda e: (
        f"That one is {shown(e.holder)}’s, so nothing was changed. Type `/nextcall` for yours."
        if e.holder
        else "That one is not yours, so nothing was changed. Type `/nextcall` for yours."
    ),
    errors.UnknownCampaign: _unknown_campaign,
    errors.UnknownTeam: _unknown_team,
    errors.CountOutOfRange: _count,
    errors.NothingOnLease: lambda _: (
        "You have no call that waits for an outcome. For a call made off the list, give its number: "
        "`/outcome 07700 900123 no answer`."
    ),
    errors.AmbiguousAttempt: _ambiguous,
    errors.UnknownOutcome: _unknown_outcome,
    errors.BadNumber: _bad_number,
    errors.NumberNotKnown: lambda _: "That number is on none of your lists. Check it, or ask your team lead.",
    errors.TimeInPast: lambda _: "That time has gone. Choose a later one.",
    errors.NoSuchLocalTime: lambda _: (
        "The clocks go forward over that time, so it does not exist there. Choose another."
    ),
    errors.DayNotBegun: lambda _: "That day has not begun. Ask for today or a day before it.",
    errors.UndoTooLate: lambda _: "Undo works for ten minutes. Correct it with `/outcome` now, or ask your team lead.",
    errors.TooSoonForNoAnswer: lambda _: (
        "It rang for less than 15 seconds. Let it ring that long; if it did, press *Record no answer anyway* on its card."
    ),
    errors.AlreadyGone: lambda _: "That is no longer here: what you see now is how things stand.",
    errors.FileRefused: lambda e: f"The file cannot be read: {shown(e.reason, 300).rstrip('.')}.",
    errors.SetupRefused: lambda e: f"The setup has faults: {_listed(e.faults)}. Correct them and apply it again.",
}


def refusal(error: errors.NextcallError) -> str:
    """One sentence or two that say what to do."""
    kind = next(one for one in type(error).__mro__ if one in REFUSALS)
    return REFUSALS[kind](error)
