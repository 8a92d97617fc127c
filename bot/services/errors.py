"""What a person may be told went wrong, as facts without sentences. A test checks that each has its wording."""

from datetime import datetime

from policy.vocabulary import Outcome
from storage.errors import DatabaseTrouble


class NextcallError(Exception):
    """A refusal that a person can act on. Carries facts only."""


def is_database_away(fault: Exception) -> bool:
    """Whether the database was at fault: gone, full, or busy for too long. It is safe to ask again."""
    return isinstance(fault, DatabaseTrouble)


class NotEnrolled(NextcallError):
    """A Slack user who is not enrolled."""


class Deactivated(NextcallError):
    """A deactivated agent asked for something."""


class NoTeam(NextcallError):
    """A person without a team asked for something that needs one."""


class RoleNeeded(NextcallError):
    """The person's role does not allow this."""

    def __init__(self, needed: str) -> None:
        super().__init__(needed)
        self.needed = needed


class NotYours(NextcallError):
    """The button, lease or attempt belongs to another agent."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class UnknownCampaign(NextcallError):
    def __init__(self, asked: str, known: tuple[str, ...]) -> None:
        super().__init__(asked)
        self.asked = asked
        self.known = known


class UnknownTeam(NextcallError):
    def __init__(self, asked: str, known: tuple[str, ...]) -> None:
        super().__init__(asked)
        self.asked = asked
        self.known = known


class CountOutOfRange(NextcallError):
    def __init__(self, asked: int, most: int) -> None:
        super().__init__(str(asked))
        self.asked = asked
        self.most = most


class Paused(NextcallError):
    """A team lead has paused the agent: no new contacts. They may finish what they hold."""

    def __init__(self, by: str, since: datetime, reason: str) -> None:
        super().__init__(by)
        self.by = by
        self.since = since  # aware UTC
        self.reason = reason  # in the team lead's words; empty if none given


class CannotTake(NextcallError):
    """The agent cannot be given this contact. `because`: paused | campaign | held."""

    def __init__(self, name: str, because: str) -> None:
        super().__init__(name)
        self.name = name
        self.because = because


class NothingToOverride(NextcallError):
    """No rule against the call may give way, or none does for that reason."""


class ReasonNeeded(NextcallError):
    """The record needs a reason in words."""


class NothingOnLease(NextcallError):
    """An outcome was given, but the agent has no call it could belong to."""


class AmbiguousAttempt(NextcallError):
    """Several attempts wait for an outcome; the person must say which."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class UnknownOutcome(NextcallError):
    def __init__(self, asked: str, candidates: tuple[str, ...]) -> None:
        super().__init__(asked)
        self.asked = asked
        self.candidates = candidates  # outcomes that begin like what was asked; empty if none does


class BadNumber(NextcallError):
    def __init__(self, asked: str) -> None:
        super().__init__("not a telephone number")
        self.asked = asked


class NumberNotKnown(NextcallError):
    """The number is on no list the person may see."""


class NobodyChosen(NextcallError):
    """Several people have the number, and it is not clear which is meant. `people`: id, name and reference of each."""

    def __init__(self, people: tuple[tuple[int, str, str], ...]) -> None:
        super().__init__(str(len(people)))
        self.people = people


class CallInProgress(NextcallError):
    """An agent is on a call with the person: it must end before the person can be erased."""

    def __init__(self, agent: str) -> None:
        super().__init__(agent)
        self.agent = agent


class PlaceUnknown(NextcallError):
    """No country, state or time zone has that name. `reason` says what to write."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TimeInPast(NextcallError):
    """The time asked for a callback is past."""


class NoSuchLocalTime(NextcallError):
    """The clocks go forward over that time: it does not exist where the contact is."""


class DayNotBegun(NextcallError):
    """The digest asked for is of a day still to come."""


class UnknownDay(NextcallError):
    """The text does not name a day."""

    def __init__(self, asked: str) -> None:
        super().__init__(asked)
        self.asked = asked


class SaidByAnother(NextcallError):
    """Another person has since recorded a stop or a hold, which this one may not take back."""

    def __init__(self, name: str, outcome: Outcome) -> None:
        super().__init__(name)
        self.name = name
        self.outcome = outcome


class CorrectionUnconfirmed(NextcallError):
    """Another outcome stands already: the person must confirm the correction."""

    def __init__(self, attempt_id: int) -> None:
        super().__init__(attempt_id)
        self.attempt_id = attempt_id


class UndoTooLate(NextcallError):
    """More than ten minutes have passed; a team lead can still correct it."""


class TooSoonForNoAnswer(NextcallError):
    """No answer was given seconds after Call, too soon to have rung. With confirmation it is recorded anyway."""

    def __init__(self, attempt_id: int) -> None:
        super().__init__(str(attempt_id))
        self.attempt_id = attempt_id


class AlreadyGone(NextcallError):
    """What the button refers to no longer exists."""


class AnotherClient(NextcallError):
    """A list cannot move to a campaign of another client: its basis was given to its own."""

    def __init__(self, principal: str, wanted: str) -> None:
        super().__init__(principal)
        self.principal = principal
        self.wanted = wanted


class LastAdmin(NextcallError):
    """The change would leave no admin."""


class FileRefused(NextcallError):
    """A file cannot be read as what it should be. `reason` says what is wrong and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SetupRefused(NextcallError):
    """A setup file has faults; each is listed with its key."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
