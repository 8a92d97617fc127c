"""What applies to a whole list: its lawful basis, its numbers' source, and the registers it was screened against."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.services.answers.lists import Basis, ListProofs
from bot.services.do_not_call.registers import Register
from bot.services.do_not_call.screenings import Screened, day_of
from bot.services.errors import FileRefused
from bot.services.lists.row_proofs import RowProofs
from policy import BasisFact, Event, ScreeningFact
from policy.templates.sentence import phrase

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
