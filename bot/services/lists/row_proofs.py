"""What a row of a list proves besides name and numbers: screenings, a consent, a call request, a customer
relationship."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from bot.services.answers.lists import Meaning
from bot.services.files.bars import bars_of, doubt_of, possible_text, settled_texts
from bot.services.files.columns import Columns
from bot.services.files.refusals import UNDER
from bot.services.files.spoken.answers import key_of_text
from bot.services.files.values import Listing, out_of_reach, read_day, read_listing, read_moment, read_yes_no
from bot.services.local_time import YEARS
from bot.services.numbers.line_kinds import BUSINESS, COMPANY, CONSUMER
from bot.services.quoting import quoted
from policy.templates import WRITTEN, template

Value = TypeVar("Value")
_AHEAD = template('"{written}" is in the future', written=WRITTEN)


@dataclass(frozen=True, slots=True)
class RowConsent:
    """A consent to calls. `named`: the caller it names, as in the row; None: the file has no such column.

    `number`: the row's number if it has only one, since the consent is to calls there; empty: each of them.
    """

    given_at: datetime | None
    wording: str
    source: str
    named: str | None
    is_third_party: bool
    withdrawn_at: datetime | None
    number: str = ""


class RowBar(NamedTuple):
    """What a row says against calls, and in which column. `is_dated`: a withdrawn consent with its day, also a proof.

    `doubt`: the cell, shortened, if it says so neither by a yes nor by a day. `key`: of a text that only may say no
    (NOTE), or of which a person said that it does.
    """

    meaning: Meaning
    heading: str
    is_dated: bool = False
    doubt: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class RowProofs:
    """What a row proves; None where it does not say. Times are UTC; listings and days are by register: tps, ctps."""

    bars: tuple[RowBar, ...] = ()
    settled: tuple[str, ...] = ()  # keys of texts that may say no, of which a person has said that they do not
    listings: tuple[tuple[str, Listing], ...] = ()
    screened_on: tuple[tuple[str, date], ...] = ()
    consent: RowConsent | None = None
    requested_at: datetime | None = None
    requested_for: datetime | None = None  # when the person asked to be called
    customer_since: date | None = None
    customer_until: date | None = None

    @property
    def is_personal(self) -> bool:
        """Whether the row says something of the person, not only of a number."""
        return self.consent is not None or self.requested_at is not None or self.customer_since is not None


NOTHING_SAID = RowProofs()
BARS = frozenset(["stop", "consent", "consent_withdrawn", "deceased", "vulnerable"])
_FIELDS = (
    "tps ctps tps_or_ctps tps_screened ctps_screened screened consent_at consent_wording consent_source consent_to "
    "consent_third_party consent_withdrawn requested_at requested_for customer_since customer_until"
)
FIELDS = frozenset(_FIELDS.split()) | BARS


class UnreadableProof(Exception):
    """A cell that cannot be read; carries the heading and the reason."""


@dataclass(frozen=True, slots=True)
class Cells:
    """One row, read by field, on the clock of the person."""

    columns: Columns
    cells: tuple[str, ...]
    zone: str
    now: datetime

    @property
    def today(self) -> date:
        """The date where the person is."""
        return self.now.astimezone(ZoneInfo(self.zone or "UTC")).date()

    def text(self, field: str) -> str:
        return self.columns.text(field, self.cells)

    def has_column(self, field: str) -> bool:
        return field in self.columns.fields

    def day(self, field: str) -> date | None:
        on = self._read(field, lambda text: read_day(text, self._order(field)))
        return self._not_ahead(field, on, on is not None and on > self.today)

    def screened_on(self, field: str) -> date | None:
        on = self.day(field)
        if on is not None and on.year not in YEARS:
            raise UnreadableProof(self._fault(field, out_of_reach(self.text(field))))
        return on

    def moment(self, field: str, *, may_lie_ahead: bool = False) -> datetime | None:
        at = self._read(field, lambda text: read_moment(text, self._order(field), self.zone))
        return self._not_ahead(field, at, at is not None and at > self.now and not may_lie_ahead)

    def withdrawal(self) -> datetime | None:
        """The moment a consent was withdrawn, if the cell is one; any other text bars calls by itself (`read_bars`)."""
        try:
            at = read_moment(self.text("consent_withdrawn"), self._order("consent_withdrawn"), self.zone)
        except ValueError:
            return None
        return self._not_ahead("consent_withdrawn", at, at is not None and at > self.now)

    def flag(self, field: str) -> bool | None:
        return self._read(field, read_yes_no)

    def listing(self, field: str) -> Listing | None:
        found = self._read(field, lambda text: read_listing(text, self._order(field)))
        is_ahead = found is not None and found.listed_on is not None and found.listed_on > self.today
        return self._not_ahead(field, found, is_ahead)

    def _order(self, field: str) -> str:
        return self.columns.order(field, self.cells)

    def _read(self, field: str, read: Callable[[str], Value]) -> Value:
        try:
            return read(self.text(field))
        except ValueError as doubt:
            raise UnreadableProof(self._fault(field, str(doubt))) from doubt

    def _not_ahead(self, field: str, value: Value, is_ahead: bool) -> Value:
        if is_ahead:
            raise UnreadableProof(self._fault(field, _AHEAD.says(written=quoted(self.text(field)))))
        return value

    def _fault(self, field: str, fault: str) -> str:
        return UNDER.says(heading=self.columns.heading[self.columns.fields[field][0]], fault=fault)


def read_proofs(row: Cells, line_kind: str, number: str = "") -> RowProofs:
    """Read what the row proves. `number`: the row's only one, else empty.

    Raises UnreadableProof: a proof that cannot be read must not pass for one.
    """
    columns = row.columns
    if FIELDS.isdisjoint(columns.fields) and not (columns.statuses or columns.notes or columns.spoken):
        return NOTHING_SAID
    combined = row.listing("tps_or_ctps")  # a business may be a sole trader, so it covers both registers
    of_line = {CONSUMER: ("tps",), BUSINESS: ("tps", "ctps"), COMPANY: ("ctps",)}[line_kind]
    listings = {one: row.listing(one) or (combined if one in of_line else None) for one in ("tps", "ctps")}
    both = row.screened_on("screened")
    consent = _consent(row, number)
    days = {"tps": row.screened_on("tps_screened") or both, "ctps": row.screened_on("ctps_screened") or both}
    return RowProofs(
        bars=read_bars(row, is_dated=consent is not None and consent.withdrawn_at is not None),
        settled=tuple(map(key_of_text, settled_texts(row.columns, row.cells))),
        listings=tuple((register, one) for register, one in sorted(listings.items()) if one is not None),
        screened_on=tuple((register, on) for register, on in days.items() if on is not None),
        consent=consent,
        requested_at=row.moment("requested_at"),
        requested_for=row.moment("requested_for", may_lie_ahead=True),
        customer_since=row.day("customer_since"),
        customer_until=row.day("customer_until"),
    )


def read_bars(row: Cells, *, is_dated: bool = False) -> tuple[RowBar, ...]:
    """Read what the row says against calls. `is_dated`: its withdrawal of a consent has a day."""
    return tuple(_bar(row, meaning, at, is_dated) for meaning, at in bars_of(row.columns, row.cells))


def _bar(row: Cells, meaning: Meaning, at: int, is_dated: bool) -> RowBar:
    heading, cell = row.columns.heading[at], row.cells[at]
    if said := possible_text(row.columns, at, cell):
        return RowBar(meaning, heading, doubt=quoted(" ".join(said.split())), key=key_of_text(said))
    return RowBar(meaning, heading, is_dated and meaning is Meaning.CONSENT_WITHDRAWN, doubt_of(row.columns, at, cell))


def _consent(row: Cells, number: str) -> RowConsent | None:
    consent = RowConsent(
        given_at=row.moment("consent_at"),
        wording=row.text("consent_wording"),
        source=row.text("consent_source"),
        named=row.text("consent_to") if row.has_column("consent_to") else None,
        is_third_party=bool(row.flag("consent_third_party")),
        withdrawn_at=row.withdrawal(),
        number=number,
    )
    # Wording or source alone, the same in every row of a file, says nothing of this person.
    return consent if consent.given_at or consent.withdrawn_at else None
