"""Answers about an imported list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from policy.vocabulary import Verdict


class Meaning(StrEnum):
    """What a column of a list holds. People choose these words for a column that Nextcall does not recognise."""

    NAME = "name"
    FIRST = "first"
    MIDDLE = "middle"  # between first and last: van der
    LAST = "last"
    COMPANY = "company"
    PHONE = "phone"  # a number of any kind
    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"
    PHONE_LABEL = "phone_label"  # the kind of the number in the next column
    NOT_CALLED = "not_called"  # fax, pager, another person's number
    INVALID = "invalid"  # yes: the first number of the row is no good
    REFERENCE = "reference"
    COUNTRY = "country"
    REGION = "region"
    POSTCODE = "postcode"
    ZONE = "zone"
    PRIORITY = "priority"
    LINE = "line"
    BUSINESS = "business"
    # what bars calls
    STOP = "stop"  # yes: do not call
    CONSENT = "consent"  # yes: may call, which proves nothing; no: do not call
    CONSENT_WITHDRAWN = "consent_withdrawn"
    DECEASED = "deceased"
    VULNERABLE = "vulnerable"
    # what registers, consents and requests prove
    TPS = "tps"
    CTPS = "ctps"
    TPS_OR_CTPS = "tps_or_ctps"
    TPS_SCREENED = "tps_screened"
    CTPS_SCREENED = "ctps_screened"
    SCREENED = "screened"
    CONSENT_AT = "consent_at"
    CONSENT_WORDING = "consent_wording"
    CONSENT_SOURCE = "consent_source"
    CONSENT_TO = "consent_to"
    CONSENT_THIRD_PARTY = "consent_third_party"
    REQUESTED_AT = "requested_at"
    REQUESTED_FOR = "requested_for"
    CUSTOMER_SINCE = "customer_since"
    CUSTOMER_UNTIL = "customer_until"
    NOTE = "note"  # free words, which may say no to calls
    DETAIL = "detail"  # nothing of these: kept as the contact's own details
    IGNORE = "ignore"  # left out


def verdict_of(barring: Meaning) -> Verdict:
    """What follows for a person whom a column of this meaning bars; NOTE: whose note may say no."""
    return Verdict.HELD if barring in (Meaning.VULNERABLE, Meaning.NOTE) else Verdict.SUPPRESSED


@dataclass(frozen=True, slots=True)
class RowFault:
    line: int  # 1 is the heading
    reason: str
    row: tuple[str, ...]


class HasFaults(Protocol):
    """A report on a file: its heading, if any, and the rows that could not be used."""

    @property
    def heading(self) -> tuple[str, ...]: ...

    @property
    def faults(self) -> Sequence[RowFault]: ...


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps contacts held, in the rule's words, and how many. For a screening: which register, and its greatest
    age."""

    what: str
    contacts: int
    register: str = ""  # its key
    register_name: str = ""
    max_age_days: int | None = None


@dataclass(frozen=True, slots=True)
class DoubtfulStop:
    """A text in a column that bars calls which says so neither by a yes nor by a day: it counts as a stop."""

    heading: str
    cell: str  # shortened
    rows: int


@dataclass(frozen=True, slots=True)
class PossibleNo:
    """A text that may say no to calls: its contacts are held until a person says what it means. `key`: of the text."""

    heading: str
    text: str  # shortened
    rows: int
    key: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    list_name: str
    campaign: str
    rows: int
    imported: int
    duplicates_in_file: int
    duplicates_in_database: int
    faults: Sequence[RowFault]
    by_verdict: tuple[tuple[Verdict, int], ...]  # of everyone in the file who is now in the campaign and not finished
    heading: tuple[str, ...] = ()
    remarks: Sequence[RowFault] = ()  # rows imported or already known, part of which could not be used
    unused_columns: tuple[str, ...] = ()
    shared_numbers: int = 0  # how many imported contacts share a number with another person
    known_elsewhere: int = 0  # how many imported contacts are people known from another campaign
    missing: tuple[Missing, ...] = ()  # what held contacts lack, most frequent first; one may lack several things
    changed: int = 0  # how many were already in the campaign and are decided on new facts
    imported_at: datetime | None = None
    source: str = ""  # the file's name
    stopped: tuple[tuple[Meaning, int], ...] = ()  # rows that a column of the file bars, by meaning
    detail_columns: tuple[str, ...] = ()  # kept as the contacts' own details
    sheet: str = ""  # of a workbook
    sheets: tuple[str, ...] = ()  # all that could be chosen
    unread_sheets: tuple[str, ...] = ()  # of these, others with rows
    doubtful: tuple[DoubtfulStop, ...] = ()  # most frequent first
    possible: tuple[PossibleNo, ...] = ()  # most frequent first
    joined: bool = False  # the list existed before: what is stated of it covers these contacts


