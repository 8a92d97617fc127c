"""Answers about an imported list."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Protocol, Self

from policy.vocabulary import Verdict


class Cell(StrEnum):
    """How the cells of a column are read. `READERS` in `bot/services/files/values.py` has the reader of each."""

    TEXT = "text"
    FLAG = "flag"  # yes or no
    PRIORITY = "priority"
    DAY = "day"
    SCREENING = "screening"  # the day of one
    MOMENT = "moment"
    WITHDRAWAL = "withdrawal"  # a moment; any other text bars calls by itself
    LISTING = "listing"  # yes, no, or the day of the entry


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """A meaning's row: how such a column is read, shown and kept follows from this."""

    word: str  # in headings.toml, in `--map` and in stored mappings
    label: str = ""  # on the command line; empty: the word
    cell: Cell = Cell.TEXT
    _: KW_ONLY
    number: str | None = None  # of numbers to call: mobile, home, work, or empty for any kind
    repeats: bool = False  # every such column counts: the first that is not empty, or each; of others the first alone
    may_hold_no: bool = False  # a no to calls may stand in it, beside a name or in place of a number
    is_place: bool = False  # of the address
    is_proof: bool = False  # what the row says besides who and where; a cell that cannot be read refuses the row
    may_lie_ahead: bool = False
    bars: Verdict | None = None  # what follows for the person of a cell that bars calls
    effect: str = ""  # the same in words
    is_unread: bool = False  # no cell of it is read as anything but words
    is_kept: bool = False  # as the contact's own detail
    stored: str = ""  # the contact's column for it; a cell that cannot be read is remarked upon, and left out


def _number(word: str, label: str, kind: str) -> ColumnMeaning:
    return ColumnMeaning(word, label, number=kind, repeats=True, may_hold_no=True)


def _proof(word: str, cell: Cell = Cell.TEXT, *, may_lie_ahead: bool = False) -> ColumnMeaning:
    return ColumnMeaning(word, cell=cell, is_proof=True, may_lie_ahead=may_lie_ahead)


def _bar(word: str, label: str, bars: Verdict, effect: str, cell: Cell = Cell.TEXT) -> ColumnMeaning:
    return ColumnMeaning(word, label, cell, bars=bars, effect=effect, repeats=True, is_proof=True)


class Meaning(StrEnum):
    """What a column of a list holds. People choose these words for a column that Nextcall does not recognise."""

    kind: ColumnMeaning

    NAME = ColumnMeaning("name", repeats=True, may_hold_no=True)
    FIRST = ColumnMeaning("first", "first name", may_hold_no=True)
    MIDDLE = ColumnMeaning("middle", "middle part of the name", may_hold_no=True)  # van der
    LAST = ColumnMeaning("last", "last name", may_hold_no=True)
    COMPANY = ColumnMeaning("company", repeats=True, may_hold_no=True)
    PHONE = _number("phone", "number to call", "")
    MOBILE = _number("mobile", "number to call (mobile)", "mobile")
    HOME = _number("home", "number to call (home)", "home")
    WORK = _number("work", "number to call (work)", "work")
    PHONE_LABEL = ColumnMeaning("phone_label", "kind of the next number", repeats=True, may_hold_no=True)
    DIALLING_CODE = ColumnMeaning("dialling_code", "country's dialling code of the next number", repeats=True)  # 49
    AREA_CODE = ColumnMeaning("area_code", "area code of the next number", repeats=True)  # 030
    NOT_CALLED = ColumnMeaning(
        "not_called", "number not called", is_unread=True, repeats=True
    )  # fax, pager, another person's
    INVALID = ColumnMeaning("invalid", "yes: the first number is not called", repeats=True)
    REFERENCE = ColumnMeaning("reference")
    COUNTRY = ColumnMeaning("country", is_place=True, repeats=True)
    REGION = ColumnMeaning("region", is_place=True, repeats=True)
    POSTCODE = ColumnMeaning("postcode", is_place=True, repeats=True)
    ZONE = ColumnMeaning("zone", is_place=True)
    PRIORITY = ColumnMeaning("priority", cell=Cell.PRIORITY, may_hold_no=True, stored="priority")
    LINE = ColumnMeaning("line", is_proof=True, may_hold_no=True)
    BUSINESS = _proof("business", Cell.FLAG)
    STOP = _bar("stop", "do not call", Verdict.SUPPRESSED, "never called for this client")  # yes: do not call
    CONSENT = _bar(  # yes: may call, which proves nothing; no: do not call
        "consent",
        "may be called, if yes; do not call, if no",
        Verdict.SUPPRESSED,
        "never called for this client where the answer is no",
    )
    CONSENT_WITHDRAWN = _bar(
        "consent_withdrawn",
        "consent withdrawn",
        Verdict.SUPPRESSED,
        "never called for this client",
        Cell.WITHDRAWAL,
    )
    DECEASED = _bar("deceased", "", Verdict.SUPPRESSED, "never called")
    VULNERABLE = _bar("vulnerable", "", Verdict.HELD, "on hold for a team lead")
    # what registers, consents and requests prove
    TPS = _proof("tps", Cell.LISTING)
    CTPS = _proof("ctps", Cell.LISTING)
    TPS_OR_CTPS = _proof("tps_or_ctps", Cell.LISTING)
    TPS_SCREENED = _proof("tps_screened", Cell.SCREENING)
    CTPS_SCREENED = _proof("ctps_screened", Cell.SCREENING)
    SCREENED = _proof("screened", Cell.SCREENING)
    CONSENT_AT = _proof("consent_at", Cell.MOMENT)
    CONSENT_WORDING = _proof("consent_wording")
    CONSENT_SOURCE = _proof("consent_source")
    CONSENT_TO = _proof("consent_to")
    CONSENT_THIRD_PARTY = _proof("consent_third_party", Cell.FLAG)
    REQUESTED_AT = _proof("requested_at", Cell.MOMENT)
    REQUESTED_FOR = _proof("requested_for", Cell.MOMENT, may_lie_ahead=True)
    CUSTOMER_SINCE = _proof("customer_since", Cell.DAY)
    CUSTOMER_UNTIL = _proof("customer_until", Cell.DAY)
    NOTE = ColumnMeaning(
        "note",
        "words that may say no to calls",
        bars=Verdict.HELD,
        effect="on hold until you answer",
        is_unread=True,
        is_kept=True,
        repeats=True,
    )
    DETAIL = ColumnMeaning("detail", "kept as a detail", is_unread=True, is_kept=True, repeats=True)  # nothing of these
    IGNORE = ColumnMeaning("ignore", "left out", is_unread=True, repeats=True)

    def __new__(cls, kind: Any) -> Self:
        """Make a member of its row. `Meaning("stop")` finds one, and does not come here."""
        made = str.__new__(cls, kind.word)
        made._value_, made.kind = kind.word, kind
        return made

    @property
    def label(self) -> str:
        return self.kind.label or self.value.replace("_", " ")


