"""What a person may be told went wrong, as facts without sentences. A test checks that each has its wording."""

from dataclasses import dataclass
from datetime import date, datetime
from inspect import get_annotations
from typing import dataclass_transform

from policy.house.limits import Asked
from policy.vocabulary import Outcome
from storage.errors import DatabaseTrouble, TurnLost


@dataclass_transform(eq_default=False)
class NextcallError(Exception):
    """A refusal that a person can act on. Carries facts only, as the fields of a dataclass."""

    def __init_subclass__(cls) -> None:
        if get_annotations(cls):
            dataclass(eq=False)(cls)


def is_database_away(fault: Exception) -> bool:
    """Whether the database was at fault: gone, full, or busy for too long. It is safe to ask again."""
    return isinstance(fault, DatabaseTrouble)


def is_lost_turn(fault: BaseException) -> bool:
    """Whether PostgreSQL let another transaction go first: nothing was saved, and trying again helps."""
    return isinstance(fault, TurnLost)


class ExtraNeeded(NextcallError):
    """What was asked for needs libraries of an extra, which is not installed."""

    extra: str


class NotEnrolled(NextcallError):
    """A Slack user who is not enrolled."""

    slack_user_id: str = ""


class OtherWorkspace(NotEnrolled):
    """A Slack user of another workspace than the organisation's: nothing of theirs is recorded."""


class Deactivated(NextcallError):
    """A deactivated agent asked for something."""

    slack_user_id: str = ""


class NoTeam(NextcallError):
    """A person without a team asked for something that needs one."""


class RoleNeeded(NextcallError):
    """The person's role does not allow this."""

    needed: str


class NotYours(NextcallError):
    """The button, lease or attempt belongs to another agent."""

    holder: str


class UnknownCampaign(NextcallError):
    asked: str
    known: tuple[str, ...]


class UnknownTeam(NextcallError):
    asked: str
    known: tuple[str, ...]


class CountOutOfRange(NextcallError):
    asked: int
    most: int


class Paused(NextcallError):
    """A team lead has paused the agent: no new contacts. They may finish what they hold."""

    by: str
    since: datetime  # aware UTC
    reason: str  # in the team lead's words, empty if none given; of their own break a BreakReason word
    is_own: bool = False


class CannotTake(NextcallError):
    """The agent cannot be given this contact. `because`: paused | campaign | held."""

    name: str
    because: str


class NothingToOverride(NextcallError):
    """No rule against the call may give way, or none does for that reason."""


class TakenBefore(NextcallError):
    """Slack delivered again what was done when it came first."""


class StaleForm(NextcallError):
    """What the form showed is not so any more."""


class ReasonNeeded(NextcallError):
    """The record needs a reason in words."""


class NothingOnLease(NextcallError):
    """An outcome was given, but the agent has no call it could belong to."""


class AmbiguousAttempt(NextcallError):
    """Several attempts wait for an outcome; the person must say which."""

    names: tuple[str, ...]


class UnknownOutcome(NextcallError):
    asked: str
    candidates: tuple[str, ...]  # outcomes that begin like what was asked; empty if none does
    own_names: tuple[str, ...] = ()  # own outcomes that do


class BadNumber(NextcallError):
    def __init__(self, asked: str) -> None:
        super().__init__("not a telephone number")  # what is nearly a number does not go into a log
        self.asked = asked


class NumberNotKnown(NextcallError):
    """The number is on no list the person may see."""


class NobodyChosen(NextcallError):
    """Several people have the number, and it is not clear which is meant. `people`: id, name and reference of each."""

    def __init__(self, people: tuple[tuple[int, str, str], ...]) -> None:
        super().__init__(str(len(people)))
        self.people = people


class CallInProgress(NextcallError):
    """An agent is on a call with the person: it must end before the person can be erased or parted."""

    agent: str


class NothingTellsApart(NextcallError):
    """Two rows say the same name, reference and numbers: a later import could not know which person a row means."""


