"""Cards, and what just happened to a call."""

import re
from collections.abc import Sequence
from typing import Final

from bot.services.answers.blanked import Sensitive
from bot.services.answers.places import KnownBy
from bot.slack.wording.labels import STATUSES, outcome_name, stage, status
from bot.slack.wording.language import N_, _, counted, figure, plural, sentence, words_of
from bot.slack.wording.markup import Markup, filled, shown
from bot.slack.wording.rules import place, within
from bot.slack.wording.times import city
from policy.templates import WITHIN
from policy.vocabulary import ContactState, LeaseEnd, LeaseStage, Outcome, Status, Verdict

# -- cards

too_soon = sentence(":question: Less than 15 seconds. House policy: let it ring for 15. Record it anyway?")
more_cards = plural("…and {count} more contact. Finish these first.", "…and {count} more contacts. Finish these first.")
place_unknown = sentence("local time unknown")
dnc_ask = sentence("Never call them again?")
dnc_sure = sentence("This takes effect at once, in every list and campaign of this client. Do it only if they asked.")
dnc_yes = sentence("Yes, stop calling")
dnc_no = sentence("Go back")
callable_until = filled("call before *{until}*")
callback_due = filled(":calendar: Callback due: *{when}*.")


def hand_out_heading(held: int) -> str:
    if not held:
        return _("You hold no contacts")
    return counted("You hold {count} contact", "You hold {count} contacts", held)


def there_now(time_there: str, city: Markup) -> str:
    return _("{time} there now ({city})").format(time=time_there, city=city)


def time_at(time_there: str, city: Markup) -> str:
    return _("{time} in {city}").format(time=time_there, city=city)


show_as = filled("show {number}")


def this_call(made: int, left: int | None) -> str:
    """Which call to the contact is under way, and how many may follow. `made`: those before it."""
    if left is None:
        return _("call {number}").format(number=figure(made + 1))
    return _("call {number}, {count} left").format(number=figure(made + 1), count=figure(left))


def attempts(made: int, left: int | None, left_in: Markup) -> str:
    """How many calls were made and are left. A callback may be offered when none is left: then only those made."""
    tried = _tried(made)
    if not left:
        return tried
    said = _("{tried}, {count} left {period}")
    return said.format(tried=tried, count=figure(left), period=_period(left_in)).rstrip()


# The period of a cap, as the engine words it. Any other period stays as it is.
_PERIODS: Final[dict[str, str]] = {
    "today": N_("today"),
    "this week": N_("this week"),
    "this month": N_("this month"),
    "in all": N_("in all"),
}


def _period(english: Markup) -> str:
    if re.fullmatch(WITHIN.pattern, english):
        return within(WITHIN.read(english))
    return _(_PERIODS[english]) if english in _PERIODS else english


def _tried(made: int) -> str:
    if made == 0:
        return _("not called yet")
    return counted("called once", "called {count} times", made)


def last_outcome(outcome: Outcome | None, when: Markup) -> str:
    said = outcome_name(outcome) if outcome else _("no outcome")
    return f"{said}, {when}"


def note(text: Markup) -> str:
    return f":memo: {text}"


def detail(heading: Markup, text: Markup) -> str:
    return f"{heading}: {text}"


def warning(says: Markup) -> str:
    return f":warning: {says}"


script = filled(":speech_balloon: {script}")


# -- history

history = sentence("History")
never_called = sentence("Not called before.")


def past_call(when: Markup, agent: Markup, outcome: Markup | None, note: Markup) -> str:
    what = outcome or _("no outcome")
    said = f"• {when}, {agent}: *{what}*"
    return f"{said}. {note}" if note else said


def past_call_in(when: Markup, agent: Markup, *, is_answered: bool) -> str:
    """A call from the contact. `agent`: who took it; empty: not known."""
    if not is_answered:
        return _("• {when}: *they called*, and nobody answered").format(when=when)
    if not agent:
        return _("• {when}: *they called*").format(when=when)
    return _("• {when}: *they called*, answered by {agent}").format(when=when, agent=agent)


def past_callback(when: Markup, *, is_open: bool) -> str:
    if is_open:
        return _(":calendar: Callback agreed for {when}.").format(when=when)
    return _(":calendar: Callback for {when}: closed.").format(when=when)