@dataclass(frozen=True, slots=True)
class ListResults:
    """What came of a list. Each contact counts once; a call counts for the list on which its contact stood then."""

    list_id: int
    contacts: int
    called: int
    reached: int
    won: int
    opted_out: int  # in a call
    complaints: int
    name: str
    campaign: str
    source: str  # the file's name
    imported_at: datetime
    is_paused: bool = False
    expires_on: date | None = None
    priority: int | None = None  # 0 first .. 4 last; None: the campaign's


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column of a list. `is_chosen`: a person said what it means, now or for an earlier file."""

    heading: str
    meaning: Meaning
    examples: tuple[str, ...] = ()  # up to three different cells, shortened; of a number the last three digits
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """A column that must be understood before the import: it says, or may say, whom not to call.

    `cells`: what cannot be read there, up to five, with the first line of each; none: the heading itself is unknown.
    `answers`: the meanings that settle it. STOP takes any cell but a clear no as "do not call". `is_of_order`: the
    column has dates, and nothing says whether the day or the month comes first. Cells that look like telephone numbers
    under an unknown heading are a question too.
    """

    heading: str
    answers: tuple[Meaning, ...]
    cells: tuple[tuple[int, str], ...] = ()
    is_of_order: bool = False

    @property
    def is_of_numbers(self) -> bool:
        return Meaning.PHONE in self.answers


@dataclass(frozen=True, slots=True)
class ListReason:
    """How many contacts a decision concerns. `because`: the strictest finding's sentence.

    Empty if callable, or if a column of the file bars them: `ListPreview.stopped` says which.
    """

    verdict: Verdict
    because: str
    contacts: int


@dataclass(frozen=True, slots=True)
class ListPreview:
    """What importing a file would do. Nothing is stored.

    `questions`: while there are any, the import is refused; counts are then empty. Counts are of contacts, each person
    once: CALLABLE can be called now, LOCKED later, HELD once something is supplied (`missing`), SUPPRESSED never.
    """

    source: str  # the file's name
    list_name: str
    campaign: str
    rows: int  # below the heading
    columns: tuple[ListColumn, ...]
    first_rows: tuple[tuple[str, ...], ...]  # up to five, cells shortened; of numbers the last three digits
    questions: tuple[ListQuestion, ...] = ()
    by_verdict: tuple[tuple[Verdict, int], ...] = ()
    reasons: tuple[ListReason, ...] = ()  # most frequent first
    missing: tuple[Missing, ...] = ()
    stopped: tuple[tuple[Meaning, int], ...] = ()  # rows that a column of the file bars, by meaning
    doubtful: tuple[DoubtfulStop, ...] = ()  # most frequent first
    possible: tuple[PossibleNo, ...] = ()  # most frequent first
    faulty: int = 0  # rows that make no contact
    faults: tuple[RowFault, ...] = ()  # the first thousand of them
    remarks: tuple[RowFault, ...] = ()  # rows of which something cannot be used: the first thousand
    duplicates: int = 0  # rows of a person whom an earlier row or the campaign has
    known_elsewhere: int = 0  # people new to the campaign whom another campaign has
    finished: int = 0  # people finished in this campaign: they stay so
    export: str = ""  # the system whose export this looks like; empty: none
    mapping: str = ""  # the name of the saved mapping that was used; empty: none
    sheet: str = ""  # of a workbook
    sheets: tuple[str, ...] = ()  # all that can be chosen
    unread_sheets: tuple[str, ...] = ()  # of these, others with rows
    joins: bool = False  # a list of that name exists: the contacts join it, and what is stated of it covers them
    beside: str = ""  # the list that has the file's name already, so that this one got another; empty: none
    decided_at: datetime | None = None  # the moment that the counts are of