class PlaceUnknown(NextcallError):
    """No country, state, postcode or city is known by what was typed. `part`: country, region, postcode or city."""

    asked: str
    part: str


class TimeInPast(NextcallError):
    """The time asked for a callback is past."""


class NoSuchLocalTime(NextcallError):
    """The clocks go forward over that time: it does not exist where the contact is."""


class DayNotBegun(NextcallError):
    """The digest asked for is of a day still to come."""


class UnknownDay(NextcallError):
    """The text does not name a day."""

    asked: str


class SpanOutOfRange(NextcallError):
    """The days asked for are in the wrong order, or too many at once."""

    first: date
    last: date
    most_days: int


def days_of_span(first: date, last: date, most: int) -> int:
    """How many days those are, both included. Raises SpanOutOfRange for the wrong order, or more than `most`."""
    days = (last - first).days + 1
    if not 1 <= days <= most:
        raise SpanOutOfRange(first, last, most)
    return days


class NoSuchName(NextcallError):
    """Nothing has the name asked for. `what`: campaign | list."""

    what: str
    asked: str
    known: tuple[str, ...]


class SaidByAnother(NextcallError):
    """Another person has since recorded a stop or a hold, which this one may not take back."""

    name: str
    outcome: Outcome


class CorrectionUnconfirmed(NextcallError):
    """Another outcome stands already: the person must confirm the correction."""

    attempt_id: int


class NotPrivate(NextcallError):
    """Call was pressed on a message that others may read: no number is shown, and no call is counted."""


class UndoTooLate(NextcallError):
    """More than ten minutes have passed; a team lead can still correct it."""


class OutcomeChanged(NextcallError):
    """What a card or form showed is not what stands: another outcome was recorded since."""


class StopOfAnother(NextcallError):
    """The person cannot take back a stop that somebody else recorded. `name`: who did; empty if they are not set up."""

    name: str


class StopStands(NextcallError):
    """A stop was recorded outside any call more than ten minutes ago. Nobody takes it back any more."""


class TooSoonForNoAnswer(NextcallError):
    """No answer was given seconds after Call, too soon to have rung. With confirmation it is recorded anyway."""

    attempt_id: int


class AlreadyGone(NextcallError):
    """What the button refers to no longer exists."""


class AnotherClient(NextcallError):
    """A list cannot move to a campaign of another client: its basis was given to its own."""

    principal: str
    wanted: str


class LastAdmin(NextcallError):
    """The change would leave no admin."""


class FileRefused(NextcallError):
    """A file cannot be read as what it should be."""

    reason: str  # what is wrong and what to do
    because: str = ""  # a word for those who say it in sentences of their own, with `figure`; empty: only `reason` does
    figure: int = 0


class ColumnsRefused(FileRefused):
    """No column of a list is known to hold numbers, or names."""


class SetupRefused(NextcallError):
    """A setup file has faults; each is listed with its key."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class NotTighterThanLaw(NextcallError):
    """Limits of the house that would change nothing, because law or house pack ask for as much."""

    loose: tuple[Asked, ...]


class OwnProposal(NextcallError):
    """Only a second admin decides about a proposal: not its author, who may be the one at the command line."""


class NewAdmin(NextcallError):
    """A person has not been an admin for long enough to be the second one who agrees. `until`: from when they have."""

    until: datetime


class NoSecondAdmin(NextcallError):
    """No other admin may agree now. `name`, `until`: who may first, and from when; empty and None: nobody."""

    name: str
    until: datetime | None


class AskInSlack(NextcallError):
    """There is a second admin, so what needs two people is not done on the machine by one."""


class ProposalDecided(NextcallError):
    """The proposal no longer waits. `stage`: what it is now."""

    stage: str
    by: str  # who decided: a Slack user id or "command line"; empty: nobody


class TooLateToday(NextcallError):
    """House rules cannot begin on this day any more: it has begun, or begins within a minute."""

    on: date