def past_stop(since: Markup, by: Markup, until: Markup | None, note: Markup) -> str:
    said = [_(":no_entry: On do-not-call since {since}.").format(since=since)]
    said += [_("Recorded by {by}.").format(by=by)] if by else []
    said += [_("Ended {when}.").format(when=until)] if until else []
    return " ".join([*said, *([note] if note else [])])


# -- what just happened

now_on_next_number = sentence("Callable now on their next number.")
# Heading over the rules that forbade a call off the list.
not_allowed = sentence(":warning: *This call was not allowed.* It still counts. Next time, type `/callcheck` first.")
# Heading over the screening or basis that a number on no list lacks.
not_cleared = sentence(
    ":warning: *This number was not cleared for a call.* The call counts. Next time, type `/callcheck` first."
)
may_have_rung = sentence("Did they ring us? Then it is no attempt and counts against no limit.")
rang_us = filled(":telephone_receiver: *{number}*: they rang us. It is no attempt and counts against no limit.")
rang_us_stopped = sentence("They stay on do-not-call.")
team_lead_told = sentence("Your team lead is told.")
say_when = sentence(":question: When should we call them back?")
place_button = sentence("Elsewhere…")
place_title = sentence("Where are they now?")
place_about = sentence(
    "Fill in what you know: one field is enough. If you give only a country, a call must be lawful in every state and "
    "time zone of that country. Your name and the time are kept with the change."
)
place_country = sentence("Country")
place_country_such = sentence("United Kingdom, or GB")
place_region = sentence("State, province or nation")
place_region_such = sentence("Scotland")
place_postcode = sentence("Postcode")
place_postcode_such = sentence("EH1 1YZ")
place_city = sentence("City that shows their time zone")
place_city_such = sentence("London")
place_city_hint = sentence("The largest city with the same clock: for Colorado, Denver.")
place_empty = sentence("Fill in at least one.")
place_why = sentence("Why not there")
place_allows = sentence("A call is allowed there now.")
place_forbids = sentence("No call is allowed there now. If you are on the call, end it politely.")


def place_corrected(name: Markup, there: str) -> str:
    if not there:
        return _(":round_pushpin: *{name}*: place noted. Their local time is unknown.").format(name=name)
    return _(":round_pushpin: *{name}*: place noted, {there}.").format(name=name, there=there)


_MOST_NAMED = 3  # places and cities known in one way
_KNOWN_BY: Final = {
    KnownBy.CORRECTION: N_("{where}: corrected by an agent"),
    KnownBy.ZONE: N_("{where}: by the list’s time zone"),
    KnownBy.COUNTRY: N_("{where}: by the country"),
    KnownBy.REGION: N_("{where}: by the state or nation"),
    KnownBy.POSTCODE: N_("{where}: by the postcode"),
    KnownBy.NUMBER: N_("{where}: by the number"),
}


def place_known(where: str, by: KnownBy | None) -> str:
    """`Denver: by the postcode`. `by`: None if it was not recorded."""
    if by is None:
        return _("{where}: we did not record how we know").format(where=where)
    return _(_KNOWN_BY[by]).format(where=where)


def place_corrected_by(where: str, agent: Markup, when: Markup) -> str:
    return _("{where}: corrected by {agent}, {when}").format(where=where, agent=agent, when=when)


def places_named(codes: Sequence[str], zones: Sequence[str]) -> str:
    """Places (ISO 3166) by name, then zones by city, of the British none: all have one clock; the first of them."""
    if any(code[:2] == "GB" for code in codes):
        zones = [zone for zone in zones if zone != "Europe/London"]
    names = [*(shown(place(code)) for code in codes), *map(city, zones)]
    where, left = ", ".join(names[:_MOST_NAMED]), len(names[_MOST_NAMED:])
    return counted("{where} and {count} more", "{where} and {count} more", left, where=where) if left else where


def places_known(counting: Sequence[str], others: Sequence[str]) -> str:
    """Where a contact may be. `others`: what a stronger source overrules."""
    said = _(":round_pushpin: {places}.").format(places="; ".join(counting))
    if not others:
        return said
    return said + " " + _("Not counted: {places}.").format(places="; ".join(others))


