"""Answers about registers and do-not-call lists: what a file would change, and what its import did."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.services.answers.lists import RowFault
from policy.vocabulary import ContactState, Verdict


class Holds(StrEnum):
    """What a register's file holds."""

    FOUND = "found"  # those of our numbers that are on the register: every other one is clear
    VERDICTS = "verdicts"  # our numbers, each with yes or no: a number that is missing stays as it is
    WHOLE = "whole"  # the register's own numbers; of North America's, only the area codes in the file


class FileKind(StrEnum):
    """What a shared file is."""

    UNKNOWN = ""
    LIST = "list"  # of contacts
    REGISTER = "register"  # of a register, or what was found on it
    OWN = "own"  # the organisation's own do-not-call list
    CALLS = "calls"  # the phone system's call records


@dataclass(frozen=True, slots=True)
class Looks:
    """What a file looks like."""

    kind: FileKind = FileKind.UNKNOWN
    registers: tuple[str, ...] = ()  # the keys of those it seems to be about
    holds: Holds | None = None
    rows: int = 0
    headings: tuple[str, ...] = ()  # of call records whose columns a person may name; empty: a known phone system's


@dataclass(frozen=True, slots=True)
class FileUse:
    """What a person says a file is: contacts, a register's file, the organisation's own list, or call records."""

    kind: FileKind = FileKind.UNKNOWN
    looks: Looks | None = None  # what it looks like, whatever they say; None: not read yet
    registers: tuple[str, ...] = ()
    holds: Holds | None = None
    obtained_on: date | None = None
    campaign: str = ""  # its name; empty: every number
    despite_faults: bool = False
    principal: str = ""  # empty: every client
    reason: str = ""
    timezone: str = ""  # where the phone system's clock stands, if its times do not say
    # what columns of call records mean, by heading; empty: as the phone system is known, or not said yet
    columns: tuple[tuple[str, str], ...] = ()


NOT_SAID = FileUse()

Moves = tuple[tuple[Verdict, Verdict, int], ...]  # what contacts are now, what they would be, and how many


@dataclass(frozen=True, slots=True)
class ScreeningReport:
    """The result of a screening; of a preview, what it would record and change."""

    register: str
    obtained_on: date
    campaign: str
    holds: Holds
    rows: int
    listed: int  # stored numbers
    clear: int
    strangers: int  # numbers of the file on no list
    later: int  # stored numbers that came after the day of a result, which was therefore not about them
    overruled: int  # listed numbers that a newer screening found clear
    left_out: int  # others of the register's countries about which the file says nothing
    unsaid: int  # rows without a verdict
    area_codes: int  # that the file covers; 0: it is not by area code
    days_left: int | None  # until it is too old; below 0: what it clears stays held; None: no rule says
    is_partial: bool  # some rows were unreadable: no number was taken as clear
    moves: Moves  # of a preview
    states: tuple[tuple[ContactState, int], ...]  # afterwards, of the campaign's contacts, or of all contacts
    withdrawn_from: tuple[str, ...]  # Slack user ids
    faults: tuple[RowFault, ...]  # of a preview, the first thousand
    heading: tuple[str, ...] = ()
    unread_sheets: tuple[str, ...] = ()  # of a workbook

    @property
    def is_too_old(self) -> bool:
        """Whether it is older than the register's rule allows."""
        return self.days_left is not None and self.days_left < 0


@dataclass(frozen=True, slots=True)
class SuppressionReport:
    """The result of importing the organisation's own list; of a preview, what that would do."""

    principal: str
    rows: int
    numbers: int
    added: int  # newly stopped numbers
    confirmed: int  # others had stopped them
    known: int  # this list had, in the same words
    contacts: int  # of any list, that the new stops reach
    callbacks_cancelled: int
    stopped: tuple[tuple[Verdict, int], ...]  # contacts that it stops, by what they were
    withdrawn_from: tuple[str, ...]  # Slack user ids
    faults: tuple[RowFault, ...]  # of a preview, the first thousand
    heading: tuple[str, ...] = ()
    unread_sheets: tuple[str, ...] = ()  # of a workbook


@dataclass(frozen=True, slots=True)
class ScreeningAges:
    """Contacts of one campaign that are held from a day on unless their numbers are screened again."""

    register: str  # its key
    register_name: str
    campaign: str
    contacts: int
    on: date
    is_at_least: bool = False  # more may be held than were counted


@dataclass(frozen=True, slots=True)
class StopShown:
    """A stop that was typed or came with a file, for the admins who may withdraw it as a mistake."""

    stop_id: int
    masked_number: str  # empty: it stops a person, whatever their number
    since: datetime
    by: str  # the name of who typed it; empty: it came with a file
    told_by: str  # their Slack user id, if they are not set up
    note: str  # their reason, or the file and column


@dataclass(frozen=True, slots=True)
class StopQuestioned:
    """An admin says that a stop is a mistake. `asked`: Slack user ids of the admins who may agree."""

    claim_id: int
    stop: StopShown
    reason: str
    by: str
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StopJudged:
    """What became of such a claim. `is_repeat`: it had been decided before, or the stop had ended."""

    stop: StopShown
    reason: str
    by: str  # who said that it is a mistake, by name
    by_slack: str  # and their Slack user id
    decided_by: str  # by name
    is_withdrawn: bool
    is_repeat: bool
    is_still_stopped: bool  # by another statement
    callbacks_reopened: int = 0
