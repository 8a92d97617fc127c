"""What a list proves as a whole (its lawful basis, its numbers' source, its screenings), and each row beside name and
numbers: screenings, a consent, a call request, a customer relationship.

Existing records stay; only their ends are added.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.services.answers.lists import Basis, ListProofs, Meaning
from bot.services.do_not_call.registers import Register
from bot.services.do_not_call.screenings import Screened, day_of
from bot.services.errors import FileRefused
from bot.services.files.bars import RowBar
from bot.services.files.columns import Columns
from bot.services.files.refusals import UNDER
from bot.services.files.values import READERS, Listing
from bot.services.numbers.parsing import BUSINESS, COMPANY, CONSUMER
from bot.services.quoting import quoted
from policy import BasisFact, Event, ScreeningFact
from policy.templates.sentence import WRITTEN, phrase, template
from storage.models import CallRequest, Consent, Relationship, Withdrawal
from storage.queries import proofs

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


_TOLD_ALONE = phrase("Told of calls counts only with a lawful basis: add the basis.")
_ASSESSED_ALONE = phrase("An assessed interest counts only with the basis legitimate_interest: add it.")


def check(proofs: ListProofs, known: Mapping[str, Register], today: date) -> None:
    """Check what applies to a whole list. Raises FileRefused.

    Faults: an unknown register, a day to come, people told of calls without a basis, an assessment without a legitimate
    interest.
    """
    for register, on in proofs.screened:
        if register not in known:
            raise FileRefused(f'There is no register "{register}"; choose one of {", ".join(sorted(known))}.')
        if on > today:
            raise FileRefused(f"The screening date {on} is in the future: give the day of the screening.")
    if proofs.is_told_of_calls and proofs.basis is None:
        raise FileRefused(_TOLD_ALONE)
    if proofs.is_interest_assessed and proofs.basis is not Basis.LEGITIMATE_INTEREST:
        raise FileRefused(_ASSESSED_ALONE)


@dataclass(frozen=True, slots=True)
class Screener:
    """Reads from a list and its rows what the registers said of each number."""

    registers: Mapping[str, Register]
    proofs: ListProofs
    campaign_id: int
    at: datetime

    def is_silent(self, said: RowProofs) -> bool:
        """Whether neither the list nor the row mentions a register."""
        return not (self.proofs.screened or said.screened_on or said.listings)

    def screenings(self, said: RowProofs, number: str) -> tuple[Screened, ...]:
        """One screening for each register with a day. A listing without one is as old as this import; clear needs a
        day."""
        listings = dict(said.listings)
        days = {**dict(self.proofs.screened), **dict(said.screened_on)}
        found = []
        for key in sorted({*listings, *days}):
            listing, register = listings.get(key), self.registers.get(key)
            on = days.get(key) or (self.at.date() if listing and listing.is_listed else None)
            if on is not None and register is not None and register.holds(number):
                campaign_id = self.campaign_id if register.is_per_campaign else None
                is_listed, since = listing or (False, None)
                at = day_of(on, self.at, register)
                found.append(Screened(number, key, at, is_listed, since, campaign_id, key not in days))
        return tuple(found)


def events_of(
    proofs: ListProofs, imported_at: datetime, principal: str, screened: tuple[Screened, ...]
) -> tuple[Event, ...]:
    """The events that the list alone gives a decision."""
    events: list[Event] = []
    if proofs.basis:
        is_assessed, is_told = proofs.is_interest_assessed, proofs.is_told_of_calls
        events.append(BasisFact(imported_at, proofs.basis.value, is_told, principal, is_assessed=is_assessed))
    for one in screened:
        campaign = "" if one.campaign_id is None else str(one.campaign_id)
        events.append(ScreeningFact(one.register, one.obtained_at, one.is_listed, one.listed_on, one.number, campaign))
    return tuple(events)


Dated = TypeVar("Dated", Withdrawal, CallRequest)  # said at a moment
Told = Sequence[tuple[int, RowProofs]]  # person id and what the row says, in the order of the file


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records proofs for one organisation and the principal its campaign calls for."""

    session: Session
    organisation_id: int
    principal: str
    at: datetime
    # not written yet:
    fresh: list[Consent | Withdrawal | CallRequest | Relationship] = field(default_factory=list)
    withdrawn: list[tuple[Consent, datetime]] = field(default_factory=list)
    ended: list[tuple[Relationship, date]] = field(default_factory=list)

    def read(self, told: Iterable[tuple[int, RowProofs]]) -> set[int]:
        """Compare what rows say with the record. Returns the people with something new."""
        personal = [(person_id, one) for person_id, one in told if one.is_personal]
        if not personal:
            return set()
        consents = [(person_id, one.consent) for person_id, one in personal if one.consent]
        return (
            self._consents(consents)
            # A withdrawal without a consent in its row stands by itself: the consent may not be on record.
            | self._once(Withdrawal, [(one, {"at": said.withdrawn_at}) for one, said in consents if not said.given_at])
            | self._once(
                CallRequest,
                [(one, {"at": said.requested_at, "due_at": said.requested_for}) for one, said in personal],
            )
            | self._relationships(personal)
        )

    def write(self, at: datetime) -> None:
        """Write what is new, as known from `at`. An end that another import has added meanwhile stays."""
        for row in self.fresh:
            row.recorded_at = at
        self.session.add_all(self.fresh)
        self.session.flush()
        proofs.end(self.session, Consent, [(one.id or 0, since) for one, since in self.withdrawn], at)
        proofs.end(self.session, Relationship, [(one.id or 0, on) for one, on in self.ended], at)

    def _consents(self, told: Sequence[tuple[int, RowConsent]]) -> set[int]:
        standing = self._standing(Consent, told)
        changed: set[int] = set()
        for person_id, said in told:
            mine = standing.setdefault(person_id, [])
            if said.given_at is not None:
                new = self._consent(person_id, said, said.given_at)
                alike = [one for one in mine if _key(one) == _key(new)]
                if all(one.number != new.number for one in alike):
                    mine.append(new)
                    self.fresh.append(new)
                    changed.add(person_id)
                    alike.append(new)
                meant = alike  # a withdrawal on one number ends the consent on each number it was given for
            else:
                meant = [one for one in mine if one.principal == self.principal]
            if (since := said.withdrawn_at) is not None:  # a consent is withdrawn once
                ending = [(one, since) for one in meant if one.withdrawn_at is None and one.given_at <= since]
                self.withdrawn.extend(ending)
                changed |= {one.person_id for one, _ in ending}
        return changed

    def _consent(self, person_id: int, said: RowConsent, given_at: datetime) -> Consent:
        named = self.principal if said.named is None else said.named
        principal = self.principal if named.casefold() == self.principal.casefold() else named
        return Consent(
            organisation_id=self.organisation_id,
            person_id=person_id,
            number=said.number,
            principal=principal,
            given_at=given_at,
            wording=said.wording,
            source=said.source,
            is_proved=bool(said.wording and said.source and principal),
            is_third_party=said.is_third_party,
            recorded_at=self.at,
        )

    def _once(self, kind: type[Dated], told: Iterable[tuple[int, dict[str, Any]]]) -> set[int]:
        """Take what people said at a moment to the principal, unless it is on record. Without a moment nothing is."""
        dated = [(person_id, said) for person_id, said in told if said["at"] is not None]
        known = {_as_said(one) for mine in self._standing(kind, dated).values() for one in mine}
        changed: set[int] = set()
        for person_id, said in dated:
            new = kind(
                organisation_id=self.organisation_id,
                person_id=person_id,
                principal=self.principal,
                recorded_at=self.at,
                **said,
            )
            if (key := _as_said(new)) not in known:
                known.add(key)
                changed.add(person_id)
                self.fresh.append(new)
        return changed

    def _relationships(self, told: Told) -> set[int]:
        bound = [(person_id, one) for person_id, one in told if one.customer_since is not None]
        standing = self._standing(Relationship, bound)
        changed: set[int] = set()
        for person_id, one in bound:
            mine = standing.setdefault(person_id, [])
            same = (self.principal, "customer", one.customer_since)
            tie = next((tie for tie in mine if (tie.principal, tie.kind, tie.from_on) == same), None)
            if tie is None and one.customer_since is not None:
                tie = Relationship(
                    organisation_id=self.organisation_id,
                    person_id=person_id,
                    principal=self.principal,
                    kind="customer",
                    from_on=one.customer_since,
                    recorded_at=self.at,
                )
                mine.append(tie)
                self.fresh.append(tie)
                changed.add(person_id)
            if tie is not None and tie.ended_on is None and one.customer_until is not None:
                self.ended.append((tie, one.customer_until))
                changed.add(person_id)
        return changed

    def _standing(
        self, kind: type[proofs.OfPerson], told: Sequence[tuple[int, object]]
    ) -> dict[int, list[proofs.OfPerson]]:
        found: dict[int, list[proofs.OfPerson]] = {}
        people = {person_id for person_id, _ in told}
        for row in proofs.of_persons(self.session, kind, self.organisation_id, people) if people else ():
            found.setdefault(row.person_id, []).append(row)
        return found


def _key(one: Consent) -> tuple[object, ...]:
    """What makes two consents the same, apart from the number."""
    return (one.kind, one.principal, one.given_at, one.wording, one.source, one.is_third_party)


def _as_said(one: Any) -> tuple[object, ...]:
    return one.person_id, one.principal, one.at, getattr(one, "due_at", None)
