"""Cards, and what just happened to a call."""

from collections.abc import Sequence

from bot.services.answers.blanked import Sensitive
from bot.services.answers.places import KnownBy
from bot.slack.wording.labels import outcome_name, stage, status
from bot.slack.wording.markup import shown
from bot.slack.wording.rules.values import place
from bot.slack.wording.say import Markup, say
from bot.slack.wording.times import city
from policy.vocabulary import LeaseEnd, Outcome, Status

# -- cards


def hand_out_heading(held: int) -> Markup:
    if not held:
        return say("calls.hand_out_none")
    return say("calls.hand_out_heading", count=held)


def this_call(made: int, left: int | None) -> Markup:
    """Which call to the contact is under way, and how many may follow. `made`: those before it."""
    if left is None:
        return say("calls.this_call_uncapped", number=made + 1)
    return say("calls.this_call", number=made + 1, count=left)


def attempts(made: int, left: int | None, left_in: Markup) -> Markup:
    """How many calls were made and are left. A callback may be offered when none is left: then only those made."""
    tried = _tried(made)
    if not left:
        return tried
    return Markup(say("calls.attempts", tried=tried, count=left, period=left_in).rstrip())


def _tried(made: int) -> Markup:
    if made == 0:
        return say("calls.not_tried")
    return say("calls.tried", count=made)


def last_outcome(outcome: Outcome | None, when: Markup) -> Markup:
    said = outcome_name(outcome) if outcome else say("calls.last_outcome")
    return Markup(f"{said}, {when}")


# -- history


def past_call(when: Markup, agent: Markup, outcome: Markup | None, note: Markup) -> Markup:
    what = outcome or say("calls.past_call")
    said = f"• {when}, {agent}: *{what}*"
    return Markup(f"{said}. {note}" if note else said)


def past_call_in(when: Markup, agent: Markup, *, is_answered: bool) -> Markup:
    """A call from the contact. `agent`: who took it; empty: not known."""
    if not is_answered:
        return say("calls.past_call_in_unanswered", when=when)
    if not agent:
        return say("calls.past_call_in_unknown", when=when)
    return say("calls.past_call_in", when=when, agent=agent)


def past_callback(when: Markup, *, is_open: bool) -> Markup:
    if is_open:
        return say("calls.past_callback_open", when=when)
    return say("calls.past_callback", when=when)


def past_stop(since: Markup, by: Markup, until: Markup | None, note: Markup) -> Markup:
    said = [say("calls.past_stop", since=since)]
    said += [say("calls.past_stop_by", by=by)] if by else []
    said += [say("calls.past_stop_until", when=until)] if until else []
    return Markup(" ".join([*said, *([note] if note else [])]))


# -- what just happened


def place_corrected(name: Markup, there: str) -> Markup:
    if not there:
        return say("calls.place_corrected_clock_unknown", name=name)
    return say("calls.place_corrected", name=name, there=Markup(there))


_MOST_NAMED = 3  # places and cities known in one way


def place_known(where: str, by: KnownBy | None) -> Markup:
    """`Denver: by the postcode`. `by`: None if it was not recorded."""
    if by is None:
        return say("calls.known_unrecorded", where=Markup(where))
    return say("calls.known_by", by, where=Markup(where))


def places_named(codes: Sequence[str], zones: Sequence[str]) -> Markup:
    """Places (ISO 3166) by name, then zones by city, of the British none: all have one clock; the first of them."""
    if any(code[:2] == "GB" for code in codes):
        zones = [zone for zone in zones if zone != "Europe/London"]
    names = [*(shown(place(code)) for code in codes), *map(city, zones)]
    where, left = ", ".join(names[:_MOST_NAMED]), len(names[_MOST_NAMED:])
    return say("calls.places_named", count=left, where=Markup(where)) if left else Markup(where)


