"""What a row of a list proves besides name and numbers: screenings, a consent, a call request, a customer
relationship."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.services.answers.lists import Meaning
from bot.services.files.bars import RowBar
from bot.services.files.columns import Columns
from bot.services.files.refusals import UNDER
from bot.services.files.values import READERS, Listing
from bot.services.numbers.parsing import BUSINESS, COMPANY, CONSUMER
from bot.services.quoting import quoted
from policy.templates.sentence import WRITTEN, template

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

    def read(self, meaning: Meaning) -> Any:
        """What the column says, as its meaning is read. Raises UnreadableProof."""
        text = self.columns.text(meaning, self.cells)
        try:
            found = READERS[meaning.kind.cell](text, self.columns.order(meaning, self.cells), self.zone)
        except ValueError as doubt:
            raise UnreadableProof(self._fault(meaning, str(doubt))) from doubt
        if not meaning.kind.may_lie_ahead and self._is_ahead(found):
            raise UnreadableProof(self._fault(meaning, _AHEAD.says(written=quoted(text))))
        return found

    def _is_ahead(self, found: object) -> bool:
        if isinstance(found, Listing):
            found = found.listed_on
        return found > self.now if isinstance(found, datetime) else isinstance(found, date) and found > self.today

    def _fault(self, meaning: Meaning, fault: str) -> str:
        return UNDER.says(heading=self.columns.heading[self.columns.fields[meaning][0]], fault=fault)


def read_proofs(
    row: Cells, line_kind: str, number: str, bars: tuple[RowBar, ...], settled: tuple[str, ...]
) -> RowProofs:
    """Read what the row proves. `number`: the row's only one, else empty. `bars`, `settled`: as `read_bars` says.

    Raises UnreadableProof: a proof that cannot be read must not pass for one.
    """
    combined = row.read(Meaning.TPS_OR_CTPS)  # a business may be a sole trader, so it covers both registers
    of_line = {CONSUMER: ("tps",), BUSINESS: ("tps", "ctps"), COMPANY: ("ctps",)}[line_kind]
    listings = {one: row.read(Meaning(one)) or (combined if one in of_line else None) for one in ("tps", "ctps")}
    both = row.read(Meaning.SCREENED)
    consent = _consent(row, number)
    if consent is not None and consent.withdrawn_at is not None:
        bars = tuple(bar._replace(is_dated=bar.meaning is Meaning.CONSENT_WITHDRAWN) for bar in bars)
    days = {"tps": row.read(Meaning.TPS_SCREENED) or both, "ctps": row.read(Meaning.CTPS_SCREENED) or both}
    return RowProofs(
        bars=bars,
        settled=settled,
        listings=tuple((register, one) for register, one in sorted(listings.items()) if one is not None),
        screened_on=tuple((register, on) for register, on in days.items() if on is not None),
        consent=consent,
        requested_at=row.read(Meaning.REQUESTED_AT),
        requested_for=row.read(Meaning.REQUESTED_FOR),
        customer_since=row.read(Meaning.CUSTOMER_SINCE),
        customer_until=row.read(Meaning.CUSTOMER_UNTIL),
    )


def _consent(row: Cells, number: str) -> RowConsent | None:
    consent = RowConsent(
        given_at=row.read(Meaning.CONSENT_AT),
        wording=row.read(Meaning.CONSENT_WORDING),
        source=row.read(Meaning.CONSENT_SOURCE),
        named=row.read(Meaning.CONSENT_TO) if Meaning.CONSENT_TO in row.columns.fields else None,
        is_third_party=bool(row.read(Meaning.CONSENT_THIRD_PARTY)),
        withdrawn_at=row.read(Meaning.CONSENT_WITHDRAWN),
        number=number,
    )
    # Wording or source alone, the same in every row of a file, says nothing of this person.
    return consent if consent.given_at or consent.withdrawn_at else None
