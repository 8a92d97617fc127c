"""Refusals and faults: one or two sentences that say what to do."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.services import errors
from bot.slack.wording import house_rules
from bot.slack.wording.labels import APP, label, outcome_name
from bot.slack.wording.markup import named, shown
from bot.slack.wording.rules import translated
from bot.slack.wording.say import Markup, say
from bot.slack.wording.times import moment, short_day
from policy.vocabulary import Outcome, Role


def _quoted(text: str) -> Markup:
    return say("refusals.quoted", name=shown(text))


def _listed(names: Sequence[str], most: int = 10) -> Markup:
    kept = ", ".join(map(_quoted, names[:most]))
    if len(names) <= most:
        return Markup(kept)
    return say("refusals.listed", names=Markup(kept), count=len(names) - most)


def _unknown_team(error: errors.UnknownTeam) -> Markup:
    known = _listed(error.known) or say("refusals.none_yet")
    if not error.asked:
        return say("refusals.team_not_named", known=known)
    return say("refusals.unknown_team", asked=_quoted(error.asked), known=known)


def _no_such_name(error: errors.NoSuchName) -> Markup:
    known = _listed(error.known) or say("refusals.none_known")
    key = "refusals.no_such_campaign" if error.what == "campaign" else "refusals.no_such_list"
    return say(key, asked=_quoted(error.asked), known=known)


def _unknown_outcome(error: errors.UnknownOutcome) -> Markup:
    asked = _quoted(error.asked)
    if error.candidates or error.own_names:
        fits = ", ".join(say("refusals.quoted", name=Markup(one)) for one in _fitting(error))
        return say("refusals.ambiguous_outcome", asked=asked, fits=Markup(fits))
    every = ", ".join(outcome_name(one) for one in Outcome)
    if not error.asked:
        return say("refusals.outcome_not_named", every=Markup(every))
    return say("refusals.unknown_outcome", asked=asked, every=Markup(every))


def _fitting(error: errors.UnknownOutcome) -> list[str]:
    return [*(_as_typed(one, error.asked) for one in error.candidates), *(shown(one) for one in error.own_names)]


def _as_typed(word: str, asked: str) -> Markup:
    """The label, or the word itself if it begins as typed: `not in service` for Dead number."""
    name = label(Outcome(word)).rstrip("…") if word in set(Outcome) else word
    return Markup(name) if name.casefold().startswith(asked.casefold()) else shown(word.replace("_", " "))


def _paused(error: errors.Paused) -> Markup:
    by, since = shown(error.by), moment(error.since, "")
    if error.is_own:
        return say("refusals.paused_own", since=since)
    if error.reason:
        reason = Markup(shown(error.reason, 200).rstrip("."))
        said = say("refusals.paused_reason", by=by, since=since, reason=reason)
    else:
        said = say("refusals.paused", by=by, since=since)
    return Markup(said + " " + say("refusals.paused_means"))


def _role_needed(error: errors.RoleNeeded) -> Markup:
    role = say("labels.a_role", Role(error.needed)) if error.needed in set(Role) else shown(str(error.needed))
    return say("refusals.role_needed", role=role)


def _place_unknown(error: errors.PlaceUnknown) -> Markup:
    asked = _quoted(error.asked)
    if error.part == "country":
        key = "refusals.place_unknown_country"
    elif error.part in ("region", "postcode"):
        key = "refusals.place_not_known"
    else:
        key = "refusals.place_unknown"
    return say(key, asked=asked)


REFUSALS: Final[dict[type[errors.NextcallError], Callable[..., str]]] = {
    errors.NextcallError: lambda _e: say("refusals.nextcall_error"),
    errors.ExtraNeeded: lambda e: say("refusals.extra_needed", extra=e.extra, app=Markup(APP)),
    errors.NotEnrolled: lambda _e: say("refusals.not_enrolled", app=Markup(APP)),
    errors.OtherWorkspace: lambda _e: say("refusals.other_workspace"),
    errors.Deactivated: lambda _e: say("refusals.deactivated"),
    errors.NoTeam: lambda _e: say("refusals.no_team"),
    errors.RoleNeeded: _role_needed,
    errors.NotYours: lambda e: say("refusals.not_yours", e.holder and "held", holder=shown(e.holder)),
    errors.UnknownCampaign: lambda e: say(
        "refusals.unknown_campaign", not e.known and "none_yet", asked=_quoted(e.asked), known=_listed(e.known)
    ),
    errors.UnknownTeam: _unknown_team,
    errors.CountOutOfRange: lambda e: say("refusals.count", most=e.most, asked=shown(str(e.asked), 20)),
    errors.Paused: _paused,
    errors.CannotTake: lambda e: say("refusals.cannot_take", e.because, name=shown(e.name)),
    errors.NothingToOverride: lambda _e: say("refusals.nothing_to_override"),
    errors.ReasonNeeded: lambda _e: say("refusals.reason_needed"),
    errors.NothingOnLease: lambda _e: say("refusals.nothing_on_lease"),
    errors.AmbiguousAttempt: lambda e: say("refusals.ambiguous", count=len(e.names), names=_listed(e.names)),
    errors.UnknownOutcome: _unknown_outcome,
    errors.BadNumber: lambda e: say("refusals.bad_number", not e.asked and "not_named", asked=_quoted(e.asked)),
    errors.NobodyChosen: lambda _e: say("refusals.nobody_chosen"),
    errors.CallInProgress: lambda e: say("refusals.call_in_progress", agent=named(e.agent)),
    errors.NothingTellsApart: lambda _e: say("refusals.nothing_tells_apart"),
    errors.NumberNotKnown: lambda _e: say("refusals.number_not_known"),
    errors.PlaceUnknown: _place_unknown,
    errors.TimeInPast: lambda _e: say("refusals.time_in_past"),
    errors.NoSuchLocalTime: lambda _e: say("refusals.no_such_local_time"),
    errors.DayNotBegun: lambda _e: say("refusals.day_not_begun"),
    errors.SpanOutOfRange: lambda e: say("refusals.span", e.last < e.first and "reversed", days=e.most_days),
    errors.NoSuchName: _no_such_name,
    errors.UnknownDay: lambda e: say("refusals.unknown_day", asked=_quoted(e.asked)),
    errors.SaidByAnother: lambda e: say(
        "refusals.said_by_another", name=shown(e.name), outcome=outcome_name(e.outcome)
    ),
    errors.NotPrivate: lambda _e: say("refusals.not_private"),
    errors.UndoTooLate: lambda _e: say("refusals.undo_too_late"),
    errors.OutcomeChanged: lambda _e: say("refusals.outcome_changed"),
    errors.StopOfAnother: lambda e: say("refusals.stop_of_another", name=named(e.name)),
    errors.StopStands: lambda _e: say("refusals.stop_stands"),
    errors.CorrectionUnconfirmed: lambda _e: say("refusals.correction_unconfirmed"),
    errors.TooSoonForNoAnswer: lambda _e: say("refusals.too_soon_for_no_answer"),
    errors.AlreadyGone: lambda _e: say("refusals.already_gone"),
    errors.AnotherClient: lambda e: say(
        "refusals.another_client", principal=shown(e.principal), wanted=shown(e.wanted)
    ),
    errors.NotTighterThanLaw: lambda e: " ".join(house_rules.not_tighter(one) for one in e.loose[:3]),
    errors.OwnProposal: lambda _e: say("refusals.own_proposal"),
    errors.NewAdmin: lambda e: say("refusals.new_admin", when=short_day(e.until.date())),
    errors.NoSecondAdmin: lambda e: say(
        "refusals.no_second_admin",
        e.until is None and "only_admin",
        name=named(e.name),
        when=short_day(e.until.date()) if e.until else None,
    ),
    errors.AskInSlack: lambda _e: say("refusals.ask_in_slack"),
    errors.ProposalDecided: lambda _e: say("refusals.proposal_decided"),
    errors.TooLateToday: lambda e: say("refusals.too_late_today", day=short_day(e.on)),
    errors.LastAdmin: lambda _e: say("refusals.last_admin"),
    errors.FileRefused: lambda e: f"{shown(translated(e.reason), 300).rstrip('.')}.",
    errors.SetupRefused: lambda e: say("refusals.setup", faults=_listed(e.faults)),
}


def refusal(error: errors.NextcallError) -> Markup:
    """The sentence for a refusal, with what to do."""
    kind = next(one for one in type(error).__mro__ if one in REFUSALS)
    return Markup(REFUSALS[kind](error))
