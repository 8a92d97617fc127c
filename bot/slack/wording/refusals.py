"""Refusals and faults: one or two sentences that say what to do."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from bot.languages import ENGLISH
from bot.services import errors
from bot.slack.wording.labels import APP, Reader, outcome_name, short_day, translated
from bot.slack.wording.say import Markup, has_sentence, named, say, shown, spoken
from policy.house.limits import Asked, Origin
from policy.vocabulary import Outcome, Role


def _quoted(text: str) -> Markup:
    return say("refusals.quoted", name=shown(text))


def _listed(names: Sequence[str], most: int = 10) -> Markup:
    kept = ", ".join(map(_quoted, names[:most]))
    if len(names) <= most:
        return Markup(kept)
    return say("refusals.listed", names=Markup(kept), count=len(names) - most)


def _unknown_outcome(error: errors.UnknownOutcome) -> Markup:
    fits = [*(_as_typed(one, error.asked) for one in error.candidates), *map(shown, error.own_names)]
    return say(
        "refusals.unknown_outcome",
        "ambiguous" if fits else not error.asked and "not_named",
        asked=_quoted(error.asked),
        fits=Markup(", ".join(say("refusals.quoted", name=one) for one in fits)),
        every=Markup(", ".join(map(outcome_name, Outcome))),
    )


def _as_typed(word: str, asked: str) -> Markup:
    """The label; in English the word itself if only that begins as typed: `not in service` for Dead number."""
    name = outcome_name(Outcome(word)) if word in set(Outcome) else shown(word)
    is_label = spoken() != ENGLISH or name.casefold().startswith(asked.casefold())
    return name if is_label else shown(word.replace("_", " "))


def _paused(error: errors.Paused) -> Markup:
    how, reason = error.reason and "reason", Markup(shown(error.reason, 200).rstrip("."))
    by, since = shown(error.by), Reader("", error.since).moment(error.since)
    said = say("refusals.paused", "own" if error.is_own else how, by=by, since=since, reason=reason)
    return said if error.is_own else Markup(f"{said} {say('refusals.paused_means')}")


def _role_needed(error: errors.RoleNeeded) -> Markup:
    role = say("labels.a_role", Role(error.needed)) if error.needed in set(Role) else shown(str(error.needed))
    return say("refusals.role_needed", role=role)


def not_tighter(one: Asked) -> Markup:
    """Why a value changes nothing, and what to enter."""
    how, value = one.key.partition(":")[0], one.value
    if how == "hours":
        value = hours_in_words(value)
    elif how == "ring_seconds":
        value = say("house_rules.seconds_of", count=value)
    elif how == "wait":
        value = say("digests.hours", count=value)
    if how in ("wait", "cap"):
        how = f"{how}_by_law" if one.origin is Origin.LAW else f"{how}_by_pack"
    return say("house_rules.not_tighter", how, value=value)


def hours_in_words(open_then: Sequence[tuple[int, int]]) -> Markup:
    """`10:00-18:00`, from seconds of the day."""
    windows = ", ".join("-".join(f"{at // 3600:02d}:{at // 60 % 60:02d}" for at in window) for window in open_then)
    return Markup(windows or say("house_rules.hours_word"))


# Of those that carry facts. Any other has the sentence of its name.
REFUSALS: Final[dict[type[errors.NextcallError], Callable[..., str]]] = {
    errors.ExtraNeeded: lambda e: say("refusals.extra_needed", extra=e.extra, app=Markup(APP)),
    errors.NotEnrolled: lambda _e: say("refusals.not_enrolled", app=Markup(APP)),
    errors.RoleNeeded: _role_needed,
    errors.NotYours: lambda e: say("refusals.not_yours", e.holder and "held", holder=shown(e.holder)),
    errors.UnknownCampaign: lambda e: say(
        "refusals.unknown_campaign", not e.known and "none_yet", asked=_quoted(e.asked), known=_listed(e.known)
    ),
    errors.UnknownTeam: lambda e: say(
        "refusals.unknown_team",
        not e.asked and "not_named",
        asked=_quoted(e.asked),
        known=_listed(e.known) or say("refusals.none_yet"),
    ),
    errors.CountOutOfRange: lambda e: say("refusals.count", most=e.most, asked=shown(str(e.asked), 20)),
    errors.Paused: _paused,
    errors.CannotTake: lambda e: say("refusals.cannot_take", e.because, name=shown(e.name)),
    errors.AmbiguousAttempt: lambda e: say("refusals.ambiguous", count=len(e.names), names=_listed(e.names)),
    errors.UnknownOutcome: _unknown_outcome,
    errors.BadNumber: lambda e: say("refusals.bad_number", not e.asked and "not_named", asked=_quoted(e.asked)),
    errors.CallInProgress: lambda e: say("refusals.call_in_progress", agent=named(e.agent)),
    errors.PlaceUnknown: lambda e: say("refusals.place_unknown", e.part, asked=_quoted(e.asked)),
    errors.SpanOutOfRange: lambda e: say("refusals.span", e.last < e.first and "reversed", days=e.most_days),
    errors.NoSuchName: lambda e: say(
        "refusals.no_such_name", e.what, asked=_quoted(e.asked), known=_listed(e.known) or say("refusals.none_yet")
    ),
    errors.UnknownDay: lambda e: say("refusals.unknown_day", asked=_quoted(e.asked)),
    errors.SaidByAnother: lambda e: say(
        "refusals.said_by_another", name=shown(e.name), outcome=outcome_name(e.outcome)
    ),
    errors.StopOfAnother: lambda e: say("refusals.stop_of_another", name=named(e.name)),
    errors.AnotherClient: lambda e: say(
        "refusals.another_client", principal=shown(e.principal), wanted=shown(e.wanted)
    ),
    errors.NotTighterThanLaw: lambda e: " ".join(not_tighter(one) for one in e.loose[:3]),
    errors.NewAdmin: lambda e: say("refusals.new_admin", when=short_day(e.until.date())),
    errors.NoSecondAdmin: lambda e: say(
        "refusals.no_second_admin",
        e.until is None and "only_admin",
        name=named(e.name),
        when=short_day(e.until.date()) if e.until else None,
    ),
    errors.TooLateToday: lambda e: say("refusals.too_late_today", day=short_day(e.on)),
    **dict.fromkeys(
        (errors.FileRefused, errors.ColumnsRefused), lambda e: f"{shown(translated(e.reason), 300).rstrip('.')}."
    ),
    errors.SetupRefused: lambda e: say("refusals.setup", faults=_listed(e.faults)),
}


def key_of(kind: type[Exception]) -> str:
    """The key of a refusal's sentence, named as the refusal."""
    return f"refusals.{re.sub(r'(?<!^)(?=[A-Z])', '_', kind.__name__).lower()}"


def refusal(error: errors.NextcallError) -> Markup:
    """The sentence for a refusal, with what to do."""
    kind = next(one for one in type(error).__mro__ if one in REFUSALS or has_sentence(key_of(one)))
    return Markup(REFUSALS[kind](error)) if kind in REFUSALS else say(key_of(kind))
