"""The first decision on contacts that were just imported. Those of whom nothing else is recorded share one answer: it
depends only on the campaign, the list, the place, the zone, the kind of number and its screening: there are few of these."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.services.contact_rows import ContactRow
from bot.services.decisions import Decided, answer, remember
from bot.services.deps import Deps
from bot.services.facts import call_facts
from bot.services.list_proofs import ListProofs, RowScreening, events_of, screening
from bot.services.redecide import refresh
from policy import ContactFacts, Facts
from storage.models import Campaign, Contact

_CACHED = ("verdict", "because", "rule", "callable_from", "callable_until")


class FirstDecisions:
    """Answers for one campaign at one moment."""

    def __init__(self, deps: Deps, campaign: Campaign, at: datetime, proofs: ListProofs, imported_at: datetime) -> None:
        self._deps = deps
        self._campaign = campaign
        self._at = at
        self._proofs = proofs
        self._imported_at = imported_at
        self._found: dict[tuple[object, ...], dict[str, Any]] = {}

    def screening_of(self, row: ContactRow, number: str) -> RowScreening | None:
        """What the row proves of one of its numbers: the registers are those of the United Kingdom."""
        if not number.startswith("+44"):
            return None
        return screening(row.line_kind, row.is_listed, row.screened_on, self._proofs, self._at.date())

    def of(self, row: ContactRow) -> dict[str, Any]:
        """What a contact of that row caches, were nothing else known of its person and numbers."""
        number = row.numbers[0]
        key = (row.places, row.zones, number.kind, row.line_kind, self.screening_of(row, number.number))
        if key not in self._found:
            self._found[key] = self._decide(row)
        return self._found[key]

    def decide(self, session: Session, known: Sequence[Contact]) -> None:
        """Decide those of whom something is recorded from all of it."""
        refresh(self._deps, session, known, self._at)
        session.flush()

    def _decide(self, row: ContactRow) -> dict[str, Any]:
        number = row.numbers[0]
        someone = ContactFacts(
            person="somebody new",
            number=number.number,
            places=tuple(row.places.split()),
            zones=tuple(row.zones.split()),
            number_kind=number.kind,
            line=row.line_kind,
        )
        call, screened = call_facts(self._campaign), self.screening_of(row, number.number)
        events = events_of(self._proofs, self._imported_at, call.principal, number.number, screened)
        facts = Facts(call, someone, events)
        pack = self._campaign.house_pack or self._deps.house_pack
        sample = Contact(
            organisation_id=self._campaign.organisation_id,
            campaign_id=self._campaign.id or 0,
            list_id=0,
            person_id=0,
            name=row.name,
        )
        remember(self._deps, Decided(sample, facts, answer(self._deps, facts, self._at, pack), pack))
        return {name: getattr(sample, name) for name in _CACHED}
