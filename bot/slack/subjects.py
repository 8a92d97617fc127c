"""What an action is about, read from the value that a screen gave its button. All else is refused as Unreadable."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Generic, TypeVarTuple

from bot.slack.ids import MOMENT
from policy.vocabulary import Outcome

Ts = TypeVarTuple("Ts")


class Unreadable(Exception):
    """A button or form that this version does not produce: from an older message, or forged."""


@dataclass(frozen=True, slots=True)
class Subject(Generic[*Ts]):
    """`example`: a value of this kind. `read` raises Unreadable for what this version never wrote."""

    example: str
    read: Callable[[str], tuple[*Ts]]


def whole(text: str) -> int:
    """The text as an id or a count. Raises Unreadable."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Unreadable
    return int(text)


def _one_id() -> Subject[int]:
    return Subject("1", lambda said: (whole(said),))


def _two_ids(said: str) -> tuple[int, int]:
    subject, _, other = said.partition(":")
    return whole(subject), whole(other)


def _pair() -> Subject[int, int]:
    return Subject("1:1", _two_ids)


def _attempt_and_outcome(said: str) -> tuple[int, Outcome | int]:
    attempt_id, _, word = said.removesuffix("?").partition(":")
    return whole(attempt_id), Outcome(word) if word in set(Outcome) else whole(word)


def _attempt_shown(said: str) -> tuple[int, Outcome | int | None]:
    return _attempt_and_outcome(said) if ":" in said else (whole(said), None)


def _subject_and_moment(said: str) -> tuple[int, datetime]:
    subject, _, moment = said.partition("@")
    try:
        return whole(subject), datetime.strptime(moment, MOMENT).replace(tzinfo=UTC)
    except ValueError as cause:
        raise Unreadable from cause


def _perhaps_moment(said: str) -> tuple[int, datetime | None]:
    return _subject_and_moment(said) if "@" in said else (whole(said), None)


def _perhaps_local(said: str) -> tuple[int, datetime | None]:
    subject, _, local = said.partition("@")
    try:
        return whole(subject), datetime.fromisoformat(local).replace(tzinfo=None) if local else None
    except ValueError as cause:
        raise Unreadable from cause


def _team_and_day(said: str) -> tuple[int, date]:
    team_id, _, day = said.partition(":")
    try:
        return whole(team_id), date.fromisoformat(day)
    except ValueError as cause:
        raise Unreadable from cause


def _file_and_words(said: str) -> tuple[int, list[str]]:
    subject, _, words = said.partition(":")
    return whole(subject), [word for part in words.split(":") for word in part.split(",")]


NOTHING: Subject[()] = Subject("0", lambda _said: ())  # or the function reads it
TEXT: Subject[str] = Subject("", lambda said: (said,))

ATTEMPT = _one_id()
CONTACT = _one_id()
FILE = _one_id()
HOW_MANY = _one_id()
LEASE = _one_id()
NUMBER = _one_id()  # the row of a number
STOP = _one_id()
TEAM = _one_id()
TEAM_TWICE: Subject[int] = Subject("1:1", lambda said: _two_ids(said)[1:])  # as of a subject and a team

AGENT_AND_TEAM = _pair()  # the team whose status held the button, as of the next four
ATTEMPT_AND_TEAM = _pair()
CALLBACK_AND_TEAM = _pair()
CONTACT_AND_TEAM = _pair()
LEASE_AND_TEAM = _pair()
FILE_AND_CAMPAIGN = _pair()
FILE_AND_PAGE = _pair()

ATTEMPT_AND_OUTCOME = Subject("1:busy", _attempt_and_outcome)  # an own one by its id, with ? where its form opens first
ATTEMPT_SHOWN = Subject("1:busy", _attempt_shown)  # and the outcome shown; a card of an earlier version does not say
ATTEMPT_AND_TIME = Subject("1@2026-11-25T14:30", _perhaps_local)  # on the contact's clock, or none: it opens the form
ATTEMPT_AND_QUESTIONED = Subject("1", _perhaps_moment)  # the moment that was asked about, UTC
CALLBACK_AND_MOMENT = Subject("1@2026-11-25T14:30:00", _subject_and_moment)  # UTC, whole seconds
CONTACTS: Subject[tuple[int, ...]] = Subject("1,2", lambda said: (tuple(whole(one) for one in said.split(",")),))
FILE_AND_WORDS = Subject("1:key:stop", _file_and_words)  # between colons and commas
TEAM_AND_DAY = Subject("1:2026-11-23", _team_and_day)