NUMBERS: Final = tuple(one for one in Meaning if one.kind.number is not None)
BARRING: Final = frozenset(one for one in Meaning if one.kind.bars and not one.kind.is_unread)
STORED: Final = tuple(one for one in Meaning if one.kind.stored)


class Basis(StrEnum):
    """The lawful basis for using the people's data."""

    CONSENT = "consent"
    LEGITIMATE_INTEREST = "legitimate_interest"
    CONTRACT = "contract"


class NumbersFrom(StrEnum):
    """Where the numbers of a list came from."""

    GIVEN = "given"  # by the people themselves
    DIRECTORY = "directory"
    PUBLIC = "public"  # another public place
    BOUGHT = "bought"
    REFERRAL = "referral"  # named by another person
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class ListProofs:
    """What applies to a whole list. `screened`: register and day, as supplied; a row's own day counts instead."""

    basis: Basis | None = None  # None: not stated
    is_told_of_calls: bool = False  # when their numbers were collected
    screened: tuple[tuple[str, date], ...] = ()
    is_interest_assessed: bool = False  # the legitimate interest was weighed against theirs, on record
    numbers_from: NumbersFrom | None = None  # None: not stated


NOTHING_PROVED = ListProofs()


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
    """What keeps contacts held, in the rule's words, and how many."""

    what: str
    contacts: int
    register: str = ""  # of a screening: its key
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
    opted_out: int  # by the outcome of a call
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

    Cells that look like telephone numbers under an unknown heading are a question too.
    """

    heading: str
    answers: tuple[Meaning, ...]  # those that settle it. STOP takes any cell but a clear no as "do not call"
    # what cannot be read there, up to five, with the first line of each; none: the heading itself is unknown
    cells: tuple[tuple[int, str], ...] = ()
    is_of_order: bool = False  # of dates, of which nothing says whether the day or the month comes first

    @property
    def is_of_numbers(self) -> bool:
        return Meaning.PHONE in self.answers


@dataclass(frozen=True, slots=True)
class ListReason:
    """How many contacts a decision concerns."""

    verdict: Verdict
    # the strictest finding's sentence; empty: callable, or a column of the file bars them (`ListPreview.stopped`)
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
    has_late_stops: bool = False  # rows far down bar calls, perhaps to people above whom the counts call callable
    export: str = ""  # the system whose export this looks like; empty: none
    mapping: str = ""  # the name of the saved mapping that was used; empty: none
    sheet: str = ""  # of a workbook
    sheets: tuple[str, ...] = ()  # all that can be chosen
    unread_sheets: tuple[str, ...] = ()  # of these, others with rows
    joins: bool = False  # a list of that name exists: the contacts join it, and what is stated of it covers them
    beside: str = ""  # the list that has the file's name already, so that this one got another; empty: none
    decided_at: datetime | None = None  # the moment that the counts are of
    stated: ListProofs = NOTHING_PROVED  # of everyone on the list; registers by their names
    country: str = ""  # stated for numbers without a country code
    like: str = ""  # the person's file as of which that is taken; empty: they stated it of this one