def places_known(counting: Sequence[str], others: Sequence[str]) -> Markup:
    """Where a contact may be. `others`: what a stronger source overrules."""
    said = say("calls.places_known", places=Markup("; ".join(counting)))
    if not others:
        return said
    return Markup(said + " " + say("calls.places_not_counted", places=Markup("; ".join(others))))


def blanked(found: Sequence[Sensitive]) -> Markup:
    """What was not kept of a note or reason; empty if all of it was."""
    if not found:
        return Markup("")
    what = ", ".join(say("calls.blanked", one) for one in found)
    return say("calls.left_out", what=Markup(what))


def recorded(name: Markup, outcome: Markup, *, is_repeat: bool, is_correction: bool, is_added: bool = False) -> Markup:
    if is_added:
        key = "calls.recorded_added"
    elif is_repeat:
        key = "calls.recorded_repeat"
    elif is_correction:
        key = "calls.recorded_correction"
    else:
        key = "calls.recorded"
    return say(key, name=name, outcome=outcome)


def next_callable(when: Markup, *, is_on_next_number: bool = False) -> Markup:
    if is_on_next_number:
        return say("calls.next_callable_on_next_number", when=when)
    return say("calls.next_callable", when=when)


def wanted_by_then(what: Sequence[Markup]) -> Markup:
    return say("calls.wanted_by_then", what=Markup("; ".join(what)))


def held_for(what: Sequence[Markup]) -> Markup:
    return say("calls.held_for", what=Markup("; ".join(what)))


def finding(says: str, kind_of_text: Status | None, source: str) -> Markup:
    """The finding's sentence, the status of the rule, and the source. `kind_of_text`: None if the sentence names it."""
    behind = Markup(source)
    if kind_of_text is not None:
        kind = status(kind_of_text)
        behind = say("calls.kind_and_source", kind=kind, source=behind) if source else kind
    return Markup(f"{says} ({behind})" if behind else says)


def missing(what: Sequence[Markup]) -> Markup:
    return say("calls.missing", what=Markup("; ".join(what)))


def finished(why: Markup, *, is_by_list: bool) -> Markup:
    said = say("calls.finished", reason=why)
    return Markup(said + " " + say("calls.finished_by_list")) if is_by_list else said


TAKEN_BACK, MOVED, NOT_THEIRS = "taken_back", "moved", "not_theirs"


def gone(name: Markup, because: str, outcome: Outcome | None) -> Markup:
    if because == LeaseEnd.OUTCOME and outcome:
        return say("calls.gone_outcome", name=name, outcome=outcome_name(outcome))
    return say("calls.gone", because, name=name)


def released(name: Markup, *, is_repeat: bool, is_explained: bool = False) -> Markup:
    if is_explained:
        return say("calls.released_explained", name=name)
    if is_repeat:
        return say("calls.released_repeat", name=name)
    return say("calls.released", name=name)


def undone(name: Markup, was: Markup, *, has_card: bool, is_stopped: bool = False) -> Markup:
    if is_stopped:
        then = say("calls.undone_stopped")
    elif has_card:
        then = say("calls.undone_card")
    else:
        then = say("calls.undone")
    return Markup(f"{say('calls.outcome_undone', name=name, outcome=was)} {then}")


def stands_by(name: Markup, was: Markup, others: Sequence[Markup], stands: Markup) -> Markup:
    """One user took their outcome back; what other users recorded stands."""
    if stands == was:
        key = "calls.stands_by_others"
        return say(key, name=name, outcome=was, others=Markup(", ".join(others)))
    key = "calls.stands_by"
    return say(key, name=name, outcome=was, stands=stands, others=Markup(", ".join(others)))


def held_by(agent: Markup, until: Markup, at: str) -> Markup:
    return say("calls.held_by", agent=agent, until=until, stage=stage(at))


def held_by_you(until: Markup, at: str) -> Markup:
    return say("calls.held_by_you", until=until, stage=stage(at))


def with_another(name: Markup, agent: Markup, until: Markup, at: str) -> Markup:
    return say("calls.with_another", name=name, agent=agent, until=until, stage=stage(at))
