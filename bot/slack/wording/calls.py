"""Cards, and what has just happened to a call."""

from collections.abc import Sequence
from typing import Final

from bot.slack.blocks.text import Markup
from bot.slack.wording.labels import STATES, STATUSES, counted, label
from policy.vocabulary import ContactState, LeaseEnd, LeaseStage, Outcome, Status, Verdict

# -- cards

TOO_SOON: Final = (
    "It rang for less than 15 seconds. Let it ring that long before you give up: it is house policy. Did you?"
)


def more_cards(left: int) -> str:
    return f"…and {counted(left, 'more contact')} of yours: finish with these first, the others follow."


def hand_out_heading(held: int) -> str:
    return f"You hold {counted(held, 'contact')}" if held else "You hold no contacts"


def there_now(time_there: str, city: Markup) -> str:
    return f"{time_there} there now ({city})"


PLACE_UNKNOWN: Final = "their local time is not known"


def attempts(made: int, left: int | None, left_in: Markup) -> str:
    tried = "not called yet" if made == 0 else f"called {'once' if made == 1 else f'{made:,} times'}"
    return tried if left is None else f"{tried}, {counted(left, 'attempt')} left {left_in}".rstrip()


def last_outcome(outcome: Outcome | None, when: Markup) -> str:
    return f"last: {label(outcome).rstrip('…') if outcome else 'no outcome given'}, {when}"


def callable_until(until: Markup) -> str:
    return f"call before *{until}*"


def yours_until(until: Markup) -> str:
    return f"yours until {until}"


def promised(when: Markup) -> str:
    return f":calendar: You promised to call back at *{when}*."


def calling_since(when: Markup) -> str:
    return f"calling since {when}"


def note(text: Markup) -> str:
    return f":memo: {text}"


def warning(says: Markup) -> str:
    return f":warning: {says}"


def spoken(what: str, name: str) -> str:
    """For screen readers: which card the button is on."""
    return f"{what}: {name}"


DNC_ASK: Final = "Never call them again?"
DNC_SURE: Final = "This takes effect at once, in every list and campaign of this client. Only do it if they asked."
DNC_YES: Final = "They asked: stop"
DNC_NO: Final = "Go back"

# -- what just happened

NEXT_NUMBER: Final = " on their next number"


def recorded(name: Markup, outcome: Outcome, *, is_repeat: bool, is_correction: bool) -> str:
    what = label(outcome).rstrip("…")
    if is_repeat:
        return f":white_check_mark: *{name}*: *{what}* was recorded already; nothing changed."
    if is_correction:
        return f":white_check_mark: *{name}*: corrected to *{what}*."
    return f":white_check_mark: *{name}*: *{what}* recorded."


def next_callable(when: Markup, *, is_on_next_number: bool = False) -> str:
    return f"Callable again from *{when}*{NEXT_NUMBER if is_on_next_number else ''}."


def now_on_next_number() -> str:
    return f"May be called again now{NEXT_NUMBER}."


def locked_at_least(when: Markup) -> str:
    return f"Locked until *{when}* at least."


def wanted_by_then(what: Sequence[Markup]) -> str:
    return f"To be seen to before a call then: {'; '.join(what)}."


def held_for(what: Sequence[Markup]) -> str:
    return f"Held until somebody sees to this: {'; '.join(what)}."


def callback_promised(when: Markup) -> str:
    return f"To be called back at *{when}*."


AFTERWARDS: Final = {
    ContactState.CALLABLE: "May be called again now.",
    ContactState.LEASED: "Still with an agent.",
    ContactState.LOCKED: "Locked; no time on record lifts this.",
    ContactState.HELD: "Held until a person decides.",
    ContactState.FINISHED: "Finished in this campaign.",
    ContactState.SUPPRESSED: "Will not be called again.",
}
TEAM_LEAD_TOLD: Final = "Your team lead has been told."
SAY_WHEN: Final = ":question: When shall they be called back?"
NOTE_MAY_BE_STOP: Final = ":question: Your note reads as if they asked not to be called. Did they?"


def withdrawn_from(count: int) -> str:
    return f"Taken from {counted(count, 'other agent')} who held them."


def finding(says: str, status: Status, source: str) -> str:
    """The sentence, then what kind of text stands behind it, unless it said so itself, and where that is written."""
    kind = "" if STATUSES[status] in says else STATUSES[status]
    behind = ": ".join(part for part in (kind, source) if part)
    return f"{says} ({behind})" if behind else says


def missing(what: Sequence[Markup]) -> str:
    return f"Missing: {'; '.join(what)}."


def cannot_be_called(name: Markup) -> str:
    return f":no_entry: *{name}* cannot be called now. The number was not shown."


def first_lawful(when: Markup) -> str:
    return f"First moment at which a call is allowed: *{when}*."


REFUSED_UNTIL: Final = {
    Verdict.CALLABLE: "Allowed now.",
    Verdict.LOCKED: "No moment at which a call would be allowed is known yet.",
    Verdict.HELD: "No time lifts this: a person must act first.",
    Verdict.SUPPRESSED: "No time lifts this: do not call.",
}


TAKEN_BACK: Final = "taken_back"


def gone(name: Markup, because: str, outcome: Outcome | None) -> str:
    how: dict[str, str] = {
        LeaseEnd.OUTCOME: f"*{label(outcome).rstrip('…')}* was recorded" if outcome else "an outcome was recorded",
        LeaseEnd.RELEASED: "it was given back",
        LeaseEnd.LAPSED: "its time ran out",
        LeaseEnd.WITHDRAWN: "it was withdrawn, and must not be called",
        LeaseEnd.REFUSED: "it may no longer be called now",
        TAKEN_BACK: "a team lead took it back",
    }
    if because == LeaseStage.CALLING:
        return f":information_source: You are calling *{name}*: press what came of it."
    said = how.get(because, "it is closed")
    return f":information_source: *{name}* is no longer with you: {said}."


WANTS_OUTCOME: Final = "Your call to them still wants its outcome."


def released(name: Markup, *, is_repeat: bool) -> str:
    return f":leftwards_arrow_with_hook: *{name}* {'had been given back already' if is_repeat else 'given back'}."


def undone(name: Markup, was: Outcome, *, has_card: bool) -> str:
    then = (
        "The call is open again below" if has_card else "The contact is no longer with you, but the call is open again"
    )
    return f":leftwards_arrow_with_hook: *{name}*: *{label(was).rstrip('…')}* taken back. {then}: give its outcome."


# -- nothing callable


def fewer(wanted: int, held: int) -> str:
    if held == 0:
        return "Nothing can be called right now."
    return f"You asked for {wanted}; there is no more than this to call right now."


def opens(when: Markup, *, is_theirs: bool) -> str:
    return f"The next opens at *{when}*{', and it is yours' if is_theirs else ''}."


NOTHING_OPENS: Final = "None of these opens by itself: a team lead must act, or new contacts must come."
NO_CONTACTS: Final = "Your team has no contacts. Ask your team lead when the next list comes."


def closed_row(count: int, state: ContactState, reason: Markup, when: Markup | None) -> str:
    why = f": {reason}" if reason else ""
    return f"• *{count:,}* {STATES[state]}{why}{f' (first opens {when})' if when else ''}"