_BLANKED: Final = {
    Sensitive.CARD: N_("a card number"),
    Sensitive.BANK: N_("bank details"),
    Sensitive.PHONE: N_("a telephone number"),
}


def blanked(found: Sequence[Sensitive]) -> str:
    """What was not kept of a note or reason; empty if all of it was."""
    if not found:
        return ""
    what = ", ".join(_(_BLANKED[one]) for one in found)
    return _("We left out {what}: do not write such numbers in notes.").format(what=what)


about_data = sentence(
    ":question: Is the complaint about how we use their data? Then we must acknowledge it within 30 days."
)
note_may_be_stop = sentence(":question: Your note reads as if they asked not to be called. Did they?")
withdrawn_from = plural("Withdrawn from {count} other agent.", "Withdrawn from {count} other agents.")
wants_outcome = sentence("Your call to them needs an outcome.")
# The one redial allowed after a call that was cut off.
one_redial = filled("You may redial once, until *{until}*.")
locked_at_least = filled("Locked until *{when}* at least.")
callback_agreed = filled("Callback: *{when}*.")
cannot_be_called = filled(":no_entry: *{name}* cannot be called now. The number was not shown.")
first_lawful = filled("First lawful time: *{when}*.")


def outcome_first(name: Markup, since: Markup, wanted: Markup) -> str:
    said = _(":telephone_receiver: You are calling *{name}* since {since}. Record its outcome, then call *{wanted}*.")
    return said.format(name=name, since=since, wanted=wanted)


def recorded(name: Markup, outcome: Markup, *, is_repeat: bool, is_correction: bool, is_added: bool = False) -> str:
    if is_added:
        said = _(":white_check_mark: *{name}*: *{outcome}* was already recorded. Yours is recorded too.")
    elif is_repeat:
        said = _(":white_check_mark: *{name}*: *{outcome}* was already recorded. Nothing changed.")
    elif is_correction:
        said = _(":white_check_mark: *{name}*: corrected to *{outcome}*.")
    else:
        said = _(":white_check_mark: *{name}*: *{outcome}* recorded.")
    return said.format(name=name, outcome=outcome)


def corrects(name: Markup, stands: Markup, wanted: Markup) -> str:
    said = _(":question: *{name}*: *{outcome}* is recorded. Correct it to *{other}*?")
    return said.format(name=name, outcome=stands, other=wanted)


def not_undone(name: Markup, stands: Markup, why: str) -> str:
    return _(":warning: *{name}*: *{outcome}* stands. {why}").format(name=name, outcome=stands, why=why)


def next_callable(when: Markup, *, is_on_next_number: bool = False) -> str:
    if is_on_next_number:
        return _("Callable again from *{when}* on their next number.").format(when=when)
    return _("Callable again from *{when}*.").format(when=when)


def wanted_by_then(what: Sequence[Markup]) -> str:
    return _("To resolve before then: {what}.").format(what="; ".join(what))


def held_for(what: Sequence[Markup]) -> str:
    return _("On hold: {what}.").format(what="; ".join(what))


afterwards = words_of(
    {
        ContactState.CALLABLE: N_("Callable again now."),
        ContactState.LEASED: N_("Still with an agent."),
        ContactState.LOCKED: N_("Locked. No end is known."),
        ContactState.HELD: N_("On hold until a person decides."),
        ContactState.FINISHED: N_("Finished in this campaign."),
        ContactState.SUPPRESSED: N_("Will not be called again."),
    }
)


def finding(says: str, english: str, kind_of_text: Status, source: str) -> str:
    """The finding's sentence, the status of the rule unless the sentence names it, and the source.

    `says`: as the reader reads it; `english`: as the engine said it.
    """
    kind = "" if STATUSES[kind_of_text] in english else status(kind_of_text)
    behind = ": ".join(part for part in (kind, source) if part)
    return f"{says} ({behind})" if behind else says


def missing(what: Sequence[Markup]) -> str:
    return _("Missing: {what}.").format(what="; ".join(what))


