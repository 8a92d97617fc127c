"""Refusals and faults: one or two sentences that say what to do."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.services import errors
from bot.slack.wording.labels import APP, a_role, label, outcome_name
from bot.slack.wording.language import _, counted, figure, plural, sentence
from bot.slack.wording.markup import named, shown
from bot.slack.wording.rules import row_fault
from bot.slack.wording.setting_up import house_rules
from bot.slack.wording.times import moment, short_day
from policy.vocabulary import Outcome, Role

old_button = sentence("That button is out of date. Type `/nextcall` to see your contacts.")
form_too_late = sentence("Slack ran out of time before the form opened. Press the button again.")
form_limited = plural(
    "Slack is busy and did not open that form. Press the button again in {count} second.",
    "Slack is busy and did not open that form. Press the button again in {count} seconds.",
)
form_not_opened = sentence("Slack did not open that form. Press the button again. If it happens again, tell an admin.")
home_not_drawn = sentence(
    "Slack cannot show your Home right now. It will update by itself. Until then, type `/nextcall`."
)
desk_not_drawn = sentence(
    "Slack cannot show your cards in Messages right now. They will update by themselves. Until then, type `/nextcall`."
)
form_broken = sentence("Something broke on our side, so the form cannot open. Close it and try again.")
stale_form = sentence("This form can no longer be sent. Close it and press the button again.")
not_private = sentence(
    "This message is not private, so the number stays hidden and no call was counted. Type `/nextcall` and press "
    "*Call* there, or call from Home."
)


def incident(code: str) -> str:
    said = _(
        "Something broke on our side (incident `{code}`). Nothing you did is lost. Try again. If it happens again, "
        "give an admin this code."
    )
    return said.format(code=code)


def database_away(code: str) -> str:
    said = _(
        "The database is not answering (incident `{code}`). Wait a minute and try again: nothing is saved twice. If "
        "it still fails, give an admin this code."
    )
    return said.format(code=code)


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
        said = _("There is no campaign called {asked}. Your team has no campaigns yet: ask your team lead.")
        return said.format(asked=asked)
    said = _(
        "Your team has no campaign called {asked}. It has: {known}. Type `/nextcall` with one of these, or alone for "
        "all campaigns."
    )
    return said.format(asked=asked, known=_listed(error.known))


def _unknown_team(error: errors.UnknownTeam) -> str:
    known = _listed(error.known) or _("none yet")
    if not error.asked:
        return _("Say which team, such as `/teamstatus Energy`. Teams: {known}.").format(known=known)
    said = _("There is no team called {asked}. Teams: {known}.")
    return said.format(asked=_quoted(shown(error.asked)), known=known)


def _span(error: errors.SpanOutOfRange) -> str:
    if error.last < error.first:
        return _("The last day is before the first one. Choose another.")
    return _("At most {days} days can be shown at once. Choose a later first day.").format(days=error.most_days)


def _no_such_name(error: errors.NoSuchName) -> str:
    known = _listed(error.known) or _("none yet")
    said = (
        _("There is no campaign called {asked}. Campaigns: {known}.")
        if error.what == "campaign"
        else _("There is no list called {asked}. Lists: {known}.")
    )
    return said.format(asked=_quoted(shown(error.asked)), known=known)


def _count(error: errors.CountOutOfRange) -> str:
    said = _("You can ask for 1 to {most} contacts at once, not {asked}. Try `/nextcall 3`.")
    return said.format(most=error.most, asked=shown(str(error.asked), 20))


def _ambiguous(error: errors.AmbiguousAttempt) -> str:
    return counted(
        "You have {count} call without an outcome: {names}. Add its number, such as `/outcome 07700 900123 no "
        "answer`, or press the outcome on its card.",
        "You have {count} calls without an outcome: {names}. Add the number of one, such as `/outcome 07700 900123 "
        "no answer`, or press the outcome on its card.",
        len(error.names),
        names=_listed(error.names),
    )


def _unknown_outcome(error: errors.UnknownOutcome) -> str:
    asked = _quoted(shown(error.asked))
    if error.candidates or error.own_names:
        fits = ", ".join(_quoted(one) for one in _fitting(error))
        said = _("{asked} could mean {fits}. Type more of it.")
        return said.format(asked=asked, fits=fits)
    every = ", ".join(outcome_name(one) for one in Outcome)
    if not error.asked:
        return _("Type an outcome, one of: {every}.").format(every=every)
    return _("{asked} is not an outcome. Type one of: {every}.").format(asked=asked, every=every)


def _fitting(error: errors.UnknownOutcome) -> list[str]:
    return [*(_as_typed(one, error.asked) for one in error.candidates), *(shown(one) for one in error.own_names)]


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
    said = _("{asked} is not a day. Type `/teamstatus on 2026-11-20` or `/teamstatus yesterday`.")
    return said.format(asked=_quoted(shown(error.asked)))


def _not_yours(error: errors.NotYours) -> str:
    if error.holder:
        said = _("{holder} has that contact. Nothing changed. Type `/nextcall` to see yours.")
        return said.format(holder=shown(error.holder))
    return _("That contact is not yours. Nothing changed. Type `/nextcall` to see yours.")


def _said_by_another(error: errors.SaidByAnother) -> str:
    said = _("{name} recorded *{outcome}* for this call, so you cannot undo it. Ask {name}.")
    return said.format(name=shown(error.name), outcome=outcome_name(error.outcome))


def _paused(error: errors.Paused) -> str:
    by, since = shown(error.by), moment(error.since, "")
    if error.is_own:
        return _("You are on a break since {since}. Press *Back to work* on Home to get contacts.").format(since=since)
    if error.reason:
        said = _("{by} paused you ({since}): {reason}.")
        said = said.format(by=by, since=since, reason=shown(error.reason, 200).rstrip("."))
    else:
        said = _("{by} paused you ({since}).").format(by=by, since=since)
    return said + " " + _("You get no new contacts until the pause ends. Finish the contacts you hold.")


def _cannot_take(error: errors.CannotTake) -> str:
    if error.because == "paused":
        said = _("{name} is paused. Choose another agent, or end the pause first.")
    elif error.because == "held":
        said = _("{name} already holds it. Choose another agent.")
    else:
        said = _("{name}’s team does not work on that campaign. Choose another agent.")
    return said.format(name=shown(error.name))


def _role_needed(error: errors.RoleNeeded) -> str:
    role = a_role(Role(error.needed)) if error.needed in set(Role) else shown(str(error.needed))
    return _("Only {role} may do that. Ask yours.").format(role=role)


def _place_unknown(error: errors.PlaceUnknown) -> str:
    asked = _quoted(shown(error.asked))
    if error.part == "country":
        said = _("{asked} is not a country that we know. Write its name or its two letters, such as GB.")
    elif error.part in ("region", "postcode"):
        said = _("We do not know where {asked} is. Add the country, or the largest city with the same clock.")
    else:
        said = _(
            "We do not know a city called {asked}. Write the largest city with the same clock, such as Denver. Or "
            "leave this empty and fill in the state or postcode."
        )
    return said.format(asked=asked)


def _no_second_admin(error: errors.NoSecondAdmin) -> str:
    if error.until is None:
        return _(
            "A second admin must agree, and you are the only one. Run `nextcall withdraw-stop` on the machine where "
            "Nextcall runs."
        )
    said = _("A second admin must agree who has been an admin for 7 days. {name} may from {when}.")
    return said.format(name=named(error.name), when=short_day(error.until.date()))


def _file(error: errors.FileRefused) -> str:
    return f"{shown(row_fault(error.reason), 300).rstrip('.')}."


def _setup(error: errors.SetupRefused) -> str:
    said = _("The setup has faults: {faults}. Correct them and apply it again.")
    return said.format(faults=_listed(error.faults))


REFUSALS: Final[dict[type[errors.NextcallError], Callable[..., str]]] = {
    errors.NextcallError: lambda _e: _("That is not possible now. Type `/nextcall` to see your contacts."),
    errors.ExtraNeeded: lambda e: _(
        "That needs the extra `{extra}`, which is not installed. Ask the person who runs {app} to install it: "
        "`pip install 'nextcall[{extra}]'`."
    ).format(extra=e.extra, app=APP),
    errors.NotEnrolled: lambda _e: _("{app} does not know you yet. Ask your team lead or an admin to add you.").format(
        app=APP
    ),
    errors.OtherWorkspace: lambda _e: _("You are in another Slack workspace, so nothing was recorded."),
    errors.Deactivated: lambda _e: _(
        "Your account here is switched off. To record an outcome you still owe, type `/outcome`. If this is a "
        "mistake, ask your team lead."
    ),
    errors.NoTeam: lambda _e: _("You are not in a team, so you get no contacts. Ask an admin to add you to one."),
    errors.RoleNeeded: _role_needed,
    errors.NotYours: _not_yours,
    errors.UnknownCampaign: _unknown_campaign,
    errors.UnknownTeam: _unknown_team,
    errors.CountOutOfRange: _count,
    errors.Paused: _paused,
    errors.CannotTake: _cannot_take,
    errors.NothingToOverride: lambda _e: _(
        "No rule against this call can be overridden now for that reason. Nothing changed."
    ),
    errors.ReasonNeeded: lambda _e: _("Give a reason. It is kept on record."),
    errors.NothingOnLease: lambda _e: _(
        "None of your calls needs an outcome. For a call off the list, add its number: `/outcome 07700 900123 no "
        "answer`."
    ),
    errors.AmbiguousAttempt: _ambiguous,
    errors.UnknownOutcome: _unknown_outcome,
    errors.BadNumber: _bad_number,
    errors.NobodyChosen: lambda _e: _("Several people have this number. Choose whom you mean."),
    errors.CallInProgress: lambda e: _(
        "{agent} is on a call with this person. Try again when the outcome is recorded."
    ).format(agent=named(e.agent)),
    errors.NothingTellsApart: lambda _e: _(
        "The rows say the same name, reference and numbers, so nothing tells the two people apart. Give each a "
        "reference of their own, and import the list again."
    ),
    errors.NumberNotKnown: lambda _e: _("That number is on none of your lists. Check it, or ask your team lead."),
    errors.PlaceUnknown: _place_unknown,
    errors.TimeInPast: lambda _e: _("That time has passed. Choose a later one."),
    errors.NoSuchLocalTime: lambda _e: _("The clocks go forward there and skip that time. Choose another."),
    errors.DayNotBegun: lambda _e: _("That day has not begun. Choose today or an earlier day."),
    errors.SpanOutOfRange: _span,
    errors.NoSuchName: _no_such_name,
    errors.UnknownDay: _unknown_day,
    errors.SaidByAnother: _said_by_another,
    errors.UndoTooLate: lambda _e: _("You can undo for 10 minutes only. Correct the outcome, or ask your team lead."),
    errors.OutcomeChanged: lambda _e: _("This card is older than that outcome, so its Undo changes nothing."),
    errors.StopOfAnother: lambda e: _("{name} put this number on do-not-call, so only they can undo it.").format(
        name=named(e.name)
    ),
    errors.StopStands: lambda _e: _(
        "You can undo for 10 minutes only. The number stays on do-not-call. If it was a mistake, ask an admin to type "
        "`/callcheck` with the number."
    ),
    errors.CorrectionUnconfirmed: lambda _e: _(
        "Another outcome is recorded for that call. Press *Correct it* to replace it."
    ),
    errors.TooSoonForNoAnswer: lambda _e: _(
        "Less than 15 seconds. House policy: let it ring for 15. If you did, press *Record no answer anyway* on the "
        "card."
    ),
    errors.AlreadyGone: lambda _e: _("That is no longer here. You now see the current state."),
    errors.AnotherClient: lambda e: _(
        "This list was given for {principal}. To call it for {wanted}, import it there with a basis of its own."
    ).format(principal=shown(e.principal), wanted=shown(e.wanted)),
    errors.NotTighterThanLaw: lambda e: " ".join(house_rules.not_tighter(one) for one in e.loose[:3]),
    errors.OwnProposal: lambda _e: _("You proposed this yourself. A second admin must approve or decline it."),
    errors.NewAdmin: lambda e: _("You may decide this from {when}: you have not been an admin for long enough.").format(
        when=short_day(e.until.date())
    ),
    errors.NoSecondAdmin: _no_second_admin,
    errors.AskInSlack: lambda _e: _(
        "There is a second admin who must agree. Withdraw it in Slack: `/callcheck` with the number, then *Withdraw…*."
    ),
    errors.ProposalDecided: lambda _e: _(
        "This proposal was decided or taken back meanwhile. You now see the current state."
    ),
    errors.TooLateToday: lambda e: _(
        "House rules cannot begin on {day} any more: that day has begun, or begins within a minute. Propose a later "
        "day."
    ).format(day=short_day(e.on)),
    errors.LastAdmin: lambda _e: _("That is the last admin. Make another person an admin first."),
    errors.FileRefused: _file,
    errors.SetupRefused: _setup,
}


def refusal(error: errors.NextcallError) -> str:
    """The sentence for a refusal, with what to do."""
    kind = next(one for one in type(error).__mro__ if one in REFUSALS)
    return REFUSALS[kind](error)
