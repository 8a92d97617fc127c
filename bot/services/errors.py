"""What a person may be told went wrong, as facts without sentences. Each has its wording; a test walks this tree."""

from datetime import datetime

from policy.vocabulary import Outcome
from storage.errors import DatabaseTrouble


class NextcallError(Exception):
    """A refusal somebody can act on. Carries facts only."""


def is_database_away(fault: Exception) -> bool:
    """Whether the database was at fault: gone, full, or busy for too long. Asking again does no harm."""
    return isinstance(fault, DatabaseTrouble)


class NotEnrolled(NextcallError):
    """A Slack user whom no team knows."""


class Deactivated(NextcallError):
    """An agent whose account has been switched off."""


class NoTeam(NextcallError):
    """A person with no team asked for something that only a team has."""


class RoleNeeded(NextcallError):
    """The person's role does not allow this."""

    def __init__(self, needed: str) -> None:
        super().__init__(needed)
        self.needed = needed


class NotYours(NextcallError):
    """A button, lease or attempt of somebody else."""

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
    """A lead has paused the agent: nothing new is handed out. What they hold stays theirs, and may be finished."""

    def __init__(self, by: str, since: datetime, reason: str) -> None:
        super().__init__(by)
        self.by = by
        self.since = since  # aware UTC
        self.reason = reason  # in the lead's words; empty: none given


class CannotTake(NextcallError):
    """Somebody to whom a lead would give a contact cannot have it. `because`: paused | campaign | held."""

    def __init__(self, name: str, because: str) -> None:
        super().__init__(name)
        self.name = name
        self.because = because


class NothingToOverride(NextcallError):
    """No rule that stands against the call may give way, or none for that reason."""


class ReasonNeeded(NextcallError):
    """Something that is kept on record wants a few words of why."""


class NothingOnLease(NextcallError):
    """An outcome was given, and the agent has no call to give it to."""


class AmbiguousAttempt(NextcallError):
    """Several attempts wait for an outcome; the person must say which."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class UnknownOutcome(NextcallError):
    def __init__(self, asked: str, candidates: tuple[str, ...]) -> None:
        super().__init__(asked)
        self.asked = asked
        self.candidates = candidates  # those the prefix fits; empty: none


class BadNumber(NextcallError):
    def __init__(self, asked: str) -> None:
        super().__init__("not a telephone number")
        self.asked = asked


class NumberNotKnown(NextcallError):
    """The number is on none of the lists the person may see."""


class TimeInPast(NextcallError):
    """A callback was asked for at a moment that has gone."""


class NoSuchLocalTime(NextcallError):
    """The clocks go forward over that time: it does not exist where the person is."""


class DayNotBegun(NextcallError):
    """A digest was asked for of a day that is still to come."""


class UnknownDay(NextcallError):
    """What should name a day names none."""

    def __init__(self, asked: str) -> None:
        super().__init__(asked)
        self.asked = asked


class SaidByAnother(NextcallError):
    """Somebody else has recorded a stop or a hold since: it is not for this person to take back."""

    def __init__(self, name: str, outcome: Outcome) -> None:
        super().__init__(name)
        self.name = name
        self.outcome = outcome


class CorrectionUnconfirmed(NextcallError):
    """Another outcome stands already: whoever presses is asked whether to correct it."""

    def __init__(self, attempt_id: int) -> None:
        super().__init__(attempt_id)
        self.attempt_id = attempt_id


class UndoTooLate(NextcallError):
    """More than ten minutes have passed; a team lead can still correct it."""


class TooSoonForNoAnswer(NextcallError):
    """No answer, seconds after Call: it can hardly have rung. Said again with confirmation, it is written all the same."""

    def __init__(self, attempt_id: int) -> None:
        super().__init__(str(attempt_id))
        self.attempt_id = attempt_id


class AlreadyGone(NextcallError):
    """What the button spoke of no longer exists."""


class LastAdmin(NextcallError):
    """The only admin left would no longer be one."""


class FileRefused(NextcallError):
    """A file cannot be read as what it should be. `reason` says what is wrong and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SetupRefused(NextcallError):
    """A setup file has faults; every one is listed with its key."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