# The end of a refusal for which no time is known.
refused_until = words_of(
    {
        Verdict.CALLABLE: N_("Allowed now."),
        Verdict.LOCKED: N_("No lawful time is known yet."),
        Verdict.HELD: N_("A person must act first."),
        Verdict.SUPPRESSED: N_("Do not call."),
    }
)


def finished(why: Markup, *, is_by_list: bool) -> str:
    said = _("Finished in this campaign: {reason}.").format(reason=why)
    return said + " " + _("An admin can restore the list.") if is_by_list else said


TAKEN_BACK, MOVED, NOT_THEIRS = "taken_back", "moved", "not_theirs"
_GONE: Final[dict[str, str]] = {
    LeaseEnd.OUTCOME: N_(":information_source: *{name}* is no longer with you: an outcome was recorded."),
    LeaseEnd.RELEASED: N_(":information_source: *{name}* is no longer with you: it was given back."),
    LeaseEnd.LAPSED: N_(":information_source: *{name}* is no longer with you: its time ran out."),
    LeaseEnd.WITHDRAWN: N_(":information_source: *{name}* is no longer with you: they must not be called."),
    LeaseEnd.REFUSED: N_(":information_source: *{name}* is no longer with you: a call is not allowed now."),
    TAKEN_BACK: N_(":information_source: *{name}* is no longer with you: a team lead took it back."),
    MOVED: N_(":information_source: *{name}* is no longer with you: a team lead gave it to another agent."),
    NOT_THEIRS: N_(
        ":information_source: *{name}* is no longer with you: an admin changed your team, the campaign or the list."
    ),
    LeaseStage.CALLING: N_(":information_source: You are calling *{name}*."),
}
_GONE_OTHERWISE: Final = N_(":information_source: *{name}* is no longer with you: it is closed.")


def gone(name: Markup, because: str, outcome: Outcome | None) -> str:
    if because == LeaseEnd.OUTCOME and outcome:
        said = _(":information_source: *{name}* is no longer with you: *{outcome}* was recorded.")
        return said.format(name=name, outcome=outcome_name(outcome))
    return _(_GONE.get(because, _GONE_OTHERWISE)).format(name=name)


def released(name: Markup, *, is_repeat: bool, is_explained: bool = False) -> str:
    if is_explained:
        return _(":leftwards_arrow_with_hook: *{name}* given back. Your reason is kept.").format(name=name)
    if is_repeat:
        return _(":leftwards_arrow_with_hook: *{name}* was already given back.").format(name=name)
    return _(":leftwards_arrow_with_hook: *{name}* given back.").format(name=name)


def undone(name: Markup, was: Markup, *, has_card: bool, is_stopped: bool = False) -> str:
    if is_stopped:
        then = _("An opt-out is on record: do not call them. Record the outcome of your call.")
    elif has_card:
        then = _("The call is open again below. Record its outcome.")
    else:
        then = _("The contact is no longer with you, but the call is open again. Record its outcome.")
    said = _(":leftwards_arrow_with_hook: *{name}*: *{outcome}* undone.")
    return f"{said.format(name=name, outcome=was)} {then}"


def stands_by(name: Markup, was: Markup, others: Sequence[Markup], stands: Markup) -> str:
    """One user took their outcome back; what other users recorded stands."""
    if stands == was:
        said = _(
            ":leftwards_arrow_with_hook: *{name}*: your *{outcome}* is undone. {others} recorded it too, so it stands."
        )
        return said.format(name=name, outcome=was, others=", ".join(others))
    said = _(":leftwards_arrow_with_hook: *{name}*: your *{outcome}* is undone. *{stands}* stands ({others}).")
    return said.format(name=name, outcome=was, stands=stands, others=", ".join(others))


def held_by(agent: Markup, until: Markup, at: str) -> str:
    return _("With *{agent}* until *{until}* ({stage}).").format(agent=agent, until=until, stage=stage(at))


def held_by_you(until: Markup, at: str) -> str:
    return _("With you until *{until}* ({stage}).").format(until=until, stage=stage(at))


def with_another(name: Markup, agent: Markup, until: Markup, at: str) -> str:
    said = _(":bust_in_silhouette: *{name}* is with *{agent}* until *{until}* ({stage}).")
    return said.format(name=name, agent=agent, until=until, stage=stage(at))
